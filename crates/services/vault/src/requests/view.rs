//! A request as it is shown: with its clock, and without personal data.

use candor_store::RequestRow;
use candor_words::{Instant, RequestId, SubjectId};
use serde::Serialize;

use super::{Contested, DisputeEnd, IdentityProof, RequestForm};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestView {
    /// Its id.
    pub id: RequestId,
    /// Whose.
    pub subject: SubjectId,
    /// The right by its name.
    pub right: String,
    /// What happened to it last: `received`, `identity_proved`, `extended`, `escalated`, `answered`, `refused`, `planned`,
    /// `running`, `paused`, `resumed`, `withdrawn`.
    pub state: String,
    /// The law whose clock runs.
    pub law: String,
    /// Where the subject lives.
    pub country: Option<String>,
    /// When it was received.
    pub received_at: Instant,
    /// By when it must be answered.
    pub due_at: Instant,
    /// True when it is open and its clock has run out.
    pub overdue: bool,
    /// True when identity must be proved before it is answered.
    pub identity_first: bool,
    /// True when documents have to prove it.
    pub identity_documents: bool,
    /// When identity was proved.
    pub identity_proved_at: Option<Instant>,
    /// How: `vouched`, `signed_in`, `mail`, `organisation`, `documents`.
    pub identity_proved_by: Option<IdentityProof>,
    /// Whether the policy and the law let the clock be extended, for pages; it is once.
    #[serde(skip)]
    pub extendable: bool,
    /// When the clock was extended, and why.
    pub extended_at: Option<Instant>,
    /// A DPV justification.
    pub extended_because: Option<String>,
    /// When somebody is told that the clock runs out.
    pub escalates_at: Option<Instant>,
    /// When somebody was.
    pub escalated_at: Option<Instant>,
    /// When it was answered or refused.
    pub closed_at: Option<Instant>,
    /// Why it was refused: a DPV justification.
    pub refused_because: Option<String>,
    /// How many keys an erasure destroyed.
    pub n_keys_destroyed: Option<u32>,
    /// True when the organisation that manages the account decides.
    pub routed: bool,
    /// When it did.
    pub decided_at: Option<Instant>,
    /// What it said: the person may have what they asked for, or not.
    pub approved: Option<bool>,
    /// Since when the clock stands still.
    pub paused_at: Option<Instant>,
    /// Since when it is disputed, and use is restricted for that.
    pub disputed_at: Option<Instant>,
    /// When a dispute about it was over.
    pub dispute_ended_at: Option<Instant>,
    /// How: `upheld` when the person was right, `rejected`, `overridden`, `withdrawn` by the person.
    pub dispute_end: Option<DisputeEnd>,
    /// What is said not to be right, when it was opened for that.
    pub contested: Option<Contested>,
}

/// The request as it is at an instant.
pub(crate) fn view(row: &RequestRow, form: RequestForm, now: Instant) -> RequestView {
    RequestView {
        id: row.id,
        subject: row.subject,
        right: row.kind.clone(),
        state: row.state.clone(),
        law: form.law,
        country: form.country,
        received_at: row.received_at,
        due_at: row.due_at,
        overdue: row.closed_at.is_none() && form.paused_at.is_none() && now > row.due_at,
        identity_first: form.identity_first,
        identity_documents: form.identity_documents,
        identity_proved_at: form.identity_proved_at,
        identity_proved_by: form.identity_proved_by,
        extendable: form.extendable.is_some() && form.extended_at.is_none(),
        extended_at: form.extended_at,
        extended_because: form.extended_because,
        escalates_at: form.escalates_at,
        escalated_at: form.escalated_at,
        closed_at: row.closed_at,
        refused_because: form.refused_because,
        n_keys_destroyed: form.n_keys_destroyed,
        routed: form.routed,
        decided_at: form.decided_at,
        approved: form.approved,
        paused_at: form.paused_at,
        disputed_at: form.disputed_at,
        dispute_ended_at: form.dispute_ended_at,
        dispute_end: form.dispute_end,
        contested: form.contested,
    }
}
