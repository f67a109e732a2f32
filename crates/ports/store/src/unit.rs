//! A unit of work as data: what must hold, what changes, what the ledger says of it.

use candor_words::{HoldId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};

use crate::rows::{
    ApiKeyRow, CheckpointRow, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow, KeyRow, NoticeRow, PolicyRow,
    RecordRow, RequestRow, SecretRow, SlipRow, SubjectRow, TenantRow, TextRow,
};

/// The most changes one unit may hold.
pub const UNIT_CHANGES_MAX: usize = 10_000;
/// The most bytes of rows and entries one unit may hold.
pub const UNIT_BYTES_MAX: usize = 16 << 20;

/// Everything one use case does, applied together or not at all.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Whose data and whose ledger.
    pub tenant: TenantId,
    /// What must hold at the moment of the commit.
    pub guards: Vec<Guard>,
    /// What changes, in order.
    pub changes: Vec<Change>,
    /// Encoded ledger entries, appended in order after the guards held.
    pub entries: Vec<Vec<u8>>,
}

impl Unit {
    /// An empty unit of one tenant.
    pub const fn of(tenant: TenantId) -> Self {
        Self { tenant, guards: Vec::new(), changes: Vec::new(), entries: Vec::new() }
    }

    /// Adds a guard.
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }

    /// Adds a change.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds an encoded ledger entry.
    #[must_use]
    pub fn entry(mut self, entry: Vec<u8>) -> Self {
        self.entries.push(entry);
        self
    }
}

/// What must hold for a unit to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// The tenant does not exist yet: neither its id nor the slug that the unit puts. A slug that
    /// another tenant has refuses the unit with this guard even when it was not asked for.
    TenantAbsent,
    /// The subject does not exist yet.
    SubjectAbsent(SubjectId),
    /// The subject exists and its row has this version.
    SubjectVersion(SubjectId, u64),
    /// No subject but this one holds the blind index.
    IndexFree([u8; 32], SubjectId),
    /// The idempotency key has not been used, or its use has expired by now (`expires_at <= now`), or what stands there is this
    /// answer: a write of several units has put it there itself.
    IdempotencyFree([u8; 32], Instant, Vec<u8>),
    /// The request exists and its row has this version.
    RequestVersion(RequestId, u64),
    /// The job is unfinished, leased, and this is its latest attempt; whether the lease has run
    /// out is not asked.
    JobAttempt(JobId, u32),
    /// The API key exists and is not revoked.
    ApiKeyLive(candor_words::ApiKeyId),
    /// The subject exists, and is neither erased nor anonymous.
    SubjectKnown(SubjectId),
    /// There is no slip of this kind and name, or it has expired by now (`expires_at <= now`).
    SlipAbsent(u16, [u8; 32], Instant),
    /// The slip of this kind and name exists and its row has this version.
    SlipVersion(u16, [u8; 32], u32),
    /// The ledger of the tenant has exactly this many entries.
    LedgerSize(u64),
}

/// One change. A `Put` inserts or replaces by the row's primary key. Rows that name a tenant name
/// the unit's; any other is refused as unfit.
#[derive(Debug, Clone)]
pub enum Change {
    /// Removes everything of the unit's tenant, its ledger too; only with [`Guard::TenantAbsent`] beside it: what
    /// is left of a tenant that was never put whole, or is no longer there.
    ForgetTenant,
    /// Inserts or replaces the tenant.
    PutTenant(TenantRow),
    /// Adds a policy version; the same digest in force at the same instant is the same version, and
    /// stays as it was first put.
    PutPolicy(PolicyRow),
    /// Inserts or replaces a subject.
    PutSubject(SubjectRow),
    /// Appends an event to the subject's history; its standing holds from the event's instant on.
    /// A second event of the same version is unfit.
    AddEvent(EventRow),
    /// Inserts or replaces a record.
    PutRecord(RecordRow),
    /// Keeps an older version of a record.
    AddHistory(HistoryRow),
    /// Removes one record of a group, and its history.
    DeleteRecord(SubjectId, String, RecordId),
    /// Inserts or replaces a wrapped subject key.
    PutKey(KeyRow),
    /// Destroys one keep-class's wrapped keys of a subject, all versions.
    DeleteKeys(SubjectId, u16),
    /// Points a blind index at a subject, whoever it pointed at before.
    PutIndex([u8; 32], SubjectId),
    /// Removes a blind index of a subject; another subject's stays.
    DeleteIndex([u8; 32], SubjectId),
    /// Removes everything of a subject but its row and requests: records, history, keys, indexes,
    /// events, holds, notices, slips, its due date, and the index of entries under its reference. The row itself is replaced by a
    /// `PutSubject` in the same unit.
    ForgetSubject(SubjectId, Option<SubjectRef>),
    /// Says when the subject is next looked at by retention; `None`: not at all.
    PutDue(SubjectId, Option<Instant>),
    /// Lets the subject be looked at by retention at an instant, unless it is earlier already.
    HastenDue(SubjectId, Instant),
    /// Inserts or replaces a request.
    PutRequest(RequestRow),
    /// Inserts or replaces a legal hold.
    PutHold(HoldRow),
    /// Removes a legal hold.
    DeleteHold(SubjectId, HoldId),
    /// Inserts or replaces an API key; the id of another tenant's is unfit.
    PutApiKey(ApiKeyRow),
    /// Inserts or replaces a secret of the tenant, by its name.
    PutSecret(SecretRow),
    /// Removes a secret by its name, and with it its key.
    DeleteSecret(String),
    /// Inserts or replaces a slip, by its kind and name.
    PutSlip(SlipRow),
    /// Removes a slip by its kind and name.
    DeleteSlip(u16, [u8; 32]),
    /// Removes every slip of a kind that belongs to a subject.
    DeleteSlipsOf(SubjectId, u16),
    /// Removes slips that expired before the instant (`expires_at < instant`).
    ExpireSlips(Instant),
    /// Remembers an answer under an idempotency key.
    PutIdempotency(IdempotencyRow),
    /// Forgets idempotency keys that expired before the instant (`expires_at < instant`).
    ExpireIdempotency(Instant),
    /// Keeps a text under its digest.
    PutText(TextRow),
    /// Inserts or replaces what became of telling a subject.
    PutNotice(NoticeRow),
    /// Writes down a job; one with the same unique key that is not finished stays as it is.
    PutJob(JobRow),
    /// Finishes a job.
    FinishJob(JobId),
    /// Keeps a signed checkpoint.
    PutCheckpoint(CheckpointRow),
    /// Adds to the index of entries by subject, and says up to which entry it is complete.
    IndexEntries {
        /// (subject, entry) pairs, ascending by entry.
        pairs: Vec<(SubjectRef, u64)>,
        /// Every entry below this one is indexed; a smaller one than before changes nothing.
        up_to: u64,
    },
}

/// What a store says of a unit it applied, durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The position of the unit's first ledger entry; the ledger's size when it had none.
    pub first_entry: u64,
    /// How many entries the tenant's ledger holds right after this unit.
    pub size: u64,
}
