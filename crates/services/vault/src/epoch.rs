//! What is kept in memory holds only within the epoch in which its loading began.
//!
//! Whoever changes what is kept lets the epoch move on once the change is durable and before anybody is
//! told. A loader that began earlier carries the older epoch, so it cannot bring the old state back.

use std::sync::Arc;

use crate::sync::{AtomicU64, Ordering};

/// Counts the changes of something that is kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Epoch(AtomicU64);

impl Epoch {
    /// The epoch to load in, read before the loading begins.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// True when nothing changed since.
    pub(crate) fn is(&self, loaded_in: u64) -> bool {
        self.now() == loaded_in
    }

    /// Ends the epoch.
    pub(crate) fn move_on(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends the epoch when it is dropped: however a commit ends, and whoever hung up meanwhile.
    pub(crate) fn moving_on(self: &Arc<Self>) -> MovingOn {
        MovingOn(Arc::clone(self))
    }
}

/// Ends an epoch when dropped.
pub(crate) struct MovingOn(Arc<Epoch>);

impl Drop for MovingOn {
    fn drop(&mut self) {
        self.0.move_on();
    }
}
