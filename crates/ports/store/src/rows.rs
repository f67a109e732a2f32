//! The rows a store keeps. Whatever is personal in them is sealed or blinded before it gets here.

use candor_words::{ApiKeyId, HoldId, Instant, JobId, RecordId, RequestId, SecretId, SubjectId, SubjectRef, TenantId};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// Its name in addresses: `[a-z0-9-]`, unique.
    pub slug: String,
    /// What people call it.
    pub title: String,
    /// When it was made.
    pub created_at: Instant,
    /// Its wrapped tenant keys, every version (a byte format of `seal`).
    pub wrapped_keys: Vec<Vec<u8>>,
    /// The verifier key of its checkpoints, in the text form of a signed note.
    pub verifier_key: String,
    /// Administrator switches, as a small JSON text.
    pub settings: String,
}

/// A version of a tenant's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// The digest of its text.
    pub digest: [u8; 32],
    /// When it comes into force.
    pub effective_at: Instant,
    /// When it was put.
    pub put_at: Instant,
    /// Its source files as (path, text).
    pub sources: Vec<(String, String)>,
}

/// A subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// Its id.
    pub id: SubjectId,
    /// Its blinded reference; `None` once erased.
    pub reference: Option<SubjectRef>,
    /// Counts the changes of anything about the subject; for optimistic guards.
    pub version: u64,
    /// 0 active, 1 deactivated, 2 quarantined, 3 erased, 4 anonymous.
    pub state: u8,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// The ledger entry of its erasure. In a unit, like [`EventRow::entry`], which of the unit's
    /// entries it is: the store adds the unit's first entry when `state` is 3. So an erased row is
    /// never put again as it was read.
    pub erased_entry: Option<u64>,
}

/// When a subject is next looked at by retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRow {
    /// Whose.
    pub subject: SubjectId,
    /// Not before; what is due then is reckoned anew when it is looked at.
    pub at: Instant,
}

/// Something that happened to a subject's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Whose.
    pub subject: SubjectId,
    /// The subject's version it made; orders events.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// What: a stable code of the vault (`consent.given`).
    pub kind: String,
    /// For which purpose, by name.
    pub purpose: Option<String>,
    /// More about it, without personal data, as a small JSON text.
    pub detail: String,
    /// The whole standing from this instant on, as the vault writes it.
    pub standing: Vec<u8>,
    /// The ledger entry that proves it. In a unit, which of the unit's entries it is, from 0: the
    /// store adds the unit's first entry to it, and reads give the position in the ledger.
    pub entry: u64,
}

/// Fields kept together about a subject, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Whose.
    pub subject: SubjectId,
    /// The data group's name.
    pub group: String,
    /// Its id.
    pub id: RecordId,
    /// Counts its writes.
    pub version: u32,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last written.
    pub updated_at: Instant,
    /// When it was closed, for groups that are (tickets).
    pub closed_at: Option<Instant>,
    /// The sealed fields with their sources and versions, in the vault's own form.
    pub sealed: Vec<u8>,
}

/// An older version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Whose.
    pub subject: SubjectId,
    /// The data group's name.
    pub group: String,
    /// Which record of the group.
    pub record: RecordId,
    /// The version it was.
    pub version: u32,
    /// When it was replaced.
    pub until: Instant,
    /// The sealed fields that were replaced.
    pub sealed: Vec<u8>,
}

/// A wrapped subject key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Whose.
    pub subject: SubjectId,
    /// The keep-class it seals.
    pub class: u16,
    /// Its version.
    pub version: u32,
    /// The key wrapped by the tenant key (a byte format of `seal`).
    pub wrapped: Vec<u8>,
}

/// A subject's exercise of a right, or a disclosure that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Its id.
    pub id: RequestId,
    /// Whose.
    pub subject: SubjectId,
    /// Counts its changes.
    pub version: u64,
    /// Which right or approval, as a stable code.
    pub kind: String,
    /// Its state, as a stable code.
    pub state: String,
    /// When it was received.
    pub received_at: Instant,
    /// By when it must be answered.
    pub due_at: Instant,
    /// When it was answered.
    pub closed_at: Option<Instant>,
    /// The rest, without personal data, as JSON.
    pub detail: String,
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// Its id.
    pub id: HoldId,
    /// On whom.
    pub subject: SubjectId,
    /// On what ground, as the tenant states it (a case number, a law), never personal data.
    pub ground: String,
    /// Since when.
    pub placed_at: Instant,
    /// Until when, when that is known.
    pub until: Option<Instant>,
}

/// An API key; its secret half is kept as a hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its public half.
    pub id: ApiKeyId,
    /// Whose data it reaches.
    pub tenant: TenantId,
    /// SHA-256 of the secret half.
    pub secret_hash: [u8; 32],
    /// What people call it.
    pub label: String,
    /// The rest of its bounds (recipient, purposes, scopes), as JSON of the vault.
    pub bounds: String,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it is refused.
    pub expires_at: Option<Instant>,
    /// Since when it is refused.
    pub revoked_at: Option<Instant>,
}

/// A secret of the tenant, sealed under a key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// What the tenant calls it; unique in the tenant.
    pub name: String,
    /// Its id, drawn anew each time it is put.
    pub id: SecretId,
    /// The one purpose it serves, by name.
    pub purpose: String,
    /// The one recipient it is shown to, by name.
    pub recipient: String,
    /// When it was put.
    pub put_at: Instant,
    /// Its key, wrapped by the tenant key (a byte format of `seal`).
    pub wrapped: Vec<u8>,
    /// The secret itself, sealed.
    pub sealed: Vec<u8>,
}

/// An answer remembered under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRow {
    /// The keyed hash of API key and idempotency key.
    pub key: [u8; 32],
    /// The digest of the request it answered.
    pub request: [u8; 32],
    /// The answer: status and body, without field values.
    pub answer: Vec<u8>,
    /// Until when it is remembered.
    pub expires_at: Instant,
}

/// A text that was shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// SHA-256 of the text.
    pub digest: [u8; 32],
    /// Its language (BCP 47).
    pub language: String,
    /// The text.
    pub text: String,
}

/// Something small that the front door keeps: a session, a second factor, a client. What it holds is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipRow {
    /// Which sort, as the vault numbers it.
    pub kind: u16,
    /// Its name within its kind: a keyed hash, or an id padded with zeros.
    pub name: [u8; 32],
    /// The subject with whom it goes; `None` when it is the tenant's.
    pub owner: Option<SubjectId>,
    /// Counts its writes; for optimistic guards.
    pub version: u32,
    /// From when on it is as if it were not there; no backup holds one that ends.
    pub expires_at: Option<Instant>,
    /// What it holds, sealed.
    pub sealed: Vec<u8>,
}

/// What became of telling one subject, over one channel, that one version of the policy takes effect at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Names the notice: a digest of the version and the instant.
    pub notice: [u8; 32],
    /// The channel, as the vault numbers it.
    pub channel: u16,
    /// Whom.
    pub subject: SubjectId,
    /// Where it stands, as the vault numbers it.
    pub state: u8,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed, as the carrier or the vault numbers it; 0 when it did not.
    pub reason: u16,
    /// Since when it stands there.
    pub at: Instant,
}

/// A follow-up job. Its payload holds ids only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// Whose.
    pub tenant: TenantId,
    /// What kind, as a stable code.
    pub kind: String,
    /// Unique among the unfinished jobs of the tenant.
    pub unique: String,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// Not before.
    pub run_at: Instant,
    /// How often it was leased.
    pub attempts: u32,
    /// Until when somebody works at it.
    pub leased_until: Option<Instant>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// How many entries it covers.
    pub size: u64,
    /// When it was signed.
    pub signed_at: Instant,
    /// The signed note.
    pub note: String,
}
