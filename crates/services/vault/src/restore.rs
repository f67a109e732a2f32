//! A restore: keys put back into a copy of the data, and everything that happened since applied before it serves.
//!
//! The data is of one moment, the key file of a later one, and the ledger that survived of the latest. The store that
//! is restored stands apart, opened by nobody else, and is thrown away whole when a step fails. The steps, in order:
//! [`Vault::restore_keys`], [`Vault::check_manifest`], then for each tenant [`Vault::take_over`] with the ledger that
//! survived, or [`Vault::restore_without_ledger`]. Source: spec/backup.md, "Restore"; docs/adr/0010.

mod bundles;
mod doubt;
mod effect;
mod indexes;
mod replay;

use std::collections::HashMap;
use std::io::Read;

use candor_ledger::{Checkpoint, LogSource, VerifierKey, check_log, root_at};
use candor_seal::WrappedSubjectKey;
use candor_store::{Change, PAGE_MAX, Unit};
use candor_words::{SubjectId, SubjectRef, TenantId};

pub(crate) use bundles::entries_of_log;
pub use doubt::InDoubt;
pub use replay::TakenOver;

use crate::backup::key_file::from_base64;
use crate::backup::{BackupTenant, KeyFileReader, KeyLine, SubjectKeyLine};
use crate::restore::replay::Replay;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// How many changes one unit of a restore gathers.
const CHANGES_PER_UNIT: usize = 1_000;

/// What a key file brought.
#[derive(Debug, Clone, Default)]
pub struct RestoredKeys {
    /// How long each tenant's ledger was when the key file was written.
    pub ledger_sizes: HashMap<TenantId, u64>,
    /// Subjects that got keys or look-ups back.
    pub n_subjects: u64,
    /// Subjects of the key file that the data does not know: they came later.
    pub n_later: u64,
}

/// How a tenant's later ledger is taken over.
pub struct Survivor<'s> {
    /// The files of the ledger that survived.
    pub source: &'s (dyn LogSource + Sync),
    /// How long it was when the key file was written; a shorter one is too old.
    pub at_least: u64,
    /// Policies to put where the ledger says that one came into force which the data does not hold: the files of
    /// each as (path, text).
    pub policies: &'s [Vec<(String, String)>],
    /// True when the last policy of the data may decide although the ledger names a later one.
    pub danger_older_policy: bool,
}

impl Vault {
    /// Puts the keys and blind indexes of a key file back, for the subjects that the data still has.
    ///
    /// # Errors
    /// The key file is damaged, or its root key is not held; the store does not answer.
    pub async fn restore_keys<R: Read + Send>(&self, from: R) -> Result<RestoredKeys, VaultError> {
        let roots = self.every_root();
        let mut file = KeyFileReader::begin(from, &roots)?;
        let mut restored = RestoredKeys::default();
        let mut unit: Option<Unit> = None;
        while let Some(lines) = file.next_chunk()? {
            for line in lines {
                match line {
                    KeyLine::Tenant { tenant, keys, ledger_size } => {
                        self.commit_some(&mut unit, 0).await?;
                        unit = self.restore_tenant_keys(tenant, &keys).await?.then(|| Unit::of(tenant));
                        restored.ledger_sizes.insert(tenant, ledger_size);
                    }
                    KeyLine::Subject(line) => match &mut unit {
                        Some(unit) if self.is_there(unit.tenant, line.subject).await? => {
                            put_keys(unit, &line)?;
                            restored.n_subjects += 1;
                        }
                        _ => restored.n_later += 1,
                    },
                }
                self.commit_some(&mut unit, CHANGES_PER_UNIT).await?;
            }
        }
        self.commit_some(&mut unit, 0).await?;
        self.tenants_epoch.move_on();
        Ok(restored)
    }

    /// Commits a unit that holds more than so many changes, and goes on with an empty one.
    async fn commit_some(&self, unit: &mut Option<Unit>, more_than: usize) -> Result<(), VaultError> {
        if let Some(full) = unit.take_if(|unit| unit.changes.len() > more_than) {
            let tenant = full.tenant;
            self.commit(full).await?;
            *unit = Some(Unit::of(tenant));
        }
        Ok(())
    }

    /// False when the data does not know the tenant: it came later.
    async fn restore_tenant_keys(&self, tenant: TenantId, keys: &[String]) -> Result<bool, VaultError> {
        let Some(mut row) = self.store.tenant(tenant).await? else { return Ok(false) };
        row.wrapped_keys = keys.iter().map(|key| from_base64(key).ok_or_else(not_a_key)).collect::<Result<_, _>>()?;
        self.keep_origin(&mut row)?;
        self.commit(Unit::of(tenant).change(Change::PutTenant(row))).await?;
        Ok(true)
    }

    /// A ledger goes on under the name that its auditors know, wherever the tenant is served from now on.
    pub(crate) fn keep_origin(&self, row: &mut candor_store::TenantRow) -> Result<(), VaultError> {
        let damaged = || VaultError::damaged("tenant settings");
        let key = VerifierKey::parse(&row.verifier_key).map_err(|_| VaultError::damaged("verifier key"))?;
        let mut settings = crate::settings::Settings::read(&row.settings).ok_or_else(damaged)?;
        settings.ledger_origin = (key.name() != self.origin_of(&row.slug)).then(|| key.name().to_owned());
        row.settings = settings.write().ok_or_else(damaged)?;
        Ok(())
    }

    async fn is_there(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, VaultError> {
        Ok(self.store.subject(tenant, subject).await?.is_some_and(|row| row.reference.is_some()))
    }

    /// Takes a tenant's surviving ledger over: verifies it against the backup, appends what came after as it stands,
    /// applies whatever of it took something away, and says in an entry of its own that this was done.
    ///
    /// # Errors
    /// The ledger does not verify, does not continue the backup's, or is older than the key file; an entry of it
    /// cannot be applied by this program; a later policy is neither held nor offered.
    pub async fn take_over(&self, backup: &BackupTenant, survivor: &Survivor<'_>) -> Result<TakenOver, VaultError> {
        let tenant = self.tenant(backup.tenant).await?;
        let key = self.check_backup_head(&tenant, backup).await?;
        let report = check_log(survivor.source, &key, Some(backup.checkpoint.as_bytes()));
        if let Some(fault) = report.faults.first() {
            return Err(VaultError::unprocessable(
                "restore.ledger_refused",
                "the surviving ledger was not taken over: it does not verify, or does not continue the backup's",
            )
            .detail("fault", fault)
            .help("name another copy of it, and keep this one: it may be evidence"));
        }
        if report.size < survivor.at_least {
            return Err(VaultError::unprocessable(
                "restore.ledger_older",
                "the surviving ledger was not taken over: it ends before the key file was written",
            )
            .detail("ledger_size", report.size)
            .detail("at_least", survivor.at_least)
            .help("name a later copy of the ledger: it knows what was erased and withdrawn since"));
        }
        self.restore_indexes(&tenant).await?;
        let by_reference = self.subjects_by_reference(backup.tenant).await?;
        let mut replay = Replay::new(self, tenant, by_reference, backup.ledger_size, survivor);
        replay.run(survivor.source, report.size).await?;
        let tenant = self.tenant(backup.tenant).await?;
        let root = self.prove(&tenant, |tiles| root_at(tiles, report.size)).await?;
        if root != report.root {
            return Err(VaultError::unprocessable(
                "restore.ledger_changed",
                "the surviving ledger was not taken over: it changed while it was read",
            )
            .help("stop whatever writes to it, then restore again"));
        }
        replay.conclude(self.now()).await
    }

    /// The data must hold the ledger that its backup signed.
    pub(super) async fn check_backup_head(
        &self,
        tenant: &Tenant,
        backup: &BackupTenant,
    ) -> Result<VerifierKey, VaultError> {
        let differs = || {
            VaultError::unprocessable(
                "restore.backup_differs",
                "the backup was not restored: its ledger is not the one that it signed",
            )
            .help("take another copy of the backup")
        };
        let key = VerifierKey::parse(&backup.verifier_key).map_err(|_| differs())?;
        let signed = Checkpoint::open(backup.checkpoint.as_bytes(), &key).map_err(|_| differs())?;
        let size = self.store.ledger_size(backup.tenant).await?;
        let root = self.prove(tenant, |tiles| root_at(tiles, size)).await?;
        let is_ours = tenant.row.verifier_key == backup.verifier_key && *tenant.signer.verifier_key() == key;
        if !is_ours || signed.size != size || backup.ledger_size != size || signed.root != root {
            return Err(differs());
        }
        Ok(key)
    }

    /// Every subject by the name that the ledger has for it. 32 bytes each.
    async fn subjects_by_reference(&self, tenant: TenantId) -> Result<HashMap<SubjectRef, SubjectId>, VaultError> {
        let (mut found, mut after) = (HashMap::new(), None);
        loop {
            let page = self.store.subjects(tenant, after, PAGE_MAX).await?;
            found.extend(page.rows.iter().filter_map(|row| Some((row.reference?, row.id))));
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}

fn put_keys(unit: &mut Unit, line: &SubjectKeyLine) -> Result<(), VaultError> {
    for row in line.key_rows().ok_or_else(not_a_key)? {
        WrappedSubjectKey::from_slice(&row.wrapped).map_err(|_| not_a_key())?;
        unit.changes.push(Change::PutKey(row));
    }
    for index in line.index_hashes().ok_or_else(not_a_key)? {
        unit.changes.push(Change::PutIndex(index, line.subject));
    }
    Ok(())
}

fn not_a_key() -> VaultError {
    VaultError::bad("backup.key_file", "the key file was not read: a line of it holds no key")
        .help("take another copy of the newest key file")
}
