//! How often a candidate may be tried against one identifier or subject: guessing is slow, whoever guesses.
//!
//! Counted in memory under a keyed hash, in a fixed number of places that identifiers share when they fall together;
//! a restart forgets. An identifier that nobody holds is counted like any other, so that the bound tells nothing.

use candor_words::Instant;
use parking_lot::Mutex;

use crate::{ErrorKind, VaultError};

/// The most attempts that fail within [`WINDOW_MS`]. Source: NIST SP 800-63B-4, 3.2.2, allows at most 100 in a row.
pub(crate) const ATTEMPTS_MAX: u32 = 10;
/// How long failures count: a quarter of an hour from the first.
const WINDOW_MS: i64 = 15 * 60 * 1000;
const PLACES: usize = 1 << 16;

/// The failures of late.
pub(crate) struct Attempts(Box<[Mutex<Counted>]>);

#[derive(Debug, Clone, Copy)]
struct Counted {
    since: Instant,
    n_attempts: u32,
}

impl Attempts {
    pub(crate) fn new() -> Self {
        let nothing = Counted { since: Instant::from_millis(i64::MIN / 2), n_attempts: 0 };
        Self((0..PLACES).map(|_| Mutex::new(nothing)).collect())
    }

    /// Counts an attempt before it is made, so that many at once are counted too.
    ///
    /// # Errors
    /// `verify.too_often`.
    pub(crate) fn begin(&self, key: &[u8; 32], now: Instant) -> Result<(), VaultError> {
        let mut counted = self.place(key).lock();
        if now.as_millis() - counted.since.as_millis() >= WINDOW_MS {
            *counted = Counted { since: now, n_attempts: 0 };
        }
        if counted.n_attempts >= ATTEMPTS_MAX {
            return Err(VaultError::new(
                ErrorKind::TooOften,
                "verify.too_often",
                "the candidate was not looked at: too many failed before it",
            )
            .detail("max", ATTEMPTS_MAX)
            .detail("window_minutes", WINDOW_MS / 60_000)
            .help("wait a quarter of an hour, or let the person prove who they are in another way"));
        }
        counted.n_attempts += 1;
        Ok(())
    }

    /// Forgets the failures: the right candidate came.
    pub(crate) fn succeeded(&self, key: &[u8; 32]) {
        self.place(key).lock().n_attempts = 0;
    }

    fn place(&self, key: &[u8; 32]) -> &Mutex<Counted> {
        let [a, b, ..] = *key;
        &self.0[usize::from(u16::from_be_bytes([a, b])) % PLACES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_attempt_waits_for_the_window_and_success_begins_anew() {
        let attempts = Attempts::new();
        let key = [7; 32];
        let at = |ms| Instant::from_millis(1_000_000 + ms);
        for n in 0..10 {
            attempts.begin(&key, at(n)).unwrap();
        }
        assert_eq!(attempts.begin(&key, at(10)).unwrap_err().code(), "verify.too_often");
        attempts.begin(&[8; 32], at(10)).unwrap();
        attempts.begin(&key, at(WINDOW_MS)).unwrap();
        for n in 1..10 {
            attempts.begin(&key, at(WINDOW_MS + n)).unwrap();
        }
        attempts.succeeded(&key);
        attempts.begin(&key, at(WINDOW_MS + 10)).unwrap();
    }
}
