//! From the acknowledgement of a withdrawal to the refused read.
//!
//! `cargo xtask bench withdraw [TIMES] [READERS]`. Over a SQLite file with full durability: a consent is withdrawn, and the
//! moment the withdrawal is acknowledged the same field is asked for again. Three ways: in process, over HTTP, and in
//! process while readers ask for the same person all the time. The time that counts runs from the acknowledgement
//! to the decision that refuses; the refusal itself is answered once its own ledger entry is durable, and that time is
//! shown beside it. The harness fails if one read that began after an acknowledgement is granted.

mod load;
mod ways;
mod world;

use std::time::Duration;

use bench_bed::{Spread, shown};
use world::World;

const GOAL: Duration = Duration::from_millis(1);

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let times = args.next().unwrap_or(1_000);
    let readers = args.next().unwrap_or(32);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(run(times, readers));
}

async fn run(times: usize, readers: usize) {
    let world = World::new().await;
    println!("{times} withdrawals a way, one after the other");
    let alone = ways::in_process(&world, times).await;
    tell("in process", &alone);
    let over_http = ways::over_http(&world, times).await;
    tell("over HTTP", &over_http);
    let (loaded, n_reads) = load::under_load(&world, times, readers).await;
    tell(&format!("in process, {readers} readers"), &loaded);
    println!("no read that began after an acknowledgement was granted, of {n_reads} under load");
    let p99 = alone.refused.at(0.99);
    println!("withdraw.over_http value={}", shown(over_http.answered.at(0.99)));
    println!("withdraw.under_load value={} goal={}", shown(loaded.refused.at(0.99)), shown(GOAL));
    println!(
        "withdraw value={} ratio={:.4} goal=1 (of {})",
        shown(p99),
        p99.as_secs_f64() / GOAL.as_secs_f64(),
        shown(GOAL)
    );
}

/// What one way took.
pub struct Times {
    /// From the acknowledgement to the decision that refuses.
    pub refused: Spread,
    /// From the acknowledgement to the refusal as an answer, its ledger entry durable.
    pub answered: Spread,
    /// The withdrawal itself.
    pub withdrawal: Spread,
}

fn tell(way: &str, times: &Times) {
    let pair = |spread: &Spread| format!("p50 {:>9}  p99 {:>9}", shown(spread.at(0.5)), shown(spread.at(0.99)));
    println!("{way}");
    println!("  acknowledged → refused            {}", pair(&times.refused));
    println!("  acknowledged → refusal answered   {}", pair(&times.answered));
    println!("  the withdrawal                    {}", pair(&times.withdrawal));
}
