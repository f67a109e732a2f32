//! The risk of a sign-in: how much less an attempt looks like its person than like anybody.
//!
//! The model is the published one of Freeman et al. (2016) as Wiefling et al. (2022) use it, in a closed form over
//! counts (`docs/risk.md` has both). [`Signals`] are what an attempt shows; an [`Attempt`] is their keyed names, each
//! with its [`Level`]; tallies count names by week; [`score`] reads a [`History`]; [`judge`] makes a [`Judgement`] of
//! it; [`explain`] says it in words. An address or user agent itself is neither kept nor returned.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod attempt;
mod explain;
mod history;
mod judgement;
mod languages;
mod level;
mod listed;
mod name;
mod person_tally;
mod place;
mod score;
mod signals;
mod tally;
mod user_agent;
mod week;
mod wording;

pub use attempt::{Attempt, Named};
pub use explain::{Explanation, Line, explain};
pub use history::{History, LevelCounts};
pub use judgement::{Cause, Judgement, Outcome, Thresholds, judge};
pub use languages::LANGUAGES_MAX;
pub use level::{Feature, Level, Signal, SignalSet};
pub use listed::{AddressRange, AddressRangeError, Listed};
pub use name::{NameKey, ValueName};
pub use person_tally::{PersonTally, VALUES_MAX};
pub use place::{Looked, Place};
pub use score::{Factor, LevelFactor, Score, score};
pub use signals::Signals;
pub use tally::{Totals, ValueTally, history, learn};
pub use user_agent::{DeviceType, Product, USER_AGENT_BYTES_MAX, UserAgent};
pub use week::{Week, Weekly};
pub use wording::Audience;
