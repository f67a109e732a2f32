//! How many requests a key may send: the generic cell rate algorithm (ITU-T I.371).
//!
//! Per key one number is kept, the time at which its next request would be on schedule. Time is an
//! argument, in nanoseconds of any steady clock.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;

const SHARDS: usize = 16;
/// The most keys a shard remembers; beyond, those that are on schedule are forgotten.
const KEYS_PER_SHARD_MAX: usize = 4096;

/// A rate and how far ahead of it one may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per second, at least 1.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// A request that comes too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// When it may come back.
    pub wait: Duration,
}

/// Counts requests per key of 16 bytes.
#[derive(Debug)]
pub struct Throttle {
    step_ns: u64,
    ahead_ns: u64,
    shards: [Mutex<HashMap<[u8; 16], u64>>; SHARDS],
}

impl Throttle {
    /// Makes one that nobody has used yet.
    pub fn new(rate: Rate) -> Self {
        let step_ns = 1_000_000_000 / u64::from(rate.per_second.max(1));
        let ahead_ns = step_ns * u64::from(rate.burst.max(1));
        Self { step_ns, ahead_ns, shards: std::array::from_fn(|_| Mutex::default()) }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// The key ran further ahead than its burst; the request is not counted.
    pub fn pass(&self, key: &[u8; 16], now_ns: u64) -> Result<(), Throttled> {
        let Some(shard) = self.shards.get(usize::from(key[15]) % SHARDS) else { return Ok(()) };
        let mut times = shard.lock();
        if times.len() >= KEYS_PER_SHARD_MAX && !times.contains_key(key) {
            times.retain(|_, due| *due > now_ns);
        }
        let due = times.get(key).copied().unwrap_or(0).max(now_ns);
        let next = due + self.step_ns;
        if next > now_ns + self.ahead_ns {
            return Err(Throttled { wait: Duration::from_nanos(next - now_ns - self.ahead_ns) });
        }
        times.insert(*key, next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_burst_passes_and_the_next_request_waits_its_turn() {
        let throttle = Throttle::new(Rate { per_second: 10, burst: 3 });
        let key = [1; 16];
        for _ in 0..3 {
            throttle.pass(&key, SECOND).unwrap();
        }
        let refused = throttle.pass(&key, SECOND).unwrap_err();
        assert_eq!(refused.wait, Duration::from_millis(100));
        throttle.pass(&key, SECOND + SECOND / 10).unwrap();
    }

    #[test]
    fn one_key_does_not_use_up_the_rate_of_another() {
        let throttle = Throttle::new(Rate { per_second: 1, burst: 1 });
        throttle.pass(&[1; 16], 0).unwrap();
        throttle.pass(&[2; 16], 0).unwrap();
        assert!(throttle.pass(&[1; 16], 0).is_err());
    }

    #[test]
    fn keys_that_are_on_schedule_are_forgotten_when_many_come() {
        let throttle = Throttle::new(Rate { per_second: 1, burst: 1 });
        for n in 0..=KEYS_PER_SHARD_MAX as u64 {
            let mut key = [0; 16];
            key[..8].copy_from_slice(&n.to_le_bytes());
            throttle.pass(&key, n * 2 * SECOND).unwrap();
        }
        assert!(throttle.shards[0].lock().len() < 4);
    }
}
