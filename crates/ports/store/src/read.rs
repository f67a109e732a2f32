//! The trait a store implements.

use async_trait::async_trait;
use candor_words::{ApiKeyId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};

use crate::{
    ApiKeyRow, CheckpointRow, CommitError, Committed, DueRow, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow,
    KeyRow, NoticeRow, Page, PolicyRow, RecordRow, RequestRow, SecretRow, SlipRow, StoreError, SubjectRow, TenantRow,
    TextRow, Unit,
};

/// What the vault needs to decide and open for one subject, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectState {
    /// The subject.
    pub row: SubjectRow,
    /// Its wrapped keys, newest version of each class.
    pub keys: Vec<KeyRow>,
    /// Its latest event, which carries the standing.
    pub last_event: Option<EventRow>,
    /// Legal holds in force or to come.
    pub holds: Vec<HoldRow>,
}

/// What retention needs to know of one subject, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retained {
    /// The subject with its keys, standing and holds.
    pub state: SubjectState,
    /// The first page of its records, by (group, id).
    pub records: Page<RecordRow, (String, RecordId)>,
    /// True when older versions of some record are kept.
    pub has_history: bool,
    /// True when a request of the subject is not closed.
    pub has_open_request: bool,
}

/// A database behind Candor.
///
/// Every `limit` is capped at [`crate::PAGE_MAX`]. Cursors are exclusive: rows strictly after it.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Applies a unit whole, durably, or not at all. Returns once a power cut cannot lose it.
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError>;

    /// Says whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Every tenant, by slug.
    async fn tenants(&self, after: Option<String>, limit: usize) -> Result<Page<TenantRow, String>, StoreError>;
    /// One tenant.
    async fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>, StoreError>;
    /// One tenant by its name in addresses.
    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantRow>, StoreError>;
    /// Every version of the tenant's policy, ascending by (effective_at, put_at). At most 1 000.
    async fn policies(&self, tenant: TenantId) -> Result<Vec<PolicyRow>, StoreError>;

    /// One subject's row.
    async fn subject(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectRow>, StoreError>;
    /// One subject with keys, standing and holds.
    async fn subject_state(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectState>, StoreError>;
    /// Every subject, by id.
    async fn subjects(
        &self,
        tenant: TenantId,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<SubjectRow, SubjectId>, StoreError>;
    /// Who holds a blind index.
    async fn subject_by_index(&self, tenant: TenantId, index: [u8; 32]) -> Result<Option<SubjectId>, StoreError>;
    /// The blind indexes a subject holds.
    async fn indexes(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<[u8; 32]>, StoreError>;

    /// The subject's events in order, after a version.
    async fn events(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<EventRow, u64>, StoreError>;
    /// The last event at or before an instant.
    async fn event_at(&self, tenant: TenantId, subject: SubjectId, at: Instant)
    -> Result<Option<EventRow>, StoreError>;

    /// One record of a group.
    async fn record(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<Option<RecordRow>, StoreError>;
    /// The subject's records, by (group, id); of one group when it is named.
    async fn records(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: Option<&str>,
        after: Option<(String, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (String, RecordId)>, StoreError>;
    /// Every subject's records of one group, by (subject, id).
    async fn records_of_group(
        &self,
        tenant: TenantId,
        group: &str,
        after: Option<(SubjectId, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (SubjectId, RecordId)>, StoreError>;
    /// The older versions of a record of a group, newest first, before a version.
    async fn history(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<HistoryRow, u32>, StoreError>;
    /// The wrapped keys of a subject, every version.
    async fn keys(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<KeyRow>, StoreError>;

    /// Subjects that retention looks at no later than an instant, by (instant, id).
    async fn due(
        &self,
        tenant: TenantId,
        until: Instant,
        after: Option<(Instant, SubjectId)>,
        limit: usize,
    ) -> Result<Page<DueRow, (Instant, SubjectId)>, StoreError>;
    /// How many subjects retention looks at no later than an instant.
    async fn count_due(&self, tenant: TenantId, until: Instant) -> Result<u64, StoreError>;
    /// The first instant after `after` at which retention looks at somebody.
    async fn next_due(&self, tenant: TenantId, after: Instant) -> Result<Option<Instant>, StoreError>;
    /// What retention needs to know of these subjects, at most [`crate::PAGE_MAX`], in their order; those that are
    /// not there are left out.
    async fn retained(&self, tenant: TenantId, subjects: &[SubjectId]) -> Result<Vec<Retained>, StoreError>;

    /// One request.
    async fn request(&self, tenant: TenantId, request: RequestId) -> Result<Option<RequestRow>, StoreError>;
    /// The tenant's requests by id; of one subject when it is named.
    async fn requests(
        &self,
        tenant: TenantId,
        subject: Option<SubjectId>,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestRow, RequestId>, StoreError>;
    /// The legal holds on a subject.
    async fn holds(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<HoldRow>, StoreError>;

    /// One API key, of any tenant.
    async fn api_key(&self, key: ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError>;
    /// The tenant's API keys, by id.
    async fn api_keys(
        &self,
        tenant: TenantId,
        after: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Page<ApiKeyRow, ApiKeyId>, StoreError>;
    /// A secret of the tenant by its name.
    async fn secret(&self, tenant: TenantId, name: &str) -> Result<Option<SecretRow>, StoreError>;
    /// The tenant's secrets, by name.
    async fn secrets(
        &self,
        tenant: TenantId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SecretRow, String>, StoreError>;
    /// A slip by its kind and name, whether or not it has expired.
    async fn slip(&self, tenant: TenantId, kind: u16, name: [u8; 32]) -> Result<Option<SlipRow>, StoreError>;
    /// The slips of a kind, by name, whether or not they have expired; of one owner when it is named.
    async fn slips(
        &self,
        tenant: TenantId,
        kind: u16,
        owner: Option<SubjectId>,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<SlipRow, [u8; 32]>, StoreError>;
    /// The slips that have no end, by (kind, name).
    async fn lasting_slips(
        &self,
        tenant: TenantId,
        after: Option<(u16, [u8; 32])>,
        limit: usize,
    ) -> Result<Page<SlipRow, (u16, [u8; 32])>, StoreError>;
    /// True when some slip expired before an instant.
    async fn has_expired_slips(&self, tenant: TenantId, before: Instant) -> Result<bool, StoreError>;
    /// What was answered under an idempotency key.
    async fn idempotency(&self, tenant: TenantId, key: [u8; 32]) -> Result<Option<IdempotencyRow>, StoreError>;
    /// A text by its digest.
    async fn text(&self, tenant: TenantId, digest: [u8; 32]) -> Result<Option<TextRow>, StoreError>;
    /// The tenant's texts, by digest.
    async fn texts(
        &self,
        tenant: TenantId,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<TextRow, [u8; 32]>, StoreError>;

    /// What became of telling a subject over a channel.
    async fn notice(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        subject: SubjectId,
    ) -> Result<Option<NoticeRow>, StoreError>;
    /// Who was told over a channel, with the outcome `state`, by subject.
    async fn notices(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        state: u8,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<NoticeRow, SubjectId>, StoreError>;
    /// How many subjects' notices stand where, as (channel, state, count), ascending.
    async fn notice_counts(&self, tenant: TenantId, notice: [u8; 32]) -> Result<Vec<(u16, u8, u64)>, StoreError>;

    /// Takes up to `limit` jobs that are due and unleased, of every tenant, leases them until `until`
    /// and counts the attempt. Oldest first, then by id and tenant.
    async fn lease_jobs(&self, now: Instant, until: Instant, limit: usize) -> Result<Vec<JobRow>, StoreError>;
    /// The unfinished jobs of a tenant, by id.
    async fn jobs(
        &self,
        tenant: TenantId,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Page<JobRow, JobId>, StoreError>;

    /// How many entries the tenant's ledger holds.
    async fn ledger_size(&self, tenant: TenantId) -> Result<u64, StoreError>;
    /// A hash tile at its present width: 32 bytes per hash.
    async fn tile(&self, tenant: TenantId, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// An entry bundle at its present width, in tlog-tiles form.
    async fn bundle(&self, tenant: TenantId, index: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// The newest checkpoint.
    async fn checkpoint(&self, tenant: TenantId) -> Result<Option<CheckpointRow>, StoreError>;
    /// The checkpoints, newest first, below a size.
    async fn checkpoints(
        &self,
        tenant: TenantId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<CheckpointRow, u64>, StoreError>;
    /// Entries about a subject, descending by position, below a position; complete up to what
    /// [`Store::indexed_to`] says.
    async fn entries_of(
        &self,
        tenant: TenantId,
        subject: SubjectRef,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<u64, u64>, StoreError>;
    /// Every entry below this position is in the index by subject.
    async fn indexed_to(&self, tenant: TenantId) -> Result<u64, StoreError>;
}
