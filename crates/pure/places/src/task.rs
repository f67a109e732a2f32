//! A task: one right of a batch of people, in one system.

use candor_words::Secret;

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
