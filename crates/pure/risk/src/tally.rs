//! What everybody's sign-ins showed: totals, and counts by week of each value.
//!
//! Every count is exact over the weeks that are kept without any list being walked: what is distinct is counted in the
//! week in which it was last seen, and moves when it is seen again. Only sign-ins that were completed are learned.

use serde::{Deserialize, Serialize};

use crate::{Attempt, Feature, History, Level, LevelCounts, Named, PersonTally, ValueName, Week, Weekly};

/// How many coarser values are counted beside one; an address is in few countries.
const WITHIN_MAX: usize = 32;

/// The counts that concern all values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    sign_ins: Weekly,
    people: Weekly,
    distinct: Vec<(Level, Weekly)>,
}

/// The counts of one value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ValueTally {
    weeks: Weekly,
    within: Vec<(Level, ValueName, Week)>,
}

/// What a score reads of an attempt. The tallies of its values stand in the order of the attempt's.
pub fn history(
    attempt: &Attempt,
    person: &PersonTally,
    totals: &Totals,
    values: &[ValueTally],
    since: Week,
) -> History {
    let mut first: Option<(Feature, &ValueTally)> = None;
    let mut levels = Vec::with_capacity(values.len());
    for (named, tally) in attempt.values().iter().zip(values) {
        let feature = named.level.feature();
        let first = match first {
            Some((of, first)) if of == feature => first,
            _ => first.insert((feature, tally)).1,
        };
        levels.push(LevelCounts {
            level: named.level,
            own: person.showed(*named, since),
            all: tally.weeks.total(since),
            distinct: totals.distinct(named.level).map_or(0, |weeks| weeks.total(since)),
            distinct_within: first.distinct_within(named.level, since),
        });
    }
    History {
        own: person.sign_ins(since),
        all: totals.sign_ins.total(since),
        people: totals.people.total(since),
        levels,
    }
}

/// Counts a completed sign-in, and lets go what is no longer kept. The tallies of its values stand in the order of the
/// attempt's.
pub fn learn(
    attempt: &Attempt,
    person: &mut PersonTally,
    totals: &mut Totals,
    values: &mut [ValueTally],
    weeks: (Week, Week),
) {
    let (since, now) = weeks;
    totals.forget(since);
    totals.sign_ins.add(now);
    moved(&mut totals.people, person.last(), now);
    person.add(attempt.values(), now, since);
    for (named, tally) in attempt.values().iter().zip(values) {
        moved(totals.distinct_mut(named.level), tally.weeks.last(), now);
        tally.forget(since);
        tally.weeks.add(now);
        if attempt.first_of(named.level.feature()) == Some(*named) {
            let coarser = attempt.values().iter().filter(|value| value.level.feature() == named.level.feature());
            coarser.filter(|value| value.level != named.level).for_each(|value| tally.add_within(*value, now));
        }
    }
}

/// Counts in the week of the last time; what was counted in an earlier one is not any more.
fn moved(weeks: &mut Weekly, last: Option<Week>, now: Week) {
    match last {
        Some(last) if last >= now => {}
        Some(last) => {
            weeks.take(last);
            weeks.add(now);
        }
        None => weeks.add(now),
    }
}

impl Totals {
    fn distinct(&self, level: Level) -> Option<&Weekly> {
        self.distinct.iter().find(|(of, _)| *of == level).map(|(_, weeks)| weeks)
    }

    fn distinct_mut(&mut self, level: Level) -> &mut Weekly {
        let at = self.distinct.iter().position(|(of, _)| *of == level).unwrap_or_else(|| {
            self.distinct.push((level, Weekly::default()));
            self.distinct.len() - 1
        });
        &mut self.distinct[at].1
    }

    fn forget(&mut self, before: Week) {
        self.sign_ins.forget(before);
        self.people.forget(before);
        self.distinct.iter_mut().for_each(|(_, weeks)| weeks.forget(before));
    }
}

impl ValueTally {
    /// The week in which the value was last shown.
    pub fn last(&self) -> Option<Week> {
        self.weeks.last()
    }

    fn distinct_within(&self, level: Level, since: Week) -> u64 {
        self.within.iter().filter(|(of, _, last)| *of == level && *last >= since).count() as u64
    }

    fn add_within(&mut self, value: Named, now: Week) {
        let seen = self.within.iter_mut().find(|(level, name, _)| (*level, *name) == (value.level, value.name));
        match seen {
            Some((_, _, last)) => *last = (*last).max(now),
            None => self.within.push((value.level, value.name, now)),
        }
        if self.within.len() > WITHIN_MAX {
            let oldest = (0..self.within.len()).min_by_key(|&at| self.within[at].2);
            oldest.into_iter().for_each(|at| _ = self.within.swap_remove(at));
        }
    }

    fn forget(&mut self, before: Week) {
        self.weeks.forget(before);
        self.within.retain(|(_, _, last)| *last >= before);
    }
}
