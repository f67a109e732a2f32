//! A record while it is written: values pass the door, are sealed, and take what follows from them along.
//!
//! What a collection that is off covers is refused, scrubbers run before anything is derived or sealed, and everything stands in the
//! draft of its subject until that is committed.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::FieldIx;
use candor_ledger::{EntryBody, FieldBits};
use candor_manifest::model::{Group, Source};
use candor_seal::{FieldPlace, SubjectKey};
use candor_store::{Change, Guard, HistoryRow, RecordRow};
use candor_words::{Instant, RecordId};
use serde_json::Value;

use super::{NewRecord, RecordView, no_record, short_name, view};
use crate::collections::off;
use crate::derive::{Followed, followed};
use crate::draft::Draft;
use crate::holds::is_held;
use crate::ids::{ONLY_RECORD, drawn_record};
use crate::record_form::{self, RecordForm, SealedValue};
use crate::scrub::{Treatment, scrub};
use crate::transient::TransientRecord;
use crate::value::{self, normalised, source_code, source_name};
use crate::{Vault, VaultError};

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
