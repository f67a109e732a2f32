//! Writing a tenant out, page by page.

use std::io::Write;

use aws_lc_rs::digest::{Context, SHA256};
use candor_ledger::Digest;
use candor_seal::RootKey;
use candor_store::{Page, StoreError, SubjectRow};
use candor_words::TenantId;

use super::line::TenantLine;
use super::manifest::{LABEL, TenantManifest};
use crate::backup::FileDigest;
use crate::backup::key_file::in_base64;
use crate::tenant::Tenant;
use crate::{ErrorKind, PAGE_MAX, Vault, VaultError};

impl Vault {
    /// Writes every row of a tenant out, sealed as it is, and returns the manifest: the tenant's keys in it are
    /// wrapped by the transfer key. The ledger is written out beside, as its files.
    ///
    /// The vault should stand over a snapshot of the store.
    ///
    /// # Errors
    /// There is no such tenant; the store does not answer; the rows cannot be written.
    pub async fn export_tenant<W: Write + Send>(
        &self,
        id: TenantId,
        transfer: &RootKey,
        to: W,
    ) -> Result<TenantManifest, VaultError> {
        let tenant = self.tenant(id).await?;
        let mut rows = Rows { to, context: Context::new(&SHA256), bytes: 0, n_lines: 0 };
        for policy in self.store.policies(id).await? {
            rows.put(policy.into())?;
        }
        let subjects = |after| self.store.subjects(id, after, PAGE_MAX);
        let mut after = None;
        loop {
            let page = subjects(after).await?;
            for subject in page.rows {
                self.write_subject(&tenant, subject, &mut rows).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        every(&mut rows, |after| self.store.requests(id, None, after, PAGE_MAX)).await?;
        every(&mut rows, |after| self.store.api_keys(id, after, PAGE_MAX)).await?;
        // What the front door keeps, but what ends: nobody is signed in after the move.
        every(&mut rows, |after| self.store.lasting_slips(id, after, PAGE_MAX)).await?;
        every(&mut rows, |after| self.store.texts(id, after, PAGE_MAX)).await?;
        every(&mut rows, |after| self.store.jobs(id, after, PAGE_MAX)).await?;
        every(&mut rows, |below| self.store.checkpoints(id, below, PAGE_MAX)).await?;
        let (n_lines, rows) = rows.finish()?;
        self.tenant_manifest(&tenant, transfer, n_lines, rows).await
    }

    async fn write_subject<W: Write + Send>(
        &self,
        tenant: &Tenant,
        subject: SubjectRow,
        rows: &mut Rows<W>,
    ) -> Result<(), VaultError> {
        let (id, of) = (tenant.id(), subject.id);
        rows.put(subject.into())?;
        for key in self.store.keys(id, of).await? {
            rows.put(key.into())?;
        }
        for index in self.store.indexes(id, of).await? {
            rows.put(TenantLine::Index { subject: of, index: in_base64(&index) })?;
        }
        every(rows, |after| self.store.events(id, of, after, PAGE_MAX)).await?;
        let mut after = None;
        loop {
            let page = self.store.records(id, of, None, after, PAGE_MAX).await?;
            for record in page.rows {
                let (group, at) = (record.group.clone(), record.id);
                rows.put(record.into())?;
                every(rows, |before| self.store.history(id, of, &group, at, before, PAGE_MAX)).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for hold in self.store.holds(id, of).await? {
            rows.put(hold.into())?;
        }
        for (notice, channel) in tenant.notices_kept() {
            if let Some(told) = self.store.notice(id, notice, channel, of).await? {
                rows.put(told.into())?;
            }
        }
        Ok(())
    }

    async fn tenant_manifest(
        &self,
        tenant: &Tenant,
        transfer: &RootKey,
        n_lines: u64,
        rows: FileDigest,
    ) -> Result<TenantManifest, VaultError> {
        let (ledger_size, checkpoint) = self.ledger_head(tenant.id()).await?;
        let mut keys = Vec::new();
        for key in &tenant.keys {
            keys.push(in_base64(transfer.wrap(self.entropy.as_ref(), key)?.as_bytes()));
        }
        let row = tenant.row.clone();
        let mut manifest = TenantManifest {
            format: TenantManifest::format(),
            made_at: self.now(),
            tenant: row.id,
            slug: row.slug,
            title: row.title,
            created_at: row.created_at,
            verifier_key: row.verifier_key,
            settings: row.settings,
            keys,
            ledger_size,
            checkpoint,
            n_lines,
            rows,
            seal: String::new(),
        };
        let digest = manifest.digest();
        manifest.seal = in_base64(&tenant.first_key()?.seal_blob(self.entropy.as_ref(), LABEL, &digest.0)?);
        Ok(manifest)
    }
}

/// Writes every page of a list.
async fn every<W, T, C, F>(rows: &mut Rows<W>, page: impl Fn(Option<C>) -> F) -> Result<(), VaultError>
where
    W: Write,
    TenantLine: From<T>,
    F: Future<Output = Result<Page<T, C>, StoreError>>,
{
    let mut cursor = None;
    loop {
        let page = page(cursor).await?;
        for row in page.rows {
            rows.put(row.into())?;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// The file of rows, under way.
struct Rows<W> {
    to: W,
    context: Context,
    bytes: u64,
    n_lines: u64,
}

impl<W: Write> Rows<W> {
    fn put(&mut self, line: TenantLine) -> Result<(), VaultError> {
        let mut text = serde_json::to_vec(&line).map_err(|_| super::line::malformed())?;
        text.push(b'\n');
        self.to.write_all(&text).map_err(unwritten)?;
        self.context.update(&text);
        self.bytes += text.len() as u64;
        self.n_lines += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<(u64, FileDigest), VaultError> {
        self.to.flush().map_err(unwritten)?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.context.finish().as_ref());
        Ok((self.n_lines, FileDigest { bytes: self.bytes, sha256: Digest(sha256) }))
    }
}

fn unwritten(error: std::io::Error) -> VaultError {
    let message = format!("the tenant was not exported: its rows cannot be written: {}", error.kind());
    VaultError::new(ErrorKind::Unavailable, "export.unwritten", message).help("make room, or name another place")
}
