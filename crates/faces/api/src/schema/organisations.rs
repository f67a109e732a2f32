//! Organisations, their members, staff and locks.

use utoipa::ToSchema;

/// An organisation that manages accounts.
#[derive(ToSchema)]
pub(crate) struct Organisation {
    #[schema(example = "org_0123456789abcdef0123456789abcdef")]
    id: String,
    title: String,
    #[schema(format = DateTime)]
    since: String,
    /// Who decides for it, besides the tenant's administrators.
    deciders: Vec<String>,
    domains: Vec<Domain>,
}

/// A domain of an organisation.
#[derive(ToSchema)]
pub(crate) struct Domain {
    #[schema(example = "example.org")]
    domain: String,
    /// Under which name the proof is to be published, as a TXT record.
    challenge_name: String,
    /// The text to publish there.
    challenge_text: String,
    #[schema(format = DateTime)]
    proved_at: Option<String>,
    /// When the proof was looked at last.
    #[schema(format = DateTime)]
    checked_at: Option<String>,
    /// Since when the proof is missing; a week later the domain is lost.
    #[schema(format = DateTime)]
    missing_since: Option<String>,
    /// Whether accounts are being looked through.
    claiming: bool,
}

/// A member of an organisation.
#[derive(ToSchema)]
pub(crate) struct Member {
    subject: String,
    state: MemberState,
    #[schema(format = DateTime)]
    claimed_at: String,
    /// When they were told; the time to leave runs from then.
    #[schema(format = DateTime)]
    told_at: Option<String>,
    /// Until when they may leave; it moves on until they were told.
    #[schema(format = DateTime)]
    deadline: Option<String>,
}

/// Where a member stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum MemberState {
    Claimed,
    Managed,
}

/// An address that waits for approval, without itself.
#[derive(ToSchema)]
pub(crate) struct WaitingAddress {
    id: String,
    subject: String,
    #[schema(format = DateTime)]
    asked_at: String,
    /// Whether it is on one of the organisation's domains; one that is not ends the management of the account.
    on_domain: bool,
}

/// A member of staff.
#[derive(ToSchema)]
pub(crate) struct Staff {
    subject: String,
    /// What the ledger calls them.
    actor: String,
    roles: Vec<String>,
    administrator: bool,
    #[schema(format = DateTime)]
    since: String,
}

/// Whether an account is locked.
#[derive(ToSchema)]
pub(crate) struct Lock {
    locked: bool,
    #[schema(format = DateTime, required = false)]
    since: Option<String>,
}
