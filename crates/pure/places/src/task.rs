//! A task: one right of a batch of people, in one system.

use candor_words::Secret;
use serde::{Deserialize, Serialize};

use crate::Did;
use crate::person::{Person, PersonIx};

/// The most people of one task.
pub const TASK_PEOPLE_MAX: usize = 10_000;

/// What a connector is to carry out. Carried out twice, it has the same end.
#[derive(Debug)]
pub struct Task {
    /// What.
    pub act: Act,
    /// For whom: 1 to [`TASK_PEOPLE_MAX`].
    pub people: Vec<Person>,
}

/// What is done with the rows of people.
#[derive(Debug)]
pub enum Act {
    /// Each place does what its clause `on erasure` says (GDPR Art. 17).
    Erase,
    /// Values are put right where they stand, copies too (Art. 16).
    Rectify(Vec<Correction>),
    /// Rows are marked as restricted, where a place can hold that (Art. 18).
    Restrict,
    /// The mark is taken away.
    LiftRestriction,
    /// Rows say that the person's no to a purpose holds (Art. 7(3), 21).
    Stop(String),
    /// They say so no longer.
    Allow(String),
}

/// What a row can be marked with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Processing is restricted.
    Restriction,
    /// The person said no to the purpose of this name.
    No(String),
}

/// Whether a mark is set or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is set.
    Set,
    /// It is taken away.
    Lifted,
}

impl Act {
    /// The mark that is set or taken away; `None` for what marks nothing.
    pub fn mark(&self) -> Option<(Mark, Turn)> {
        match self {
            Self::Restrict => Some((Mark::Restriction, Turn::Set)),
            Self::LiftRestriction => Some((Mark::Restriction, Turn::Lifted)),
            Self::Stop(purpose) => Some((Mark::No(purpose.clone()), Turn::Set)),
            Self::Allow(purpose) => Some((Mark::No(purpose.clone()), Turn::Lifted)),
            Self::Erase | Self::Rectify(_) => None,
        }
    }
}

impl Mark {
    /// The act that sets it or takes it away.
    pub fn act(&self, turn: Turn) -> Act {
        match (self, turn) {
            (Self::Restriction, Turn::Set) => Act::Restrict,
            (Self::Restriction, Turn::Lifted) => Act::LiftRestriction,
            (Self::No(purpose), Turn::Set) => Act::Stop(purpose.clone()),
            (Self::No(purpose), Turn::Lifted) => Act::Allow(purpose.clone()),
        }
    }

    /// What is told of rows for which it was done.
    pub const fn did(&self, turn: Turn) -> Did {
        match (self, turn) {
            (Self::Restriction, Turn::Set) => Did::Restricted,
            (Self::Restriction, Turn::Lifted) => Did::Lifted,
            (Self::No(_), Turn::Set) => Did::Stopped,
            (Self::No(_), Turn::Lifted) => Did::Allowed,
        }
    }
}

/// A value that is put right.
#[derive(Debug)]
pub struct Correction {
    /// Whose.
    pub person: PersonIx,
    /// The field, `group.name`.
    pub field: String,
    /// What it is from now on; nothing empties it.
    pub value: Option<Secret<String>>,
}
