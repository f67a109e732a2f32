//! `kill -9` at random points under load, as often as the environment says: what was acknowledged is there.
//!
//! `CANDOR_KILLS` is how often in all (1 000 unless set), `CANDOR_SEED` what decides when and what. Each of the
//! cases below has its own server and its part of the kills; a failure prints the seed that repeats it. What the
//! threads of the load do against each other is the machine's to decide, so a seed repeats the moments and the
//! acts, not each interleaving.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "crash/first_start.rs"]
mod first_start;
#[path = "crash/load.rs"]
mod load;
#[path = "crash/person.rs"]
mod person;
#[path = "crash/round.rs"]
mod round;

use candor_tests::{Dice, setting};
use round::Round;

/// How many cases share the kills.
const CASES: u64 = 4;
/// The whole ledger is checked by `ledger-check` once in so many kills, and at the end.
const WHOLE_EVERY: u64 = 50;

fn killed_again_and_again(case: u64) {
    let (kills, seed) = (setting("CANDOR_KILLS", 1000).div_ceil(CASES), setting("CANDOR_SEED", 20_261_125));
    println!("case {case} of seed {seed}: repeat it with CANDOR_SEED={seed}");
    let mut round = Round::begin(Dice::new(seed ^ (case << 56)));
    for kill in 1..=kills {
        println!("kill {kill} of {kills}");
        round.kill_under_load();
        round.check_after_restart();
        if kill % WHOLE_EVERY == 0 || kill == kills {
            round.check_whole();
        }
    }
    round.tell();
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill_first_part() {
    killed_again_and_again(0);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill_second_part() {
    killed_again_and_again(1);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill_third_part() {
    killed_again_and_again(2);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill_fourth_part() {
    killed_again_and_again(3);
}
