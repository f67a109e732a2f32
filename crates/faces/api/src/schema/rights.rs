//! Requests, letters, corrections, erasures, disclosures.

use utoipa::ToSchema;

use super::{Record, Restriction};

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
    /// `received`, `identity_proved`, `extended`, `escalated`, `answered`, `refused`, `planned`, `running`, `paused`, `resumed`.
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
    /// Whether documents have to prove it.
    identity_documents: bool,
    #[schema(format = DateTime)]
    identity_proved_at: Option<String>,
    /// `vouched`, `signed_in`, `mail`, `organisation` or `documents`.
    identity_proved_by: Option<String>,
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
    /// Since when the clock stands still.
    #[schema(format = DateTime)]
    paused_at: Option<String>,
    /// Since when it is disputed, and use is restricted for that.
    #[schema(format = DateTime)]
    disputed_at: Option<String>,
    /// When a dispute about it was over.
    #[schema(format = DateTime)]
    dispute_ended_at: Option<String>,
    /// How: `upheld` when the person was right, `rejected`, `overridden`, `withdrawn` by the person.
    dispute_end: Option<String>,
    /// What is said not to be right, when it was opened for that.
    contested: Option<Contested>,
}

/// What is said not to be right: a kind of data, one record of it, or one field.
#[derive(ToSchema)]
pub(crate) struct Contested {
    group: String,
    record: Option<String>,
    field: Option<String>,
}

/// What the person wrote about a dispute.
#[derive(ToSchema)]
pub(crate) struct DisputeWords {
    /// Why it is not right.
    reason: Option<String>,
    /// What would be right.
    proposed: Option<String>,
}

/// A dispute that is not over, with what the person wrote about it.
#[derive(ToSchema)]
pub(crate) struct Contest {
    request: Request,
    /// What restricts the person's data now; `null` where they lifted it themself.
    restriction: Option<Restriction>,
    /// Whether the dispute placed it; else it was agreed for another reason, and stays when the dispute is over.
    restricts: bool,
    words: DisputeWords,
}

/// A dispute that is not over.
#[derive(ToSchema)]
pub(crate) struct Dispute {
    request: Request,
    /// What restricts the person's data now; `null` where they lifted it themself.
    restriction: Option<Restriction>,
    /// Whether the dispute placed it; else it was agreed for another reason, and stays when the dispute is over.
    restricts: bool,
}

/// An objection that waits for an answer; the purpose stops meanwhile.
#[derive(ToSchema)]
pub(crate) struct PendingObjection {
    subject: String,
    purpose: String,
    #[schema(format = DateTime)]
    at: String,
}

/// A request with its steps in connected systems.
#[derive(ToSchema)]
pub(crate) struct Run {
    request: Request,
    /// `planned`, `running`, `waiting_for_somebody`, `paused`, `answered`, `refused`, or `none` when it never went to systems.
    state: String,
    #[schema(format = DateTime)]
    planned_at: Option<String>,
    #[schema(format = DateTime)]
    approved_at: Option<String>,
    /// The fields whose values the person is looked for by.
    named_by: Vec<String>,
    /// Why it is not answered although every step is done: a code such as `hold.in_force`.
    held_up: Option<String>,
    /// Of a restriction: what was agreed with the person when it was approved.
    terms: Option<AgreedTerms>,
    steps: Vec<Step>,
    /// The recipients that are told of it (GDPR Art. 19).
    recipients: Vec<Telling>,
}

/// What was agreed with the person about a restriction.
#[derive(ToSchema)]
pub(crate) struct AgreedTerms {
    /// Purposes that go on.
    allowed_purposes: Vec<String>,
    /// Until when it holds; until it is lifted when `null`.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Where the agreement is kept.
    agreement: Option<String>,
}

/// A recipient that is told of a request.
#[derive(ToSchema)]
pub(crate) struct Telling {
    /// Its position in the policy that the request was planned under.
    recipient: u16,
    /// `waiting`, `told` or `given_up`: then the person has to ask it.
    state: String,
    #[schema(format = DateTime)]
    told_at: Option<String>,
    #[schema(format = DateTime)]
    again_at: Option<String>,
    trouble: Option<StepTrouble>,
}

/// A restriction, an objection or a withdrawal on its way to connected systems, or its lifting.
#[derive(ToSchema)]
pub(crate) struct Push {
    /// Its id: its steps, its receipt and its retries are had like a request's.
    id: String,
    subject: String,
    /// The purpose to which was said no, or no longer; `null` for a restriction or a correction.
    purpose: Option<String>,
    /// The fields that were put right at once; empty for anything else.
    corrected: Vec<String>,
    /// `received`, `planned`, `running`, `answered` when it is done everywhere, `withdrawn` when the person was erased meanwhile.
    state: String,
    #[schema(format = DateTime)]
    since: String,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// What a request does in one system.
#[derive(ToSchema)]
pub(crate) struct Step {
    system: String,
    title: String,
    kind: String,
    /// `planned`, `waiting`, `running`, `failed`, `acted`, `searching`, `done`, `found_again`, `stuck` or `not_connected`.
    state: String,
    #[schema(format = DateTime)]
    again_at: Option<String>,
    trouble: Option<StepTrouble>,
    /// What would be done, place by place, as it was planned.
    previews: Vec<StepPreview>,
    /// Whether more statements were foreseen than are shown.
    is_cut: bool,
    /// What was done.
    places: Vec<PlaceDone>,
    /// Where the person was still found, outside of what is kept on a ground.
    left: Vec<Trace>,
    /// Where they stand in what is kept on a ground.
    kept: Vec<Trace>,
    /// What was found and is not them, as an administrator decided.
    accepted: Vec<AcceptedFound>,
    #[schema(format = DateTime)]
    searched_at: Option<String>,
    /// The places that the policy maps there.
    mapped: Vec<String>,
}

/// A decision that what was found is not the person.
#[derive(ToSchema)]
pub(crate) struct AcceptedFound {
    place: String,
    column: String,
    /// For how many rows at most.
    n_rows: u64,
    reason: String,
    #[schema(format = DateTime)]
    at: String,
}

/// Why a step failed.
#[derive(ToSchema)]
pub(crate) struct StepTrouble {
    code: String,
    text: String,
}

/// What would be done in one place.
#[derive(ToSchema)]
pub(crate) struct StepPreview {
    would: PlaceDone,
    /// With placeholders where values stand.
    statements: Vec<String>,
}

/// What is done in one place.
#[derive(ToSchema)]
pub(crate) struct PlaceDone {
    place: String,
    /// `deleted`, `de_identified`, `kept`, `corrected`, `restricted`, `lifted` or `cannot_hold`.
    did: String,
    n_rows: u64,
    /// Why rows stay, when they do; absent when they do not.
    #[schema(required = false, nullable = false)]
    because: Option<String>,
}

/// Somewhere a person is still named.
#[derive(ToSchema)]
pub(crate) struct Trace {
    /// Which of the people of a task: 0 for a request of one.
    person: u32,
    place: String,
    column: String,
    n_rows: u64,
    is_mapped: bool,
}

/// The receipt of a request.
#[derive(ToSchema)]
pub(crate) struct RightsReceipt {
    /// `candor-rights-receipt/1`.
    format: String,
    /// What was done, system by system and place by place.
    #[schema(value_type = Object)]
    receipt: String,
    proof: super::Receipt,
}

/// A system that the policy declares.
#[derive(ToSchema)]
pub(crate) struct System {
    name: String,
    title: String,
    kind: String,
    /// The environment variable that holds its address where the server runs; none when a secret does.
    env: Option<String>,
    /// The secret of the tenant that holds its address; none when a variable does.
    secret: Option<String>,
    /// Whether the server was given an address for it and can reach its kind.
    is_connected: bool,
    /// The places that the policy maps.
    places: Vec<String>,
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

/// How a system compares with its mapping.
#[derive(ToSchema)]
pub(crate) struct SystemCheck {
    system: String,
    findings: Vec<SystemFinding>,
    /// Whether there were more.
    is_cut: bool,
}

/// One difference, or something to look at.
#[derive(ToSchema)]
pub(crate) struct SystemFinding {
    /// `error` or `warning`.
    weight: String,
    code: String,
    place: String,
    column: Option<String>,
    text: String,
}

/// A mapping that a live system suggests.
#[derive(ToSchema)]
pub(crate) struct SystemProposal {
    system: String,
    /// Places as the policy would write them.
    proposal: String,
}

/// What became of a batch.
#[derive(ToSchema)]
pub(crate) struct BatchOutcome {
    n_opened: u64,
    n_refused: u64,
    /// The requests that were opened, in the order of the batch.
    requests: Vec<String>,
    refused: Vec<BatchRefusal>,
    /// What would be done for all of them, system by system; absent when that was not asked.
    #[schema(required = false, nullable = false)]
    foreseen: Option<Vec<ForeseenSystem>>,
}

/// What a batch would do in one system.
#[derive(ToSchema)]
pub(crate) struct ForeseenSystem {
    system: String,
    title: String,
    kind: String,
    is_connected: bool,
    /// Of how many requests it could not be said.
    n_unforeseen: u64,
    /// The rows of all of them; a row of several people counts for each.
    places: Vec<PlaceDone>,
}

/// Somebody whose request was not opened.
#[derive(ToSchema)]
pub(crate) struct BatchRefusal {
    /// Which of the batch, from 1.
    row: u64,
    code: String,
}
