//! What is held about a subject, page by page, for their own eyes: the records of an access export without its archive,
//! each value with the end that its keep rule gives it.
//!
//! Every value goes the same road as in an export: decided for the right of access, opened against a permit, and out
//! only after the entry is durable. Source: GDPR Art. 15(1).

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use candor_decision::RuleIx;
use candor_manifest::model::KeepAction;
use candor_store::{Page, RecordRow};
use candor_words::{Instant, RecordId, SubjectId};
use serde::Serialize;

use super::{EXPORT_PAGE_ROWS, ExportKind, ExportPart, ExportedRecord, Stage};
use crate::caller::Caller;
use crate::open::field_at;
use crate::record_form;
use crate::records::no_record;
use crate::retention::{dates, with_lengths};
use crate::{Vault, VaultError};

/// A record with the ends of its values.
#[derive(Debug, Clone, Serialize)]
pub struct HeldRecord {
    /// The record with its values in the open, and what is withheld of it.
    #[serde(flatten)]
    pub record: ExportedRecord,
    /// When each value ends, by field name within the group; one that no running clock ends is not here.
    pub ends: BTreeMap<String, ValueEnd>,
}

/// When a value ends, and what then happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "EndForm")]
pub struct ValueEnd {
    /// When its time is over.
    pub ends_at: Instant,
    /// What then happens.
    pub action: KeepAction,
    /// The rule that decides, by its position in the policy.
    pub rule: RuleIx,
}

#[derive(Serialize)]
struct EndForm {
    ends_at: Instant,
    action: KeepAction,
    rule: u16,
}

impl From<ValueEnd> for EndForm {
    fn from(end: ValueEnd) -> Self {
        Self { ends_at: end.ends_at, action: end.action, rule: end.rule.0 }
    }
}

/// Where a page of records begins: after a group and record.
type After = (String, RecordId);

impl Vault {
    /// A page of what is held about a subject, by group and record.
    ///
    /// # Errors
    /// Those of [`Vault::export`].
    pub async fn held(
        self: &Arc<Self>,
        caller: &Caller,
        subject: SubjectId,
        after: Option<After>,
    ) -> Result<Page<HeldRecord, After>, VaultError> {
        let ends = self.ends(caller, subject, after.clone()).await?;
        let mut export = self.export(caller, subject, ExportKind::Access).await?;
        let next = match export.records(after).await? {
            Stage::Records { after } => after,
            Stage::History { then, .. } => then,
            _ => None,
        };
        let records = export.ready.into_iter().filter_map(record_of);
        let rows = records.map(|record| {
            let ends = ends.get(&(record.group.clone(), record.record)).cloned().unwrap_or_default();
            HeldRecord { record, ends }
        });
        Ok(Page { rows: rows.collect(), next })
    }

    /// One record with its older states, newest first: at most a page of them.
    ///
    /// # Errors
    /// Those of [`Vault::export`]; the subject has no such record.
    pub async fn held_record(
        self: &Arc<Self>,
        caller: &Caller,
        subject: SubjectId,
        group: &str,
        record: RecordId,
    ) -> Result<(HeldRecord, Vec<ExportedRecord>), VaultError> {
        let mut export = self.export(caller, subject, ExportKind::Access).await?;
        let row = self.store.record(caller.tenant(), subject, group, record).await?.ok_or_else(no_record)?;
        let ends = self.ends_of(caller, subject, std::slice::from_ref(&row)).await?;
        let past = RecordRow { sealed: Vec::new(), ..row.clone() };
        let live = self.live(&export.tenant, subject).await?;
        export.hand_out(&live, vec![(row, None)]).await?;
        let present = export.ready.drain(..).find_map(record_of).ok_or_else(no_record)?;
        let ends = ends.into_values().next().unwrap_or_default();
        export.history(VecDeque::from([past]), None, None).await?;
        let older = export.ready.into_iter().filter_map(record_of).collect();
        Ok((HeldRecord { record: present, ends }, older))
    }

    async fn ends(
        &self,
        caller: &Caller,
        subject: SubjectId,
        after: Option<After>,
    ) -> Result<BTreeMap<After, BTreeMap<String, ValueEnd>>, VaultError> {
        caller.may_reach(subject)?;
        let page = self.store.records(caller.tenant(), subject, None, after, EXPORT_PAGE_ROWS).await?;
        self.ends_of(caller, subject, &page.rows).await
    }

    /// The ends of the values of some records; nothing is opened for it.
    async fn ends_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        rows: &[RecordRow],
    ) -> Result<BTreeMap<After, BTreeMap<String, ValueEnd>>, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        let plan = &live.policy.plan;
        let clocks = with_lengths(live.clocks.clone(), &live.form, &tenant.settings, plan);
        let mut ends = BTreeMap::new();
        for row in rows {
            let dates = dates(row);
            let of_row: BTreeMap<String, ValueEnd> = record_form::values(&row.sealed)
                .flatten()
                .filter_map(|value| {
                    let field = field_at(plan, &row.group, value.name)?;
                    let end = plan.retention().end(field, &clocks, &dates)?;
                    let end = ValueEnd { ends_at: end.ends_at, action: end.action, rule: end.rule };
                    Some((value.name.to_owned(), end))
                })
                .collect();
            ends.insert((row.group.clone(), row.id), of_row);
        }
        Ok(ends)
    }
}

fn record_of<R>((part, _): (ExportPart, R)) -> Option<ExportedRecord> {
    match part {
        ExportPart::Record(record) => Some(record),
        _ => None,
    }
}
