//! What a process needs and nobody afterwards: held in memory, never written to a store.
//!
//! A group of which every field is kept `until process ends` is sealed like any other, under a key that is drawn for its
//! record and wrapped by nobody. Closing the record ends the process: record and key are gone, and so they are when
//! [`TRANSIENT_MS`] have passed, or the server stops. Reads pass the same door and are logged. Source:
//! spec/manifest.md, "Keeping".

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_ledger::{EntryBody, FieldBits};
use candor_manifest::model::Source;
use candor_seal::{KeepClass, KeyVersion, SubjectKey};
use candor_store::RecordRow;
use candor_words::{Instant, RecordId, SubjectId, TenantId};
use parking_lot::Mutex;

use crate::draft::Draft;
use crate::records::{RecordView, view};
use crate::value::source_code;
use crate::{ErrorKind, Vault, VaultError};

/// How many such records are held at once.
pub const TRANSIENT_RECORDS_MAX: usize = 10_000;
/// How many bytes of them are held at once.
pub const TRANSIENT_BYTES_MAX: usize = 64 << 20;
/// How long a process may take, in milliseconds: an hour.
pub const TRANSIENT_MS: i64 = 3_600_000;

/// A record that is held in memory only.
#[derive(Clone)]
pub(crate) struct TransientRecord {
    pub row: Arc<RecordRow>,
    pub key: Arc<SubjectKey>,
    until: Instant,
}

impl TransientRecord {
    pub(crate) fn new(row: RecordRow, key: Arc<SubjectKey>, now: Instant) -> Self {
        let until = Instant::from_millis(now.as_millis().saturating_add(TRANSIENT_MS));
        Self { row: Arc::new(row), key, until }
    }

    fn bytes(&self) -> usize {
        self.row.sealed.len()
    }
}

type Place = (TenantId, SubjectId, String, RecordId);

/// Every record that is held in memory only.
#[derive(Default)]
pub(crate) struct Transient(Mutex<BTreeMap<Place, TransientRecord>>);

impl Transient {
    /// One record, while its process goes on.
    pub(crate) fn get(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        record: RecordId,
        now: Instant,
    ) -> Option<TransientRecord> {
        let held = self.0.lock();
        if held.is_empty() {
            return None;
        }
        held.get(&(tenant, subject, group.to_owned(), record)).filter(|held| now < held.until).cloned()
    }

    /// The subject's records of a group.
    pub(crate) fn of_group(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        group: &str,
        limit: usize,
        now: Instant,
    ) -> Vec<Arc<RecordRow>> {
        let first = (tenant, subject, group.to_owned(), RecordId::from_bytes([0; 16]));
        let last = (tenant, subject, group.to_owned(), RecordId::from_bytes([255; 16]));
        let held = self.0.lock();
        let rows = held.range(first..=last).map(|(_, held)| held).filter(|held| now < held.until);
        rows.take(limit).map(|held| Arc::clone(&held.row)).collect()
    }

    /// Refuses records for which there is no room.
    pub(crate) fn refuse_when_full(&self, new: &[TransientRecord], now: Instant) -> Result<(), VaultError> {
        if new.is_empty() {
            return Ok(());
        }
        self.sweep(now);
        let held = self.0.lock();
        let bytes: usize = held.values().chain(new).map(TransientRecord::bytes).sum();
        if held.len() + new.len() <= TRANSIENT_RECORDS_MAX && bytes <= TRANSIENT_BYTES_MAX {
            return Ok(());
        }
        Err(VaultError::new(
            ErrorKind::Unavailable,
            "transient.full",
            "the record was not written: 10 000 records or 64 MiB of processes that go on are held already",
        )
        .help("end the processes that are over by closing their records, then try again"))
    }

    /// Holds records.
    pub(crate) fn take(&self, tenant: TenantId, new: Vec<TransientRecord>) {
        let mut held = self.0.lock();
        for record in new {
            let place = (tenant, record.row.subject, record.row.group.clone(), record.row.id);
            held.insert(place, record);
        }
    }

    /// Lets a record go.
    pub(crate) fn end(&self, tenant: TenantId, subject: SubjectId, group: &str, record: RecordId) -> bool {
        self.0.lock().remove(&(tenant, subject, group.to_owned(), record)).is_some()
    }

    /// Lets all of a subject's go.
    pub(crate) fn forget(&self, tenant: TenantId, subject: SubjectId) {
        self.0.lock().retain(|(of, whose, ..), _| (*of, *whose) != (tenant, subject));
    }

    /// Lets those go whose processes took too long.
    pub(crate) fn sweep(&self, now: Instant) {
        self.0.lock().retain(|_, held| now < held.until);
    }
}

impl Vault {
    /// The key of a record that is never stored: the one that it has, or a new one.
    pub(crate) fn process_key(
        &self,
        draft: &Draft,
        group: &str,
        record: RecordId,
        class: KeepClass,
    ) -> Result<Arc<SubjectKey>, VaultError> {
        if let Some(held) = self.transient.get(draft.tenant.id(), draft.row.id, group, record, draft.now) {
            return Ok(held.key);
        }
        let tenant_key = draft.tenant.key()?;
        // The wrapped key is dropped: nothing but this memory can open the record.
        let (key, _) = tenant_key.create_subject_key(self.entropy.as_ref(), draft.row.id, class, KeyVersion::FIRST)?;
        Ok(Arc::new(key))
    }

    /// Ends the process that a record is held for, if there is one; the draft then says so in the ledger.
    pub(crate) fn end_process(&self, draft: &mut Draft, group: &str, record: RecordId) -> Option<RecordView> {
        let tenant = draft.tenant.id();
        let held = self.transient.get(tenant, draft.row.id, group, record, draft.now)?;
        self.transient.end(tenant, draft.row.id, group, record);
        draft.enter(EntryBody::RecordWritten {
            record,
            fields: FieldBits::EMPTY,
            source: source_code(&Source::Observed),
        });
        Some(RecordView { closed_at: Some(draft.now), ..view(&held.row) })
    }
}
