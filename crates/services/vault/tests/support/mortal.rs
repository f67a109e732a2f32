//! A store that goes dark at its n-th commit, as a machine does: that commit is lost, or applied and not acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use candor_store::*;
use candor_words::{ApiKeyId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};

/// When the store goes dark.
pub struct Mortal {
    store: Arc<dyn Store>,
    left: AtomicU64,
    /// Whether the last commit is applied before the answer is lost.
    applies_last: bool,
}

impl Mortal {
    /// A store that answers so many commits.
    pub fn new(store: Arc<dyn Store>, n_commits: u64, applies_last: bool) -> Arc<Self> {
        Arc::new(Self { store, left: AtomicU64::new(n_commits), applies_last })
    }

    /// True once it went dark.
    pub fn is_dead(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

fn dark() -> StoreError {
    StoreError::Unavailable { operation: "answer", reason: "it went dark".into() }
}

#[async_trait]
impl Store for Mortal {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        // Whoever else is at it goes on meanwhile.
        tokio::task::yield_now().await;
        let before = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match before {
            Ok(1) if self.applies_last => {
                let _ = self.store.commit(unit).await;
                Err(dark().into())
            }
            Ok(1) | Err(_) => Err(dark().into()),
            Ok(_) => self.store.commit(unit).await,
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn tenants(&self, after: Option<String>, limit: usize) -> Result<Page<TenantRow, String>, StoreError> {
        self.store.tenants(after, limit).await
    }

    async fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>, StoreError> {
        self.store.tenant(tenant).await
    }

    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantRow>, StoreError> {
        self.store.tenant_by_slug(slug).await
    }

    async fn policies(&self, tenant: TenantId) -> Result<Vec<PolicyRow>, StoreError> {
        self.store.policies(tenant).await
    }

    async fn subject(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectRow>, StoreError> {
        self.store.subject(tenant, subject).await
    }

    async fn subject_state(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectState>, StoreError> {
        self.store.subject_state(tenant, subject).await
    }

    async fn subjects(
        &self,
        tenant: TenantId,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<SubjectRow, SubjectId>, StoreError> {
        self.store.subjects(tenant, after, limit).await
    }

    async fn subject_by_index(&self, tenant: TenantId, index: [u8; 32]) -> Result<Option<SubjectId>, StoreError> {
        self.store.subject_by_index(tenant, index).await
    }

    async fn indexes(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<[u8; 32]>, StoreError> {
        self.store.indexes(tenant, subject).await
    }

    async fn events(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<EventRow, u64>, StoreError> {
        self.store.events(tenant, subject, after, limit).await
    }

    async fn event_at(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Option<EventRow>, StoreError> {
        self.store.event_at(tenant, subject, at).await
    }

    async fn record(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<Option<RecordRow>, StoreError> {
        self.store.record(tenant, subject, group, record).await
    }

    async fn records(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: Option<&str>,
        after: Option<(String, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (String, RecordId)>, StoreError> {
        self.store.records(tenant, subject, group, after, limit).await
    }

    async fn records_of_group(
        &self,
        tenant: TenantId,
        group: &str,
        after: Option<(SubjectId, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (SubjectId, RecordId)>, StoreError> {
        self.store.records_of_group(tenant, group, after, limit).await
    }

    async fn history(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<HistoryRow, u32>, StoreError> {
        self.store.history(tenant, subject, group, record, before, limit).await
    }

    async fn keys(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<KeyRow>, StoreError> {
        self.store.keys(tenant, subject).await
    }

    async fn request(&self, tenant: TenantId, request: RequestId) -> Result<Option<RequestRow>, StoreError> {
        self.store.request(tenant, request).await
    }

    async fn requests(
        &self,
        tenant: TenantId,
        subject: Option<SubjectId>,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestRow, RequestId>, StoreError> {
        self.store.requests(tenant, subject, after, limit).await
    }

    async fn holds(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<HoldRow>, StoreError> {
        self.store.holds(tenant, subject).await
    }

    async fn api_key(&self, key: ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
        self.store.api_key(key).await
    }

    async fn api_keys(
        &self,
        tenant: TenantId,
        after: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Page<ApiKeyRow, ApiKeyId>, StoreError> {
        self.store.api_keys(tenant, after, limit).await
    }

    async fn idempotency(&self, tenant: TenantId, key: [u8; 32]) -> Result<Option<IdempotencyRow>, StoreError> {
        self.store.idempotency(tenant, key).await
    }

    async fn text(&self, tenant: TenantId, digest: [u8; 32]) -> Result<Option<TextRow>, StoreError> {
        self.store.text(tenant, digest).await
    }

    async fn texts(
        &self,
        tenant: TenantId,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<TextRow, [u8; 32]>, StoreError> {
        self.store.texts(tenant, after, limit).await
    }

    async fn secret(&self, tenant: TenantId, name: &str) -> Result<Option<SecretRow>, StoreError> {
        self.store.secret(tenant, name).await
    }

    async fn secrets(
        &self,
        tenant: TenantId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SecretRow, String>, StoreError> {
        self.store.secrets(tenant, after, limit).await
    }

    async fn slip(&self, tenant: TenantId, kind: u16, name: [u8; 32]) -> Result<Option<SlipRow>, StoreError> {
        self.store.slip(tenant, kind, name).await
    }

    async fn slips(
        &self,
        tenant: TenantId,
        kind: u16,
        owner: Option<SubjectId>,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<SlipRow, [u8; 32]>, StoreError> {
        self.store.slips(tenant, kind, owner, after, limit).await
    }

    async fn lasting_slips(
        &self,
        tenant: TenantId,
        after: Option<(u16, [u8; 32])>,
        limit: usize,
    ) -> Result<Page<SlipRow, (u16, [u8; 32])>, StoreError> {
        self.store.lasting_slips(tenant, after, limit).await
    }

    async fn has_expired_slips(&self, tenant: TenantId, before: Instant) -> Result<bool, StoreError> {
        self.store.has_expired_slips(tenant, before).await
    }

    async fn due(
        &self,
        tenant: TenantId,
        by: Instant,
        after: Option<(Instant, SubjectId)>,
        limit: usize,
    ) -> Result<Page<DueRow, (Instant, SubjectId)>, StoreError> {
        self.store.due(tenant, by, after, limit).await
    }

    async fn count_due(&self, tenant: TenantId, by: Instant) -> Result<u64, StoreError> {
        self.store.count_due(tenant, by).await
    }

    async fn next_due(&self, tenant: TenantId, after: Instant) -> Result<Option<Instant>, StoreError> {
        self.store.next_due(tenant, after).await
    }

    async fn retained(&self, tenant: TenantId, subjects: &[SubjectId]) -> Result<Vec<Retained>, StoreError> {
        self.store.retained(tenant, subjects).await
    }

    async fn notice(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        subject: SubjectId,
    ) -> Result<Option<NoticeRow>, StoreError> {
        self.store.notice(tenant, notice, channel, subject).await
    }

    async fn notices(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        state: u8,
        from: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<NoticeRow, SubjectId>, StoreError> {
        self.store.notices(tenant, notice, channel, state, from, limit).await
    }

    async fn notice_counts(&self, tenant: TenantId, notice: [u8; 32]) -> Result<Vec<(u16, u8, u64)>, StoreError> {
        self.store.notice_counts(tenant, notice).await
    }

    async fn lease_jobs(&self, now: Instant, until: Instant, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        self.store.lease_jobs(now, until, limit).await
    }

    async fn jobs(
        &self,
        tenant: TenantId,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Page<JobRow, JobId>, StoreError> {
        self.store.jobs(tenant, after, limit).await
    }

    async fn ledger_size(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.store.ledger_size(tenant).await
    }

    async fn tile(&self, tenant: TenantId, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.tile(tenant, level, index).await
    }

    async fn bundle(&self, tenant: TenantId, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.bundle(tenant, index).await
    }

    async fn checkpoint(&self, tenant: TenantId) -> Result<Option<CheckpointRow>, StoreError> {
        self.store.checkpoint(tenant).await
    }

    async fn checkpoints(
        &self,
        tenant: TenantId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<CheckpointRow, u64>, StoreError> {
        self.store.checkpoints(tenant, below, limit).await
    }

    async fn entries_of(
        &self,
        tenant: TenantId,
        subject: SubjectRef,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<u64, u64>, StoreError> {
        self.store.entries_of(tenant, subject, below, limit).await
    }

    async fn indexed_to(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.store.indexed_to(tenant).await
    }
}
