//! One writer per subject at a time: a fixed number of locks, shared by subjects that fall together.

use std::collections::BTreeSet;
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
        Arc::clone(&self.0[stripe_of(subject)]).lock_owned().await
    }

    /// Waits until nobody else in this process writes about any of the subjects. Locks are taken in one order, and
    /// whoever holds a single one waits for no other, so that nobody waits in a circle.
    pub(crate) async fn hold_all(&self, subjects: impl Iterator<Item = SubjectId>) -> Vec<OwnedMutexGuard<()>> {
        let stripes: BTreeSet<usize> = subjects.map(stripe_of).collect();
        let mut held = Vec::with_capacity(stripes.len());
        for stripe in stripes {
            held.push(Arc::clone(&self.0[stripe]).lock_owned().await);
        }
        held
    }
}

fn stripe_of(subject: SubjectId) -> usize {
    let [a, b, ..] = *subject.as_bytes();
    usize::from(u16::from_be_bytes([a, b])) % STRIPES
}
