//! Keys are renewed while everything goes on: the root's tenant by tenant, a tenant's subject by subject.
//!
//! A new version of the root key is taken up from its keeper ([`Vault::replace_roots`]); each tenant's keys are then
//! wrapped by it in one unit. A new version of a tenant key wraps new subject keys at once, and a job moves the others,
//! some at a time, each only if nobody changed its subject meanwhile: a key that was destroyed does not come back.
//! Nothing that is sealed is sealed anew, and no read waits or fails: older versions stay to open what they wrapped.
//! After a crash at any point the job begins again and passes over what is done. Source: spec/seal.md, "Rotation".

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_seal::{KeepClass, KeyVersion, SubjectKeyName, WrappedSubjectKey, WrappedTenantKey};
use candor_store::{Change, CommitError, Guard, JobRow, KeyRow, PAGE_MAX, SubjectRow, TenantRow, Unit};
use candor_words::{ApiKeyId, JobId, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Scope};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The kind of the job that moves subject keys, and its unique key.
pub(crate) const MOVE_KEYS: &str = "keys.move";
/// How many pages of subjects one run of the job covers; then it is written down anew.
const PAGES_PER_RUN: usize = 4;
/// How many subjects one unit moves the keys of.
const SUBJECTS_PER_UNIT: usize = 50;
/// What a `key_rotated` entry calls the root and the tenant.
const ROOT: u8 = 1;
const TENANT: u8 = 2;

/// Where the rotation of a tenant's key stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RotationView {
    /// The version that wraps new subject keys.
    pub version: u16,
    /// The version of the root key that wraps it.
    pub root_version: u16,
    /// True while subject keys are being moved to the version.
    pub is_moving: bool,
    /// How many were moved so far.
    pub n_moved: u64,
}

/// What wraps what, of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KeyUsage {
    pub tenant: TenantId,
    pub slug: String,
    /// By version of the tenant key: the version of the root key that wraps it.
    pub root_versions: BTreeMap<u16, u16>,
    /// By version of the tenant key: how many subject keys it wraps.
    pub subject_keys: BTreeMap<u16, u64>,
}

/// How far the job is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Progress {
    /// The version that keys are moved to.
    version: u16,
    /// The last subject that was looked at.
    after: Option<SubjectId>,
    n_moved: u64,
}

impl Vault {
    /// Gives the caller's tenant a new version of its key; subject keys are moved to it by a job.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the versions are used up.
    pub async fn rotate_tenant_key(&self, caller: &Caller) -> Result<RotationView, VaultError> {
        caller.needs(Scope::Admin)?;
        self.rotate_tenant_key_of(caller.tenant(), Some(caller.key())).await?;
        self.rotation(caller).await
    }

    /// Gives a tenant a new version of its key on behalf of whoever holds the machine.
    ///
    /// # Errors
    /// There is no such tenant; the versions are used up.
    pub async fn rotate_tenant_key_of(&self, id: TenantId, by: Option<ApiKeyId>) -> Result<u16, VaultError> {
        let writer = Arc::clone(&self.tenant_rows).lock_owned().await;
        let tenant = self.tenant(id).await?;
        let now = self.now();
        let version = tenant.key()?.name().version.next().ok_or_else(|| {
            VaultError::conflict(
                "keys.versions_exhausted",
                "the tenant's key cannot be renewed: its versions are used up",
            )
        })?;
        let (_, wrapped) = self.newest_root()?.create_tenant_key(self.entropy.as_ref(), id, version)?;
        let mut row = tenant.row.clone();
        row.wrapped_keys.push(wrapped.as_bytes().to_vec());
        let body = EntryBody::KeyRotated { level: TENANT, version: version.get() };
        let entry = self.entry(&tenant, now, None, by, body)?;
        let progress = Progress { version: version.get(), ..Progress::default() };
        let unit = Unit::of(id)
            .change(Change::PutTenant(row))
            .change(Change::PutJob(self.moving_job(id, &progress)?))
            .entry(entry);
        self.commit_then(unit, (self.tenants_epoch.moving_on(), writer)).await?;
        Ok(version.get())
    }

    /// Where the rotation of the caller's tenant stands.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn rotation(&self, caller: &Caller) -> Result<RotationView, VaultError> {
        caller.needs(Scope::Admin)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let progress = self.progress(tenant.id()).await?;
        let newest = tenant.row.wrapped_keys.last().ok_or_else(|| VaultError::damaged("tenant key"))?;
        Ok(RotationView {
            version: tenant.key()?.name().version.get(),
            root_version: WrappedTenantKey::from_slice(newest)?.wrapped_by().get(),
            is_moving: progress.is_some(),
            n_moved: progress.map_or(0, |progress| progress.n_moved),
        })
    }

    /// How far the job is, while there is one.
    async fn progress(&self, tenant: TenantId) -> Result<Option<Progress>, VaultError> {
        let mut after = None;
        loop {
            let page = self.store.jobs(tenant, after, PAGE_MAX).await?;
            if let Some(job) = page.rows.iter().find(|job| job.kind == MOVE_KEYS) {
                return read_progress(job).map(Some);
            }
            after = page.next;
            if after.is_none() {
                return Ok(None);
            }
        }
    }

    fn moving_job(&self, tenant: TenantId, progress: &Progress) -> Result<JobRow, VaultError> {
        Ok(JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: MOVE_KEYS.to_owned(),
            unique: MOVE_KEYS.to_owned(),
            payload: serde_json::to_string(progress).map_err(|_| VaultError::damaged("job"))?,
            run_at: self.now(),
            attempts: 0,
            leased_until: None,
        })
    }

    /// Moves the keys of some more subjects; returns what goes into the unit that finishes the job: the job written
    /// down anew, or the entry that says that all are moved.
    pub(crate) async fn move_keys(&self, job: &JobRow) -> Result<Unit, VaultError> {
        let tenant = self.tenant(job.tenant).await?;
        let newest = tenant.key()?.name().version;
        let mut progress = read_progress(job)?;
        if progress.version != newest.get() {
            // The key was renewed again meanwhile.
            progress = Progress { version: newest.get(), after: None, ..progress };
        }
        let mut is_over = false;
        for _ in 0..PAGES_PER_RUN {
            let page = self.store.subjects(tenant.id(), progress.after, PAGE_MAX).await?;
            for subjects in page.rows.chunks(SUBJECTS_PER_UNIT) {
                progress.n_moved += self.move_keys_of(&tenant, subjects).await?;
            }
            progress.after = page.rows.last().map(|row| row.id);
            is_over = page.next.is_none();
            if is_over {
                break;
            }
        }
        let unit = Unit::of(tenant.id());
        if !is_over {
            return Ok(unit.change(Change::PutJob(self.moving_job(tenant.id(), &progress)?)));
        }
        let body = EntryBody::KeysMoved { version: newest.get(), n_keys: progress.n_moved };
        Ok(unit.entry(self.entry(&tenant, self.now(), None, None, body)?))
    }

    /// Moves the keys of some subjects in one unit; when one of them changed meanwhile, of each in its own.
    async fn move_keys_of(&self, tenant: &Tenant, subjects: &[SubjectRow]) -> Result<u64, VaultError> {
        let mut unit = Unit::of(tenant.id());
        for subject in subjects {
            self.move_in(tenant, subject, &mut unit).await?;
        }
        let n_keys = unit.changes.len() as u64;
        if n_keys == 0 {
            return Ok(0);
        }
        match self.store.commit(unit).await {
            Ok(_) => Ok(n_keys),
            Err(CommitError::Guard(_)) => {
                let mut n_moved = 0;
                for subject in subjects {
                    n_moved += self.move_keys_of_one(tenant, subject.id).await?;
                }
                Ok(n_moved)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Moves one subject's keys while nobody else of this server writes about it.
    async fn move_keys_of_one(&self, tenant: &Tenant, subject: SubjectId) -> Result<u64, VaultError> {
        let _writer = self.stripes.hold(subject).await;
        let Some(row) = self.store.subject(tenant.id(), subject).await? else { return Ok(0) };
        let mut unit = Unit::of(tenant.id());
        self.move_in(tenant, &row, &mut unit).await?;
        let n_keys = unit.changes.len() as u64;
        if n_keys > 0 {
            self.commit(unit).await?;
        }
        Ok(n_keys)
    }

    /// Puts the keys of a subject, moved, into a unit that holds only while the subject is as it was read.
    async fn move_in(&self, tenant: &Tenant, subject: &SubjectRow, unit: &mut Unit) -> Result<(), VaultError> {
        if subject.reference.is_none() {
            return Ok(());
        }
        let newest = tenant.key()?;
        let mut is_guarded = false;
        for row in self.store.keys(tenant.id(), subject.id).await? {
            let wrapped = WrappedSubjectKey::from_slice(&row.wrapped)?;
            if wrapped.wrapped_by() == newest.name().version {
                continue;
            }
            let version = u16::try_from(row.version).map_err(|_| VaultError::damaged("subject key"))?;
            let name = SubjectKeyName {
                tenant: tenant.id(),
                subject: subject.id,
                class: KeepClass::new(row.class),
                version: KeyVersion::new(version),
            };
            let older = tenant.key_of(wrapped.wrapped_by())?;
            let moved = newest.rewrap(self.entropy.as_ref(), older, name, &wrapped)?;
            if !std::mem::replace(&mut is_guarded, true) {
                // INVARIANT: whoever destroys a key moves the subject's version on, so that no moved key outlives it.
                unit.guards.push(Guard::SubjectVersion(subject.id, subject.version));
            }
            unit.changes.push(Change::PutKey(KeyRow { wrapped: moved.as_bytes().to_vec(), ..row }));
        }
        Ok(())
    }

    /// True when a key of the tenant is wrapped by another version of the root than the newest.
    pub(crate) fn is_behind_root(&self, row: &TenantRow) -> Result<bool, VaultError> {
        let newest = self.newest_root()?.version();
        let versions = row.wrapped_keys.iter().map(|key| Ok(WrappedTenantKey::from_slice(key)?.wrapped_by()));
        let versions = versions.collect::<Result<Vec<KeyVersion>, VaultError>>()?;
        Ok(versions.iter().any(|version| *version != newest))
    }

    /// Wraps every key of the tenant by the newest version of the root, in one unit.
    pub(crate) async fn follow_root(&self, id: TenantId) -> Result<(), VaultError> {
        let writer = Arc::clone(&self.tenant_rows).lock_owned().await;
        let tenant = self.tenant(id).await?;
        if !self.is_behind_root(&tenant.row)? {
            return Ok(());
        }
        let root = self.newest_root()?;
        let mut row = tenant.row.clone();
        row.wrapped_keys.clear();
        for key in &tenant.keys {
            row.wrapped_keys.push(root.wrap(self.entropy.as_ref(), key)?.as_bytes().to_vec());
        }
        let body = EntryBody::KeyRotated { level: ROOT, version: root.version().get() };
        let entry = self.entry(&tenant, self.now(), None, None, body)?;
        let unit = Unit::of(id).change(Change::PutTenant(row)).entry(entry);
        self.commit_then(unit, (self.tenants_epoch.moving_on(), writer)).await?;
        Ok(())
    }

    /// What wraps what, tenant by tenant.
    ///
    /// # Errors
    /// The store does not answer, or holds something that is no wrapped key.
    pub async fn key_usage(&self) -> Result<Vec<KeyUsage>, VaultError> {
        let mut usage = Vec::new();
        for row in self.every_tenant().await? {
            let mut root_versions = BTreeMap::new();
            for (key, version) in row.wrapped_keys.iter().zip(1_u16..) {
                root_versions.insert(version, WrappedTenantKey::from_slice(key)?.wrapped_by().get());
            }
            let subject_keys = self.count_subject_keys(row.id).await?;
            usage.push(KeyUsage { tenant: row.id, slug: row.slug, root_versions, subject_keys });
        }
        Ok(usage)
    }

    async fn count_subject_keys(&self, tenant: TenantId) -> Result<BTreeMap<u16, u64>, VaultError> {
        let (mut counts, mut after) = (BTreeMap::new(), None);
        loop {
            let page = self.store.subjects(tenant, after, PAGE_MAX).await?;
            for subject in page.rows.iter().filter(|row| row.reference.is_some()) {
                for key in self.store.keys(tenant, subject.id).await? {
                    let version = WrappedSubjectKey::from_slice(&key.wrapped)?.wrapped_by().get();
                    *counts.entry(version).or_default() += 1;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(counts);
            }
        }
    }
}

fn read_progress(job: &JobRow) -> Result<Progress, VaultError> {
    serde_json::from_str(&job.payload).map_err(|_| VaultError::damaged("job"))
}
