//! Records: written, corrected, closed and removed.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::FieldIx;
use candor_ledger::{EntryBody, FieldBits};
use candor_manifest::model::{Group, Source};
use candor_seal::{FieldPlace, SubjectKey};
use candor_store::{Change, Guard, HistoryRow, Page, RecordRow};
use candor_words::{Instant, RecordId, SubjectId};
use serde::Serialize;
use serde_json::Value;

use crate::caller::{Caller, Scope};
use crate::collections::off;
use crate::derive::{Followed, followed};
use crate::draft::Draft;
use crate::holds::is_held;
use crate::ids::{ONLY_RECORD, drawn_record};
use crate::managed::refuse_address;
use crate::push::{CorrectionForm, Reach};
use crate::record_form::{self, RecordForm, SealedValue};
use crate::scrub::{Treatment, scrub};
use crate::transient::TransientRecord;
use crate::value::{self, normalised, source_code, source_name};
use crate::{Vault, VaultError};

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

/// Why a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// New or changed in the ordinary way.
    Written,
    /// Corrected at the subject's wish (GDPR Art. 16).
    Rectified,
}

/// What a write left in the draft.
pub(crate) struct WrittenRecord {
    pub view: RecordView,
    pub derived: Vec<String>,
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

    /// Puts a write of one record, and of what follows from it, into the draft. Values pass the door first: what a
    /// collection that is off covers is refused, and scrubbers run before anything is derived or sealed.
    pub(crate) async fn write_record(
        &self,
        draft: &mut Draft,
        new: &NewRecord,
        record: Option<RecordId>,
        reason: Reason,
    ) -> Result<WrittenRecord, VaultError> {
        let source = value::source_of(&new.source).filter(|source| *source != Source::Derived).ok_or_else(|| {
            VaultError::bad("source.unknown", "the source of the values is not one that exists").help(
                "`subject`, `observed`, `other_users`, `organisation`, `partners`, `public` or `linked:<service>`",
            )
        })?;
        let policy = std::sync::Arc::clone(&draft.policy);
        let group = group_of(&policy, &new.group)?;
        let id = match record {
            Some(id) => id,
            None if group.many => drawn_record(self.entropy.as_ref()),
            None => ONLY_RECORD,
        };
        let old = self.record_in(draft, &group.name, id).await?;
        if old.is_none() && record.is_some() {
            return Err(no_record());
        }
        if new.values.values().any(Value::is_null) {
            // Emptying destroys, and nothing is destroyed under a legal hold.
            self.refuse_while_held(draft).await?;
        }
        let mut writing = Writing::begin(draft.now, &group.name, id, old)?;
        if policy.plan.retention().is_transient(policy.manifest().fields[group.fields[0].at()].group) {
            writing.process_key = Some(self.process_key(draft, &group.name, id, policy.class(group.fields[0]))?);
        }
        let mut stored = BTreeMap::new();
        for (name, value) in &new.values {
            let field = field_of(&policy, &group.name, name)?;
            let is_emptied = value.is_null();
            let kept = self.write_value(draft, &mut writing, field, value, &source).await?;
            // What is not to be stored says nothing of what follows from it.
            if kept.is_some() || is_emptied {
                stored.insert(name.as_str(), kept);
            }
        }
        writing.refuse_missing(draft, group, &source)?;
        let mut derived = Vec::new();
        for (target, value) in derived_from(&policy, &group.name, &stored).values {
            if off(policy.manifest(), &draft.tenant.settings, target).is_some() {
                continue;
            }
            let declared = &policy.manifest().fields[target.at()];
            let is_here = declared.group == policy.manifest().fields[group.fields[0].at()].group;
            let is_written = match value {
                Some(value) if is_here => {
                    self.put_value(draft, &mut writing, target, &value, &Source::Derived)?;
                    true
                }
                None if is_here && writing.form.contains_key(short_name(&declared.name)) => {
                    writing.empty(draft, short_name(&declared.name), target);
                    true
                }
                None if is_here => false,
                value => self.write_elsewhere(draft, &policy, target, value.as_ref()).await?,
            };
            if is_written {
                derived.push(declared.name.clone());
            }
        }
        let fields = writing.fields;
        let view = writing.finish(draft, reason);
        let body = match reason {
            Reason::Written => EntryBody::RecordWritten { record: id, fields, source: source_code(&source) },
            Reason::Rectified => EntryBody::Rectified { record: id, fields },
        };
        let entry = draft.enter(body);
        Ok(WrittenRecord { view, derived, entry })
    }

    /// A record as the draft would leave it.
    pub(crate) async fn record_in(
        &self,
        draft: &Draft,
        group: &str,
        id: RecordId,
    ) -> Result<Option<RecordRow>, VaultError> {
        if let Some(held) = self.transient.get(draft.unit.tenant, draft.row.id, group, id, draft.now) {
            return Ok(Some(RecordRow::clone(&held.row)));
        }
        let drafted = draft.unit.changes.iter().rev().find_map(|change| match change {
            Change::PutRecord(row) if row.id == id && row.group == group => Some(row.clone()),
            _ => None,
        });
        match drafted {
            Some(row) => Ok(Some(row)),
            None => Ok(self.store.record(draft.unit.tenant, draft.subject(), group, id).await?),
        }
    }

    /// A derived field that stands in another group's only record; false when nothing is written.
    async fn write_elsewhere(
        &self,
        draft: &mut Draft,
        policy: &crate::tenant::Policy,
        target: FieldIx,
        value: Option<&Value>,
    ) -> Result<bool, VaultError> {
        let group = &policy.manifest().groups[policy.manifest().fields[target.at()].group.at()];
        if group.many {
            return Ok(false);
        }
        let old = self.record_in(draft, &group.name, ONLY_RECORD).await?;
        let mut writing = Writing::begin(draft.now, &group.name, ONLY_RECORD, old)?;
        let name = short_name(&policy.manifest().fields[target.at()].name);
        match value {
            Some(value) => self.put_value(draft, &mut writing, target, value, &Source::Derived)?,
            None if writing.form.contains_key(name) => writing.empty(draft, name, target),
            None => return Ok(false),
        }
        writing.finish(draft, Reason::Written);
        Ok(true)
    }

    /// Writes one value as the door lets it in; returns what is stored of it.
    async fn write_value(
        &self,
        draft: &mut Draft,
        writing: &mut Writing,
        field: FieldIx,
        value: &Value,
        source: &Source,
    ) -> Result<Option<Value>, VaultError> {
        let policy = std::sync::Arc::clone(&draft.policy);
        let declared = &policy.manifest().fields[field.at()];
        if value.is_null() {
            if !declared.optional {
                return Err(VaultError::unprocessable(
                    "field.required",
                    "the field was not emptied: the policy declares it as required",
                )
                .detail("field", &declared.name)
                .help("correct its value instead, or erase the record"));
            }
            writing.empty(draft, short_name(&declared.name), field);
            return Ok(None);
        }
        if let Some(collection) = off(policy.manifest(), &draft.tenant.settings, field) {
            return Err(VaultError::unprocessable(
                "collection.off",
                "nothing was written: the collection that covers one of the fields is off",
            )
            .detail("collection", &collection.name)
            .detail("field", &declared.name)
            .help("stop sending the field, or let an administrator switch the collection on"));
        }
        value::check(policy.manifest(), declared, value, source)?;
        let scrubbed = match policy.treatments(field) {
            [] => Some(value.clone()),
            treatments => scrub(&draft.tenant.blind, declared, treatments, value),
        };
        match &scrubbed {
            Some(value) => self.put_value(draft, writing, field, value, source)?,
            None if writing.form.contains_key(short_name(&declared.name)) => {
                // What was stored before is no longer true, and what is true is not to be stored.
                self.refuse_while_held(draft).await?;
                writing.empty(draft, short_name(&declared.name), field);
            }
            None => {}
        }
        Ok(scrubbed)
    }

    pub(crate) fn put_value(
        &self,
        draft: &mut Draft,
        writing: &mut Writing,
        field: FieldIx,
        value: &Value,
        source: &Source,
    ) -> Result<(), VaultError> {
        let policy = std::sync::Arc::clone(&draft.policy);
        let declared = &policy.manifest().fields[field.at()];
        let name = short_name(&declared.name);
        let class = policy.class(field);
        if writing.process_key.is_none() {
            draft.key(self, class)?;
        }
        let old = writing.form.get(name);
        let version = old.map_or(1, |old| old.version.saturating_add(1));
        // What is gone with its process is found by no look-up.
        let index = (declared.identifies && writing.process_key.is_none())
            .then(|| *draft.tenant.blind.blind(&declared.name, normalised(value).as_bytes()).as_bytes());
        if let Some(old) = old.and_then(|old| old.index).filter(|old| Some(*old) != index) {
            draft.put(Change::DeleteIndex(old, draft.row.id));
        }
        if let Some(index) = index {
            draft.unit.guards.push(Guard::IndexFree(index, draft.row.id));
            draft.put(Change::PutIndex(index, draft.row.id));
        }
        let plain =
            serde_json::to_vec(value).map_err(|_| VaultError::bad("value.not_json", "the value cannot be written"))?;
        let place = FieldPlace { record: writing.id, field: &declared.name, value_version: version };
        let key = writing.process_key.as_deref().or_else(|| draft.keys.newest(class));
        let key = key.ok_or_else(|| VaultError::damaged("subject key"))?;
        let envelope = key.seal(self.entropy.as_ref(), &place, &plain)?;
        let value = SealedValue {
            source: source_name(source),
            class: key.name().class.get(),
            version,
            written_at: writing.now,
            index,
            is_sealed: false,
            envelope,
        };
        writing.form.insert(name.to_owned(), value);
        writing.fields.insert(field.at());
        Ok(())
    }
}

/// A record while it is written.
pub(crate) struct Writing {
    now: Instant,
    group: String,
    id: RecordId,
    old: Option<RecordRow>,
    form: RecordForm,
    fields: FieldBits,
    was_emptied: bool,
    /// The key of a record that is never stored.
    process_key: Option<Arc<SubjectKey>>,
}

impl Writing {
    pub(crate) fn begin(now: Instant, group: &str, id: RecordId, old: Option<RecordRow>) -> Result<Self, VaultError> {
        let form = match &old {
            Some(row) => record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?,
            None => RecordForm::new(),
        };
        Ok(Self {
            now,
            group: group.to_owned(),
            id,
            old,
            form,
            fields: FieldBits::EMPTY,
            was_emptied: false,
            process_key: None,
        })
    }

    fn empty(&mut self, draft: &mut Draft, name: &str, field: FieldIx) {
        if let Some(old) = self.form.remove(name) {
            self.was_emptied = true;
            self.fields.insert(field.at());
            if let Some(index) = old.index {
                draft.put(Change::DeleteIndex(index, draft.row.id));
            }
        }
    }

    /// What the policy declares as required, and collects from here, must be there; not what is off, and not what
    /// a scrubber may have left nothing of.
    fn refuse_missing(&self, draft: &Draft, group: &Group, source: &Source) -> Result<(), VaultError> {
        let manifest = draft.policy.manifest();
        let let_in = group.fields.iter().filter(|field| {
            off(manifest, &draft.tenant.settings, **field).is_none()
                && !draft.policy.treatments(**field).iter().any(Treatment::may_drop)
        });
        let missing = let_in.map(|field| &manifest.fields[field.at()]).find(|field| {
            let expected =
                !field.optional && field.held_by.is_none() && field.derived.is_none() && field.sources.contains(source);
            expected && !field.hashed && !self.form.contains_key(short_name(&field.name))
        });
        missing.map_or(Ok(()), |field| {
            Err(VaultError::unprocessable("field.missing", "the record was not written: a required field is missing")
                .detail("field", &field.name)
                .help("send a value for it, or declare it optional in the policy"))
        })
    }

    pub(crate) fn finish(self, draft: &mut Draft, reason: Reason) -> RecordView {
        let subject = draft.row.id;
        let version = self.old.as_ref().map_or(1, |old| old.version.saturating_add(1));
        let created_at = self.old.as_ref().map_or(self.now, |old| old.created_at);
        let closed_at = self.old.as_ref().and_then(|old| old.closed_at);
        if let Some(key) = self.process_key {
            let row = RecordRow {
                subject,
                group: self.group,
                id: self.id,
                version,
                created_at,
                updated_at: self.now,
                closed_at: None,
                sealed: record_form::write(&self.form),
            };
            let view = view(&row);
            draft.transient.push(TransientRecord::new(row, key, self.now));
            return view;
        }
        if self.was_emptied {
            // Emptied means gone: the history that may hold the value goes too.
            draft.put(Change::DeleteRecord(subject, self.group.clone(), self.id));
        } else if let Some(old) = self.old.filter(|_| reason == Reason::Rectified || is_held(&draft.form, self.now)) {
            draft.put(Change::AddHistory(HistoryRow {
                subject,
                group: self.group.clone(),
                record: self.id,
                version: old.version,
                until: self.now,
                sealed: old.sealed,
            }));
        }
        let row = RecordRow {
            subject,
            group: self.group,
            id: self.id,
            version,
            created_at,
            updated_at: self.now,
            closed_at,
            sealed: record_form::write(&self.form),
        };
        let view = view(&row);
        draft.put(Change::PutRecord(row));
        view
    }
}

fn group_of<'a>(policy: &'a crate::tenant::Policy, name: &str) -> Result<&'a Group, VaultError> {
    let manifest = policy.manifest();
    manifest.group(name).map(|at| &manifest.groups[at.at()]).ok_or_else(|| {
        VaultError::unprocessable(
            "group.undeclared",
            "the record was not written: the policy declares no such data group",
        )
        .help("declare the group with its fields and purposes, or name one that is declared")
    })
}

fn field_of(policy: &crate::tenant::Policy, group: &str, name: &str) -> Result<FieldIx, VaultError> {
    policy.plan.field(&format!("{group}.{name}")).ok_or_else(|| {
        VaultError::unprocessable("field.undeclared", "the record was not written: the policy declares no such field")
            .help("declare the field with a purpose, or leave it out: what is not declared is not stored")
    })
}

/// What follows from values of a group; nothing empties a field.
fn derived_from(policy: &crate::tenant::Policy, group: &str, values: &BTreeMap<&str, Option<Value>>) -> Followed {
    let field = |name: &str| policy.plan.field(&format!("{group}.{name}"));
    let values = values.iter().filter_map(|(name, value)| Some((field(name)?, value.clone()))).collect();
    followed(policy.manifest(), &values)
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
