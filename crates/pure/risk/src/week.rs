//! Counts by week, so that old ones fall out.
//!
//! A week counts as long as all of it lies within the time that is kept, so that nothing is counted for longer than
//! a policy says, and at most a week for less.

use candor_words::{Instant, Span};
use serde::{Deserialize, Serialize};

const WEEK_MS: i64 = 7 * 24 * 3_600_000;
/// From the Monday before 1970-01-01, a Thursday.
const EPOCH_MS: i64 = 3 * 24 * 3_600_000;

/// A week, from Monday, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(i64);

impl Week {
    /// The week that an instant lies in.
    pub const fn of(at: Instant) -> Self {
        Self(at.as_millis().saturating_add(EPOCH_MS).div_euclid(WEEK_MS))
    }

    /// The first week that is wholly within a length of time before an instant.
    pub fn first_within(length: Span, at: Instant) -> Self {
        let from = at.minus(length).as_millis().saturating_add(EPOCH_MS);
        Self(from.div_euclid(WEEK_MS) + i64::from(from.rem_euclid(WEEK_MS) > 0))
    }

    /// Its first instant.
    pub const fn start(self) -> Instant {
        Instant::from_millis(self.0.saturating_mul(WEEK_MS).saturating_sub(EPOCH_MS))
    }
}

/// How many in which week; weeks without any are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekly(Vec<(Week, u64)>);

impl Weekly {
    /// Counts one more in a week.
    pub fn add(&mut self, week: Week) {
        match self.0.binary_search_by_key(&week, |(week, _)| *week) {
            Ok(at) => self.0[at].1 = self.0[at].1.saturating_add(1),
            Err(at) => self.0.insert(at, (week, 1)),
        }
    }

    /// Takes one of a week back; nothing when none is counted there.
    pub fn take(&mut self, week: Week) {
        let Ok(at) = self.0.binary_search_by_key(&week, |(week, _)| *week) else { return };
        self.0[at].1 -= 1;
        if self.0[at].1 == 0 {
            self.0.remove(at);
        }
    }

    /// How many from a week on.
    pub fn total(&self, since: Week) -> u64 {
        let counted = self.0.iter().filter(|(week, _)| *week >= since);
        counted.fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    /// Lets go what is older.
    pub fn forget(&mut self, before: Week) {
        self.0.retain(|(week, _)| *week >= before);
    }

    /// The last week in which any is counted.
    pub fn last(&self) -> Option<Week> {
        self.0.last().map(|(week, _)| *week)
    }
}

#[cfg(test)]
mod tests {
    use candor_words::SpanUnit;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_goes_from_monday_to_sunday() {
        let week = Week::of(at("2026-11-26T12:00:00Z"));
        assert_eq!(week.start(), at("2026-11-23T00:00:00Z"));
        assert_eq!(week, Week::of(at("2026-11-29T23:59:59.999Z")));
        assert_ne!(week, Week::of(at("2026-11-30T00:00:00Z")));
    }

    #[test]
    fn a_week_counts_only_while_all_of_it_is_kept() {
        let kept = Span::new(14, SpanUnit::Day);
        let monday = Week::of(at("2026-11-09T00:00:00Z"));
        assert_eq!(Week::first_within(kept, at("2026-11-23T00:00:00Z")), monday);
        assert!(Week::first_within(kept, at("2026-11-23T00:00:00.001Z")) > monday);
    }

    #[test]
    fn counts_are_added_taken_and_forgotten_by_week() {
        let weeks: Vec<Week> = (0..3).map(Week).collect();
        let mut counts = Weekly::default();
        [0, 2, 2, 1].into_iter().for_each(|i| counts.add(weeks[i]));
        assert_eq!((counts.total(weeks[0]), counts.total(weeks[2]), counts.last()), (4, 2, Some(weeks[2])));
        counts.take(weeks[0]);
        counts.take(weeks[0]);
        assert_eq!(counts.total(weeks[0]), 3);
        counts.forget(weeks[2]);
        assert_eq!(counts.total(weeks[0]), 2);
    }
}
