//! Two stores, the same units, the same answers.

use std::sync::Arc;

use crate::{CommitError, Committed, Store};

use super::picture::picture;
use super::random::{Dice, unit};
use super::samples::{at, commit};
use super::wait;

/// Puts both stores, empty at first, through the same random units and leases, and compares every
/// answer on the way and everything that can be read at the end.
pub fn agree(one: &Arc<dyn Store>, other: &Arc<dyn Store>, seed: u64, units: usize) {
    let dice = Dice::new(seed);
    for turn in 0..units {
        if dice.below(8) == 0 {
            let (now, until, limit) = (at(dice.below(8)), at(dice.below(12)), usize::from(dice.below(4)));
            let leased = [one, other].map(|store| wait(store.lease_jobs(now, until, limit)));
            assert_eq!(leased[0], leased[1], "leases of turn {turn} differ");
        }
        let unit = unit(&dice);
        let results = [one, other].map(|store| kind(commit(&**store, unit.clone())));
        assert_eq!(results[0], results[1], "unit {turn} fared differently: {unit:?}");
    }
    for (line, other) in picture(one).iter().zip(picture(other)) {
        assert_eq!(*line, other);
    }
}

/// A unit that is unfit for several reasons may be refused for any of them.
fn kind(result: Result<Committed, CommitError>) -> Result<Committed, CommitError> {
    result.map_err(|error| match error {
        CommitError::Unfit { .. } => CommitError::Unfit { reason: "any" },
        error => error,
    })
}
