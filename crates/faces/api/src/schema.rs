//! What the vault's answers look like, for OpenAPI.
//!
//! The vault serialises its own views; a test compares every answer it sees with these descriptions, so
//! that the two cannot part. Requests are described where they are read, in `operations/`.

#![allow(dead_code, reason = "descriptions of answers, never made")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// What an API key may be used for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Scope {
    Read,
    Write,
    Consent,
    Rights,
    Hold,
    Approve,
    Audit,
    Admin,
}

/// A refusal (RFC 9457).
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// Where the code is explained.
    #[schema(rename = "type")]
    kind: String,
    /// What kind of refusal it is.
    title: String,
    /// The status.
    status: u16,
    /// What stood in the way.
    detail: String,
    /// A stable code.
    code: String,
    /// What can be done next.
    #[schema(required = false)]
    help: Option<String>,
    /// Which fields were refused and why, when a read was.
    #[schema(required = false)]
    refused: Option<Vec<RefusedField>>,
    /// The place in the body, as a JSON pointer.
    #[schema(required = false)]
    pointer: Option<String>,
    /// The number under which the server's log knows the trouble.
    #[schema(required = false)]
    incident: Option<String>,
}

/// A version of the policy.
#[derive(ToSchema)]
pub(crate) struct Policy {
    /// SHA-256 of its files, in hexadecimal.
    digest: String,
    /// The version as written.
    version: String,
    /// Its title.
    name: String,
    /// From when on it decides.
    #[schema(format = DateTime)]
    effective_at: String,
    /// When it was put.
    #[schema(format = DateTime)]
    put_at: String,
    /// What its changes ask to be told; absent when nobody must be told.
    #[schema(required = false)]
    notice: Option<NoticeDue>,
}

/// How much a change of the policy matters.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ChangeClass {
    Narrows,
    Neutral,
    Notice,
    Consent,
    Transfer,
}

/// What a version's changes ask to be told.
#[derive(ToSchema)]
pub(crate) struct NoticeDue {
    /// The strongest class of a change.
    class: ChangeClass,
    /// Over which channels.
    by: Vec<String>,
    /// How long before it takes effect, at least: `30 days`.
    #[schema(required = false)]
    before: Option<String>,
}

/// How far telling people of a version has come.
#[derive(ToSchema)]
pub(crate) struct Told {
    /// The digest of the version.
    policy: String,
    version: String,
    #[schema(format = DateTime)]
    effective_at: String,
    /// `null` when nobody must be told.
    due: Option<NoticeDue>,
    /// Channels that the policy names and that this server does not serve.
    elsewhere: Vec<String>,
    /// `none`, `running` or `done`.
    mailing: String,
    /// When the mailing goes on, while it runs.
    #[schema(required = false, format = DateTime)]
    next_at: Option<String>,
    n_mailed: u64,
    /// Mails that the relay did not take yet.
    n_put_off: u64,
    /// Subjects without an address, or whose address the relay refused for good.
    n_undeliverable: u64,
    /// Subjects to whom the policy forbids to write.
    n_withheld: u64,
    /// Subjects for whom an app fetched the notice and who have not acknowledged it.
    n_shown: u64,
    n_acknowledged: u64,
}

/// Somebody who was not reached by mail.
#[derive(ToSchema)]
pub(crate) struct Untold {
    subject: String,
    /// `no_address`, `address_invalid`, or `relay_` and what the relay answered.
    reason: String,
    attempts: u32,
    #[schema(format = DateTime)]
    at: String,
}

/// The notices that are open for a subject.
#[derive(ToSchema)]
pub(crate) struct OpenNotices {
    items: Vec<OpenNotice>,
}

/// A notice of changes to the policy that a subject has not acknowledged.
#[derive(ToSchema)]
pub(crate) struct OpenNotice {
    /// Names the notice where it is acknowledged.
    id: String,
    /// The digest of the version that comes.
    policy: String,
    version: String,
    #[schema(format = DateTime)]
    effective_at: String,
    /// True when the version decides already.
    in_force: bool,
    /// Over which channels the policy has people told.
    by: Vec<String>,
    class: ChangeClass,
    /// What it is about, in one line.
    title: String,
    /// What happens, and from when on.
    lead: String,
    /// Who decides about the data from then on, when that changes.
    #[schema(required = false)]
    new_controller: Option<String>,
    /// What changes, the strongest class first.
    changes: Vec<ToldChange>,
    /// How many changes more the comparison lists.
    n_more: u64,
    /// What people can do about it.
    choices: Vec<NoticeChoice>,
    /// Both versions side by side.
    comparison_url: String,
    /// The new version as a whole.
    policy_url: String,
    /// Since when the app has it.
    #[schema(format = DateTime)]
    shown_at: String,
}

/// One change, told.
#[derive(ToSchema)]
pub(crate) struct ToldChange {
    class: ChangeClass,
    sentence: String,
}

/// One thing that people can do about a change.
#[derive(ToSchema)]
pub(crate) struct NoticeChoice {
    /// `object`, `withdraw`, `consent`, `export`, `leave` or `ask`.
    kind: String,
    text: String,
    /// Where it is explained and done.
    url: String,
}

/// A notice that was seen.
#[derive(ToSchema)]
pub(crate) struct Acknowledged {
    subject: String,
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// The ledger entry that proves it; absent when it was acknowledged before.
    #[schema(required = false)]
    entry: Option<u64>,
}

/// A page of subjects who must be asked for consent again.
#[derive(ToSchema)]
pub(crate) struct AgainPage {
    items: Vec<AskAgain>,
    /// What to give as `after` for the next page; `null` at the end.
    next: Option<String>,
    /// How many subjects were looked at for the page.
    n_looked_at: u64,
}

/// Somebody whose consent no longer reaches as far as the policy.
#[derive(ToSchema)]
pub(crate) struct AskAgain {
    subject: String,
    /// For which purposes.
    purposes: Vec<String>,
}

/// Every version of the policy.
#[derive(ToSchema)]
pub(crate) struct Policies {
    items: Vec<Policy>,
}

/// Automatic collection that an administrator may switch.
#[derive(ToSchema)]
pub(crate) struct Collection {
    /// Its name in the policy.
    name: String,
    title: String,
    /// The fields that it covers.
    fields: Vec<String>,
    /// Whether they are stored now.
    on: bool,
    /// Whether they are stored when nobody has switched it.
    by_default: bool,
}

/// Every collection of the policy in force.
#[derive(ToSchema)]
pub(crate) struct Collections {
    items: Vec<Collection>,
}

/// An API key, without its secret.
#[derive(ToSchema)]
pub(crate) struct Key {
    id: String,
    label: String,
    scopes: Vec<Scope>,
    recipient: Option<String>,
    purposes: Option<Vec<String>>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

/// Where the rotation of the tenant's key stands.
#[derive(ToSchema)]
pub(crate) struct Rotation {
    /// The version that wraps new subject keys.
    version: u16,
    /// The version of the root key that wraps it.
    root_version: u16,
    /// Whether subject keys are being moved to the version.
    is_moving: bool,
    /// How many were moved so far.
    n_moved: u64,
}

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

/// What came of a question.
#[derive(ToSchema)]
pub(crate) struct Answer {
    verdict: Verdict,
    subject: String,
    purpose: String,
    recipient: Option<String>,
    /// The digest of the policy that decided.
    plan: String,
    #[schema(format = DateTime)]
    at: String,
    /// The ledger entry of the disclosure.
    entry: u64,
    records: Vec<OpenedRecord>,
    refused: Vec<RefusedField>,
}

/// A decision in one word.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Granted,
    Partly,
    Refused,
}

/// The values of one record that were asked for, allowed, and there.
#[derive(ToSchema)]
pub(crate) struct OpenedRecord {
    group: String,
    record: String,
    /// By field name within the group.
    values: BTreeMap<String, OpenedValue>,
}

/// A value in the open.
#[derive(ToSchema)]
pub(crate) struct OpenedValue {
    /// A text, number, flag, date, instant or list, as the policy declares the field.
    #[schema(value_type = Value)]
    value: serde_json::Value,
    /// Where it came from.
    source: String,
    #[schema(format = DateTime)]
    written_at: String,
}

/// A field that was asked for and not given.
#[derive(ToSchema)]
pub(crate) struct RefusedField {
    field: String,
    /// A stable code.
    code: String,
    /// Why, in words.
    message: String,
    /// What can be done.
    help: String,
}

/// What came of each question, in their order.
#[derive(ToSchema)]
pub(crate) struct ManyAnswers {
    answers: Vec<OneAnswer>,
}

/// Either an answer or a problem.
#[derive(ToSchema)]
pub(crate) struct OneAnswer {
    #[schema(required = false)]
    answer: Option<Answer>,
    #[schema(required = false)]
    problem: Option<Problem>,
}

/// A decision, explained.
#[derive(ToSchema)]
pub(crate) struct Explanation {
    subject: String,
    purpose: String,
    recipient: Option<String>,
    #[schema(format = DateTime)]
    at: String,
    /// The digest of the policy that decides at that instant.
    plan: String,
    policy_version: String,
    verdict: Verdict,
    granted: Vec<GrantedField>,
    refused: Vec<RefusedField>,
    /// What the decision leaned on.
    standing: Standing,
}

/// A field that may be used.
#[derive(ToSchema)]
pub(crate) struct GrantedField {
    field: String,
    /// The ground's stable code.
    ground: String,
    /// The rule in the policy's words.
    rule: String,
}

/// What can be said about a consent.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ConsentVerb {
    Given,
    Refused,
    Confirmed,
    Withdrawn,
}

/// What was noted of a subject's choice, and where it is proved.
#[derive(ToSchema)]
pub(crate) struct Choice {
    subject: String,
    /// What happened, as a stable code: `consent.withdrawn`.
    kind: String,
    #[schema(required = false)]
    purpose: Option<String>,
    /// Where it stands now.
    state: String,
    #[schema(format = DateTime)]
    at: String,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    /// SHA-256 of the text that was shown.
    #[schema(required = false)]
    text_digest: Option<String>,
    /// The ledger entry that proves it.
    entry: u64,
}

/// One thing that was said about consent.
#[derive(ToSchema)]
pub(crate) struct ConsentEvent {
    purpose: String,
    /// `consent.given`, `consent.withdrawn`, …
    kind: String,
    #[schema(format = DateTime)]
    at: String,
    text_digest: String,
    /// The text that was shown.
    text: Option<String>,
    language: Option<String>,
    method: Option<String>,
    entry: u64,
}

/// What a subject may choose, and has chosen.
#[derive(ToSchema)]
pub(crate) struct Preferences {
    subject: String,
    purposes: Vec<Preference>,
}

/// One purpose in the preference centre.
#[derive(ToSchema)]
pub(crate) struct Preference {
    purpose: String,
    title: String,
    /// The text to show when asking.
    #[schema(required = false)]
    notice: Option<String>,
    /// On what ground it rests.
    basis: String,
    is_marketing: bool,
    #[schema(required = false)]
    consent: Option<ConsentPreference>,
    can_object: bool,
    #[schema(required = false)]
    objection: Option<Objection>,
    channels: Vec<ChannelPreference>,
    /// Why its messages cannot be declined.
    #[schema(required = false)]
    fixed: Option<String>,
}

/// Where a consent stands.
#[derive(ToSchema)]
pub(crate) struct ConsentPreference {
    /// What was said last; `null` when it was never asked.
    state: Option<String>,
    #[schema(required = false, format = DateTime)]
    at: Option<String>,
    #[schema(required = false, format = DateTime)]
    until: Option<String>,
    /// True when the purpose may lean on it now.
    in_force: bool,
    /// True when the policy has come to do more than was consented to, so that it must be asked again.
    ask_again: bool,
}

/// One channel of a purpose's messages.
#[derive(ToSchema)]
pub(crate) struct ChannelPreference {
    channel: String,
    opted_out: bool,
    can_opt_out: bool,
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
    is_count_complete: bool,
}

/// What a recipient may receive for one purpose.
#[derive(ToSchema)]
pub(crate) struct DeclaredShare {
    purpose: String,
    title: String,
    fields: Vec<String>,
    on_instruction: bool,
}

/// Counts of subjects by the values of fields.
#[derive(ToSchema)]
pub(crate) struct Aggregate {
    groups: Vec<AggregateGroup>,
    /// How many groups were too small to show.
    suppressed_groups: u64,
    group_min: u32,
    entry: u64,
}

/// One group.
#[derive(ToSchema)]
pub(crate) struct AggregateGroup {
    values: BTreeMap<String, DeIdentifiedValue>,
    subjects: u64,
}

/// The keep rules of the policy in force, and what administrators set.
#[derive(ToSchema)]
pub(crate) struct Retention {
    /// Every rule, in the order of the text.
    rules: Vec<KeepRule>,
    /// The shortest and the longest length that may be set for managed accounts.
    bounds: Option<Vec<String>>,
    /// What was set, by group.
    lengths: BTreeMap<String, String>,
}

/// A keep rule.
#[derive(ToSchema)]
pub(crate) struct KeepRule {
    /// Its position in the policy, as ledger entries name it.
    rule: u16,
    /// The rule as the policy would write it.
    text: String,
    /// True when a length set for managed accounts stands in for its own.
    settable: bool,
}

/// What carrying out the keep rules would do now.
#[derive(ToSchema)]
pub(crate) struct RetentionPreview {
    #[schema(format = DateTime)]
    at: String,
    /// How many subjects something is due of.
    n_subjects: u64,
    /// By rule and outcome.
    outcomes: Vec<RetentionOutcome>,
    /// How many subjects of whom nothing would be left.
    n_erased: u64,
    /// What would go but for an order to keep it, by its ground.
    held_back: Vec<HeldBack>,
    /// When the next subject is looked at after these.
    #[schema(format = DateTime)]
    next_due_at: Option<String>,
    /// True when more subjects are due than were looked at.
    truncated: bool,
}

/// What one rule would do.
#[derive(ToSchema)]
pub(crate) struct RetentionOutcome {
    /// Its position in the policy.
    rule: Option<u16>,
    /// The rule as the policy would write it.
    text: String,
    /// `erased`, `anonymised`, `quarantined`, `set_aside` or `found_again`.
    outcome: String,
    n_subjects: u64,
    n_records: u64,
    n_values: u64,
    /// The first few of the subjects.
    examples: Vec<String>,
}

/// What does not go although its time is over.
#[derive(ToSchema)]
pub(crate) struct HeldBack {
    /// The ground of the hold as it was stated, or `restriction`.
    ground: String,
    n_subjects: u64,
    /// The first few of the subjects.
    examples: Vec<String>,
}

/// What carrying out the keep rules did.
#[derive(ToSchema)]
pub(crate) struct RetentionRun {
    #[schema(format = DateTime)]
    at: String,
    n_subjects: u64,
    n_records: u64,
    n_values_erased: u64,
    n_values_anonymised: u64,
    n_values_quarantined: u64,
    /// Sealed for a time of grace.
    n_values_set_aside: u64,
    n_values_found_again: u64,
    n_keys_destroyed: u64,
    /// Subjects of whom nothing is left.
    n_erased: u64,
    /// Subjects of whom nothing went although something was due.
    n_held: u64,
    /// How many subjects are still due.
    n_left: u64,
}

/// A row without identifiers.
#[derive(ToSchema)]
pub(crate) struct ResearchRow {
    values: BTreeMap<String, DeIdentifiedValue>,
}

/// A value that enough subjects share.
#[derive(ToSchema)]
#[schema(value_type = Value)]
pub(crate) struct DeIdentifiedValue(serde_json::Value);

/// An entry with the proof that a signed ledger holds it.
#[derive(ToSchema)]
pub(crate) struct Receipt {
    /// `candor-ledger-receipt/1`.
    format: String,
    /// The entry's bytes, in Base64.
    entry: String,
    index: u64,
    /// The hashes of the proof.
    inclusion: Vec<String>,
    /// The signed note of the ledger's head.
    checkpoint: String,
}

/// In which form a consent is told.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ReceiptForm {
    Dpv,
    Kantara,
}

/// A consent with every change of it and the proof of its present state, signed whole.
#[derive(ToSchema)]
pub(crate) struct ConsentReceipt {
    /// `candor-consent-receipt/1`.
    format: String,
    form: ReceiptForm,
    /// JSON-LD in the profile of W3C DPV for ISO/IEC TS 27560, or a Kantara Consent Receipt 1.1.0.
    #[schema(value_type = Object)]
    receipt: serde_json::Value,
    /// The text that was shown, when it is still kept.
    text: Option<String>,
    proof: Receipt,
    /// The key to check with. Get it from elsewhere too.
    verifier_key: String,
    /// A note signed by the ledger's key, over the digest of everything else.
    signature: String,
}

/// A proof that one size of the ledger begins with another.
#[derive(ToSchema)]
pub(crate) struct ConsistencyProof {
    /// The smaller size.
    old_size: u64,
    size: u64,
    path: Vec<String>,
}

/// Whether a candidate is what is kept as a hash.
#[derive(ToSchema)]
pub(crate) struct Verified {
    /// Whether it is.
    matches: bool,
    /// Whose; `null` when it does not match.
    subject: Option<String>,
}

/// A secret of the tenant, without itself.
#[derive(ToSchema)]
pub(crate) struct SecretKept {
    name: String,
    #[schema(example = "sec_0123456789abcdef0123456789abcdef")]
    id: String,
    /// The one purpose it serves.
    purpose: String,
    /// The one recipient it is shown to.
    recipient: String,
    #[schema(format = DateTime)]
    put_at: String,
}
