//! Requests beyond the vault: one reaches every connected system, survives every failure, and ends with proof.
//!
//! A request is planned (what would be done, system by system), approved, run (a step for each system), searched again
//! everywhere, and answered with a receipt. Where it stands is kept in the vault's store with what the ledger says of it, in
//! one unit; what names the person is kept under their own key and goes with it. Start at [`Rights`], then `machine.rs` for
//! what follows what, `drive.rs` for how it is done, `joining.rs` for how a batch acts in sets. Docs: docs/rights.md, ADR 33.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod accept;
mod act;
mod approve;
mod batch;
mod begin;
mod check;
mod conclude;
mod corrected;
mod drive;
mod drp;
mod foresee;
mod halves;
mod joining;
mod keep;
mod lent;
mod machine;
mod named;
mod opendsr;
mod plan;
mod pushed;
mod read;
mod receipt;
mod recipients;
mod retention;
mod rights;
mod run;
mod systems;
mod telling;
mod theirs;
mod together;
mod trouble;
mod turns;
mod view;

pub use accept::{Accepted, NotThem};
pub use batch::{BATCH_MAX, Batch, BatchOutcome, BatchRefusal, ForeseenSystem};
pub use candor_connect::HeardError;

pub use approve::Approval;
pub use check::{SystemCheck, SystemFinding, SystemProposal};
pub use drp::{AgentParts, AgentView, AskedFor, AskedState, KeyGiven, NewAgent, Vouching};
pub use machine::{Left, Next, Outcome, Part, PartState, Progress, Step, Trouble, Which};
pub use opendsr::ProcessorPlace;
pub use recipients::{ANSWER_WAIT, Teller};
pub use retention::{KeptState, SystemRetention, SystemsRetention};
pub use rights::{Addresses, Rights, RightsParts, STEP_WAIT};
pub use run::Agreed;
pub use systems::SystemView;
pub use telling::TELLS_MAX;
pub use view::{RunView, StepView, TellingView};
