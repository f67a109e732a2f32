//! Requests, letters, corrections, erasures, disclosures.

use utoipa::ToSchema;

use super::Record;

/// What a correction did.
#[derive(ToSchema)]
pub(crate) struct Rectified {
    record: Record,
    /// Fields that follow the corrected ones and were corrected with them.
    derived: Vec<String>,
    entry: u64,
}

/// What an erasure did.
#[derive(ToSchema)]
pub(crate) struct Erased {
    subject: String,
    #[schema(format = DateTime)]
    at: String,
    /// The ledger entry that proves it.
    entry: u64,
    n_keys_destroyed: u32,
    /// The request that it answered; its letter can still be had.
    request: Option<String>,
}

/// A request.
#[derive(ToSchema)]
pub(crate) struct Request {
    id: String,
    subject: String,
    /// The right by its name.
    right: String,
    /// `received`, `identity_proved`, `extended`, `escalated`, `answered`, `refused`.
    state: String,
    law: String,
    country: Option<String>,
    #[schema(format = DateTime)]
    received_at: String,
    /// By when it must be answered.
    #[schema(format = DateTime)]
    due_at: String,
    overdue: bool,
    identity_first: bool,
    #[schema(format = DateTime)]
    identity_proved_at: Option<String>,
    #[schema(format = DateTime)]
    extended_at: Option<String>,
    extended_because: Option<String>,
    #[schema(format = DateTime)]
    escalates_at: Option<String>,
    #[schema(format = DateTime)]
    escalated_at: Option<String>,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    refused_because: Option<String>,
    n_keys_destroyed: Option<u32>,
    /// Whether the organisation that manages the account decides.
    routed: bool,
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// What it said.
    approved: Option<bool>,
}

/// A letter about a request.
#[derive(ToSchema)]
pub(crate) struct Letter {
    request: String,
    right: String,
    /// `answered`, `refused` or `extended`.
    outcome: String,
    language: String,
    text: String,
    justification: Option<Justification>,
    authority: Option<Authority>,
}

/// A reason that machines can read.
#[derive(ToSchema)]
pub(crate) struct Justification {
    term: String,
    label: String,
    iri: String,
}

/// Where a subject may complain.
#[derive(ToSchema)]
pub(crate) struct Authority {
    name: String,
    country: String,
    url: Option<String>,
}

/// A disclosure to an authority.
#[derive(ToSchema)]
pub(crate) struct Disclosure {
    id: String,
    subject: String,
    purpose: String,
    recipient: String,
    fields: Vec<String>,
    legal_reference: String,
    /// `proposed`, `approved`, `refused`, `used` or `lapsed`.
    state: String,
    proposed_by: String,
    #[schema(format = DateTime)]
    proposed_at: String,
    answered_by: Option<String>,
    #[schema(format = DateTime)]
    answered_at: Option<String>,
    #[schema(format = DateTime)]
    due_at: String,
    #[schema(format = DateTime)]
    used_at: Option<String>,
}

/// How often fields were disclosed in a year.
#[derive(ToSchema)]
pub(crate) struct TransparencyReport {
    year: i16,
    authority_proposed: u64,
    authority_approved: u64,
    authority_refused: u64,
    authority_disclosed: u64,
    to_subjects: u64,
    disclosures: Vec<DisclosureCount>,
    /// How many entries of the ledger the tally rests on.
    ledger_size: u64,
}

/// How often one recipient received fields on one ground.
#[derive(ToSchema)]
pub(crate) struct DisclosureCount {
    recipient: Option<String>,
    ground: Option<String>,
    n_disclosures: u64,
}
