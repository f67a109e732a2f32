//! How often a password of one name may be offered to a directory: fewer times than directories lock accounts after.
//!
//! Counted in memory in a fixed number of places, under a blinded name; a restart forgets.

use candor_vault::{ErrorKind, VaultError};
use candor_words::Instant;
use parking_lot::Mutex;

/// The most failures of one name within a window.
const TRIES_MAX: u32 = 5;
/// How long failures count: a quarter of an hour from the first.
const WINDOW_MS: i64 = 15 * 60 * 1000;
const PLACES: usize = 4_096;

/// The failures of late.
pub(crate) struct Tries(Box<[Mutex<Counted>]>);

#[derive(Clone, Copy)]
struct Counted {
    name: [u8; 32],
    since: Instant,
    n_failed: u32,
}

impl Default for Tries {
    fn default() -> Self {
        let nothing = Counted { name: [0; 32], since: Instant::from_millis(i64::MIN / 2), n_failed: 0 };
        Self((0..PLACES).map(|_| Mutex::new(nothing)).collect())
    }
}

impl Tries {
    /// Counts a try as failed before it is made.
    ///
    /// # Errors
    /// `upstream.too_often`.
    pub(crate) fn begin(&self, name: &[u8; 32], now: Instant) -> Result<(), VaultError> {
        let mut counted = self.at(name).lock();
        let is_over = now.as_millis() - counted.since.as_millis() >= WINDOW_MS;
        if is_over || counted.name != *name {
            *counted = Counted { name: *name, since: now, n_failed: 0 };
        }
        if counted.n_failed >= TRIES_MAX {
            return Err(VaultError::new(
                ErrorKind::TooOften,
                "upstream.too_often",
                "the directory was not asked: too many passwords of this name were wrong",
            )
            .detail("window_minutes", WINDOW_MS / 60_000)
            .help("wait a quarter of an hour"));
        }
        counted.n_failed += 1;
        Ok(())
    }

    /// Forgets what failed: this one did not.
    pub(crate) fn succeeded(&self, name: &[u8; 32]) {
        let mut counted = self.at(name).lock();
        if counted.name == *name {
            counted.n_failed = 0;
        }
    }

    fn at(&self, name: &[u8; 32]) -> &Mutex<Counted> {
        // The names are blinded: their bytes are as good as chance.
        &self.0[(usize::from(name[0]) << 8 | usize::from(name[1])) % PLACES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_slowed_down_and_others_go_on() {
        let tries = Tries::default();
        let at = Instant::from_millis;
        for n in 0..i64::from(TRIES_MAX) {
            tries.begin(&[1; 32], at(n)).unwrap();
        }
        assert_eq!(tries.begin(&[1; 32], at(60)).unwrap_err().code(), "upstream.too_often");
        tries.begin(&[2; 32], at(60)).unwrap();
        tries.begin(&[1; 32], at(WINDOW_MS)).unwrap();
        tries.succeeded(&[1; 32]);
        for n in 0..i64::from(TRIES_MAX) {
            tries.begin(&[1; 32], at(WINDOW_MS + n)).unwrap();
        }
    }
}
