//! From the start of `candor serve` to its first answered gated read, and its memory while it idles.
//!
//! `cargo xtask bench start [SUBJECTS] [RUNS]`. A data directory with that many subjects is made once, through
//! the vault, and kept under `benches/target`. Each run starts the executable as a process of its own and asks,
//! over a new connection, for two fields of somebody else; `cold` runs begin with the database out of the
//! system's cache. The last line is the median of the warm runs.

mod data;
mod run;

use std::time::Duration;

use bench_bed::{Spread, shown};
use data::Data;

const GOAL_MS: f64 = 100.0;
const IDLE_GOAL_MB: f64 = 40.0;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let n_subjects = args.next().unwrap_or(1_000_000);
    let n_runs = args.next().unwrap_or(9);
    let data = Data::of(n_subjects);
    println!("{n_subjects} subjects, database of {:.0} MB", data.database_bytes() as f64 / 1e6);
    let (warm, busy): (Vec<_>, Vec<_>) = (0..n_runs).map(|n| run::first_answer(&data, n)).unzip();
    let cold: Vec<Duration> = (0..n_runs.min(3))
        .map(|n| {
            data.drop_from_cache();
            run::first_answer(&data, n_runs + n).0
        })
        .collect();
    let (warm, cold) = (Spread::of(warm), Spread::of(cold));
    println!("first answer, warm   median {}  worst {}", shown(warm.at(0.5)), shown(warm.at(1.0)));
    println!("  of it processor time {}", shown(Spread::of(busy).at(0.5)));
    println!("first answer, cold   median {}  worst {}", shown(cold.at(0.5)), shown(cold.at(1.0)));
    let memory = run::memory(&data);
    for (when, bytes) in &memory {
        println!("memory {when:<30} {:.1} MB resident", *bytes as f64 / 1e6);
    }
    let idle = memory.iter().filter(|(when, _)| *when != run::AFTER_READS).map(|(_, bytes)| *bytes).max().unwrap_or(0);
    println!("start.idle_memory value={:.1}MB goal={IDLE_GOAL_MB}MB", idle as f64 / 1e6);
    let median_ms = warm.at(0.5).as_secs_f64() * 1e3;
    println!("start value={median_ms:.1}ms ratio={:.3} goal=1 (of {GOAL_MS} ms)", median_ms / GOAL_MS);
}
