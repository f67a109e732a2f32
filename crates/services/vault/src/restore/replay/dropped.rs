//! Values, records and keys that were there and are no longer true or wanted: taken away, with what finds them.

use std::sync::Arc;

use candor_ledger::{Entry, FieldBits};
use candor_store::{Change, PAGE_MAX, RecordRow};
use candor_words::{RecordId, SubjectId};

use super::Replay;
use crate::records::short_name;
use crate::{VaultError, record_form};

impl Replay<'_> {
    pub(super) async fn destroy_class(&mut self, subject: SubjectId, class: u16) -> Result<(), VaultError> {
        self.flush(vec![Change::DeleteKeys(subject, class)]).await?;
        self.told.n_dropped += 1;
        let mut after = None;
        loop {
            let page = self.vault.store.records(self.tenant.id(), subject, None, after, PAGE_MAX).await?;
            for row in page.rows {
                self.rewrite(row, |_, value| value.class != class).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) async fn supersede(
        &mut self,
        subject: SubjectId,
        record: RecordId,
        fields: &FieldBits,
        entry: &Entry,
    ) -> Result<(), VaultError> {
        let Some(policy) = self.tenant.policy_of(&entry.plan.0).map(Arc::clone) else {
            return self.drop_values(subject, record, None, None).await;
        };
        let manifest = policy.manifest();
        for at in fields.iter() {
            let Some(field) = manifest.fields.get(at) else { continue };
            let group = manifest.groups[field.group.at()].name.as_str();
            self.drop_values(subject, record, Some(group), Some(short_name(&field.name))).await?;
        }
        Ok(())
    }

    /// Takes values out of a record, in a group or, when it is not known, in whichever; all of them, or one.
    pub(super) async fn drop_values(
        &mut self,
        subject: SubjectId,
        record: RecordId,
        group: Option<&str>,
        name: Option<&str>,
    ) -> Result<(), VaultError> {
        let rows = match group {
            Some(group) => {
                self.vault.store.record(self.tenant.id(), subject, group, record).await?.into_iter().collect()
            }
            None => self.rows_with_id(subject, record).await?,
        };
        for row in rows {
            if name.is_none() {
                self.forget_indexes(&row).await?;
                self.flush(vec![Change::DeleteRecord(subject, row.group.clone(), record)]).await?;
                self.told.n_dropped += 1;
            } else {
                self.rewrite(row, |held, _| name.is_some_and(|name| held != name)).await?;
            }
        }
        Ok(())
    }

    async fn rows_with_id(&self, subject: SubjectId, record: RecordId) -> Result<Vec<RecordRow>, VaultError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.vault.store.records(self.tenant.id(), subject, None, after, PAGE_MAX).await?;
            rows.extend(page.rows.into_iter().filter(|row| row.id == record));
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    async fn forget_indexes(&mut self, row: &RecordRow) -> Result<(), VaultError> {
        let form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        let indexes = form.values().filter_map(|value| value.index);
        let changes: Vec<Change> = indexes.map(|index| Change::DeleteIndex(index, row.subject)).collect();
        if changes.is_empty() { Ok(()) } else { self.flush(changes).await }
    }

    /// Writes a record without the values that are not to stay.
    async fn rewrite(
        &mut self,
        row: RecordRow,
        stays: impl Fn(&str, &record_form::SealedValue) -> bool,
    ) -> Result<(), VaultError> {
        let mut form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        let before = form.len();
        let mut changes = Vec::new();
        form.retain(|name, value| {
            let stays = stays(name, value);
            changes.extend(value.index.filter(|_| !stays).map(|index| Change::DeleteIndex(index, row.subject)));
            stays
        });
        if form.len() == before {
            return Ok(());
        }
        self.told.n_dropped += (before - form.len()) as u64;
        changes.push(Change::PutRecord(RecordRow {
            sealed: record_form::write(&form),
            version: row.version + 1,
            ..row
        }));
        self.flush(changes).await
    }
}
