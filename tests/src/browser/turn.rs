//! How many browsers run at once on a machine, over all processes of the tests.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use crate::installed;

/// How long a test waits for its turn.
const WAIT: Duration = Duration::from_secs(480);
/// The most browsers at once.
const TURNS_MAX: usize = 2;

/// One of the turns, until dropped: the lock of a file, which the system gives back whatever becomes of the process.
pub struct Turn {
    _lock: File,
}

impl Turn {
    pub fn wait() -> Self {
        let until = Instant::now() + WAIT;
        loop {
            if let Some(turn) = (0..TURNS_MAX).find_map(Self::take) {
                return turn;
            }
            assert!(Instant::now() < until, "no browser's turn came within {WAIT:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn take(number: usize) -> Option<Self> {
        let path = installed("peers").join(format!("turn-{number}"));
        let file = File::create(&path).unwrap_or_else(|error| panic!("{path:?}: {error}: run `cargo xtask setup`"));
        match file.try_lock() {
            Ok(()) => Some(Self { _lock: file }),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => panic!("{path:?}: {error}"),
        }
    }
}
