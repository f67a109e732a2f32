//! Retention: keep rules carried out (GDPR Art. 5(1)(e)).
//!
//! Each subject that some rule may end has a due date in the store, written in the unit of whatever changed the subject:
//! perhaps too early, never too late. A batch takes those that are due, reckons anew what is due of each by
//! `candor_decision::Retention`, and carries it out in one unit with its ledger entries and the next due dates.
//! While a legal hold or a restriction is in force nothing goes. Start at [`Vault::run_retention`] (`run.rs`), then
//! `reckon.rs`, then `carry_out.rs`.

mod anonymise;
mod carry_out;
mod clocks;
mod find_again;
mod lengths;
mod owed;
mod preview;
mod reckon;
mod reported;
mod run;
mod survey;
mod view;

pub(crate) use clocks::{clocks, dates, first_end, with_lengths};
pub use owed::{OWED_DAYS, Owed};
pub use preview::{HeldBack, PREVIEW_SUBJECTS_MAX, RetentionPreview, RuleOutcome};
pub use reported::EVENTS_MAX;
pub(crate) use run::{LOOK_AGAIN, RETAIN};
pub use run::{LookedAt, RetentionRun};
pub use survey::{KeptPerson, PROTECTED_MAX, RetentionSurvey};
pub use view::{KeepRuleView, RetentionView};
