//! Reading a tenant in: verified, then row by row, seen by nobody before the last unit.

use std::io::{BufRead, Read};

use aws_lc_rs::digest::{Context, SHA256};
use candor_ledger::{Checkpoint, Digest, LogSource, VerifierKey, check_log, root_at};
use candor_seal::{KeyVersion, RootKey, TenantKey, TenantKeyName, WrappedTenantKey};
use candor_store::{Change, Guard, TenantRow, Unit};
use candor_words::TenantId;

use super::line::{TENANT_LINE_BYTES_MAX, TenantLine};
use super::manifest::{self, LABEL, TenantManifest};
use crate::backup::key_file::from_base64;
use crate::restore::entries_of_log;
use crate::{ErrorKind, Vault, VaultError};

/// How many rows, or bytes of them, one unit puts.
const ROWS_PER_UNIT: usize = 1_000;
const BYTES_PER_UNIT: usize = 4 << 20;

/// A tenant that was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ImportedTenant {
    pub tenant: TenantId,
    pub slug: String,
    pub n_rows: u64,
    pub n_entries: u64,
}

impl Vault {
    /// Reads a tenant in, with its ledger; whole or not at all.
    ///
    /// # Errors
    /// The tenant or its name is here already; the transfer key is not the one; the manifest, a row or the ledger was
    /// changed or cut off; the store does not answer.
    pub async fn import_tenant<R: BufRead + Send>(
        &self,
        manifest: &TenantManifest,
        transfer: &RootKey,
        rows: R,
        ledger: &(dyn LogSource + Sync),
    ) -> Result<ImportedTenant, VaultError> {
        let keys = self.transferred_keys(manifest, transfer)?;
        let row = self.imported_row(manifest, &keys)?;
        self.refuse_known(manifest).await?;
        let key = VerifierKey::parse(&manifest.verifier_key).map_err(|_| manifest::malformed())?;
        let report = check_log(ledger, &key, Some(manifest.checkpoint.as_bytes()));
        let signed = Checkpoint::open(manifest.checkpoint.as_bytes(), &key).map_err(|_| manifest::malformed())?;
        if !report.is_verified() || (report.size, report.root) != (signed.size, signed.root) {
            let error = VaultError::unprocessable(
                "import.ledger_refused",
                "the tenant was not imported: its ledger does not verify",
            )
            .help("take another copy of the export");
            return Err(match report.faults.first() {
                Some(fault) => error.detail("fault", fault),
                None => error,
            });
        }
        // What an import that was cut short left, under the same id.
        self.forget_tenant(manifest.tenant).await?;
        let done = self.put_all(manifest, row, rows, ledger, signed.root).await;
        if done.is_err() {
            self.forget_tenant(manifest.tenant).await?;
        }
        self.tenants_epoch.move_on();
        done
    }

    async fn forget_tenant(&self, tenant: TenantId) -> Result<(), VaultError> {
        self.commit(Unit::of(tenant).guard(Guard::TenantAbsent).change(Change::ForgetTenant)).await?;
        Ok(())
    }

    async fn refuse_known(&self, manifest: &TenantManifest) -> Result<(), VaultError> {
        let is_here = self.store.tenant(manifest.tenant).await?.is_some();
        if is_here || self.store.tenant_by_slug(&manifest.slug).await?.is_some() {
            return Err(VaultError::conflict(
                "import.tenant_known",
                "the tenant was not imported: it, or its name, is here already",
            )
            .detail("slug", &manifest.slug));
        }
        Ok(())
    }

    /// Opens the tenant's keys with the transfer key, and holds the manifest to its seal.
    fn transferred_keys(&self, manifest: &TenantManifest, transfer: &RootKey) -> Result<Vec<TenantKey>, VaultError> {
        let other = || {
            VaultError::unprocessable(
                "import.transfer_key",
                "the tenant was not imported: the transfer key is not that of the export",
            )
            .help("ask for the key that was made with this export; it was handed over apart")
        };
        let mut keys = Vec::new();
        for (wrapped, version) in manifest.keys.iter().zip(1..) {
            let wrapped = from_base64(wrapped).ok_or_else(manifest::malformed)?;
            let wrapped = WrappedTenantKey::from_slice(&wrapped).map_err(|_| manifest::malformed())?;
            let name = TenantKeyName { tenant: manifest.tenant, version: KeyVersion::new(version) };
            keys.push(transfer.unwrap(name, &wrapped).map_err(|_| other())?);
        }
        let seal = from_base64(&manifest.seal).ok_or_else(manifest::malformed)?;
        let first = keys.first().ok_or_else(manifest::malformed)?;
        let sealed = first.open_blob(LABEL, &seal).map_err(|_| manifest::malformed())?;
        if sealed.expose().as_slice() != manifest.digest().0 {
            return Err(manifest::malformed());
        }
        Ok(keys)
    }

    /// The tenant's row, its keys wrapped by this server's root.
    fn imported_row(&self, manifest: &TenantManifest, keys: &[TenantKey]) -> Result<TenantRow, VaultError> {
        let root = self.newest_root()?;
        let mut wrapped_keys = Vec::new();
        for key in keys {
            wrapped_keys.push(root.wrap(self.entropy.as_ref(), key)?.as_bytes().to_vec());
        }
        let mut row = TenantRow {
            id: manifest.tenant,
            slug: manifest.slug.clone(),
            title: manifest.title.clone(),
            created_at: manifest.created_at,
            wrapped_keys,
            verifier_key: manifest.verifier_key.clone(),
            settings: manifest.settings.clone(),
        };
        self.keep_origin(&mut row)?;
        Ok(row)
    }

    async fn put_all<R: BufRead + Send>(
        &self,
        manifest: &TenantManifest,
        row: TenantRow,
        rows: R,
        ledger: &(dyn LogSource + Sync),
        root: Digest,
    ) -> Result<ImportedTenant, VaultError> {
        let tenant = manifest.tenant;
        self.put_rows(manifest, rows).await?;
        // Rows name their entries by position, so they are put while the ledger is empty.
        let mut at = 0;
        while at < manifest.ledger_size {
            let entries = entries_of_log(ledger, at, manifest.ledger_size)?;
            let unit = Unit { entries, ..Unit::of(tenant).guard(Guard::LedgerSize(at)) };
            at = self.commit(unit).await?.size;
        }
        if self.prove_in(tenant, |tiles| root_at(tiles, at)).await? != root {
            return Err(VaultError::unprocessable(
                "import.ledger_changed",
                "the tenant was not imported: its ledger changed while it was read",
            ));
        }
        // A tenant that does not load here is not put: its policies must compile, its keys must open.
        let policies = self.store.policies(tenant).await?;
        let loaded = self.load_tenant(row.clone(), policies, self.tenants_epoch.now())?;
        if loaded.signer.verifier_key().to_string() != manifest.verifier_key || loaded.policies.is_empty() {
            return Err(manifest::malformed());
        }
        // When each subject is due by a keep rule is not exported: it follows from the rows.
        let again = self.look_again_job(tenant, "import", self.now());
        let put = Unit::of(tenant).guard(Guard::TenantAbsent).change(Change::PutTenant(row));
        self.commit(put.change(Change::PutJob(again))).await?;
        Ok(ImportedTenant {
            tenant,
            slug: manifest.slug.clone(),
            n_rows: manifest.n_lines,
            n_entries: manifest.ledger_size,
        })
    }

    async fn put_rows<R: BufRead + Send>(&self, manifest: &TenantManifest, mut rows: R) -> Result<(), VaultError> {
        let mut context = Context::new(&SHA256);
        let mut unit = Unit::of(manifest.tenant);
        let (mut bytes, mut n_lines, mut line) = (0_u64, 0_u64, Vec::new());
        loop {
            line.clear();
            let most = TENANT_LINE_BYTES_MAX as u64 + 1;
            (&mut rows).take(most).read_until(b'\n', &mut line).map_err(unread)?;
            let Some((end, text)) = line.split_last() else { break };
            if *end != b'\n' || bytes + line.len() as u64 > manifest.rows.bytes {
                return Err(changed());
            }
            context.update(&line);
            bytes += line.len() as u64;
            n_lines += 1;
            unit.changes.push(TenantLine::parse(text)?.change(manifest.tenant)?);
            if unit.changes.len() >= ROWS_PER_UNIT || unit.bytes() >= BYTES_PER_UNIT {
                self.commit(std::mem::replace(&mut unit, Unit::of(manifest.tenant))).await?;
            }
        }
        self.commit(unit).await?;
        let is_whole = bytes == manifest.rows.bytes && n_lines == manifest.n_lines;
        if !is_whole || context.finish().as_ref() != manifest.rows.sha256.0 {
            return Err(changed());
        }
        Ok(())
    }
}

fn changed() -> VaultError {
    VaultError::bad("import.rows_changed", "the tenant was not imported: its rows were changed or cut off")
        .help("take another copy of the export")
}

fn unread(error: std::io::Error) -> VaultError {
    let message = format!("the tenant was not imported: its rows cannot be read: {}", error.kind());
    VaultError::new(ErrorKind::Unavailable, "import.unread", message)
}
