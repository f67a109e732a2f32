//! Gated, unsealed and logged reads beside plain reads of the same rows from the same store.
//!
//! `cargo xtask bench gated-read [SUBJECTS] [SECONDS]`. Both sides run in turn in one process, several
//! rounds, over one SQLite file with full durability; the last line is the median ratio. `plain` fetches
//! the sealed row and stops; `gated` asks by name, decides, opens two fields, and answers only when the
//! ledger entry is durable. `http` asks the same over loopback, with the load generator on the same cores.

mod http;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use candor_vault::ONLY_RECORD;
use world::World;

// A read waits for one durable write whatever it costs; enough others must be under way meanwhile.
const TASKS: usize = 2_048;
const ROUNDS: usize = 3;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let n_subjects = args.next().unwrap_or(20_000);
    let seconds = args.next().unwrap_or(4);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(run(usize::try_from(n_subjects).unwrap_or(usize::MAX), Duration::from_secs(seconds)));
}

async fn run(n_subjects: usize, time: Duration) {
    let world = Arc::new(World::with(n_subjects).await);
    println!("{n_subjects} subjects, {TASKS} tasks, {ROUNDS} rounds of {} s a side", time.as_secs());
    let mut ratios = Vec::new();
    let mut best = (0.0_f64, 0.0_f64);
    for round in 1..=ROUNDS {
        let plain = rate(&world, time, plain_read).await;
        let gated = rate(&world, time, gated_read).await;
        println!("round {round}: plain {plain:.0}/s, gated {gated:.0}/s, ratio {:.3}", gated / plain);
        ratios.push(gated / plain);
        best = (best.0.max(plain), best.1.max(gated));
    }
    let many = rate(&world, time, gated_batch).await * world::BATCH as f64;
    println!("gated-read.embedded_best value={:.0}/s goal=300000/s", best.1);
    println!("gated-read.batched value={many:.0}/s ({} questions a call)", world::BATCH);
    let over_http = http::rate(&world, time).await;
    println!("gated-read.http value={over_http:.0}/s goal=40000/s");
    ratios.sort_by(f64::total_cmp);
    println!("gated-read ratio={:.3} goal=0.85", ratios[ROUNDS / 2]);
}

/// Runs an operation in many tasks for a time and returns how often it was done in a second.
async fn rate<F>(
    world: &Arc<World>,
    time: Duration,
    operation: impl Fn(Arc<World>, usize) -> F + Copy + Send + Sync + 'static,
) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (world, done) = (Arc::clone(world), Arc::clone(&done));
            tokio::spawn(async move {
                let mut at = task * 7919;
                while start.elapsed() < time {
                    at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    operation(Arc::clone(&world), at >> 33).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task that ends");
    }
    done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

async fn plain_read(world: Arc<World>, at: usize) {
    let subject = world.subjects[at % world.subjects.len()];
    let row = world.vault.store().record(world.tenant, subject, "account", ONLY_RECORD).await.expect("an answer");
    std::hint::black_box(row.expect("a row"));
    // The other side yields when it waits for its commit; so that tasks take turns here too:
    tokio::task::yield_now().await;
}

async fn gated_read(world: Arc<World>, at: usize) {
    let ask = world.ask(at);
    let answer = world.vault.read(&world.caller, &ask).await.expect("an answer");
    assert_eq!(answer.records.len(), 1, "the values are there");
    std::hint::black_box(answer);
}

async fn gated_batch(world: Arc<World>, at: usize) {
    let asks: Vec<_> = (0..world::BATCH).map(|n| world.ask(at.wrapping_add(n * 104_729))).collect();
    for answer in world.vault.read_many(&world.caller, &asks).await.expect("answers") {
        std::hint::black_box(answer.expect("an answer"));
    }
}
