//! Keep rules, and what carrying them out does.

use std::collections::BTreeMap;

use utoipa::ToSchema;

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

/// How retention stands in every system.
#[derive(ToSchema)]
pub(crate) struct SystemsRetention {
    #[schema(format = DateTime)]
    at: String,
    /// System by system, in the order of the policy.
    systems: Vec<SystemRetention>,
}

/// How retention stands in one system.
#[derive(ToSchema)]
pub(crate) struct SystemRetention {
    /// Its name in the policy.
    system: String,
    title: String,
    /// `sqlite`, `postgres`, …
    kind: String,
    /// `not_connected`, `previewed`, `done`, `left` or `failed`.
    state: String,
    /// When it last ran.
    #[schema(format = DateTime)]
    ran_at: Option<String>,
    /// When a failure is tried again.
    #[schema(format = DateTime)]
    again_at: Option<String>,
    trouble: Option<super::StepTrouble>,
    places: Vec<OverduePlace>,
}

/// What becomes of rows of a place.
#[derive(ToSchema)]
pub(crate) struct OverduePlace {
    place: String,
    /// `deleted`, `de_identified` and `emptied` change rows; `held`, `waiting`, `kept` and `undated` stay; `cannot_hold` is what the
    /// system cannot do.
    did: String,
    /// The fields that are over their time.
    #[schema(required = false)]
    fields: Vec<String>,
    n_rows: u64,
    /// Why: the ground of a hold, what is missing.
    #[schema(required = false, nullable = false)]
    because: Option<String>,
    /// What would be asked of the system, with placeholders where values stand.
    #[schema(required = false)]
    statements: Vec<String>,
}
