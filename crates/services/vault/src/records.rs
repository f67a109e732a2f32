//! Records: written, corrected, closed and removed. How values get into one, with what follows from them, is in `records/writing.rs`.

use std::collections::BTreeMap;

use candor_ledger::{EntryBody, FieldBits};
use candor_manifest::model::Source;
use candor_store::{Change, Page, RecordRow};
use candor_words::{Instant, RecordId, SubjectId};
use serde::Serialize;
use serde_json::Value;

use crate::caller::{Caller, Scope};
use crate::managed::refuse_address;
use crate::own_identifier::refuse_own_identifier;
use crate::push::{CorrectionForm, Reach};
use crate::record_form;
use crate::value::source_code;
use crate::{Vault, VaultError};

mod writing;

pub(crate) use writing::{Reason, Writing};

/// Values of one group, to be written.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// The data group.
    pub group: String,
    /// Values by field name within the group; `null` empties an optional field, `{"plain": …}` has a candidate hashed
    /// where the policy keeps only a hash.
    pub values: BTreeMap<String, Value>,
    /// Where they come from: `subject`, `observed`, `linked:google`, …
    pub source: String,
}

/// A record without its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of RecordRow")]
pub struct RecordView {
    pub group: String,
    pub record: RecordId,
    pub version: u32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub closed_at: Option<Instant>,
}

/// What a correction did.
#[derive(Debug, Clone, Serialize)]
pub struct Rectified {
    /// The record as it is now.
    pub record: RecordView,
    /// Fields that follow the corrected ones and were corrected with them.
    pub derived: Vec<String>,
    /// The ledger entry.
    pub entry: u64,
}

impl Vault {
    /// Writes a record: the group's only one, or a new one of a group with many.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject; a group or field that the policy does not declare; a value
    /// it does not take; a collection that is off; an identifier that another subject holds.
    pub async fn put_record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        mut new: NewRecord,
    ) -> Result<RecordView, VaultError> {
        caller.needs(Scope::Write)?;
        self.hash_plain(caller, std::slice::from_mut(&mut new)).await?;
        let mut draft = self.draft(caller, subject).await?;
        refuse_address(caller, &draft, &new)?;
        refuse_own_identifier(caller, &draft, &new)?;
        let written = self.write_record(&mut draft, &new, None, Reason::Written).await?;
        self.apply(draft).await?;
        Ok(written.view)
    }

    /// Changes some values of a record.
    ///
    /// # Errors
    /// Those of [`Vault::put_record`]; no such record; a required field emptied.
    pub async fn patch_record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        record: RecordId,
        mut new: NewRecord,
    ) -> Result<RecordView, VaultError> {
        caller.needs(Scope::Write)?;
        self.hash_plain(caller, std::slice::from_mut(&mut new)).await?;
        let mut draft = self.draft(caller, subject).await?;
        refuse_address(caller, &draft, &new)?;
        refuse_own_identifier(caller, &draft, &new)?;
        let written = self.write_record(&mut draft, &new, Some(record), Reason::Written).await?;
        self.apply(draft).await?;
        Ok(written.view)
    }

    /// Closes a record, which starts the clock of keep rules that count from it. What is held for a process only is
    /// gone with this: the process has ended.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject or record.
    pub async fn close_record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<RecordView, VaultError> {
        caller.needs(Scope::Write)?;
        let mut draft = self.draft(caller, subject).await?;
        if let Some(view) = self.end_process(&mut draft, group, record) {
            self.apply(draft).await?;
            return Ok(view);
        }
        let mut row = self.store.record(caller.tenant(), subject, group, record).await?.ok_or_else(no_record)?;
        row.closed_at = Some(draft.now);
        row.version += 1;
        let view = view(&row);
        draft.enter(EntryBody::RecordWritten {
            record,
            fields: FieldBits::EMPTY,
            source: source_code(&Source::Observed),
        });
        draft.put(Change::PutRecord(row));
        self.apply(draft).await?;
        Ok(view)
    }

    /// Removes a record with its history.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject or record; a legal hold is in force.
    pub async fn delete_record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<(), VaultError> {
        caller.needs(Scope::Write)?;
        let mut draft = self.draft(caller, subject).await?;
        if self.end_process(&mut draft, group, record).is_some() {
            self.apply(draft).await?;
            return Ok(());
        }
        self.refuse_while_held(&draft).await?;
        let row = self.store.record(caller.tenant(), subject, group, record).await?.ok_or_else(no_record)?;
        let form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        for index in form.values().filter_map(|value| value.index) {
            draft.put(Change::DeleteIndex(index, subject));
        }
        draft.put(Change::DeleteRecord(subject, group.to_owned(), record));
        let at = draft.policy.manifest().group(group);
        draft.enter(EntryBody::RecordDeleted { record, group: at.map_or(u16::MAX, |at| at.0) });
        self.apply(draft).await?;
        Ok(())
    }

    /// The subject's records, without values.
    ///
    /// # Errors
    /// No such subject.
    pub async fn records(
        &self,
        caller: &Caller,
        subject: SubjectId,
        group: Option<&str>,
        after: Option<(String, RecordId)>,
        limit: usize,
    ) -> Result<Page<RecordView, (String, RecordId)>, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        self.live_for(caller, &tenant, subject).await?;
        let page = self.store.records(caller.tenant(), subject, group, after, limit).await?;
        Ok(Page { rows: page.rows.iter().map(view).collect(), next: page.next })
    }

    /// Corrects values (GDPR Art. 16): the old ones are kept as history, fields derived from them follow. Connected systems and
    /// recipients that have them hear of it by a push, which stands in the same unit and is waited for by nobody.
    ///
    /// # Errors
    /// Those of [`Vault::patch_record`]; the caller lacks the rights scope.
    pub async fn rectify(
        &self,
        caller: &Caller,
        subject: SubjectId,
        record: RecordId,
        new: NewRecord,
        request: Option<candor_words::RequestId>,
    ) -> Result<Rectified, VaultError> {
        self.rectify_as_far_as(Reach::Everywhere, caller, (subject, record), new, request).await
    }

    /// The same in the vault alone, for a request whose own steps see to systems and recipients.
    ///
    /// # Errors
    /// Those of [`Vault::rectify`].
    pub async fn rectify_here(
        &self,
        caller: &Caller,
        subject: SubjectId,
        record: RecordId,
        new: NewRecord,
    ) -> Result<Rectified, VaultError> {
        self.rectify_as_far_as(Reach::Vault, caller, (subject, record), new, None).await
    }

    async fn rectify_as_far_as(
        &self,
        reach: Reach,
        caller: &Caller,
        (subject, record): (SubjectId, RecordId),
        mut new: NewRecord,
        request: Option<candor_words::RequestId>,
    ) -> Result<Rectified, VaultError> {
        caller.needs(Scope::Rights)?;
        self.hash_plain(caller, std::slice::from_mut(&mut new)).await?;
        let mut draft = self.draft(caller, subject).await?;
        refuse_address(caller, &draft, &new)?;
        refuse_own_identifier(caller, &draft, &new)?;
        let written = self.write_record(&mut draft, &new, Some(record), Reason::Rectified).await?;
        if reach == Reach::Everywhere {
            self.push_correction_in(&mut draft, CorrectionForm::of(record, &new)).await?;
        }
        if let Some(request) = request {
            self.close_request_in(&mut draft, request, "rectification").await?;
        }
        let applied = self.apply(draft).await?;
        Ok(Rectified { record: written.view, derived: written.derived, entry: applied.entry(written.entry) })
    }
}

/// The part of `group.field` after the dot.
pub(crate) fn short_name(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, short)| short)
}

pub(crate) fn view(row: &RecordRow) -> RecordView {
    RecordView {
        group: row.group.clone(),
        record: row.id,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        closed_at: row.closed_at,
    }
}

pub(crate) fn no_record() -> VaultError {
    VaultError::missing("record.unknown", "the subject has no such record")
}
