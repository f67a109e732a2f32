//! A subject at work: standing in bits, keys prepared, records as last read; kept while it is hot.
//!
//! Whoever changes a subject forgets it here before the change is acknowledged. A loader that began
//! before the change cannot bring the old state back: see `kept.rs`.

use std::sync::Arc;

use candor_decision::{Clocks, Standing};
use candor_seal::{KeepClass, KeyVersion, SubjectKey, SubjectKeyName, WrappedSubjectKey};
use candor_store::{KeyRow, RecordRow, SubjectRow};
use candor_words::{Instant, RecordId, SubjectId, SubjectRef, TenantId};
use parking_lot::Mutex;

use crate::kept::{Kept, Shelf};
use crate::retention::clocks;
use crate::standing_form::StandingForm;
use crate::state::ANONYMOUS;
use crate::tenant::{Policy, Tenant};
use crate::{ErrorKind, Vault, VaultError};

/// How many subjects are kept.
const SUBJECTS_KEPT: usize = 65_536;
/// How many records of one subject are kept with it.
const RECORDS_KEPT: usize = 8;
const EPOCHS: usize = 1 << 14;

/// What a decision and an opening need of one subject.
pub(crate) struct LiveSubject {
    pub tenant: TenantId,
    pub row: SubjectRow,
    pub reference: SubjectRef,
    pub form: StandingForm,
    pub standing: Standing,
    /// What keep rules count from.
    pub clocks: Clocks,
    pub policy: Arc<Policy>,
    pub keys: SubjectKeys,
    records: Mutex<Vec<Arc<RecordRow>>>,
    valid_until: Instant,
    /// The tenant's: another policy makes another standing.
    tenant_epoch: u64,
}

/// A subject's keys, prepared, by class and version.
pub(crate) struct SubjectKeys(Vec<SubjectKey>);

impl SubjectKeys {
    /// The newest key of a class.
    pub(crate) fn newest(&self, class: KeepClass) -> Option<&SubjectKey> {
        self.0.iter().filter(|key| key.name().class == class).max_by_key(|key| key.name().version)
    }

    /// The key that sealed an envelope.
    pub(crate) fn of(&self, class: KeepClass, version: KeyVersion) -> Option<&SubjectKey> {
        self.0.iter().find(|key| key.name().class == class && key.name().version == version)
    }

    /// No key yet: a subject that is being made.
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn push(&mut self, key: SubjectKey) {
        self.0.push(key);
    }

    pub(crate) fn open(tenant: &Tenant, subject: SubjectId, rows: &[KeyRow]) -> Result<Self, VaultError> {
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let wrapped = WrappedSubjectKey::from_slice(&row.wrapped)?;
            let version = u16::try_from(row.version).map_err(|_| VaultError::damaged("subject key"))?;
            let name = SubjectKeyName {
                tenant: tenant.id(),
                subject,
                class: KeepClass::new(row.class),
                version: KeyVersion::new(version),
            };
            keys.push(tenant.key_of(wrapped.wrapped_by())?.unwrap(name, &wrapped)?);
        }
        Ok(Self(keys))
    }
}

type Key = (TenantId, SubjectId);
type Subjects = quick_cache::sync::Cache<Key, (u64, Arc<LiveSubject>)>;

/// The subjects that are hot.
pub(crate) struct LiveCache(Kept<Subjects>);

impl Shelf<Key, (u64, Arc<LiveSubject>)> for Subjects {
    fn find(&self, key: &Key) -> Option<(u64, Arc<LiveSubject>)> {
        self.get(key)
    }

    fn put(&self, key: Key, value: (u64, Arc<LiveSubject>)) {
        self.insert(key, value);
    }

    fn clear(&self, key: &Key) {
        self.remove(key);
    }
}

impl LiveCache {
    pub(crate) fn new() -> Self {
        Self(Kept::new(quick_cache::sync::Cache::new(SUBJECTS_KEPT), EPOCHS))
    }

    pub(crate) fn forget(&self, tenant: TenantId, subject: SubjectId) {
        self.0.forget(&(tenant, subject), slot(subject));
    }

    fn get(&self, tenant: &Tenant, subject: SubjectId, now: Instant) -> Option<Arc<LiveSubject>> {
        let live: Arc<LiveSubject> = self.0.get(&(tenant.id(), subject), slot(subject))?;
        let holds = live.tenant_epoch == tenant.epoch && now < live.valid_until;
        holds.then_some(live)
    }
}

/// Subjects of the same slot are forgotten together.
fn slot(subject: SubjectId) -> usize {
    let [.., a, b] = *subject.as_bytes();
    usize::from(u16::from_be_bytes([a, b]))
}

impl Vault {
    /// The subject as it stands now.
    pub(crate) async fn live(&self, tenant: &Tenant, subject: SubjectId) -> Result<Arc<LiveSubject>, VaultError> {
        let now = self.now();
        if let Some(live) = self.live.get(tenant, subject, now) {
            return Ok(live);
        }
        let loading = self.live.0.begin(slot(subject));
        let live = Arc::new(self.load_live(tenant, subject, now).await?);
        self.live.0.keep((tenant.id(), subject), loading, Arc::clone(&live));
        Ok(live)
    }

    /// The subject as it stands now, if the caller reaches it.
    pub(crate) async fn live_for(
        &self,
        caller: &crate::Caller,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Arc<LiveSubject>, VaultError> {
        caller.may_reach(subject)?;
        self.live(tenant, subject).await
    }

    /// The subject as it stands now, for one look only: walking over all subjects does not push out those that
    /// are hot.
    pub(crate) async fn glance(&self, tenant: &Tenant, subject: SubjectId) -> Result<Arc<LiveSubject>, VaultError> {
        let now = self.now();
        if let Some(live) = self.live.get(tenant, subject, now) {
            return Ok(live);
        }
        Ok(Arc::new(self.load_live(tenant, subject, now).await?))
    }

    async fn load_live(&self, tenant: &Tenant, subject: SubjectId, now: Instant) -> Result<LiveSubject, VaultError> {
        let StoredSubject { row, reference, form, keys } = self.stored_subject(tenant, subject).await?;
        let policy = Arc::clone(tenant.policy_at(now)?);
        let (standing, lapses) = form.under_policy(&policy, now);
        let clocks = clocks(&form, &policy.plan);
        let next_policy = tenant.policies.iter().map(|policy| policy.effective_at).find(|at| *at > now);
        Ok(LiveSubject {
            tenant: tenant.id(),
            keys,
            row,
            reference,
            form,
            standing,
            clocks,
            policy,
            records: Mutex::default(),
            valid_until: next_policy.map_or(lapses, |at| at.min(lapses)),
            tenant_epoch: tenant.epoch,
        })
    }

    /// A record of the subject as it stood when `live` was loaded, or later.
    pub(crate) async fn live_record(
        &self,
        tenant: TenantId,
        live: &LiveSubject,
        group: &str,
        record: RecordId,
    ) -> Result<Option<Arc<RecordRow>>, VaultError> {
        let kept = live.records.lock().iter().find(|row| row.id == record && row.group == group).cloned();
        if kept.is_some() {
            return Ok(kept);
        }
        let Some(row) = self.store.record(tenant, live.row.id, group, record).await?.map(Arc::new) else {
            return Ok(None);
        };
        let mut records = live.records.lock();
        if records.len() < RECORDS_KEPT {
            records.push(Arc::clone(&row));
        }
        Ok(Some(row))
    }
}

/// A subject as the store has it, with its keys opened: what a reader and a writer both begin with.
pub(crate) struct StoredSubject {
    pub row: SubjectRow,
    pub reference: SubjectRef,
    pub form: StandingForm,
    pub keys: SubjectKeys,
}

impl Vault {
    /// Reads a subject from the store, past what is kept.
    pub(crate) async fn stored_subject(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<StoredSubject, VaultError> {
        let state = self.store.subject_state(tenant.id(), subject).await?.ok_or_else(unknown)?;
        let reference = state.row.reference.ok_or_else(|| erased(&state.row))?;
        let mut form = state.last_event.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
        if state.row.state == ANONYMOUS {
            form.state = ANONYMOUS;
        }
        let keys = if tenant.has_wrapped(&state.keys)? {
            SubjectKeys::open(tenant, subject, &state.keys)?
        } else {
            // The tenant's key was renewed since the tenant was looked up.
            SubjectKeys::open(&*self.tenant(tenant.id()).await?, subject, &state.keys)?
        };
        Ok(StoredSubject { row: state.row, reference, form, keys })
    }
}

/// There is no such subject of this tenant.
pub(crate) fn unknown() -> VaultError {
    VaultError::missing("subject.unknown", "there is no such subject")
        .help("look the subject up by an identifier, or list the subjects")
}

/// There was one, and it is gone.
pub(crate) fn erased(row: &SubjectRow) -> VaultError {
    let error =
        VaultError::new(ErrorKind::Gone, "subject.erased", "the subject was erased; nothing of it can be read again");
    match row.erased_entry {
        Some(entry) => error.detail("erased_entry", entry),
        None => error,
    }
}
