//! Where a request is in its systems, what came of a part, and what is to be done next: what the step machine speaks of.

use candor_words::Instant;
use serde::{Deserialize, Serialize};

/// How far a request is in its systems.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Whether it is searched for again: an erasure is.
    pub searches: bool,
    /// Counts the acts that were done, in any system.
    pub n_acts: u32,
    /// Counts the times that further identifiers came up.
    pub n_named: u32,
    /// System by system.
    pub steps: Vec<Step>,
}

/// One system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name in the policy.
    pub system: String,
    /// False when the server was given no address for it: the organisation has to see to it itself.
    pub is_connected: bool,
    /// What is done there.
    pub act: Part,
    /// The search afterwards.
    pub search: Part,
    /// How often the person was found again.
    pub rounds: u8,
}

/// An act or a search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands.
    pub state: PartState,
    /// How often it failed in passing since it last succeeded.
    pub attempts: u32,
    /// When it is tried again.
    pub again_at: Option<Instant>,
    /// Why it last failed.
    pub trouble: Option<Trouble>,
    /// For an act, the value of `n_named` it used; for a search, that of `n_acts` when it began.
    pub seen: u32,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// To be done.
    #[default]
    Waiting,
    /// Done.
    Done,
    /// Somebody has to mend something, and have it tried again.
    Stuck,
}

/// Why a part failed; nothing of anybody stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A stable code.
    pub code: String,
    /// What was attempted, what stood in the way, what to do next.
    pub text: String,
}

/// Which part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// What is done.
    Act,
    /// The search afterwards.
    Search,
}

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done in the system, with the identifiers as of this value of `n_named`.
    Acted {
        /// That value.
        n_named: u32,
    },
    /// It was searched, from this value of `n_acts` on.
    Searched {
        /// That value.
        n_acts: u32,
        /// What is left outside of the places that keep on a ground.
        left: Left,
    },
    /// It failed.
    Failed {
        /// The same may succeed later without anybody mending anything.
        is_passing: bool,
        /// In how many milliseconds, when the system said so.
        retry_after_ms: Option<i64>,
        /// Why.
        trouble: Trouble,
    },
}

/// What a search left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Something in places that the policy maps: doing it again may help.
    Mapped,
    /// Something in places that it does not map.
    Unmapped,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Next {
    /// Parts to be begun.
    pub begin: Vec<(usize, Which)>,
    /// Everything is done: the request may be answered.
    pub may_answer: bool,
    /// When to look again, if nothing happens before.
    pub again_at: Option<Instant>,
    /// Steps that wait for somebody.
    pub n_stuck: usize,
}
