//! What is kept of a request: its state, and what stands beside the columns of its row.

use candor_store::RequestRow;
use candor_words::{Instant, Span};
use serde::{Deserialize, Serialize};

use super::{Contested, DisputeEnd, IdentityProof};
use crate::VaultError;
use crate::push::PushForm;

/// The states of a request; the number is the ledger's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    Received = 0,
    IdentityProved = 1,
    Extended = 2,
    Escalated = 3,
    Answered = 4,
    Refused = 5,
    Planned = 6,
    Running = 7,
    Paused = 8,
    Resumed = 9,
    Withdrawn = 10,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::IdentityProved => "identity_proved",
            Self::Extended => "extended",
            Self::Escalated => "escalated",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What is kept of a request besides the columns of its row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RequestForm {
    /// The law whose clock runs, by its word.
    pub law: String,
    pub country: Option<String>,
    pub identity_first: bool,
    /// Documents have to prove it.
    pub identity_documents: bool,
    pub identity_proved_at: Option<Instant>,
    pub identity_proved_by: Option<IdentityProof>,
    pub extendable: Option<Span>,
    pub extended_at: Option<Instant>,
    pub extended_because: Option<String>,
    pub escalates_at: Option<Instant>,
    pub escalated_at: Option<Instant>,
    pub refused_because: Option<String>,
    /// How many keys an erasure destroyed.
    pub n_keys_destroyed: Option<u32>,
    /// True when the organisation that manages the account decides.
    pub routed: bool,
    /// When it did.
    pub decided_at: Option<Instant>,
    /// What it said.
    pub approved: Option<bool>,
    /// Since when the clock stands still, for the subject has to say something first.
    pub paused_at: Option<Instant>,
    /// How long it stood still before that.
    pub paused_ms: i64,
    /// Since when it is disputed, and use is restricted for that.
    pub disputed_at: Option<Instant>,
    /// When that was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_ended_at: Option<Instant>,
    /// How: an act of the dispute's entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_end: Option<DisputeEnd>,
    /// What is said not to be right, when it was opened for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contested: Option<Contested>,
    /// What is carried to connected systems, when it is a push and nobody's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push: Option<PushForm>,
}

pub(crate) fn form_of(row: &RequestRow) -> Result<RequestForm, VaultError> {
    serde_json::from_str(&row.detail).map_err(|_| VaultError::damaged("request"))
}
