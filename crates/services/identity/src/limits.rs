//! How often somebody may fail at the door: per network, and all together. (Per account the vault counts.)
//!
//! Counted in memory under hashed networks, in a fixed number of places; a restart forgets. Guessing one password at many
//! accounts (spraying) and many stolen pairs from one place (stuffing) run into the bound of the network; from many
//! places, into the bound of all, which holds only for devices that never signed in here.

use candor_vault::{ErrorKind, VaultError};
use candor_words::Instant;
use parking_lot::Mutex;

use crate::visit::Visit;

/// The most failures of one network within a window.
pub(crate) const NETWORK_MAX: u32 = 50;
/// The most failures of all networks within a window.
pub(crate) const ALL_MAX: u32 = 5_000;
/// How long failures count: a quarter of an hour from the first.
const WINDOW_MS: i64 = 15 * 60 * 1000;
const PLACES: usize = 1 << 14;
/// The most passkey questions that sign-in pages of one network, and of all, are given unasked within a window. Whoever gets
/// none signs in as without them.
pub(crate) const OFFERS_MAX: (u32, u32) = (1_000, 50_000);

/// The failures of late.
pub(crate) struct Limits {
    network_max: u32,
    all_max: u32,
    networks: Box<[Mutex<Counted>]>,
    all: Mutex<Counted>,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    since: Instant,
    n_failed: u32,
}

impl Counted {
    const NOTHING: Self = Self { since: Instant::from_millis(i64::MIN / 2), n_failed: 0 };

    fn now(&mut self, now: Instant) -> &mut Self {
        if now.as_millis() - self.since.as_millis() >= WINDOW_MS {
            *self = Self { since: now, n_failed: 0 };
        }
        self
    }
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self::of((NETWORK_MAX, ALL_MAX))
    }

    /// The same with other bounds: of a network, and of all.
    pub(crate) fn of((network_max, all_max): (u32, u32)) -> Self {
        Self {
            network_max,
            all_max,
            networks: (0..PLACES).map(|_| Mutex::new(Counted::NOTHING)).collect(),
            all: Mutex::new(Counted::NOTHING),
        }
    }

    /// Counts an attempt as failed before it is made, so that many at once are counted too.
    ///
    /// # Errors
    /// `door.too_often`.
    pub(crate) fn begin(&self, visit: &Visit, now: Instant) -> Result<(), VaultError> {
        let is_known_device = visit.device.is_some();
        {
            let mut all = self.all.lock();
            let all = all.now(now);
            if all.n_failed >= self.all_max && !is_known_device {
                return Err(too_often());
            }
            all.n_failed = all.n_failed.saturating_add(1);
        }
        let Some(place) = self.place(visit) else { return Ok(()) };
        let mut counted = place.lock();
        let counted = counted.now(now);
        if counted.n_failed >= self.network_max {
            return Err(too_often());
        }
        counted.n_failed += 1;
        Ok(())
    }

    /// Takes the count of one attempt back: it did not fail.
    pub(crate) fn succeeded(&self, visit: &Visit) {
        let mut all = self.all.lock();
        all.n_failed = all.n_failed.saturating_sub(1);
        drop(all);
        if let Some(place) = self.place(visit) {
            let mut counted = place.lock();
            counted.n_failed = counted.n_failed.saturating_sub(1);
        }
    }

    fn place(&self, visit: &Visit) -> Option<&Mutex<Counted>> {
        let network = visit.network()?;
        // FNV-1a: spread, not secret.
        let hash = network
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Some(&self.networks[(hash >> 32) as usize % PLACES])
    }
}

fn too_often() -> VaultError {
    VaultError::new(ErrorKind::TooOften, "door.too_often", "the attempt was not looked at: too many failed before it")
        .detail("window_minutes", WINDOW_MS / 60_000)
        .help("wait a quarter of an hour")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Token;
    use candor_words::SeededEntropy;

    fn from(address: &str) -> Visit {
        Visit::new(Some(address.parse().unwrap()), "", "", None)
    }

    #[test]
    fn one_network_is_slowed_down_and_others_go_on() {
        let limits = Limits::new();
        let at = |ms| Instant::from_millis(ms);
        for n in 0..NETWORK_MAX {
            limits.begin(&from(&format!("192.0.2.{}", n % 250)), at(i64::from(n))).unwrap();
        }
        assert_eq!(limits.begin(&from("192.0.2.7"), at(60)).unwrap_err().code(), "door.too_often");
        limits.begin(&from("198.51.100.1"), at(60)).unwrap();
        limits.begin(&from("192.0.2.7"), at(WINDOW_MS)).unwrap();
    }

    #[test]
    fn success_is_not_counted() {
        let limits = Limits::new();
        for n in 0..NETWORK_MAX * 3 {
            limits.begin(&from("192.0.2.7"), Instant::from_millis(i64::from(n))).unwrap();
            limits.succeeded(&from("192.0.2.7"));
        }
    }

    #[test]
    fn when_all_fail_only_devices_that_are_known_get_in() {
        let limits = Limits::new();
        let now = Instant::from_millis(0);
        for n in 0..ALL_MAX {
            limits.begin(&from(&format!("10.{}.{}.1", n / 250, n % 250)), now).unwrap();
        }
        assert!(limits.begin(&from("203.0.113.5"), now).is_err());
        let known = Visit { device: Some(Token::draw(&SeededEntropy::new(1))), ..from("203.0.113.5") };
        assert!(limits.begin(&known, now).is_ok());
    }
}
