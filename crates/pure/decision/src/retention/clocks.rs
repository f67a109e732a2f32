//! What keep rules count from: the dates of a subject, and those of one record.

use std::collections::BTreeMap;

use candor_manifest::model::{GroupIx, PurposeIx};
use candor_words::{Instant, Span};

use crate::PurposeSet;

/// The dates of a subject as a whole, in the positions of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// When the contract ends or ended, when that is known.
    pub contract_ends: Option<Instant>,
    /// Since when the account is deactivated.
    pub deactivated: Option<Instant>,
    /// The last interest that was reported.
    pub last_interest: Option<Instant>,
    /// The last sign-in that was reported.
    pub last_sign_in: Option<Instant>,
    /// Purposes to which a consent was withdrawn or refused, or lapsed, and since when.
    pub withdrawn: BTreeMap<PurposeIx, Instant>,
    /// Purposes to which a consent is in force.
    pub consented: PurposeSet,
    /// Events that were reported by name.
    pub events: BTreeMap<String, Instant>,
    /// Lengths that an administrator set for the subject's account, by group.
    pub lengths: BTreeMap<GroupIx, Span>,
}

/// The dates of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordDates {
    /// When it was made.
    pub created: Option<Instant>,
    /// When it was last written.
    pub updated: Option<Instant>,
    /// When it was closed.
    pub closed: Option<Instant>,
}

impl RecordDates {
    /// Of no record: rules that count from one do not run.
    pub const fn never() -> Self {
        Self { created: None, updated: None, closed: None }
    }
}
