//! Blind indexes inside records: taken out of the data file, and computed anew from the values they are of.
//!
//! A blind index tells equality to whoever has the tenant's key, also of somebody who was erased since. So a data file
//! has zeros in their place. Values are opened here to be blinded again, and never leave this file.

use candor_seal::{FieldPlace, KeepClass, KeyVersion, SubjectKeyName, WrappedSubjectKey};
use candor_store::{Change, KeyRow, PAGE_MAX, RecordRow, Unit};
use candor_words::SubjectId;
use zeroize::Zeroizing;

use super::CHANGES_PER_UNIT;
use crate::record_form::{self, SealedValue};
use crate::tenant::Tenant;
use crate::value::normalised;
use crate::{Vault, VaultError};

impl Vault {
    /// Puts the blind indexes back into the records of everybody who still has the keys.
    pub(super) async fn restore_indexes(&self, tenant: &Tenant) -> Result<(), VaultError> {
        let mut unit = Some(Unit::of(tenant.id()));
        let mut after = None;
        loop {
            let page = self.store.subjects(tenant.id(), after, PAGE_MAX).await?;
            for subject in page.rows.iter().filter(|row| row.reference.is_some()) {
                let keys = self.store.keys(tenant.id(), subject.id).await?;
                self.restore_indexes_of(tenant, subject.id, &keys, &mut unit).await?;
            }
            after = page.next;
            if after.is_none() {
                return self.commit_some(&mut unit, 0).await;
            }
        }
    }

    async fn restore_indexes_of(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        keys: &[KeyRow],
        unit: &mut Option<Unit>,
    ) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.store.records(tenant.id(), subject, None, after, PAGE_MAX).await?;
            for row in page.rows {
                if let Some(restored) = with_indexes(tenant, row, keys)?
                    && let Some(unit) = unit
                {
                    unit.changes.push(Change::PutRecord(restored));
                }
                self.commit_some(unit, CHANGES_PER_UNIT).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// The record with its indexes; `None` when none was taken out of it, or no key is left to compute one.
fn with_indexes(tenant: &Tenant, row: RecordRow, keys: &[KeyRow]) -> Result<Option<RecordRow>, VaultError> {
    let mut form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
    let mut n_restored = 0;
    for (name, value) in form.iter_mut().filter(|(_, value)| value.index == Some([0; 32])) {
        let field = format!("{}.{name}", row.group);
        if let Some(index) = index_of(tenant, &row, &field, value, keys)? {
            value.index = Some(index);
            n_restored += 1;
        }
    }
    Ok((n_restored > 0).then(|| RecordRow { sealed: record_form::write(&form), ..row }))
}

fn index_of(
    tenant: &Tenant,
    row: &RecordRow,
    field: &str,
    value: &SealedValue,
    keys: &[KeyRow],
) -> Result<Option<[u8; 32]>, VaultError> {
    let version = candor_seal::Envelope::parse(&value.envelope)?.key_version();
    let sealing = |key: &&KeyRow| (key.class, key.version) == (value.class, u32::from(version.get()));
    let Some(key) = keys.iter().find(sealing) else { return Ok(None) };
    let wrapped = WrappedSubjectKey::from_slice(&key.wrapped)?;
    let (class, version) = (KeepClass::new(value.class), KeyVersion::new(version.get()));
    let name = SubjectKeyName { tenant: tenant.id(), subject: row.subject, class, version };
    let key = tenant.key_of(wrapped.wrapped_by())?.unwrap(name, &wrapped)?;
    let plain =
        Zeroizing::new(key.open(&FieldPlace { record: row.id, field, value_version: value.version }, &value.envelope)?);
    let opened = serde_json::from_slice(&plain).map_err(|_| VaultError::damaged("value"))?;
    let text = Zeroizing::new(normalised(&opened));
    Ok(Some(*tenant.blind.blind(field, text.as_bytes()).as_bytes()))
}
