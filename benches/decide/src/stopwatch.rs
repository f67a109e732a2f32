//! Times a call over all questions: the best of many short runs, of which other work on the machine
//! leaves at least some alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::world::QUESTIONS;

const EACH: Duration = Duration::from_millis(1_500);
const RUNS_MIN: usize = 10;

/// Nanoseconds per call, asking all questions `rounds` times in each run.
pub fn nanos(rounds: usize, mut ask: impl FnMut(usize) -> bool) -> f64 {
    let mut best = f64::INFINITY;
    let mut runs = 0;
    let begin = Instant::now();
    while runs < RUNS_MIN || begin.elapsed() < EACH {
        let start = Instant::now();
        for _ in 0..rounds {
            for at in 0..QUESTIONS {
                black_box(ask(black_box(at)));
            }
        }
        best = best.min(start.elapsed().as_nanos() as f64 / (rounds * QUESTIONS) as f64);
        runs += 1;
    }
    best
}
