//! Checked manifest to plan; question and standing to decision; mints permits.
//!
//! Deny by default: an undeclared purpose, recipient or field, or a missing basis, is a refusal with
//! a [`Reason`]. `explain` is `decide`: the reasons shown are the ones used, at any past instant.
//!
//! Read on in the order of the road: [`Plan`] (what is promised), [`Standing`] (what the subject
//! said), [`Question`] (what is asked), [`decide`] and [`Decision`], [`Permit`] (the only key to the
//! vault).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod decide;
mod gate;
mod ground;
mod names;
mod permit;
mod plan;
mod question;
mod reason;
mod retention;
mod set;
mod standing;
mod table;

pub use candor_manifest::model::{Channel, FieldIx, GroupIx, PurposeIx, RecipientIx};
pub use decide::{Decision, Verdict, decide};
pub use ground::Ground;
pub use permit::{PERMIT_MILLIS_MAX, Permit, PermitError, Refusal, Spent};
pub use plan::{Intrinsic, Plan, PlanError};
pub use question::{Question, QuestionByName, Resolved, Unresolved, View, resolve};
pub use reason::Reason;
pub use retention::{Clocks, End, QUARANTINE_MAX, RecordDates, Retention, RuleIx, Step};
pub use set::{FieldSet, POSITIONS_MAX, Position, PurposeSet, Set, SlotIx, SlotSet};
pub use standing::{
    AgeState, ContractState, Instructions, Outgrown, OutgrownPart, Restriction, Standing, SubjectState,
};
pub use table::Row;
