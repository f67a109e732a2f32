//! What becomes of a task, place by place. None of it says anything of anybody.

use serde::{Deserialize, Serialize};

use crate::person::{Identifier, PersonIx};

/// What carrying a task out did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Place by place, in the order in which it was done.
    pub places: Vec<PlaceReport>,
}

/// What was done in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceReport {
    /// Where.
    pub place: String,
    /// What.
    pub did: Did,
    /// To how many rows.
    pub n_rows: u64,
    /// Why rows stay, when they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// They are gone.
    Deleted,
    /// They stay without the person.
    DeIdentified,
    /// They stay as they are, on a ground.
    Kept,
    /// Values in them were put right.
    Corrected,
    /// They carry the mark of a restriction.
    Restricted,
    /// They carry it no longer.
    Lifted,
    /// They say that the person's no to a purpose holds.
    Stopped,
    /// They say so no longer.
    Allowed,
    /// The system cannot hold what was asked, and is told so in the answer to the person.
    CannotHold,
}

/// What carrying a task out would do in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What it would do, and to how many rows.
    pub would: PlaceReport,
    /// The statements or calls, with placeholders where values stand.
    pub statements: Vec<String>,
}

/// Somewhere a person is still named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Who.
    pub person: PersonIx,
    /// Which table, object class, resource or file.
    pub place: String,
    /// Which column of it.
    pub column: String,
    /// In how many rows.
    pub n_rows: u64,
    /// The manifest maps that column.
    pub is_mapped: bool,
}

/// A further identifier that a system knows of a person.
#[derive(Debug)]
pub struct Found {
    /// Whose.
    pub person: PersonIx,
    /// Which.
    pub identifier: Identifier,
}
