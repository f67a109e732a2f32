//! Backups: the data without what opens it, and what opens it apart (spec/backup.md).
//!
//! A backup is three things that are kept in three ways. The *data file* is a copy of the store without a key, and as
//! many of them are kept as people like. The *key file* holds the wrapped keys and the blind indexes of everybody who
//! is there now; only the newest is kept, so that whoever is erased is gone from every older data file with its next
//! refresh. The *mirror* of the ledger tells a restore what happened since. Source: docs/adr/0010.

pub(crate) mod key_file;
mod manifest;

use std::io::Write;

use candor_words::TenantId;

pub use key_file::{KEY_FILE_CHUNK_BYTES_MAX, KeyFileReader, KeyFileWriter, KeyLine, SubjectKeyLine};
pub use manifest::{BACKUP_MANIFEST_BYTES_MAX, BACKUP_TENANTS_MAX, BackupManifest, BackupTenant, FileDigest};

use crate::{PAGE_MAX, Vault, VaultError};

/// What a key file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KeyFileEnd {
    pub n_tenants: u64,
    pub n_subjects: u64,
    pub n_keys: u64,
}

impl Vault {
    /// Writes the key file of everybody who is there: wrapped keys and blind indexes, sealed chunk by chunk.
    ///
    /// The vault should stand over a snapshot of the store, the one that the data file was copied from.
    ///
    /// # Errors
    /// The store does not answer; the file cannot be written.
    pub async fn write_key_file<W: Write + Send>(&self, to: W) -> Result<KeyFileEnd, VaultError> {
        let root = self.newest_root()?;
        let mut file = KeyFileWriter::begin(to, &root, self.entropy.as_ref())?;
        let mut end = KeyFileEnd::default();
        for row in self.every_tenant().await? {
            let ledger_size = self.store.ledger_size(row.id).await?;
            let keys = row.wrapped_keys.iter().map(|key| key_file::in_base64(key)).collect();
            file.put(self.entropy.as_ref(), &KeyLine::Tenant { tenant: row.id, keys, ledger_size })?;
            end.n_tenants += 1;
            let mut after = None;
            loop {
                let page = self.store.subjects(row.id, after, PAGE_MAX).await?;
                for subject in page.rows.iter().filter(|subject| subject.reference.is_some()) {
                    let keys = self.store.keys(row.id, subject.id).await?;
                    let indexes = self.store.indexes(row.id, subject.id).await?;
                    end.n_subjects += 1;
                    end.n_keys += keys.len() as u64;
                    let line = SubjectKeyLine::new(subject.id, &keys, &indexes);
                    file.put(self.entropy.as_ref(), &KeyLine::Subject(line))?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        file.finish(self.entropy.as_ref())?;
        Ok(end)
    }

    /// True when a key file is of this store: it opens, and its first tenant is here. One of another store must not be
    /// replaced, for the data files beside it would never open again.
    ///
    /// # Errors
    /// The file is damaged, or its root key is not held; the store does not answer.
    pub async fn is_own_key_file<R: std::io::Read + Send>(&self, from: R) -> Result<bool, VaultError> {
        let lines = KeyFileReader::begin(from, &self.every_root())?.next_chunk()?.unwrap_or_default();
        match lines.first() {
            Some(KeyLine::Tenant { tenant, .. }) => Ok(self.store.tenant(*tenant).await?.is_some()),
            _ => Ok(true),
        }
    }

    /// Every tenant's row; there are few.
    pub(crate) async fn every_tenant(&self) -> Result<Vec<candor_store::TenantRow>, VaultError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.tenants(after, PAGE_MAX).await?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    /// The signed head of a ledger at its present size, without keeping the note: a snapshot can keep nothing.
    ///
    /// # Errors
    /// There is no such tenant; a tile is damaged.
    pub async fn ledger_head(&self, tenant: TenantId) -> Result<(u64, String), VaultError> {
        let tenant = self.tenant(tenant).await?;
        let size = self.store.ledger_size(tenant.id()).await?;
        Ok((size, self.sign(&tenant, size).await?))
    }

    /// The root that the ledger had at a size.
    ///
    /// # Errors
    /// There is no such tenant; the ledger never had that size; a tile is damaged.
    pub async fn ledger_root(&self, tenant: TenantId, size: u64) -> Result<candor_ledger::Digest, VaultError> {
        let tenant = self.tenant(tenant).await?;
        if size > self.store.ledger_size(tenant.id()).await? {
            return Err(VaultError::missing("ledger.beyond_size", "the ledger does not reach that far"));
        }
        self.prove(&tenant, |tiles| candor_ledger::root_at(tiles, size)).await
    }

    /// Puts together what is said beside a data file, sealed by each tenant.
    ///
    /// # Errors
    /// The store does not answer; more than [`BACKUP_TENANTS_MAX`] tenants.
    pub async fn backup_manifest(&self, data: FileDigest) -> Result<BackupManifest, VaultError> {
        let mut manifest = BackupManifest::of(self.now(), data);
        for row in self.every_tenant().await? {
            let (ledger_size, checkpoint) = self.ledger_head(row.id).await?;
            manifest.tenants.push(BackupTenant {
                tenant: row.id,
                slug: row.slug,
                verifier_key: row.verifier_key,
                ledger_size,
                checkpoint,
                seal: String::new(),
            });
        }
        manifest.check()?;
        let digest = manifest.digest();
        for at in 0..manifest.tenants.len() {
            let tenant = self.tenant(manifest.tenants[at].tenant).await?;
            let sealed = tenant.first_key()?.seal_blob(self.entropy.as_ref(), manifest::LABEL, &digest.0)?;
            manifest.tenants[at].seal = key_file::in_base64(&sealed);
        }
        Ok(manifest)
    }

    /// Refuses a manifest that this store's tenants did not seal.
    ///
    /// # Errors
    /// `backup.manifest_forged`, `backup.manifest` when it is out of bounds.
    pub async fn check_manifest(&self, manifest: &BackupManifest) -> Result<(), VaultError> {
        manifest.check()?;
        let digest = manifest.digest();
        for row in &manifest.tenants {
            let tenant = self.tenant(row.tenant).await?;
            let seal = key_file::from_base64(&row.seal).ok_or_else(manifest::forged)?;
            let opened = tenant.first_key()?.open_blob(manifest::LABEL, &seal).map_err(|_| manifest::forged())?;
            if opened.expose().as_slice() != digest.0 {
                return Err(manifest::forged());
            }
        }
        Ok(())
    }
}
