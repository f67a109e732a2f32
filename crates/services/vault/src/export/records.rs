//! The records of an export: decided, opened, logged, and what is withheld named with its reason.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use candor_decision::{FieldSet, Intrinsic, Plan, Question, Reason, View, decide};
use candor_ledger::{CONTROLLER, EntryBody, FieldBits};
use candor_manifest::model::{FieldIx, Manifest, Source};
use candor_store::{RecordRow, Unit};
use candor_words::{Instant, RecordId};
use serde::Serialize;

use super::{EXPORT_PAGE_ROWS, Export, ExportKind, ExportPart, Stage};
use crate::ids::ONLY_RECORD;
use crate::live::LiveSubject;
use crate::open::field_at;
use crate::read::deadline;
use crate::record_form::{self, ValueRef};
use crate::value::source_of;
use crate::{Counters, OpenedValue, VaultError};

/// A record in the open.
#[derive(Debug, Clone, Serialize)]
pub struct ExportedRecord {
    /// The data group.
    pub group: String,
    /// Its id.
    pub record: RecordId,
    /// Which of the record's successive states it is.
    pub version: u32,
    /// When the record was made; absent for an older state.
    pub created_at: Option<Instant>,
    /// When this state was replaced; absent for the present one.
    pub replaced_at: Option<Instant>,
    /// Values by field name within the group.
    pub values: BTreeMap<String, OpenedValue>,
    /// What is kept and not given, with the reason.
    pub withheld: Vec<WithheldField>,
}

/// A value that is kept and not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithheldField {
    /// `group.field`.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// Why, in words.
    pub message: &'static str,
}

/// Why a value is withheld although the policy lets the right reach its field.
#[derive(Clone, Copy)]
pub(super) enum Withheld {
    AboutOthers,
    NotProvided,
    TooLong,
    By(Reason),
}

impl Withheld {
    pub(super) fn field(self, name: String) -> WithheldField {
        let (code, message) = match self {
            Self::AboutOthers => (
                "others.information",
                "it may hold information about other people and is not in the subject's own words",
            ),
            Self::TooLong => {
                ("value.too_long", "it is longer than an archive takes; the organisation gives it separately")
            }
            Self::NotProvided => ("value.not_provided", "the subject did not provide it"),
            Self::By(reason) => (reason.code(), reason.message()),
        };
        WithheldField { field: name, code, message }
    }
}

impl Export {
    /// A page of records; those with a past are visited again for it.
    pub(super) async fn records(&mut self, after: Option<(String, RecordId)>) -> Result<Stage, VaultError> {
        let store = &self.vault.store;
        let page = store.records(self.tenant.id(), self.subject, None, after, EXPORT_PAGE_ROWS).await?;
        let live = self.vault.live(&self.tenant, self.subject).await?;
        let mut of = VecDeque::new();
        let mut pages = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            if self.kind == ExportKind::Access && row.version > 1 {
                of.push_back(RecordRow { sealed: Vec::new(), ..row.clone() });
            }
            pages.push((row, None));
        }
        self.hand_out(&live, pages).await?;
        if of.is_empty() {
            Ok(self.after_records(page.next))
        } else {
            Ok(Stage::History { of, before: None, then: page.next })
        }
    }

    /// A page of the older states of one record.
    pub(super) async fn history(
        &mut self,
        mut of: VecDeque<RecordRow>,
        before: Option<u32>,
        then: Option<(String, RecordId)>,
    ) -> Result<Stage, VaultError> {
        let Some(record) = of.front() else { return Ok(self.after_records(then)) };
        let (store, tenant) = (&self.vault.store, self.tenant.id());
        let page = store.history(tenant, self.subject, &record.group, record.id, before, EXPORT_PAGE_ROWS).await?;
        let older = page.rows.into_iter();
        let older = older
            .map(|old| (RecordRow { version: old.version, sealed: old.sealed, ..record.clone() }, Some(old.until)))
            .collect();
        let live = self.vault.live(&self.tenant, self.subject).await?;
        self.hand_out(&live, older).await?;
        if page.next.is_none() {
            of.pop_front();
        }
        Ok(Stage::History { of, before: page.next, then })
    }

    fn after_records(&self, next: Option<(String, RecordId)>) -> Stage {
        next.map_or(Stage::BeginSystems, |next| Stage::Records { after: Some(next) })
    }

    /// Decides and opens each record, makes the disclosures durable, and only then lets the values out.
    pub(super) async fn hand_out(
        &mut self,
        live: &LiveSubject,
        rows: Vec<(RecordRow, Option<Instant>)>,
    ) -> Result<(), VaultError> {
        let mut unit = Unit::of(self.tenant.id());
        let mut records = Vec::with_capacity(rows.len());
        for (row, replaced_at) in rows {
            let (record, body) = self.open(live, row, replaced_at)?;
            unit.entries.extend(body.map(|body| crate::read::entry(live, &self.caller, self.vault.now(), body)));
            let is_of_use =
                !record.values.is_empty() || (self.kind == ExportKind::Access && !record.withheld.is_empty());
            if is_of_use {
                records.push(record);
            }
        }
        if !unit.entries.is_empty() {
            // INVARIANT: the values in `records` leave only after this commit is durable.
            self.vault.commit(unit).await?;
        }
        for record in records {
            self.n_records += 1;
            self.n_values += record.values.len() as u64;
            self.push(ExportPart::Record(record))?;
        }
        Ok(())
    }

    fn open(
        &self,
        live: &LiveSubject,
        row: RecordRow,
        replaced_at: Option<Instant>,
    ) -> Result<(ExportedRecord, Option<EntryBody>), VaultError> {
        let plan = &live.policy.plan;
        let (fields, mut withheld) = self.sort_out(plan, &row)?;
        let question = self.question(plan, fields);
        let counters = self.vault.counters();
        Counters::add(&counters.decisions, 1);
        let decision = decide(plan, &live.standing, &question);
        let refused = fields.iter().filter_map(|field| Some((field, decision.reason(plan, field)?)));
        withheld.extend(refused.map(|(field, reason)| Withheld::By(reason).field(plan.field_name(field).to_owned())));
        let mut record = ExportedRecord {
            group: row.group.clone(),
            record: row.id,
            version: row.version,
            created_at: replaced_at.is_none().then_some(row.created_at),
            replaced_at,
            values: BTreeMap::new(),
            withheld,
        };
        let Ok(permit) = decision.permit(deadline(question.at)) else { return Ok((record, None)) };
        Counters::add(&counters.permits, 1);
        let spent = permit.spend(self.vault.now()).map_err(|_| VaultError::damaged("permit"))?;
        let (purpose, ground) = (spent.purpose().0, spent.ground() as u8);
        let fields = FieldBits::from_words(spent.fields().as_words());
        let id = (row.id != ONLY_RECORD).then_some(row.id);
        let (opened, sealed) = self.vault.open_fields(live, &[Arc::new(row)], spent)?;
        record.values = opened.into_iter().flat_map(|record| record.values).collect();
        let sealed = sealed.iter().map(|field| plan.field_name(field).to_owned());
        record.withheld.extend(sealed.map(|name| Withheld::By(Reason::ValueSealed).field(name)));
        Counters::add(&counters.fields_opened, record.values.len() as u64);
        let n_values = u32::try_from(record.values.len()).unwrap_or(u32::MAX);
        Ok((
            record,
            Some(EntryBody::Disclosure { purpose, recipient: CONTROLLER, record: id, fields, n_values, ground }),
        ))
    }

    pub(super) fn question(&self, plan: &Plan, fields: FieldSet) -> Question {
        let intrinsic = match self.kind {
            ExportKind::Access => Intrinsic::Access,
            ExportKind::Portability => Intrinsic::Portability,
        };
        Question {
            tenant: self.tenant.id(),
            subject: self.subject,
            purpose: plan.intrinsic(intrinsic),
            recipient: None,
            fields,
            channel: None,
            view: View::Identified,
            gpc: false,
            approved: false,
            at: self.vault.now(),
        }
    }

    /// The fields of a record to ask for, and those that are withheld for what their values are.
    fn sort_out(&self, plan: &Plan, row: &RecordRow) -> Result<(FieldSet, Vec<WithheldField>), VaultError> {
        let mut fields = FieldSet::EMPTY;
        let mut withheld = Vec::new();
        for value in record_form::values(&row.sealed) {
            let value = value.ok_or_else(|| VaultError::damaged("record"))?;
            let Some(field) = field_at(plan, &row.group, value.name) else {
                let name = format!("{}.{}", row.group, value.name);
                withheld.push(Withheld::By(Reason::FieldUndeclared).field(name));
                continue;
            };
            match self.withheld(plan.manifest(), field, &value) {
                Some(why) => withheld.push(why.field(plan.field_name(field).to_owned())),
                None => fields.insert(field),
            }
        }
        Ok((fields, withheld))
    }

    /// The subject's own words stay theirs, whoever they name; what others or machines wrote in a field that may
    /// speak of other people does not go out (GDPR Art. 15(4), 20(4)).
    fn withheld(&self, manifest: &Manifest, field: FieldIx, value: &ValueRef<'_>) -> Option<Withheld> {
        let is_provided = source_of(value.source) == Some(Source::Subject);
        if !is_provided && is_about_others(manifest, field) {
            return Some(Withheld::AboutOthers);
        }
        (self.kind == ExportKind::Portability && !is_provided).then_some(Withheld::NotProvided)
    }
}

/// True when a field, or one that it is derived from, may hold information about other people.
fn is_about_others(manifest: &Manifest, field: FieldIx) -> bool {
    let mut at = Some(field);
    // At most one step for each field there is: derivations do not run in circles, and if they did, this ends.
    for _ in 0..=manifest.fields.len() {
        let Some(declared) = at.and_then(|at| manifest.fields.get(at.at())) else { return false };
        if declared.about_others {
            return true;
        }
        at = declared.derived.as_ref().map(|derived| derived.from);
    }
    false
}
