//! What came of a question: values, refusals, reasons.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{Problem, Standing};

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

/// A row without identifiers.
#[derive(ToSchema)]
pub(crate) struct ResearchRow {
    values: BTreeMap<String, DeIdentifiedValue>,
}

/// A value that enough subjects share.
#[derive(ToSchema)]
#[schema(value_type = Value)]
pub(crate) struct DeIdentifiedValue(serde_json::Value);

/// Whether a candidate is what is kept as a hash.
#[derive(ToSchema)]
pub(crate) struct Verified {
    /// Whether it is.
    matches: bool,
    /// Whose; `null` when it does not match.
    subject: Option<String>,
}

/// A sign-in that was judged.
#[derive(ToSchema)]
pub(crate) struct SignIn {
    #[schema(format = DateTime)]
    at: String,
    /// What was proved: `password`, `passkey`, `totp`, `mail_code`, `sms_code`, `recovery_code`, `upstream`, `directory`.
    methods: Vec<String>,
    /// True when the subject was let in.
    is_completed: bool,
    /// `allow`, `step_up` or `deny`.
    outcome: String,
    /// `familiar`, `new_account`, `just_made`, `no_signal`, `unusual`, `far_too_unusual` or `listed`.
    cause: String,
    /// Above one, it was more like anybody than like the subject; `null` where nothing could be scored.
    score: Option<f64>,
    /// The bounds that held.
    step_up_above: f64,
    deny_above: Option<f64>,
    /// What followed, and why, in words.
    summary: String,
    /// What each feature contributed, the one that raised the risk most first.
    lines: Vec<SignInLine>,
    /// What the subject's own number of sign-ins contributed.
    activity: Option<String>,
}

/// What one feature of a sign-in contributed.
#[derive(ToSchema)]
pub(crate) struct SignInLine {
    /// `network`, `software`, `language`, `time` or `device`.
    feature: String,
    /// What the score was multiplied by.
    ratio: f64,
    /// The same in words.
    text: String,
    /// How often each value was seen, and its weight.
    details: Vec<String>,
}
