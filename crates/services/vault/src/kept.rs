//! Values kept in memory beside the store, which a change makes everybody forget before it is acknowledged.
//!
//! Promise: whoever begins to read after a change was acknowledged is not given what was before it, even when a
//! loader that began earlier puts the old state back later. Each value carries the epoch in which its loading
//! began; [`Kept::forget`] ends that epoch. `tests/model` runs this very file under a model checker, through every
//! interleaving.

use crate::epoch::Epoch;

/// Where kept values lie: it may lose any of them at any time.
pub(crate) trait Shelf<K, V> {
    /// The value under a key, if it still lies there.
    fn find(&self, key: &K) -> Option<V>;
    /// Puts a value under a key.
    fn put(&self, key: K, value: V);
    /// Takes away what lies under a key.
    fn clear(&self, key: &K);
}

/// A shelf with its epochs.
pub(crate) struct Kept<S> {
    shelf: S,
    epochs: Box<[Epoch]>,
}

/// A loading that has begun. The store is read after this was made, never before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loading {
    epoch: u64,
}

impl<S> Kept<S> {
    /// An empty shelf; keys that fall on the same of `n_epochs` are forgotten together.
    pub(crate) fn new(shelf: S, n_epochs: usize) -> Self {
        Self { shelf, epochs: (0..n_epochs).map(|_| Epoch::default()).collect() }
    }

    /// What is kept under a key, unless something changed since its loading began.
    pub(crate) fn get<K, V>(&self, key: &K, slot: usize) -> Option<V>
    where
        S: Shelf<K, (u64, V)>,
    {
        let (loaded_in, value) = self.shelf.find(key)?;
        self.epoch(slot).is(loaded_in).then_some(value)
    }

    /// Begins to load what falls on a slot.
    pub(crate) fn begin(&self, slot: usize) -> Loading {
        Loading { epoch: self.epoch(slot).now() }
    }

    /// Keeps what was loaded.
    pub(crate) fn keep<K, V>(&self, key: K, loading: Loading, value: V)
    where
        S: Shelf<K, (u64, V)>,
    {
        self.shelf.put(key, (loading.epoch, value));
    }

    /// Forgets what is kept under a key. Called once the change is durable and before anybody is told of it.
    pub(crate) fn forget<K, V>(&self, key: &K, slot: usize)
    where
        S: Shelf<K, (u64, V)>,
    {
        self.epoch(slot).move_on();
        self.shelf.clear(key);
    }

    fn epoch(&self, slot: usize) -> &Epoch {
        &self.epochs[slot % self.epochs.len()]
    }
}
