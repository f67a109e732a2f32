//! Withdrawals while readers ask for the same person without a pause.

use std::sync::atomic::{AtomicU64, Ordering};

use candor_vault::ConsentVerb;

use crate::Times;
use crate::ways::{Taken, withdraw_and_ask};
use crate::world::World;

/// Says how the person stands: odd from each acknowledgement of a withdrawal until consent is about to be given anew.
#[derive(Default)]
struct Standing(AtomicU64);

impl Standing {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn step(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns what the withdrawals took and how many reads the readers made; fails on the first that should not have been
/// granted.
pub async fn under_load(world: &World, times: usize, n_readers: usize) -> (Times, u64) {
    let (standing, done) = (Standing::default(), AtomicU64::new(0));
    let mut n_reads = 0;
    let mut taken = Taken::default();
    std::thread::scope(|scope| {
        let readers = scope.spawn(|| runtime().block_on(read_until(world, &standing, &done, n_readers)));
        // A runtime of its own, so that readers and withdrawals run side by side.
        scope
            .spawn(|| runtime().block_on(withdrawals(world, &standing, times, &mut taken)))
            .join()
            .expect("withdrawals");
        done.store(1, Ordering::SeqCst);
        n_reads = readers.join().expect("readers that end");
    });
    (taken.times(), n_reads)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn withdrawals(world: &World, standing: &Standing, times: usize, taken: &mut Taken) {
    let subject = world.subjects[0];
    for _ in 0..times {
        world.say(subject, ConsentVerb::Given).await;
        withdraw_and_ask(world, subject, taken).await;
        standing.step();
        // For a while every read that the readers begin must be refused.
        for _ in 0..2 {
            assert!(world.read(&world.ask(subject)).await.records.is_empty());
        }
        standing.step();
    }
}

async fn read_until(world: &World, standing: &Standing, done: &AtomicU64, n_readers: usize) -> u64 {
    let readers = (0..n_readers).map(|_| async {
        let ask = world.ask(world.subjects[0]);
        let mut n_reads = 0;
        while done.load(Ordering::SeqCst) == 0 {
            let before = standing.now();
            let granted = !world.read(&ask).await.records.is_empty();
            let must_refuse = before % 2 == 1 && standing.now() == before;
            assert!(!(must_refuse && granted), "a read that began after a withdrawal was granted");
            n_reads += 1;
        }
        n_reads
    });
    futures_util::future::join_all(readers).await.into_iter().sum()
}
