//! Opening: the only place where a sealed value becomes a value, and only against a spent permit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::{FieldIx, FieldSet, GroupIx, Intrinsic, Plan, Spent};
use candor_seal::{Envelope, FieldPlace, KeepClass, SubjectKey};
use candor_store::RecordRow;
use candor_words::{Instant, RecordId};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::ids::ONLY_RECORD;
use crate::live::LiveSubject;
use crate::read::ANSWER_RECORDS_MAX;
use crate::record_form::{self, ValueRef};
use crate::records::no_record;
use crate::retention::dates;
use crate::tenant::Tenant;
use crate::value::source_text;
use crate::{Vault, VaultError};

/// The values of one record that were asked for, allowed, and there.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpenedRecord {
    pub group: String,
    pub record: RecordId,
    pub values: BTreeMap<String, OpenedValue>,
}

/// A value in the open. Only `Vault::open_fields` makes one, against a spent permit.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::manual_non_exhaustive, reason = "nothing but this file makes one, not even the rest of the crate")]
pub struct OpenedValue {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub source: Cow<'static, str>,
    /// When it was written.
    pub written_at: Instant,
    #[serde(skip)]
    _opened: (),
}

impl Vault {
    /// The records in which allowed fields stand.
    pub(crate) async fn rows_for(
        &self,
        tenant: &Tenant,
        live: &LiveSubject,
        record: Option<RecordId>,
        fields: FieldSet,
    ) -> Result<Vec<Arc<RecordRow>>, VaultError> {
        let manifest = live.policy.manifest();
        let mut groups: Vec<u16> = fields.iter().map(|field| manifest.fields[field.at()].group.0).collect();
        groups.dedup();
        let mut rows = Vec::new();
        for group in groups {
            let is_transient = live.policy.plan.retention().is_transient(GroupIx(group));
            let group = &manifest.groups[usize::from(group)];
            if is_transient {
                let held =
                    self.transient.of_group(tenant.id(), live.row.id, &group.name, ANSWER_RECORDS_MAX, self.now());
                rows.extend(held.into_iter().filter(|row| record.is_none_or(|record| record == row.id)));
                continue;
            }
            match (group.many, record) {
                (false, _) => rows.extend(self.live_record(tenant.id(), live, &group.name, ONLY_RECORD).await?),
                (true, Some(record)) => rows.extend(self.live_record(tenant.id(), live, &group.name, record).await?),
                (true, None) => {
                    let page = self
                        .store
                        .records(tenant.id(), live.row.id, Some(&group.name), None, ANSWER_RECORDS_MAX)
                        .await?;
                    rows.extend(page.rows.into_iter().map(Arc::new));
                }
            }
        }
        if record.is_some_and(|record| !rows.iter().any(|row| row.id == record)) {
            return Err(no_record());
        }
        Ok(rows)
    }

    /// Opens the fields that a spent permit names, of the subject it names, and uses it up; says also which of them it
    /// found sealed, their time being over.
    pub(crate) fn open_fields(
        &self,
        live: &LiveSubject,
        rows: &[Arc<RecordRow>],
        spent: Spent,
    ) -> Result<(Vec<OpenedRecord>, FieldSet), VaultError> {
        // INVARIANT: a permit of one subject opens nothing of another.
        if spent.subject() != live.row.id {
            return Err(VaultError::damaged("permit"));
        }
        let allowed = spent.fields();
        let plan = &live.policy.plan;
        let retention = plan.retention();
        let reaches_the_sealed = plan.as_intrinsic(spent.purpose()).is_some_and(Intrinsic::reaches_the_sealed);
        let by_record = retention.bounds_by_record(spent.purpose());
        let mut sealed = FieldSet::EMPTY;
        let mut opened = Vec::with_capacity(rows.len());
        let mut plain = Zeroizing::new(Vec::new());
        for row in rows {
            let mut values = BTreeMap::new();
            let has_ended =
                by_record && retention.has_ended_for(spent.purpose(), &live.clocks, &dates(row), self.now());
            let held = self.transient.get(live.tenant, row.subject, &row.group, row.id, self.now());
            for value in record_form::values(&row.sealed) {
                let value = value.ok_or_else(|| VaultError::damaged("record"))?;
                let Some(field) =
                    field_at(&live.policy.plan, &row.group, value.name).filter(|field| allowed.contains(*field))
                else {
                    continue;
                };
                if has_ended || (value.is_sealed && !reaches_the_sealed) {
                    sealed.insert(field);
                    continue;
                }
                let process_key = held.as_ref().map(|held| &*held.key);
                let written = OpenedValue {
                    value: open_value(
                        live,
                        process_key,
                        row.id,
                        live.policy.plan.field_name(field),
                        &value,
                        &mut plain,
                    )?,
                    source: source_text(value.source),
                    written_at: value.written_at,
                    _opened: (),
                };
                values.insert(value.name.to_owned(), written);
            }
            if !values.is_empty() {
                opened.push(OpenedRecord { group: row.group.clone(), record: row.id, values });
            }
        }
        Ok((opened, sealed))
    }
}

fn open_value(
    live: &LiveSubject,
    process_key: Option<&SubjectKey>,
    record: RecordId,
    field: &str,
    value: &ValueRef<'_>,
    plain: &mut Vec<u8>,
) -> Result<Value, VaultError> {
    let envelope = Envelope::parse(value.envelope)?;
    let key = process_key
        .or_else(|| live.keys.of(KeepClass::new(value.class), envelope.key_version()))
        .ok_or_else(|| VaultError::damaged("subject key"))?;
    let place = FieldPlace { record, field, value_version: value.version };
    plain.clear();
    key.open_into(&place, value.envelope, plain)?;
    serde_json::from_slice(plain).map_err(|_| VaultError::damaged("sealed value"))
}

/// The field of a group that a stored name means under this plan.
pub(crate) fn field_at(plan: &Plan, group: &str, name: &str) -> Option<FieldIx> {
    let mut buffer = [0_u8; 160];
    let whole = buffer.get_mut(..group.len() + 1 + name.len())?;
    whole[..group.len()].copy_from_slice(group.as_bytes());
    whole[group.len()] = b'.';
    whole[group.len() + 1..].copy_from_slice(name.as_bytes());
    plan.field(std::str::from_utf8(whole).ok()?)
}
