//! A subject, its standing and its records.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A subject, without its fields.
#[derive(ToSchema)]
pub(crate) struct Subject {
    #[schema(example = "sub_0123456789abcdef0123456789abcdef")]
    id: String,
    /// `active`, `deactivated`, `quarantined`, `erased` or `anonymous`.
    state: String,
    /// Counts its changes.
    version: u64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    /// What the subject said and what holds; absent in lists.
    #[schema(required = false)]
    standing: Option<Standing>,
}

/// What a subject said and what holds, by the names of the policy; what was never said is absent.
#[derive(ToSchema)]
pub(crate) struct Standing {
    /// 1 deactivated, 2 quarantined, 4 anonymous; active when absent.
    #[schema(required = false)]
    state: Option<u8>,
    /// Consents by purpose.
    #[schema(required = false)]
    consents: Option<BTreeMap<String, Consent>>,
    /// Objections by purpose.
    #[schema(required = false)]
    objections: Option<BTreeMap<String, Objection>>,
    /// Purpose and channel of each message that was declined.
    #[schema(required = false)]
    opt_outs: Option<Vec<Vec<String>>>,
    /// Purpose and recipient of each instruction.
    #[schema(required = false)]
    instructions: Option<Vec<Vec<String>>>,
    #[schema(required = false)]
    contract: Option<Contract>,
    #[schema(required = false)]
    restriction: Option<Restriction>,
    /// `at_least` or `under` the policy's age.
    #[schema(required = false)]
    age: Option<String>,
    /// True when the subject asks for Global Privacy Control.
    #[schema(required = false)]
    gpc: Option<bool>,
    /// When each legal hold ends; `null` means when it is lifted.
    #[schema(required = false)]
    holds: Option<BTreeMap<String, Option<String>>>,
    #[schema(required = false, format = DateTime)]
    deactivated_at: Option<String>,
    /// The last interest that was reported.
    #[schema(required = false, format = DateTime)]
    last_interest: Option<String>,
    /// The last sign-in that was reported.
    #[schema(required = false, format = DateTime)]
    last_sign_in: Option<String>,
    /// Events that keep rules count from, by name.
    #[schema(required = false)]
    events: Option<BTreeMap<String, String>>,
    /// True when an organisation manages the account.
    #[schema(required = false)]
    managed: Option<bool>,
}

/// A consent as it stands.
#[derive(ToSchema)]
pub(crate) struct Consent {
    /// `unconfirmed`, `given`, `refused` or `withdrawn`.
    state: String,
    #[schema(format = DateTime)]
    at: String,
    /// SHA-256 of the text that was shown.
    text: String,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    /// When the text was shown, where that was before `at`.
    #[schema(required = false, format = DateTime)]
    shown_at: Option<String>,
}

/// An objection as it stands.
#[derive(ToSchema)]
pub(crate) struct Objection {
    #[schema(format = DateTime)]
    at: String,
    /// `pending`, `upheld` or `overridden`.
    outcome: String,
}

/// A contract.
#[derive(ToSchema)]
pub(crate) struct Contract {
    #[schema(format = DateTime)]
    since: String,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
}

/// A restriction and its terms.
#[derive(ToSchema)]
pub(crate) struct Restriction {
    #[schema(format = DateTime)]
    since: String,
    /// Purposes that the terms still allow.
    allowed: Vec<String>,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    #[schema(required = false)]
    agreement: Option<String>,
}

/// A subject that was made.
#[derive(ToSchema)]
pub(crate) struct CreatedSubject {
    subject: String,
    /// Its records, in the order they were sent.
    records: Vec<String>,
    /// The ledger entry.
    entry: u64,
}

/// A record, without its values.
#[derive(ToSchema)]
pub(crate) struct Record {
    group: String,
    record: String,
    /// Counts its writes.
    version: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// A legal hold.
#[derive(ToSchema)]
pub(crate) struct Hold {
    id: String,
    subject: String,
    ground: String,
    #[schema(format = DateTime)]
    placed_at: String,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    in_force: bool,
}

/// An entry of the ledger about a subject.
#[derive(ToSchema)]
pub(crate) struct Access {
    /// Its position in the ledger.
    entry: u64,
    #[schema(format = DateTime)]
    at: String,
    /// What happened: `disclosure`, `refusal`, `consent_given`, …
    kind: String,
    actor: Option<String>,
    actor_label: Option<String>,
    policy_version: Option<String>,
    purpose: Option<String>,
    recipient: Option<String>,
    record: Option<String>,
    request: Option<String>,
    fields: Vec<String>,
    n_values: Option<u32>,
    ground: Option<String>,
    reason: Option<String>,
}

/// A recipient, with what it may receive and did receive of a subject.
#[derive(ToSchema)]
pub(crate) struct Recipient {
    name: String,
    title: String,
    country: String,
    role: String,
    safeguard: Option<String>,
    is_transfer: bool,
    policy_url: Option<String>,
    is_declared: bool,
    declared: Vec<DeclaredShare>,
    n_disclosures: u64,
    #[schema(format = DateTime)]
    last_disclosure: Option<String>,
    /// When it was told of a rectification, an erasure, a restriction or its lifting (GDPR Art. 19), newest first.
    told: Vec<ToldRecipient>,
    is_count_complete: bool,
}

/// That a recipient was told.
#[derive(ToSchema)]
pub(crate) struct ToldRecipient {
    #[schema(format = DateTime)]
    at: String,
    request: String,
    /// What named the person to it.
    named_by: Vec<String>,
    /// The ledger entry that proves it.
    entry: u64,
}

/// What a recipient may receive for one purpose.
#[derive(ToSchema)]
pub(crate) struct DeclaredShare {
    purpose: String,
    title: String,
    fields: Vec<String>,
    on_instruction: bool,
}

/// One attempt to sign in.
#[derive(ToSchema)]
pub(crate) struct SignInAudited {
    /// Its position in the ledger.
    entry: u64,
    #[schema(format = DateTime)]
    at: String,
    /// Who, by the ledger's blinded reference; `null` when nobody was found.
    reference: Option<String>,
    /// What was proved: `password`, `passkey`, `totp`, …
    methods: Vec<String>,
    /// `refused`, `signed_in`, `factor_asked` or `denied`.
    outcome: String,
}
