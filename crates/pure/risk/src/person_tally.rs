//! What one person's sign-ins showed: counts by week of the names of values.

use serde::{Deserialize, Serialize};

use crate::{Level, Named, ValueName, Week, Weekly};

/// How many values of a person are counted; of more, those not seen for longest are let go.
pub const VALUES_MAX: usize = 150;

/// The counts of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonTally {
    sign_ins: Weekly,
    values: Vec<Counted>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    level: Level,
    name: ValueName,
    weeks: Weekly,
}

impl PersonTally {
    /// How often the person signed in from a week on.
    pub fn sign_ins(&self, since: Week) -> u64 {
        self.sign_ins.total(since)
    }

    /// How many of these showed a value.
    pub fn showed(&self, value: Named, since: Week) -> u64 {
        self.position(value).map_or(0, |at| self.values[at].weeks.total(since))
    }

    /// The week of the last sign-in.
    pub fn last(&self) -> Option<Week> {
        self.sign_ins.last()
    }

    /// True when nothing is counted from a week on, so that the whole can be let go.
    pub fn is_empty(&self, since: Week) -> bool {
        self.last().is_none_or(|last| last < since)
    }

    pub(crate) fn add(&mut self, values: &[Named], week: Week, since: Week) {
        self.forget(since);
        self.sign_ins.add(week);
        for value in values {
            let at = self.position(*value).unwrap_or_else(|at| {
                let counted = Counted { level: value.level, name: value.name, weeks: Weekly::default() };
                self.values.insert(at, counted);
                at
            });
            self.values[at].weeks.add(week);
        }
        while self.values.len() > VALUES_MAX {
            let oldest = (0..self.values.len()).min_by_key(|&at| self.values[at].weeks.last());
            oldest.into_iter().for_each(|at| drop(self.values.remove(at)));
        }
    }

    fn forget(&mut self, before: Week) {
        self.sign_ins.forget(before);
        self.values.iter_mut().for_each(|counted| counted.weeks.forget(before));
        self.values.retain(|counted| counted.weeks.last().is_some());
    }

    fn position(&self, value: Named) -> Result<usize, usize> {
        self.values.binary_search_by_key(&(value.level, value.name), |counted| (counted.level, counted.name))
    }
}
