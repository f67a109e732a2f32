//! What an entry can say: one variant per kind, each a few numbers, ids and digests.
//!
//! Numbers that mean something only to a plan (purpose, recipient, field, reason, class) are
//! positions in the plan whose digest stands in the entry's head.

use candor_words::{ApiKeyId, ClientId, HoldId, Instant, OrganisationId, RecordId, RequestId, SecretId};

use crate::{Digest, FieldBits};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant's line speaks for its fields")]
#[rustfmt::skip]
pub enum EntryBody {
    /// Fields left the vault. `recipient` is [`CONTROLLER`](crate::CONTROLLER) for the tenant itself.
    Disclosure { purpose: u16, recipient: u16, record: Option<RecordId>, fields: FieldBits, n_values: u32, ground: u8 },
    /// Fields were asked for and not given.
    Refusal { purpose: u16, recipient: u16, reason: u16, fields: FieldBits },
    /// The subject agreed to the text with this digest.
    ConsentGiven { purpose: u16, text: Digest },
    /// The subject declined.
    ConsentRefused { purpose: u16, text: Digest },
    /// The subject took consent back.
    ConsentWithdrawn { purpose: u16, text: Digest },
    /// The subject objected (GDPR Art. 21).
    Objection { purpose: u16 },
    /// The objection was answered; `outcome` 1 upheld, 2 overruled.
    ObjectionResolved { purpose: u16, outcome: u8 },
    /// The subject wants no more of this purpose over this channel.
    OptOut { purpose: u16, channel: u16 },
    /// The subject wants it again.
    OptIn { purpose: u16, channel: u16 },
    /// Processing was restricted (GDPR Art. 18).
    Restricted,
    /// The restriction was lifted.
    RestrictionLifted,
    /// The account was switched off.
    Deactivated,
    /// The account was switched on again.
    Reactivated,
    /// A legal hold was placed.
    HoldPlaced { hold: HoldId },
    /// A legal hold was lifted.
    HoldLifted { hold: HoldId },
    /// The vault began to know the subject.
    SubjectCreated,
    /// Values were written; `source` is the plan's code of where they came from.
    RecordWritten { record: RecordId, fields: FieldBits, source: u8 },
    /// Values were corrected (GDPR Art. 16).
    Rectified { record: RecordId, fields: FieldBits },
    /// An export with this digest was made; `form` tells which.
    Exported { digest: Digest, form: u8 },
    /// The subject's keys were destroyed, at whose request.
    Erased { n_keys: u32, request: Option<RequestId> },
    /// One key was destroyed because its keep rule ended.
    KeyDestroyed { class: u16, version: u16 },
    /// A request came into a state.
    Request { request: RequestId, right: u8, state: u8, due: Instant },
    /// A policy came into force.
    PolicyInForce { policy: Digest, effective_at: Instant },
    /// An API key was issued.
    ApiKeyIssued { key: ApiKeyId },
    /// An API key was revoked.
    ApiKeyRevoked { key: ApiKeyId },
    /// A step that needs a person was approved.
    Approval { request: RequestId, step: u8 },
    /// Staff looked at the subject, for this reason.
    StaffAccess { reason: u16 },
    /// A keep rule, by its position in the plan, ended; `outcome` 1 erased, 2 made anonymous, 3 quarantined,
    /// 4 set aside for a time of grace, 5 found again by whoever came back.
    KeepEnded { rule: u16, outcome: u8, n_records: u32, fields: FieldBits },
    /// The subject was told of the policy with this digest before it takes effect; `channel` is the vault's number.
    NoticeSent { policy: Digest, channel: u16 },
    /// The subject could not be told over the channel; `reason` is what its carrier answered, below 200 the vault's own.
    NoticeFailed { policy: Digest, channel: u16, reason: u16 },
    /// The subject said that they have seen it.
    NoticeAcknowledged { policy: Digest },
    /// The tenant was brought back from a backup that held the first `size` entries; `lost` 0: the entries that
    /// followed them survived and stand between, 1: they were lost.
    Restored { size: u64, lost: u8 },
    /// A key has a new version: `level` 1 the root key (and the tenant's keys were wrapped by it), 2 the tenant key.
    KeyRotated { level: u8, version: u16 },
    /// Every subject key is wrapped by this version of the tenant key; `n_keys` of them had to be moved.
    KeysMoved { version: u16, n_keys: u64 },
    /// A record was removed with its history; `group` is its place in the plan.
    RecordDeleted { record: RecordId, group: u16 },
    /// A secret of the tenant was kept, for one purpose and one recipient.
    SecretKept { secret: SecretId, purpose: u16, recipient: u16 },
    /// A secret was asked for: `reason` 0 when it was handed to the connector, else why not.
    SecretAsked { secret: SecretId, purpose: u16, recipient: u16, reason: u16 },
    /// A secret was removed and its key destroyed.
    SecretRemoved { secret: SecretId },
    /// A candidate was compared with what is kept as a hash; `outcome` 0 no, 1 yes, 2 yes and hashed anew. No
    /// subject stands in the head when nobody holds the identifier that was named.
    Verified { purpose: u16, fields: FieldBits, outcome: u8 },
    /// Somebody tried to sign in; `methods` is a bit each of what they proved themself with, `outcome` 0 refused, 1 signed
    /// in, 2 asked for a further factor, 3 denied for its risk. No subject stands in the head when nobody was found.
    SignIn { methods: u16, outcome: u8 },
    /// Sessions ended; `cause` 1 the person's wish, 2 the same for all of theirs, 3 an administrator's, 4 a new password.
    SignedOut { n_sessions: u32, cause: u8 },
    /// A second factor; `sort` is its bit's place among the methods, `act` 1 added, 2 removed, 3 used up, 4 reset by an
    /// administrator.
    FactorChanged { factor: RecordId, sort: u8, act: u8 },
    /// What the person signs in with; `what` 1 password changed, 2 password reset, 3 address changed, 4 address
    /// confirmed, 5 locked, 6 unlocked.
    CredentialChanged { what: u8 },
    /// What a sign-in showed was judged for a purpose and not kept; `outcome` 1 let in, 2 asked for a further factor, 3
    /// denied.
    RiskJudged { purpose: u16, fields: FieldBits, outcome: u8 },
    /// An application that people sign in to; `act` 1 registered, 2 changed, 3 secret renewed, 4 removed with all its grants.
    ClientChanged { client: ClientId, recipient: u16, act: u8 },
    /// What a person lets an application have; `act` 1 given, 2 ended by the person, 3 ended by the application, 4 ended
    /// because a code or refresh token came twice, 5 ended because a purpose may share no more.
    GrantChanged { client: ClientId, recipient: u16, act: u8 },
    /// An organisation that manages accounts; `act` 1 made, 2 closed, 3 a domain named, 4 proved, 5 not proved any more
    /// (a grace begins), 6 lost, 7 taken away. `domain` is a blinded name of the domain, zero where none is meant.
    OrganisationChanged { organisation: OrganisationId, act: u8, domain: Digest },
    /// An organisation and the subject's account; `act` 1 claimed, with notice, 2 left in time, 3 managed, 4 let go.
    AccountClaimed { organisation: OrganisationId, act: u8, deadline: Instant },
    /// The subject works at the console; `act` 1 given the role, 2 not any more. `role` is its place in the plan,
    /// [`ADMINISTRATOR`](crate::ADMINISTRATOR) for whoever administers the tenant; `staff` is the actor of what they do.
    StaffChanged { staff: ApiKeyId, role: u16, act: u8 },
    /// What a managed person asked for; `about` 1 a request, by its id, 2 another address, `outcome` 0 waits for the
    /// organisation, 1 approved, 2 refused, 3 taken back or over.
    Decided { matter: RequestId, about: u8, outcome: u8 },
    /// Where people may sign in elsewhere; `act` 1 put, 2 removed, 3 switched off, 4 switched on again.
    UpstreamChanged { upstream: RecordId, act: u8 },
    /// Somebody's account there and their account here; `act` 1 linked, 2 unlinked.
    UpstreamLinked { upstream: RecordId, act: u8 },
    /// A request of which it is not agreed what it leads to; `act` 1 disputed, 2 settled: the person was right, 3 settled: they
    /// were not, 4 use goes on all the same, 5 use goes on for some purposes all the same.
    Dispute { request: RequestId, act: u8 },
    /// What became of a request in one connected system, by its place in the plan; `state` 1 carried out, 2 failed, 3
    /// the person is still found there, 4 searched and nothing is left, 5 not connected, 6 left to somebody, 7 another organisation was asked. `n_rows` were done.
    RequestStep { request: RequestId, system: u16, state: u8, n_rows: u64 },
    /// A request was answered with the receipt of this digest: what was done in the vault and in every connected system.
    RequestProved { request: RequestId, receipt: Digest },
    /// A restriction, or a no to the purpose at this place in the plan ([`RESTRICTION`](crate::RESTRICTION) for none), on its way
    /// to connected systems; `state` 0 begun, 4 done everywhere, 6 planned, 7 running, 10 ended because the subject was erased.
    Pushed { push: RequestId, purpose: u16, state: u8 },
    /// A correction that was made at once, on its way to connected systems and recipients; `fields` were put right, and stand in
    /// the first entry alone, `state` as of a push.
    CorrectionPushed { push: RequestId, fields: FieldBits, state: u8 },
    /// A recipient and what it is told of a request (GDPR Art. 19); `fields` name the person to it, `state` 1 about to be told, 2
    /// told, 3 given up.
    RecipientTold { request: RequestId, recipient: u16, fields: FieldBits, state: u8 },
    /// Keep rules were carried out in a connected system: what became of how many rows of a place.
    SystemKept { system: u16, place: u16, outcome: u8, n_rows: u64 },
    /// An agent that people authorise to ask for them; `act` 1 declared or declared anew, 2 removed.
    AgentChanged { agent: RecordId, act: u8 },
    /// An agent and a request that it brought; `act` 1 brought, 2 confirmed by the person who signed in, 3 disowned by them, 4
    /// taken back by the agent, 5 begun on the agent's word, 6 ended because the person did not prove who they are in time.
    AgentRequest { agent: RecordId, request: RequestId, act: u8 },
    /// What a later program adds; the payload is kept elsewhere.
    Other { code: u16, payload: Digest },
}

impl EntryBody {
    /// Returns the byte that stands for the kind. Source: spec/ledger.md, "Kinds".
    pub const fn kind(&self) -> u8 {
        match self {
            Self::Disclosure { .. } => 1,
            Self::Refusal { .. } => 2,
            Self::ConsentGiven { .. } => 3,
            Self::ConsentRefused { .. } => 4,
            Self::ConsentWithdrawn { .. } => 5,
            Self::Objection { .. } => 6,
            Self::ObjectionResolved { .. } => 7,
            Self::OptOut { .. } => 8,
            Self::OptIn { .. } => 9,
            Self::Restricted => 10,
            Self::RestrictionLifted => 11,
            Self::Deactivated => 12,
            Self::Reactivated => 13,
            Self::HoldPlaced { .. } => 14,
            Self::HoldLifted { .. } => 15,
            Self::SubjectCreated => 16,
            Self::RecordWritten { .. } => 17,
            Self::Rectified { .. } => 18,
            Self::Exported { .. } => 19,
            Self::Erased { .. } => 20,
            Self::KeyDestroyed { .. } => 21,
            Self::Request { .. } => 22,
            Self::PolicyInForce { .. } => 23,
            Self::ApiKeyIssued { .. } => 24,
            Self::ApiKeyRevoked { .. } => 25,
            Self::Approval { .. } => 26,
            Self::StaffAccess { .. } => 27,
            Self::KeepEnded { .. } => 28,
            Self::NoticeSent { .. } => 34,
            Self::NoticeFailed { .. } => 35,
            Self::NoticeAcknowledged { .. } => 36,
            Self::Restored { .. } => 38,
            Self::KeyRotated { .. } => 39,
            Self::KeysMoved { .. } => 40,
            Self::RecordDeleted { .. } => 41,
            Self::SecretKept { .. } => 42,
            Self::SecretAsked { .. } => 43,
            Self::SecretRemoved { .. } => 44,
            Self::Verified { .. } => 45,
            Self::SignIn { .. } => 46,
            Self::SignedOut { .. } => 47,
            Self::FactorChanged { .. } => 48,
            Self::CredentialChanged { .. } => 49,
            Self::RiskJudged { .. } => 50,
            Self::ClientChanged { .. } => 58,
            Self::GrantChanged { .. } => 59,
            Self::OrganisationChanged { .. } => 62,
            Self::AccountClaimed { .. } => 63,
            Self::StaffChanged { .. } => 64,
            Self::Decided { .. } => 65,
            Self::UpstreamChanged { .. } => 53,
            Self::UpstreamLinked { .. } => 54,
            Self::Dispute { .. } => 70,
            Self::RequestStep { .. } => 72,
            Self::RequestProved { .. } => 73,
            Self::Pushed { .. } => 74,
            Self::CorrectionPushed { .. } => 66,
            Self::RecipientTold { .. } => 75,
            Self::SystemKept { .. } => 76,
            Self::AgentChanged { .. } => 78,
            Self::AgentRequest { .. } => 79,
            Self::Other { .. } => 255,
        }
    }

    /// Returns the kind's name, as the JSON form writes it.
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Disclosure { .. } => "disclosure",
            Self::Refusal { .. } => "refusal",
            Self::ConsentGiven { .. } => "consent_given",
            Self::ConsentRefused { .. } => "consent_refused",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::Objection { .. } => "objection",
            Self::ObjectionResolved { .. } => "objection_resolved",
            Self::OptOut { .. } => "opt_out",
            Self::OptIn { .. } => "opt_in",
            Self::Restricted => "restricted",
            Self::RestrictionLifted => "restriction_lifted",
            Self::Deactivated => "deactivated",
            Self::Reactivated => "reactivated",
            Self::HoldPlaced { .. } => "hold_placed",
            Self::HoldLifted { .. } => "hold_lifted",
            Self::SubjectCreated => "subject_created",
            Self::RecordWritten { .. } => "record_written",
            Self::Rectified { .. } => "rectified",
            Self::Exported { .. } => "exported",
            Self::Erased { .. } => "erased",
            Self::KeyDestroyed { .. } => "key_destroyed",
            Self::Request { .. } => "request",
            Self::PolicyInForce { .. } => "policy_in_force",
            Self::ApiKeyIssued { .. } => "api_key_issued",
            Self::ApiKeyRevoked { .. } => "api_key_revoked",
            Self::Approval { .. } => "approval",
            Self::StaffAccess { .. } => "staff_access",
            Self::KeepEnded { .. } => "keep_ended",
            Self::NoticeSent { .. } => "notice_sent",
            Self::NoticeFailed { .. } => "notice_failed",
            Self::NoticeAcknowledged { .. } => "notice_acknowledged",
            Self::Restored { .. } => "restored",
            Self::KeyRotated { .. } => "key_rotated",
            Self::KeysMoved { .. } => "keys_moved",
            Self::RecordDeleted { .. } => "record_deleted",
            Self::SecretKept { .. } => "secret_kept",
            Self::SecretAsked { .. } => "secret_asked",
            Self::SecretRemoved { .. } => "secret_removed",
            Self::Verified { .. } => "verified",
            Self::SignIn { .. } => "sign_in",
            Self::SignedOut { .. } => "signed_out",
            Self::FactorChanged { .. } => "factor_changed",
            Self::CredentialChanged { .. } => "credential_changed",
            Self::RiskJudged { .. } => "risk_judged",
            Self::ClientChanged { .. } => "client_changed",
            Self::GrantChanged { .. } => "grant_changed",
            Self::OrganisationChanged { .. } => "organisation_changed",
            Self::AccountClaimed { .. } => "account_claimed",
            Self::StaffChanged { .. } => "staff_changed",
            Self::Decided { .. } => "decided",
            Self::UpstreamChanged { .. } => "upstream_changed",
            Self::UpstreamLinked { .. } => "upstream_linked",
            Self::Dispute { .. } => "dispute",
            Self::RequestStep { .. } => "request_step",
            Self::RequestProved { .. } => "request_proved",
            Self::Pushed { .. } => "pushed",
            Self::CorrectionPushed { .. } => "correction_pushed",
            Self::RecipientTold { .. } => "recipient_told",
            Self::SystemKept { .. } => "system_kept",
            Self::AgentChanged { .. } => "agent_changed",
            Self::AgentRequest { .. } => "agent_request",
            Self::Other { .. } => "other",
        }
    }
}
