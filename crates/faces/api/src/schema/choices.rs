//! What a subject may choose, and has chosen.

use utoipa::ToSchema;

use super::Objection;

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
