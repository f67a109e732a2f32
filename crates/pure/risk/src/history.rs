//! What a score reads of the past: a handful of counts for one attempt.

use crate::Level;

/// The counts of one attempt. Any numbers give a finite score; those that fit together give the published one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Sign-ins of this person.
    pub own: u64,
    /// Sign-ins of everybody.
    pub all: u64,
    /// People who have signed in.
    pub people: u64,
    /// One for each value of the attempt, in the order of their levels.
    pub levels: Vec<LevelCounts>,
}

/// The counts of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelCounts {
    /// The level it is a value of.
    pub level: Level,
    /// Sign-ins of this person that showed it.
    pub own: u64,
    /// Sign-ins of everybody that showed it.
    pub all: u64,
    /// How many different values of this level everybody has shown.
    pub distinct: u64,
    /// The same, among the sign-ins that showed the attempt's most specific value of this feature.
    pub distinct_within: u64,
}
