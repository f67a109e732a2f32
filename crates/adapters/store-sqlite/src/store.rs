//! The store itself: commits go to the writer, reads are asked where they are called.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use candor_store::{
    ApiKeyRow, CheckpointRow, CommitError, Committed, DueRow, EventRow, HistoryRow, HoldRow, IdempotencyRow, JobRow,
    KeyRow, NoticeRow, PAGE_MAX, Page, PolicyRow, RecordRow, RequestRow, Retained, SecretRow, SlipRow, Store,
    StoreError, SubjectRow, SubjectState, TenantRow, TextRow, Unit,
};
use candor_words::{ApiKeyId, Instant, JobId, RecordId, RequestId, SubjectId, SubjectRef, TenantId};
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::connection::{open_writer, set_up_writer};
use crate::failure::store_error;
use crate::ledger::Logs;
use crate::migrate::{check_header, migrate};
use crate::open::{DATABASE_FILE, OpenError, lock_directory, make_directory};
use crate::readers::Readers;
use crate::table::{
    api_keys, blind_indexes, checkpoints, due, entries_of_subject, events, history, holds, idempotency, jobs, ledgers,
    logs, notices, policies, records, requests, secrets, slips, subject_keys, subjects, tenants, texts,
};
use crate::wal::Wal;
use crate::writer::{QUEUE_MAX, Work, Writer};

/// One SQLite file in a data directory.
pub struct SqliteStore {
    pub(crate) readers: Arc<Readers>,
    pub(crate) queue: mpsc::Sender<Work>,
    pub(crate) writer: Mutex<Option<JoinHandle<()>>>,
    /// Keeps other processes out until the store is dropped; a snapshot keeps nobody out.
    pub(crate) _lock: Option<File>,
}

impl SqliteStore {
    /// Opens the data directory, and makes it and the database when they are not there.
    ///
    /// # Errors
    /// When the directory cannot be written or is in use, the database belongs to another program
    /// or a newer one, or SQLite cannot open it.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        make_directory(directory)?;
        let lock = lock_directory(directory)?;
        let file = directory.join(DATABASE_FILE);
        let connection = prepare(&file)?;
        Self::start(&file, connection, lock)
    }

    fn start(file: &Path, connection: Connection, lock: File) -> Result<Self, OpenError> {
        let readers = Arc::new(Readers::new(file));
        let writer = Writer {
            connection,
            readers: Arc::clone(&readers),
            wal: Wal::found(),
            logs: Logs::default(),
            is_failing: false,
        };
        let (queue, work) = mpsc::channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("candor-writer".to_owned()).spawn(|| writer.run(work));
        let thread = thread.map_err(|reason| unavailable("start its writer", reason.to_string()))?;
        Ok(Self { readers, queue, writer: Mutex::new(Some(thread)), _lock: Some(lock) })
    }

    /// Commits what waits, empties the write-ahead log, and takes no more units. Reads go on.
    pub async fn close(&self) {
        let _ = self.queue.send(Work::Close).await;
        self.queue.closed().await;
        let thread = self.writer.lock().take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        let Some(thread) = self.writer.get_mut().take() else { return };
        // The writer ends when the last sender is gone.
        self.queue = mpsc::channel(1).0;
        let _ = thread.join();
    }
}

pub(crate) fn prepare(file: &Path) -> Result<Connection, OpenError> {
    let failed = |error| store_error("open the database", &error);
    let mut connection = open_writer(file).map_err(failed)?;
    check_header(&connection)?;
    set_up_writer(&connection).map_err(failed)?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn unavailable(operation: &'static str, reason: String) -> StoreError {
    StoreError::Unavailable { operation, reason }
}

fn stopped() -> StoreError {
    unavailable("apply a unit", "it is closed".to_owned())
}

/// One subject with keys, standing and holds.
fn state(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Option<SubjectState>> {
    let Some(row) = subjects::get(connection, tenant, subject)? else { return Ok(None) };
    let keys = subject_keys::newest(connection, tenant, subject)?;
    let last_event = events::last(connection, tenant, subject)?;
    let holds = holds::all(connection, tenant, subject)?;
    Ok(Some(SubjectState { row, keys, last_event, holds }))
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        unit.check()?;
        let (answer, answered) = oneshot::channel();
        self.queue.send(Work::Commit { unit, answer }).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers.read("answer", |connection| connection.prepare_cached("SELECT 1")?.query_row([], |_| Ok(())))
    }

    async fn tenants(&self, after: Option<String>, limit: usize) -> Result<Page<TenantRow, String>, StoreError> {
        let after = after.unwrap_or_default();
        let rows = self.readers.read("list tenants", |connection| tenants::page(connection, &after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.slug.clone()))
    }

    async fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>, StoreError> {
        self.readers.ask("read a tenant", tenant, tenants::get)
    }

    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantRow>, StoreError> {
        self.readers.read("read a tenant", |connection| tenants::get_by_slug(connection, slug))
    }

    async fn policies(&self, tenant: TenantId) -> Result<Vec<PolicyRow>, StoreError> {
        self.readers.ask("list policies", tenant, policies::all)
    }

    async fn subject(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectRow>, StoreError> {
        self.readers.ask("read a subject", tenant, |connection, tenant| subjects::get(connection, tenant, subject))
    }

    async fn subject_state(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<SubjectState>, StoreError> {
        self.readers.ask("read a subject", tenant, |connection, tenant| state(connection, tenant, subject))
    }

    async fn subjects(
        &self,
        tenant: TenantId,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<SubjectRow, SubjectId>, StoreError> {
        let rows = self
            .readers
            .ask("list subjects", tenant, |connection, tenant| subjects::page(connection, tenant, after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.id))
    }

    async fn subject_by_index(&self, tenant: TenantId, index: [u8; 32]) -> Result<Option<SubjectId>, StoreError> {
        self.readers
            .ask("look a subject up", tenant, |connection, tenant| blind_indexes::holder(connection, tenant, &index))
    }

    async fn indexes(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<[u8; 32]>, StoreError> {
        self.readers
            .ask("list blind indexes", tenant, |connection, tenant| blind_indexes::all(connection, tenant, subject))
    }

    async fn events(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<EventRow, u64>, StoreError> {
        let rows = self
            .readers
            .ask("list events", tenant, |connection, tenant| events::page(connection, tenant, subject, after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.version))
    }

    async fn event_at(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Option<EventRow>, StoreError> {
        self.readers.ask("read an event", tenant, |connection, tenant| events::last_at(connection, tenant, subject, at))
    }

    async fn record(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<Option<RecordRow>, StoreError> {
        self.readers
            .ask("read a record", tenant, |connection, tenant| records::get(connection, tenant, subject, group, record))
    }

    async fn records(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: Option<&str>,
        after: Option<(String, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (String, RecordId)>, StoreError> {
        let rows = self.readers.ask("list records", tenant, |connection, tenant| {
            let Some(group) = group else { return records::page(connection, tenant, subject, after.as_ref(), limit) };
            let after = match &after {
                Some((past, _)) if past.as_str() > group => return Ok(Vec::new()),
                Some((past, id)) if past == group => Some(*id),
                _ => None,
            };
            records::page_in_group(connection, tenant, subject, group, after, limit)
        })?;
        Ok(Page::cut(rows, limit, |row| (row.group.clone(), row.id)))
    }

    async fn records_of_group(
        &self,
        tenant: TenantId,
        group: &str,
        after: Option<(SubjectId, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordRow, (SubjectId, RecordId)>, StoreError> {
        let rows = self.readers.ask("list records", tenant, |connection, tenant| {
            records::page_of_group(connection, tenant, group, after, limit)
        })?;
        Ok(Page::cut(rows, limit, |row| (row.subject, row.id)))
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
        let rows = self.readers.ask("list history", tenant, |connection, tenant| {
            history::page(connection, tenant, subject, group, record, before, limit)
        })?;
        Ok(Page::cut(rows, limit, |row| row.version))
    }

    async fn keys(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<KeyRow>, StoreError> {
        self.readers.ask("read keys", tenant, |connection, tenant| subject_keys::all(connection, tenant, subject))
    }

    async fn due(
        &self,
        tenant: TenantId,
        until: Instant,
        after: Option<(Instant, SubjectId)>,
        limit: usize,
    ) -> Result<Page<DueRow, (Instant, SubjectId)>, StoreError> {
        let rows = self
            .readers
            .ask("list who is due", tenant, |connection, tenant| due::page(connection, tenant, until, after, limit))?;
        Ok(Page::cut(rows, limit, |row| (row.at, row.subject)))
    }

    async fn count_due(&self, tenant: TenantId, until: Instant) -> Result<u64, StoreError> {
        self.readers.ask("count who is due", tenant, |connection, tenant| due::count_until(connection, tenant, until))
    }

    async fn next_due(&self, tenant: TenantId, after: Instant) -> Result<Option<Instant>, StoreError> {
        self.readers.ask("read who is due next", tenant, |connection, tenant| due::next(connection, tenant, after))
    }

    async fn retained(&self, tenant: TenantId, subjects: &[SubjectId]) -> Result<Vec<Retained>, StoreError> {
        self.readers.ask("read what is kept", tenant, |connection, tenant| {
            let mut found = Vec::with_capacity(subjects.len());
            for subject in subjects.iter().take(PAGE_MAX) {
                let Some(state) = state(connection, tenant, *subject)? else { continue };
                let rows = records::page(connection, tenant, *subject, None, PAGE_MAX)?;
                let records = Page::cut(rows, PAGE_MAX, |row: &RecordRow| (row.group.clone(), row.id));
                let has_history = history::is_kept(connection, tenant, *subject)?;
                let has_open_request = requests::is_open(connection, tenant, *subject)?;
                found.push(Retained { state, records, has_history, has_open_request });
            }
            Ok(found)
        })
    }

    async fn request(&self, tenant: TenantId, request: RequestId) -> Result<Option<RequestRow>, StoreError> {
        self.readers.ask("read a request", tenant, |connection, tenant| requests::get(connection, tenant, request))
    }

    async fn requests(
        &self,
        tenant: TenantId,
        subject: Option<SubjectId>,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<RequestRow, RequestId>, StoreError> {
        let rows = self.readers.ask("list requests", tenant, |connection, tenant| match subject {
            Some(subject) => requests::page_of_subject(connection, tenant, subject, after, limit),
            None => requests::page(connection, tenant, after, limit),
        })?;
        Ok(Page::cut(rows, limit, |row| row.id))
    }

    async fn holds(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<HoldRow>, StoreError> {
        self.readers.ask("list holds", tenant, |connection, tenant| holds::all(connection, tenant, subject))
    }

    async fn api_key(&self, key: ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
        self.readers.read("read an API key", |connection| api_keys::get(connection, key))
    }

    async fn api_keys(
        &self,
        tenant: TenantId,
        after: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Page<ApiKeyRow, ApiKeyId>, StoreError> {
        let rows = self
            .readers
            .ask("list API keys", tenant, |connection, tenant| api_keys::page(connection, tenant, after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.id))
    }

    async fn secret(&self, tenant: TenantId, name: &str) -> Result<Option<SecretRow>, StoreError> {
        self.readers.ask("read a secret", tenant, |connection, tenant| secrets::get(connection, tenant, name))
    }

    async fn secrets(
        &self,
        tenant: TenantId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SecretRow, String>, StoreError> {
        let rows = self.readers.ask("list secrets", tenant, |connection, tenant| {
            secrets::page(connection, tenant, after.as_deref(), limit)
        })?;
        Ok(Page::cut(rows, limit, |row| row.name.clone()))
    }

    async fn slip(&self, tenant: TenantId, kind: u16, name: [u8; 32]) -> Result<Option<SlipRow>, StoreError> {
        self.readers.ask("read a slip", tenant, |connection, tenant| slips::get(connection, tenant, kind, &name))
    }

    async fn slips(
        &self,
        tenant: TenantId,
        kind: u16,
        owner: Option<SubjectId>,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<SlipRow, [u8; 32]>, StoreError> {
        let rows = self.readers.ask("list slips", tenant, |connection, tenant| {
            slips::page(connection, tenant, kind, owner, after.as_ref(), limit)
        })?;
        Ok(Page::cut(rows, limit, |row| row.name))
    }

    async fn lasting_slips(
        &self,
        tenant: TenantId,
        after: Option<(u16, [u8; 32])>,
        limit: usize,
    ) -> Result<Page<SlipRow, (u16, [u8; 32])>, StoreError> {
        let rows = self.readers.ask("list slips", tenant, |connection, tenant| {
            slips::lasting(connection, tenant, after.as_ref(), limit)
        })?;
        Ok(Page::cut(rows, limit, |row| (row.kind, row.name)))
    }

    async fn has_expired_slips(&self, tenant: TenantId, before: Instant) -> Result<bool, StoreError> {
        self.readers
            .ask("look for expired slips", tenant, |connection, tenant| {
                slips::has_expired(connection, tenant, before).map(Some)
            })
            .map(|expired| expired.unwrap_or(false))
    }

    async fn idempotency(&self, tenant: TenantId, key: [u8; 32]) -> Result<Option<IdempotencyRow>, StoreError> {
        self.readers.ask("read an answer", tenant, |connection, tenant| idempotency::get(connection, tenant, &key))
    }

    async fn text(&self, tenant: TenantId, digest: [u8; 32]) -> Result<Option<TextRow>, StoreError> {
        self.readers.ask("read a text", tenant, |connection, tenant| texts::get(connection, tenant, &digest))
    }

    async fn notice(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        subject: SubjectId,
    ) -> Result<Option<NoticeRow>, StoreError> {
        self.readers.ask("read a notice", tenant, |connection, tenant| {
            notices::get(connection, tenant, &notice, channel, subject)
        })
    }

    async fn notices(
        &self,
        tenant: TenantId,
        notice: [u8; 32],
        channel: u16,
        state: u8,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<NoticeRow, SubjectId>, StoreError> {
        let rows = self.readers.ask("list notices", tenant, |connection, tenant| {
            notices::page(connection, tenant, (&notice, channel, state), after, limit)
        })?;
        Ok(Page::cut(rows, limit, |row| row.subject))
    }

    async fn notice_counts(&self, tenant: TenantId, notice: [u8; 32]) -> Result<Vec<(u16, u8, u64)>, StoreError> {
        self.readers.ask("count notices", tenant, |connection, tenant| notices::counts(connection, tenant, &notice))
    }

    async fn texts(
        &self,
        tenant: TenantId,
        after: Option<[u8; 32]>,
        limit: usize,
    ) -> Result<Page<TextRow, [u8; 32]>, StoreError> {
        let rows = self
            .readers
            .ask("list texts", tenant, |connection, tenant| texts::page(connection, tenant, after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.digest))
    }

    async fn lease_jobs(&self, now: Instant, until: Instant, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let work = Work::Lease { now, until, limit, answer };
        self.queue.send(work).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn jobs(
        &self,
        tenant: TenantId,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Page<JobRow, JobId>, StoreError> {
        let rows =
            self.readers.ask("list jobs", tenant, |connection, tenant| jobs::page(connection, tenant, after, limit))?;
        Ok(Page::cut(rows, limit, |row| row.id))
    }

    async fn ledger_size(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.readers.ask("read the ledger's size", tenant, ledgers::size)
    }

    async fn tile(&self, tenant: TenantId, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.ask("read a tile", tenant, |connection, tenant| logs::tile(connection, tenant, level, index))
    }

    async fn bundle(&self, tenant: TenantId, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.ask("read a bundle", tenant, |connection, tenant| logs::bundle(connection, tenant, index))
    }

    async fn checkpoint(&self, tenant: TenantId) -> Result<Option<CheckpointRow>, StoreError> {
        self.readers.ask("read a checkpoint", tenant, checkpoints::newest)
    }

    async fn checkpoints(
        &self,
        tenant: TenantId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<CheckpointRow, u64>, StoreError> {
        let rows = self.readers.ask("list checkpoints", tenant, |connection, tenant| {
            checkpoints::page(connection, tenant, below, limit)
        })?;
        Ok(Page::cut(rows, limit, |row| row.size))
    }

    async fn entries_of(
        &self,
        tenant: TenantId,
        subject: SubjectRef,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<u64, u64>, StoreError> {
        let rows = self.readers.ask("list entries", tenant, |connection, tenant| {
            entries_of_subject::page(connection, tenant, &subject, below, limit)
        })?;
        Ok(Page::cut(rows, limit, |entry| *entry))
    }

    async fn indexed_to(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.readers.ask("read the index's end", tenant, ledgers::indexed_to)
    }
}

#[cfg(test)]
mod tests {
    use candor_store::Change;
    use candor_store::conformance::wait;
    use tempfile::TempDir;

    use super::*;

    fn record(n: u8, bytes: usize) -> Change {
        let at = Instant::from_millis(0);
        Change::PutRecord(RecordRow {
            subject: SubjectId::from_bytes([1; 16]),
            group: "contact".to_owned(),
            id: RecordId::from_bytes([n; 16]),
            version: 1,
            created_at: at,
            updated_at: at,
            closed_at: None,
            sealed: vec![n; bytes],
        })
    }

    #[test]
    fn on_a_full_disk_nothing_changes_and_reads_go_on() {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join(DATABASE_FILE);
        let connection = prepare(&file).unwrap();
        // SQLite's own limit stands for the disk's.
        connection.pragma_update(None, "max_page_count", 60).unwrap();
        let store = SqliteStore::start(&file, connection, lock_directory(directory.path()).unwrap()).unwrap();
        let tenant = TenantId::from_bytes([1; 16]);
        let unit = |n, bytes| Unit::of(tenant).change(record(n, 10)).change(record(n + 1, bytes)).entry(vec![n]);
        wait(store.commit(unit(1, 10))).unwrap();

        let full = wait(store.commit(unit(3, 1 << 20)));
        assert!(matches!(full, Err(CommitError::Store(StoreError::NotWritable { .. }))), "{full:?}");
        let rows = wait(store.records(tenant, SubjectId::from_bytes([1; 16]), None, None, 10)).unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.version).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(wait(store.ledger_size(tenant)).unwrap(), 1);

        // What still fits is applied, in a group with what does not.
        let results = std::thread::scope(|scope| {
            let units = [unit(5, 1 << 20), unit(7, 10), unit(9, 1 << 20)];
            let threads = units.map(|unit| scope.spawn(|| wait(store.commit(unit)).is_ok()));
            threads.map(|thread| thread.join().unwrap())
        });
        assert!(!results[0] && !results[2]);
        assert_eq!(wait(store.ledger_size(tenant)).unwrap(), 1 + u64::from(results[1]));
    }
}
