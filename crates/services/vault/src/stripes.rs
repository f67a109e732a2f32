//! One writer per subject at a time: a fixed number of locks, shared by subjects that fall together.

use std::sync::Arc;

use candor_words::SubjectId;
use tokio::sync::{Mutex, OwnedMutexGuard};

const STRIPES: usize = 1024;

/// The locks.
pub(crate) struct Stripes(Box<[Arc<Mutex<()>>]>);

impl Stripes {
    pub(crate) fn new() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }

    /// Waits until nobody else in this process writes about the subject.
    pub(crate) async fn hold(&self, subject: SubjectId) -> OwnedMutexGuard<()> {
        let [a, b, ..] = *subject.as_bytes();
        let stripe = usize::from(u16::from_be_bytes([a, b])) % STRIPES;
        Arc::clone(&self.0[stripe]).lock_owned().await
    }
}
