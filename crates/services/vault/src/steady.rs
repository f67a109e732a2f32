//! Time that does not go back: never before what this process has said, nor before what the ledger holds.
//!
//! A clock that is set back would let a policy decide that was replaced, an expired key in again, a lapsed consent
//! revive, and retention count its spans twice. While the machine's clock is behind, time stands still at the last
//! instant that is known to have been, which is later than whatever was forbidden by then.
//! See docs/adr/0014-time-does-not-go-back.md.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use candor_words::{Clock, Instant};

/// How far behind a clock may be before somebody is told: machines that keep time step by less.
const UNTOLD_MS: i64 = 2_000;

/// A clock held to never go back.
pub(crate) struct Steady {
    clock: Arc<dyn Clock>,
    latest_ms: AtomicI64,
    is_behind: AtomicBool,
}

impl Steady {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, latest_ms: AtomicI64::new(i64::MIN), is_behind: AtomicBool::new(false) }
    }

    /// The present instant, or the latest known one when the clock is behind it.
    pub(crate) fn now(&self) -> Instant {
        let read_ms = self.clock.now().as_millis();
        let latest_ms = self.latest_ms.load(Ordering::Relaxed);
        if read_ms > latest_ms {
            self.is_behind.store(false, Ordering::Relaxed);
            return Instant::from_millis(self.latest_ms.fetch_max(read_ms, Ordering::Relaxed).max(read_ms));
        }
        let behind_ms = latest_ms.saturating_sub(read_ms);
        if behind_ms > UNTOLD_MS && !self.is_behind.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                behind_ms,
                "the machine's clock was set back; time stands still until it has caught up: set the clock right"
            );
        }
        Instant::from_millis(latest_ms)
    }

    /// Takes note of an instant that has been.
    pub(crate) fn not_before(&self, at: Instant) {
        self.latest_ms.fetch_max(at.as_millis(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use candor_words::ManualClock;

    use super::*;

    #[test]
    fn a_clock_that_is_set_back_stands_still_until_it_has_caught_up() {
        let at = Instant::from_millis;
        let clock = Arc::new(ManualClock::new(at(5_000)));
        let steady = Steady::new(clock.clone());
        assert_eq!(steady.now(), at(5_000));
        clock.set(at(1_000));
        assert_eq!(steady.now(), at(5_000));
        clock.set(at(5_001));
        assert_eq!(steady.now(), at(5_001));
        steady.not_before(at(9_000));
        assert_eq!(steady.now(), at(9_000));
    }
}
