//! What was reckoned of a subject becomes changes and ledger entries of a unit.

use std::collections::{BTreeMap, BTreeSet};

use candor_decision::RuleIx;
use candor_ledger::{Digest, Entry, EntryBody, FieldBits};
use candor_seal::KeyVersion;
use candor_store::{Change, Guard, HistoryRow, PAGE_MAX, RecordRow, SubjectRow, Unit};
use candor_words::{ApiKeyId, Instant, RecordId, SubjectId, SubjectRef};

use super::reckon::{Reckoned, RecordChange, Turn};
use super::run::LookedAt;
use crate::record_form::{self, RecordForm};
use crate::state::{ANONYMOUS, ERASED, erased_row};
use crate::tenant::{Policy, Tenant};
use crate::{Vault, VaultError};

/// In whose name, when and under which policy.
#[derive(Clone, Copy)]
pub(super) struct Acting<'a> {
    pub tenant: &'a Tenant,
    pub policy: &'a Policy,
    pub by: Option<ApiKeyId>,
    pub now: Instant,
}

impl Acting<'_> {
    pub(super) fn enter(&self, unit: &mut Unit, subject: SubjectRef, body: EntryBody) -> u64 {
        let plan = Digest(*self.policy.plan.digest());
        let entry = Entry { at: self.now, subject: Some(subject), actor: self.by, plan, body };
        unit.entries.push(entry.to_bytes());
        unit.entries.len() as u64 - 1
    }
}

impl Vault {
    /// Puts what is due of a subject into the unit; says whether the subject changed.
    pub(super) async fn carry_out_in(
        &self,
        acting: Acting<'_>,
        unit: &mut Unit,
        mut reckoned: Reckoned,
        looked: &mut LookedAt,
    ) -> Result<bool, VaultError> {
        let subject = reckoned.row.id;
        looked.n_subjects += 1;
        if reckoned.obstacle.is_some() {
            // Nothing is destroyed, nor sealed: what the order covers stays as it is.
            let is_held_back = reckoned.changes.iter().any(RecordChange::removes);
            looked.n_held += u64::from(is_held_back);
            reckoned.changes.clear();
        }
        let is_gone = matches!(reckoned.row.state, ERASED | ANONYMOUS);
        let Some(reference) = reckoned.row.reference.filter(|_| !is_gone) else {
            unit.changes.push(Change::PutDue(subject, None));
            return Ok(false);
        };
        if reckoned.changes.is_empty() {
            unit.changes.push(Change::PutDue(subject, reckoned.next));
            return Ok(false);
        }
        unit.guards.push(Guard::SubjectVersion(subject, reckoned.row.version));
        enter_outcomes(acting, unit, reference, &reckoned.changes, looked);
        if reckoned.changes.iter().any(|change| change.values.values().any(|(_, _, turn)| *turn == Turn::Anonymised)) {
            self.release_anonymous(acting, unit, &reckoned)?;
        }
        if reckoned.is_over {
            let n_keys = self.count_keys(acting.tenant, &reckoned).await?;
            let erased = acting.enter(unit, reference, EntryBody::Erased { n_keys, request: None });
            unit.changes.push(Change::ForgetSubject(subject, Some(reference)));
            unit.changes.push(Change::PutSubject(erased_row(reckoned.row, erased, acting.now)));
            looked.n_erased += 1;
            return Ok(true);
        }
        let row = SubjectRow { version: reckoned.row.version + 1, updated_at: acting.now, ..reckoned.row.clone() };
        let mut removed = BTreeSet::new();
        for change in &reckoned.changes {
            let kept = self.rewrite(acting.tenant, unit, change, reckoned.has_history, &mut removed).await?;
            reckoned.classes.extend(kept);
        }
        if reckoned.has_history {
            self.history_classes(acting.tenant, &mut reckoned).await?;
        }
        for class in removed.difference(&reckoned.classes) {
            let Some(key) = reckoned.key_rows.iter().find(|key| key.class == *class) else { continue };
            let version = u16::try_from(key.version).unwrap_or(u16::MAX);
            acting.enter(unit, reference, EntryBody::KeyDestroyed { class: *class, version });
            unit.changes.push(Change::DeleteKeys(subject, *class));
            looked.n_keys_destroyed += 1;
        }
        unit.changes.push(Change::PutSubject(row));
        unit.changes.push(Change::PutDue(subject, reckoned.next));
        Ok(true)
    }

    /// Puts a record as it is from now on; returns the classes that its history still needs.
    pub(super) async fn rewrite(
        &self,
        tenant: &Tenant,
        unit: &mut Unit,
        change: &RecordChange,
        has_history: bool,
        removed: &mut BTreeSet<u16>,
    ) -> Result<BTreeSet<u16>, VaultError> {
        let row = &change.row;
        let mut form = record_form::read(&row.sealed).ok_or_else(|| VaultError::damaged("record"))?;
        for name in change.values.iter().filter(|(_, (_, _, turn))| turn.removes()).map(|(name, _)| name) {
            let Some(value) = form.get(name) else { continue };
            removed.insert(value.class);
            if let Some(index) = value.index {
                unit.changes.push(Change::DeleteIndex(index, row.subject));
            }
        }
        turn(&mut form, change);
        if !change.removes() {
            unit.changes.push(Change::PutRecord(put(row, &form)));
            return Ok(BTreeSet::new());
        }
        let mut kept = BTreeSet::new();
        let mut older = Vec::new();
        if has_history && !form.is_empty() {
            for mut old in self.whole_history(tenant, row.subject, &row.group, row.id).await? {
                let mut past = record_form::read(&old.sealed).ok_or_else(|| VaultError::damaged("record"))?;
                turn(&mut past, change);
                kept.extend(past.values().map(|value| value.class));
                old.sealed = record_form::write(&past);
                older.push(old);
            }
        }
        unit.changes.push(Change::DeleteRecord(row.subject, row.group.clone(), row.id));
        if !form.is_empty() {
            unit.changes.push(Change::PutRecord(put(row, &form)));
            unit.changes.extend(older.into_iter().map(Change::AddHistory));
        }
        Ok(kept)
    }

    /// How many wrapped keys the subject has, every version: more than one of a class after a rotation only.
    async fn count_keys(&self, tenant: &Tenant, reckoned: &Reckoned) -> Result<u32, VaultError> {
        let is_first = |key: &candor_store::KeyRow| key.version == u32::from(KeyVersion::FIRST.get());
        if reckoned.key_rows.iter().all(is_first) {
            return Ok(u32::try_from(reckoned.key_rows.len()).unwrap_or(u32::MAX));
        }
        let keys = self.store.keys(tenant.id(), reckoned.row.id).await?;
        Ok(u32::try_from(keys.len()).unwrap_or(u32::MAX))
    }

    /// Adds the classes that the histories of untouched records still need.
    async fn history_classes(&self, tenant: &Tenant, reckoned: &mut Reckoned) -> Result<(), VaultError> {
        for (group, record) in &reckoned.untouched {
            for old in self.whole_history(tenant, reckoned.row.id, group, *record).await? {
                let past = record_form::read(&old.sealed).ok_or_else(|| VaultError::damaged("record"))?;
                reckoned.classes.extend(past.values().map(|value| value.class));
            }
        }
        Ok(())
    }

    async fn whole_history(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<Vec<HistoryRow>, VaultError> {
        // What is older than the newest 500 versions goes with the value: rewriting it all could outgrow a unit.
        Ok(self.store.history(tenant.id(), subject, group, record, None, PAGE_MAX).await?.rows)
    }
}

/// The record with the turns of its values; the instant of its last writing stays, for rules count from it.
fn put(row: &RecordRow, form: &RecordForm) -> RecordRow {
    RecordRow { version: row.version.saturating_add(1), sealed: record_form::write(form), ..row.clone() }
}

fn turn(form: &mut RecordForm, change: &RecordChange) {
    for (name, (_, _, turn)) in &change.values {
        match turn {
            Turn::Anonymised | Turn::Erased => drop(form.remove(name)),
            Turn::FoundAgain | Turn::SetAside | Turn::Quarantined => {
                if let Some(value) = form.get_mut(name) {
                    value.is_sealed = *turn != Turn::FoundAgain;
                }
            }
        }
    }
}

/// One entry for each rule and outcome.
pub(super) fn enter_outcomes(
    acting: Acting<'_>,
    unit: &mut Unit,
    subject: SubjectRef,
    changes: &[RecordChange],
    looked: &mut LookedAt,
) {
    let mut outcomes: BTreeMap<(Option<RuleIx>, Turn), (BTreeSet<usize>, FieldBits)> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        for (field, rule, turn) in change.values.values() {
            let rule = if *turn == Turn::FoundAgain { None } else { *rule };
            let (records, fields) = outcomes.entry((rule, *turn)).or_insert((BTreeSet::new(), FieldBits::EMPTY));
            records.insert(at);
            fields.insert(field.at());
            looked.count(*turn, 1);
        }
    }
    for ((rule, turn), (records, fields)) in outcomes {
        let body = EntryBody::KeepEnded {
            rule: rule.map_or(u16::MAX, |rule| rule.0),
            outcome: turn.outcome(),
            n_records: u32::try_from(records.len()).unwrap_or(u32::MAX),
            fields,
        };
        acting.enter(unit, subject, body);
    }
    looked.n_records += changes.len() as u64;
}
