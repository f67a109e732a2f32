//! The policy: its versions, what they change, and who is told of it.

use utoipa::ToSchema;

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
