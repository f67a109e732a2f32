//! What is kept in memory, run through every interleaving of a change, a slow loader and a reader.
//!
//! `epoch.rs` and `kept.rs` are the vault's own, compiled here over the primitives of a model checker (loom), which
//! also tries what the memory model allows beyond any order of steps. The last tests take one part of the
//! algorithm away each, and the model finds the read that should not have been.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, reason = "this is a test of two files")]

#[path = "../../src/epoch.rs"]
mod epoch;
#[path = "../../src/kept.rs"]
mod kept;

/// In the place of the vault's `sync.rs`.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

use std::sync::Arc;

use kept::{Kept, Shelf};
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

const KEY: u8 = 7;
const SLOT: usize = 3;

/// A shelf for one value: what a cache is to one of its keys.
#[derive(Default)]
struct OneShelf(Mutex<Option<(u64, Consent)>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Consent {
    Given,
    Withdrawn,
}

impl Shelf<u8, (u64, Consent)> for Arc<OneShelf> {
    fn find(&self, _: &u8) -> Option<(u64, Consent)> {
        *self.0.lock().unwrap()
    }

    fn put(&self, _: u8, value: (u64, Consent)) {
        *self.0.lock().unwrap() = Some(value);
    }

    fn clear(&self, _: &u8) {
        *self.0.lock().unwrap() = None;
    }
}

/// A store whose reads are answered with what is committed.
struct World {
    store: Mutex<Consent>,
    shelf: Arc<OneShelf>,
    kept: Kept<Arc<OneShelf>>,
    acknowledged: AtomicBool,
}

/// How a reader comes by the state.
type Read = fn(&World) -> Consent;

impl World {
    fn new() -> Arc<Self> {
        let shelf = Arc::new(OneShelf::default());
        Arc::new(Self {
            store: Mutex::new(Consent::Given),
            kept: Kept::new(Arc::clone(&shelf), 1),
            shelf,
            acknowledged: AtomicBool::new(false),
        })
    }

    fn committed(&self) -> Consent {
        *self.store.lock().unwrap()
    }

    /// As `Vault::live` does it.
    fn read(&self) -> Consent {
        if let Some(kept) = self.kept.get(&KEY, SLOT) {
            return kept;
        }
        let loading = self.kept.begin(SLOT);
        let loaded = self.committed();
        self.kept.keep(KEY, loading, loaded);
        loaded
    }

    /// As `Vault::commit_about` does it.
    fn withdraw(&self) {
        *self.store.lock().unwrap() = Consent::Withdrawn;
        self.kept.forget(&KEY, SLOT);
        self.acknowledged.store(true, Ordering::Release);
    }

    /// Reads, and finds fault with what was before a change whose acknowledgement came first.
    fn read_and_judge(&self, read: Read) {
        let began_after = self.acknowledged.load(Ordering::Acquire);
        let seen = read(self);
        assert!(!began_after || seen == Consent::Withdrawn, "a read that began after the withdrawal was permitted");
    }
}

/// A withdrawal beside somebody who reads twice: what the first read leaves, the second finds. Every interleaving.
fn a_withdrawal_races_reads(read: Read) {
    loom::model(move || {
        let world = World::new();
        let withdrawing = thread::spawn({
            let world = Arc::clone(&world);
            move || world.withdraw()
        });
        world.read_and_judge(read);
        world.read_and_judge(read);
        withdrawing.join().unwrap();
        world.read_and_judge(read);
    });
}

#[test]
fn no_interleaving_permits_a_read_that_began_after_the_withdrawal_was_acknowledged() {
    a_withdrawal_races_reads(World::read);
}

#[test]
fn nor_does_any_with_a_second_reader_and_up_to_two_preemptions() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let world = World::new();
        let others: [fn(&World); 2] = [World::withdraw, |world| world.read_and_judge(World::read)];
        let others = others.map(|other| {
            let world = Arc::clone(&world);
            thread::spawn(move || other(&world))
        });
        world.read_and_judge(World::read);
        others.into_iter().for_each(|other| other.join().unwrap());
        world.read_and_judge(World::read);
    });
}

#[test]
#[should_panic(expected = "a read that began after the withdrawal was permitted")]
fn without_the_check_of_the_epoch_the_model_finds_such_a_read() {
    a_withdrawal_races_reads(|world| {
        if let Some((_, kept)) = world.shelf.find(&KEY) {
            return kept;
        }
        let loading = world.kept.begin(SLOT);
        let loaded = world.committed();
        world.kept.keep(KEY, loading, loaded);
        loaded
    });
}

#[test]
#[should_panic(expected = "a read that began after the withdrawal was permitted")]
fn with_an_epoch_taken_after_the_loading_the_model_finds_such_a_read() {
    a_withdrawal_races_reads(|world| {
        if let Some(kept) = world.kept.get(&KEY, SLOT) {
            return kept;
        }
        let loaded = world.committed();
        world.kept.keep(KEY, world.kept.begin(SLOT), loaded);
        loaded
    });
}

#[test]
#[should_panic(expected = "a read that began after the withdrawal was permitted")]
fn with_an_acknowledgement_before_the_forgetting_the_model_finds_such_a_read() {
    loom::model(|| {
        let world = World::new();
        world.read();
        let withdrawing = thread::spawn({
            let world = Arc::clone(&world);
            move || {
                *world.store.lock().unwrap() = Consent::Withdrawn;
                world.acknowledged.store(true, Ordering::Release);
                world.kept.forget(&KEY, SLOT);
            }
        });
        world.read_and_judge(World::read);
        withdrawing.join().unwrap();
    });
}
