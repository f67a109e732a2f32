//! Anonymous: what a de-identified purpose may still count goes on as nobody's.
//!
//! The values that stay are sealed anew under the key of somebody who never was: a subject with a random id, without
//! identifiers, standing or ledger entries, whose dates are cut to the day. Nothing in the store leads from the one to
//! the other. All that one person leaves at one time belongs to one such subject, so that people can still be counted.

use std::collections::BTreeMap;

use candor_decision::FieldSet;
use candor_seal::{Envelope, FieldPlace, KeepClass, KeyVersion, SubjectKey};
use candor_store::{Change, Guard, KeyRow, RecordRow, SubjectRow, Unit};
use candor_words::{Instant, RecordId, SubjectId, SubjectRef};
use zeroize::Zeroizing;

use super::carry_out::Acting;
use super::reckon::{Reckoned, RecordChange, Turn};
use crate::ids::ONLY_RECORD;
use crate::live::SubjectKeys;
use crate::record_form::{self, RecordForm, SealedValue};
use crate::state::ANONYMOUS;
use crate::{Vault, VaultError};

const DAY_MS: i64 = 86_400_000;

/// The keys of a subject in the making, by keep class.
type NewKeys = BTreeMap<u16, SubjectKey>;

impl Vault {
    /// Puts what stays of a subject's values, as nobody's, into the unit.
    pub(super) fn release_anonymous(
        &self,
        acting: Acting<'_>,
        unit: &mut Unit,
        reckoned: &Reckoned,
    ) -> Result<(), VaultError> {
        let old_keys = SubjectKeys::open(acting.tenant, reckoned.row.id, &reckoned.key_rows)?;
        let nobody = SubjectId::random(self.entropy.as_ref());
        let today = day_of(acting.now);
        let mut keys = NewKeys::new();
        let mut rows = Vec::new();
        for change in &reckoned.changes {
            let form = self.seal_anew(acting, unit, nobody, change, &old_keys, &mut keys)?;
            let Some((id, form)) = form else { continue };
            let made = day_of(change.row.created_at);
            rows.push(RecordRow {
                subject: nobody,
                group: change.row.group.clone(),
                id,
                version: 1,
                created_at: made,
                updated_at: made,
                closed_at: None,
                sealed: record_form::write(&form),
            });
        }
        if rows.is_empty() {
            return Ok(());
        }
        unit.guards.push(Guard::SubjectAbsent(nobody));
        unit.changes.push(Change::PutSubject(SubjectRow {
            id: nobody,
            reference: Some(SubjectRef::random(self.entropy.as_ref())),
            version: 1,
            state: ANONYMOUS,
            created_at: today,
            updated_at: today,
            erased_entry: None,
        }));
        unit.changes.extend(rows.into_iter().map(Change::PutRecord));
        Ok(())
    }

    fn seal_anew(
        &self,
        acting: Acting<'_>,
        unit: &mut Unit,
        nobody: SubjectId,
        change: &RecordChange,
        old_keys: &SubjectKeys,
        keys: &mut NewKeys,
    ) -> Result<Option<(RecordId, RecordForm)>, VaultError> {
        let row = &change.row;
        let stays: FieldSet = *acting.policy.plan.retention().anonymous();
        let id = if row.id == ONLY_RECORD { ONLY_RECORD } else { RecordId::random(self.entropy.as_ref()) };
        let mut form = RecordForm::new();
        for value in record_form::values(&row.sealed) {
            let value = value.ok_or_else(|| VaultError::damaged("record"))?;
            let anonymised = change.values.get(value.name).filter(|(_, _, turn)| *turn == Turn::Anonymised);
            let Some((field, ..)) = anonymised.filter(|(field, ..)| stays.contains(*field)) else { continue };
            let name = acting.policy.plan.field_name(*field);
            let envelope = Envelope::parse(value.envelope)?;
            let old_key = old_keys.of(KeepClass::new(value.class), envelope.key_version());
            let old_key = old_key.ok_or_else(|| VaultError::damaged("subject key"))?;
            let mut plain = Zeroizing::new(Vec::new());
            let place = FieldPlace { record: row.id, field: name, value_version: value.version };
            old_key.open_into(&place, value.envelope, &mut plain)?;
            let class = acting.policy.class(*field);
            let key = match keys.entry(class.get()) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    let (key, wrapped) = acting.tenant.key()?.create_subject_key(
                        self.entropy.as_ref(),
                        nobody,
                        class,
                        KeyVersion::FIRST,
                    )?;
                    unit.changes.push(Change::PutKey(KeyRow {
                        subject: nobody,
                        class: class.get(),
                        version: u32::from(KeyVersion::FIRST.get()),
                        wrapped: wrapped.as_bytes().to_vec(),
                    }));
                    free.insert(key)
                }
            };
            let place = FieldPlace { record: id, field: name, value_version: 1 };
            let sealed = SealedValue {
                source: value.source.to_owned(),
                class: class.get(),
                version: 1,
                written_at: day_of(value.written_at),
                index: None,
                is_sealed: false,
                envelope: key.seal(self.entropy.as_ref(), &place, &plain)?,
            };
            form.insert(value.name.to_owned(), sealed);
        }
        Ok((!form.is_empty()).then_some((id, form)))
    }
}

fn day_of(at: Instant) -> Instant {
    Instant::from_millis(at.as_millis().div_euclid(DAY_MS).saturating_mul(DAY_MS))
}
