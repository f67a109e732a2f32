//! The store itself: one lock, and every query as a walk over a map.

use std::ops::{Bound, RangeInclusive};

use async_trait::async_trait;
use candor_store::{
    ApiKeyRow, CheckpointRow, CommitError, Committed, DueRow, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow,
    KeyRow, NoticeRow, PAGE_MAX, Page, PolicyRow, RecordRow, RequestRow, Retained, SecretRow, SlipRow, Store,
    StoreError, SubjectRow, SubjectState, TenantRow, TextRow, Unit, page_rows,
};
use candor_words::{ApiKeyId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};
use parking_lot::Mutex;

use crate::apply::apply;
use crate::guard::failing_guard;
use crate::shelf::{Shelf, Shelves};
use crate::unfit::refuse_unfit;

/// The most policies that are listed.
const POLICIES_MAX: usize = 1_000;

/// A store that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    shelves: Mutex<Shelves>,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks one tenant's shelf; an unknown tenant's is empty.
    fn ask<T>(&self, tenant: TenantId, question: impl FnOnce(&Shelf) -> T) -> Result<T, StoreError> {
        let shelves = self.shelves.lock();
        Ok(match shelves.of.get(&tenant) {
            Some(shelf) => question(shelf),
            None => question(&Shelf::default()),
        })
    }
}

/// Applies a unit whole or not at all.
fn commit(shelves: &mut Shelves, unit: Unit) -> Result<Committed, CommitError> {
    unit.check()?;
    if let Some(guard) = failing_guard(shelves, &unit) {
        return Err(CommitError::Guard(guard));
    }
    refuse_unfit(shelves, &unit)?;
    let shelf = shelves.of.entry(unit.tenant).or_default();
    let first_entry = shelf.log.size();
    // The last thing that may fail (and does not, once `check` passed); it is all or nothing itself.
    let too_long = CommitError::Unfit { reason: "an entry is longer than entries may be" };
    shelf.log.append(&unit.entries).map_err(|_| too_long)?;
    for change in unit.changes {
        apply(shelf, change, first_entry);
    }
    Ok(Committed { first_entry, size: shelf.log.size() })
}

/// Takes a page of rows that come in order after the cursor.
fn page<'a, T: Clone + 'a, C>(
    rows: impl Iterator<Item = &'a T>,
    limit: usize,
    cursor: impl FnOnce(&T) -> C,
) -> Page<T, C> {
    Page::cut(rows.take(page_rows(limit) + 1).cloned().collect(), limit, cursor)
}

fn after<T>(cursor: Option<T>) -> (Bound<T>, Bound<T>) {
    (cursor.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded)
}

fn keys_of(subject: SubjectId) -> RangeInclusive<(SubjectId, u16, u32)> {
    (subject, 0, 0)..=(subject, u16::MAX, u32::MAX)
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        commit(&mut self.shelves.lock(), unit)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn tenants(&self, after: Option<String>, limit: usize) -> Result<Page<TenantRow, String>, StoreError> {
        let shelves = self.shelves.lock();
        let mut rows: Vec<&TenantRow> = shelves.of.values().filter_map(|shelf| shelf.row.as_ref()).collect();
        rows.sort_by(|one, other| one.slug.cmp(&other.slug));
        let rows = rows.into_iter().filter(|row| after.as_ref().is_none_or(|after| row.slug > *after));
        Ok(page(rows, limit, |row| row.slug.clone()))
    }

    async fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.row.clone())
    }

    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantRow>, StoreError> {
        let shelves = self.shelves.lock();
        let mut rows = shelves.of.values().filter_map(|shelf| shelf.row.as_ref());
        Ok(rows.find(|row| row.slug == slug).cloned())
    }

    async fn policies(&self, tenant: TenantId) -> Result<Vec<PolicyRow>, StoreError> {
        self.ask(tenant, |shelf| {
            let mut rows: Vec<PolicyRow> = shelf.policies.values().cloned().collect();
            rows.sort_by_key(|row| (row.effective_at, row.put_at, row.digest));
            rows.split_off(rows.len().saturating_sub(POLICIES_MAX))
        })
    }

    async fn subject(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.subjects.get(&subject).cloned())
    }

    async fn subject_state(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectState>, StoreError> {
        self.ask(tenant, |shelf| {
            let row = shelf.subjects.get(&subject)?.clone();
            let mut keys: Vec<KeyRow> = Vec::new();
            for (_, key) in shelf.keys.range(keys_of(subject)) {
                match keys.last_mut() {
                    Some(older) if older.class == key.class => *older = key.clone(),
                    _ => keys.push(key.clone()),
                }
            }
            let last_event = shelf.events.range((subject, 0)..=(subject, u64::MAX)).next_back();
            let holds = shelf.holds.values().filter(|hold| hold.subject == subject).cloned().collect();
            Some(SubjectState { row, keys, last_event: last_event.map(|(_, event)| event.clone()), holds })
        })
    }

    async fn subjects(
        &self,
        tenant: TenantId,
        cursor: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<SubjectRow, SubjectId>, StoreError> {
        self.ask(tenant, |shelf| page(shelf.subjects.range(after(cursor)).map(|(_, row)| row), limit, |row| row.id))
    }

    async fn subject_by_index(&self, tenant: TenantId, index: [u8; 32]) -> Result<Option<SubjectId>, StoreError> {
        self.ask(tenant, |shelf| shelf.indexes.get(&index).copied())
    }

    async fn indexes(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<[u8; 32]>, StoreError> {
        self.ask(tenant, |shelf| {
            shelf.indexes.iter().filter(|(_, of)| **of == subject).map(|(index, _)| *index).collect()
        })
    }

    async fn events(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<EventRow, u64>, StoreError> {
        self.ask(tenant, |shelf| {
            let of_subject = shelf.events.range((subject, 0)..=(subject, u64::MAX)).map(|(_, row)| row);
            let rows = of_subject.filter(|row| after.is_none_or(|after| row.version > after));
            page(rows, limit, |row| row.version)
        })
    }

    async fn event_at(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Option<EventRow>, StoreError> {
        self.ask(tenant, |shelf| {
            let of_subject = shelf.events.range((subject, 0)..=(subject, u64::MAX)).map(|(_, row)| row);
            of_subject.rev().find(|row| row.at <= at).cloned()
        })
    }

    async fn record(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<Option<RecordRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.records.get(&(subject, group.to_owned(), record)).cloned())
    }

    async fn records(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: Option<&str>,
        after: Option<(String, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (String, RecordId)>, StoreError> {
        self.ask(tenant, |shelf| {
            let from = (subject, String::new(), RecordId::from_bytes([0; 16]));
            let of_subject = shelf.records.range(from..).take_while(|((of, ..), _)| *of == subject);
            let rows = of_subject.map(|(_, row)| row).filter(|row| {
                group.is_none_or(|group| row.group == group)
                    && after.as_ref().is_none_or(|(group, id)| (&row.group, row.id) > (group, *id))
            });
            page(rows, limit, |row| (row.group.clone(), row.id))
        })
    }

    async fn records_of_group(
        &self,
        tenant: TenantId,
        group: &str,
        after: Option<(SubjectId, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (SubjectId, RecordId)>, StoreError> {
        self.ask(tenant, |shelf| {
            let rows = shelf
                .records
                .values()
                .filter(|row| row.group == group && after.is_none_or(|after| (row.subject, row.id) > after));
            page(rows, limit, |row| (row.subject, row.id))
        })
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
        self.ask(tenant, |shelf| {
            let at = |version| (subject, group.to_owned(), record, version);
            let rows = shelf.history.range(at(0)..=at(u32::MAX)).rev().map(|(_, row)| row);
            page(rows.filter(|row| before.is_none_or(|before| row.version < before)), limit, |row| row.version)
        })
    }

    async fn keys(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<KeyRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.keys.range(keys_of(subject)).map(|(_, key)| key.clone()).collect())
    }

    async fn due(
        &self,
        tenant: TenantId,
        until: Instant,
        cursor: Option<(Instant, SubjectId)>,
        limit: usize,
    ) -> Result<Page<DueRow, (Instant, SubjectId)>, StoreError> {
        self.ask(tenant, |shelf| {
            let mut rows: Vec<DueRow> =
                shelf.due.iter().map(|(subject, at)| DueRow { subject: *subject, at: *at }).collect();
            rows.sort_by_key(|row| (row.at, row.subject));
            let wanted = |row: &&DueRow| row.at <= until && cursor.is_none_or(|after| (row.at, row.subject) > after);
            page(rows.iter().filter(wanted), limit, |row| (row.at, row.subject))
        })
    }

    async fn count_due(&self, tenant: TenantId, until: Instant) -> Result<u64, StoreError> {
        self.ask(tenant, |shelf| shelf.due.values().filter(|at| **at <= until).count() as u64)
    }

    async fn next_due(&self, tenant: TenantId, after: Instant) -> Result<Option<Instant>, StoreError> {
        self.ask(tenant, |shelf| shelf.due.values().copied().filter(|at| *at > after).min())
    }

    async fn retained(&self, tenant: TenantId, subjects: &[SubjectId]) -> Result<Vec<Retained>, StoreError> {
        let mut found = Vec::new();
        for subject in subjects.iter().take(PAGE_MAX) {
            let Some(state) = self.subject_state(tenant, *subject).await? else { continue };
            let records = self.records(tenant, *subject, None, None, PAGE_MAX).await?;
            let (has_history, has_open_request) = self.ask(tenant, |shelf| {
                let has_history = shelf.history.keys().any(|(of, ..)| of == subject);
                let mut requests = shelf.requests.values();
                (has_history, requests.any(|row| row.subject == *subject && row.closed_at.is_none()))
            })?;
            found.push(Retained { state, records, has_history, has_open_request });
        }
        Ok(found)
    }

    async fn request(&self, tenant: TenantId, request: RequestId) -> Result<Option<RequestRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.requests.get(&request).cloned())
    }

    async fn requests(
        &self,
        tenant: TenantId,
        subject: Option<SubjectId>,
        cursor: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestRow, RequestId>, StoreError> {
        self.ask(tenant, |shelf| {
            let rows = shelf.requests.range(after(cursor)).map(|(_, row)| row);
            page(rows.filter(|row| subject.is_none_or(|subject| row.subject == subject)), limit, |row| row.id)
        })
    }

    async fn holds(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<HoldRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.holds.values().filter(|hold| hold.subject == subject).cloned().collect())
    }

    async fn api_key(&self, key: ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
        let shelves = self.shelves.lock();
        Ok(shelves.of.values().find_map(|shelf| shelf.api_keys.get(&key)).cloned())
    }

    async fn api_keys(
        &self,
        tenant: TenantId,
        cursor: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Page<ApiKeyRow, ApiKeyId>, StoreError> {
        self.ask(tenant, |shelf| page(shelf.api_keys.range(after(cursor)).map(|(_, row)| row), limit, |row| row.id))
    }

    async fn secret(&self, tenant: TenantId, name: &str) -> Result<Option<SecretRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.secrets.get(name).cloned())
    }

    async fn secrets(
        &self,
        tenant: TenantId,
        cursor: Option<String>,
        limit: usize,
    ) -> Result<Page<SecretRow, String>, StoreError> {
        self.ask(tenant, |shelf| {
            page(shelf.secrets.range(after(cursor)).map(|(_, row)| row), limit, |row| row.name.clone())
        })
    }

    async fn slip(&self, tenant: TenantId, kind: u16, name: [u8; 32]) -> Result<Option<SlipRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.slips.get(&(kind, name)).cloned())
    }

    async fn slips(
        &self,
        tenant: TenantId,
        kind: u16,
        owner: Option<SubjectId>,
        cursor: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<SlipRow, [u8; 32]>, StoreError> {
        self.ask(tenant, |shelf| {
            let first = (
                cursor.map_or(Bound::Included((kind, [0; 32])), |name| Bound::Excluded((kind, name))),
                Bound::Included((kind, [u8::MAX; 32])),
            );
            let rows = shelf.slips.range(first).map(|(_, row)| row);
            page(rows.filter(|row| owner.is_none() || row.owner == owner), limit, |row| row.name)
        })
    }

    async fn lasting_slips(
        &self,
        tenant: TenantId,
        cursor: Option<(u16, [u8; 32])>,
        limit: usize,
    ) -> Result<Page<SlipRow, (u16, [u8; 32])>, StoreError> {
        self.ask(tenant, |shelf| {
            let rows = shelf.slips.range(after(cursor)).map(|(_, row)| row);
            page(rows.filter(|row| row.expires_at.is_none()), limit, |row| (row.kind, row.name))
        })
    }

    async fn has_expired_slips(&self, tenant: TenantId, before: Instant) -> Result<bool, StoreError> {
        self.ask(tenant, |shelf| shelf.slips.values().any(|row| row.expires_at.is_some_and(|end| end < before)))
    }

    async fn idempotency(&self, tenant: TenantId, key: [u8; 32]) -> Result<Option<IdempotencyRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.idempotency.get(&key).cloned())
    }

    async fn text(&self, tenant: TenantId, digest: [u8; 32]) -> Result<Option<TextRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.texts.get(&digest).cloned())
    }

    async fn notice(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        subject: SubjectId,
    ) -> Result<Option<NoticeRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.notices.get(&(notice, channel, subject)).cloned())
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
        self.ask(tenant, |shelf| {
            let of =
                shelf.notices.values().filter(|row| (row.notice, row.channel, row.state) == (notice, channel, state));
            page(of.filter(|row| from.is_none_or(|from| row.subject > from)), limit, |row| row.subject)
        })
    }

    async fn notice_counts(&self, tenant: TenantId, notice: [u8; 32]) -> Result<Vec<(u16, u8, u64)>, StoreError> {
        self.ask(tenant, |shelf| {
            let mut counts = std::collections::BTreeMap::<(u16, u8), u64>::new();
            for row in shelf.notices.values().filter(|row| row.notice == notice) {
                *counts.entry((row.channel, row.state)).or_default() += 1;
            }
            counts.into_iter().map(|((channel, state), count)| (channel, state, count)).collect()
        })
    }

    async fn texts(
        &self,
        tenant: TenantId,
        cursor: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<TextRow, [u8; 32]>, StoreError> {
        self.ask(tenant, |shelf| page(shelf.texts.range(after(cursor)).map(|(_, row)| row), limit, |row| row.digest))
    }

    async fn lease_jobs(&self, now: Instant, until: Instant, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        let mut shelves = self.shelves.lock();
        let mut due: Vec<&mut JobRow> = shelves.of.values_mut().flat_map(|shelf| shelf.jobs.values_mut()).collect();
        due.retain(|job| job.run_at <= now && job.leased_until.is_none_or(|leased| leased <= now));
        due.sort_by_key(|job| (job.run_at, job.id, job.tenant));
        due.truncate(page_rows(limit));
        Ok(due.into_iter().map(|job| lease(job, until)).collect())
    }

    async fn jobs(
        &self,
        tenant: TenantId,
        cursor: Option<JobId>,
        limit: usize,
    ) -> Result<Page<JobRow, JobId>, StoreError> {
        self.ask(tenant, |shelf| page(shelf.jobs.range(after(cursor)).map(|(_, row)| row), limit, |row| row.id))
    }

    async fn ledger_size(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.ask(tenant, |shelf| shelf.log.size())
    }

    async fn tile(&self, tenant: TenantId, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask(tenant, |shelf| shelf.log.tiles.get(&(level, index)).cloned())
    }

    async fn bundle(&self, tenant: TenantId, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask(tenant, |shelf| shelf.log.bundles.get(&index).cloned())
    }

    async fn checkpoint(&self, tenant: TenantId) -> Result<Option<CheckpointRow>, StoreError> {
        self.ask(tenant, |shelf| shelf.checkpoints.last_key_value().map(|(_, row)| row.clone()))
    }

    async fn checkpoints(
        &self,
        tenant: TenantId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<CheckpointRow, u64>, StoreError> {
        self.ask(tenant, |shelf| {
            let rows = shelf.checkpoints.values().rev();
            page(rows.filter(|row| below.is_none_or(|below| row.size < below)), limit, |row| row.size)
        })
    }

    async fn entries_of(
        &self,
        tenant: TenantId,
        subject: SubjectRef,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<u64, u64>, StoreError> {
        self.ask(tenant, |shelf| {
            let of_subject = shelf.entries_of.range((subject, 0)..=(subject, u64::MAX)).rev();
            let rows = of_subject.map(|(_, entry)| entry);
            page(rows.filter(|entry| below.is_none_or(|below| **entry < below)), limit, |entry| *entry)
        })
    }

    async fn indexed_to(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.ask(tenant, |shelf| shelf.indexed_to)
    }
}

/// Leases a job: counts the attempt, and gives the job as it is then.
fn lease(job: &mut JobRow, until: Instant) -> JobRow {
    job.leased_until = Some(until);
    job.attempts += 1;
    job.clone()
}
