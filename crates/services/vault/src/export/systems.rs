//! The rows of connected systems in an export: one traversal of all of them at once, page by page, decided like every value.
//!
//! What a field's policy refuses is named and not given; what speaks of others is withheld where the system knows it
//! (GDPR Art. 15(4)); portability gives only what the subject provided. Memory holds one page, and whoever brings rows waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_decision::{FieldSet, Intrinsic, Plan, decide};
use candor_ledger::{CONTROLLER, EntryBody, FieldBits};
use candor_places::{FoundRow, Role, RowValue};
use candor_store::Unit;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Receiver;

use super::records::Withheld;
use super::{EXPORT_PAGE_ROWS, Export, ExportKind, ExportPart, Stage, WithheldField};
use crate::beyond::{Beyond, NamedBy};
use crate::live::LiveSubject;
use crate::read::deadline;
use crate::{Counters, VaultError};

/// How many rows of systems leave under one entry: whoever waits for the last of them waits for few durable writes.
const BROUGHT_ROWS: usize = 256;

/// What comes out of connected systems.
#[derive(Debug)]
pub enum FromSystem {
    /// A row of the named system, and the room it takes until it is written.
    Row(String, FoundRow, Option<OwnedSemaphorePermit>),
    /// A system gave all it has, or why it did not.
    Ended(SystemEnd),
}

/// How reading a system ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemEnd {
    /// The system's name in the policy.
    pub system: String,
    /// What people call it.
    pub title: String,
    /// `read`, `failed` or `not_connected`: of the last two the organisation has to give the rest itself.
    pub state: &'static str,
    /// Why it failed.
    pub because: Option<String>,
    /// How many rows were given.
    pub n_rows: u64,
    /// The places that the policy maps there.
    pub places: Vec<String>,
}

/// A row of a connected system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemRow {
    /// The system's name in the policy.
    pub system: String,
    /// The table, object class, resource or file.
    pub place: String,
    /// What names the row there.
    pub key: Vec<String>,
    /// `owner`, or `mentioned` when it is somebody else's and speaks of the subject.
    pub role: &'static str,
    /// Values by column.
    pub values: BTreeMap<String, SystemValue>,
    /// What is there and not given, by column, with the reason.
    pub withheld: Vec<WithheldField>,
}

/// A value of a connected system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemValue {
    /// The value as text; nothing when it is empty.
    pub value: Option<String>,
    /// The field of the policy that it is a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Export {
    /// Begins to read connected systems, when there are any.
    pub(super) async fn begin_systems(&self) -> Result<Option<Receiver<FromSystem>>, VaultError> {
        let asks = self.asks_systems().await?;
        Ok(asks.and_then(|(beyond, named)| beyond.read(self.tenant.id(), vec![(self.subject, named)]).pop()))
    }

    /// Whoever reads systems, when there are any, and by what they know the person: opened, and told by the ledger.
    pub(super) async fn asks_systems(&self) -> Result<Option<(Arc<dyn Beyond>, Vec<NamedBy>)>, VaultError> {
        let live = self.vault.live(&self.tenant, self.subject).await?;
        let beyond = self.vault.beyond_of(&self.tenant, live.policy.manifest()).await?;
        let Some(beyond) = beyond else { return Ok(None) };
        let named = self.vault.open_named(&self.caller, &self.tenant, &live, Intrinsic::Access).await?;
        Ok(Some((beyond, named)))
    }

    /// A page of what systems bring.
    pub(super) async fn systems(
        &mut self,
        mut rows: Receiver<FromSystem>,
        mut n_rows: BTreeMap<String, u64>,
    ) -> Result<Stage, VaultError> {
        // Beside others, each has a smaller page.
        let n_max = if self.company.is_some() { EXPORT_PAGE_ROWS } else { BROUGHT_ROWS };
        let mut page = Vec::with_capacity(n_max);
        if rows.recv_many(&mut page, n_max).await == 0 {
            return Ok(self.after_systems());
        }
        let live = self.vault.live(&self.tenant, self.subject).await?;
        let allowed = self.allowed(&live, &page)?;
        let mut parts = Vec::with_capacity(page.len());
        let (mut given, mut n_values) = (FieldSet::EMPTY, 0);
        for brought in page {
            match brought {
                FromSystem::Ended(end) => {
                    let n_rows = n_rows.get(&end.system).copied().unwrap_or(0);
                    parts.push((ExportPart::System(SystemEnd { n_rows, ..end }), None));
                }
                FromSystem::Row(system, row, room) => {
                    let row = self.give(&live.policy.plan, &allowed, system, row, &mut given);
                    if !row.values.is_empty() || (self.kind == ExportKind::Access && !row.withheld.is_empty()) {
                        n_values += row.values.len();
                        *n_rows.entry(row.system.clone()).or_insert(0) += 1;
                        parts.push((ExportPart::Row(row), room));
                    }
                }
            }
        }
        self.disclose_rows(&live, given, n_values).await?;
        for (part, room) in parts {
            if let ExportPart::Row(row) = &part {
                self.n_records += 1;
                self.n_values += row.values.len() as u64;
            }
            self.push_with(part, room)?;
        }
        Ok(Stage::Systems { rows, n_rows })
    }

    /// Which fields of a page may be given.
    fn allowed(
        &self,
        live: &LiveSubject,
        page: &[FromSystem],
    ) -> Result<(FieldSet, candor_decision::Decision), VaultError> {
        let plan = &live.policy.plan;
        let rows = page.iter().filter_map(|brought| match brought {
            FromSystem::Row(_, row, _) => Some(row),
            FromSystem::Ended(_) => None,
        });
        let fields = rows.flat_map(|row| &row.values).filter_map(|value| plan.field(value.field.as_deref()?));
        let fields: FieldSet = fields.collect();
        Counters::add(&self.vault.counters().decisions, 1);
        let decision = decide(plan, &live.standing, &self.question(plan, fields));
        let allowed = decision.allowed();
        Ok((allowed, decision))
    }

    fn give(
        &self,
        plan: &Plan,
        (allowed, decision): &(FieldSet, candor_decision::Decision),
        system: String,
        row: FoundRow,
        given: &mut FieldSet,
    ) -> SystemRow {
        let FoundRow { place, key, role, values, .. } = row;
        let role = if role == Role::Owner { "owner" } else { "mentioned" };
        let mut told = SystemRow { system, place, key, role, values: BTreeMap::new(), withheld: Vec::new() };
        for value in values {
            let field = value.field.as_deref().and_then(|name| plan.field(name));
            let refused =
                field.filter(|field| !allowed.contains(*field)).and_then(|field| decision.reason(plan, field));
            let why = match (&value, refused) {
                (RowValue { is_withheld: true, .. }, _) => Some(Withheld::AboutOthers),
                (RowValue { is_too_long: true, .. }, _) => Some(Withheld::TooLong),
                (RowValue { is_provided: false, .. }, _) if self.kind == ExportKind::Portability => {
                    Some(Withheld::NotProvided)
                }
                (_, Some(reason)) => Some(Withheld::By(reason)),
                _ => None,
            };
            let RowValue { column, field: name, value, .. } = value;
            match why {
                Some(why) => told.withheld.push(why.field(column)),
                None => {
                    field.into_iter().for_each(|field| given.insert(field));
                    told.values.insert(column, SystemValue { value, field: name });
                }
            }
        }
        told
    }

    async fn disclose_rows(&self, live: &LiveSubject, given: FieldSet, n_values: usize) -> Result<(), VaultError> {
        if n_values == 0 {
            return Ok(());
        }
        let question = self.question(&live.policy.plan, given);
        let decision = decide(&live.policy.plan, &live.standing, &question);
        let (purpose, ground) = match decision.permit(deadline(question.at)) {
            Ok(permit) => {
                Counters::add(&self.vault.counters().permits, 1);
                let spent = permit.spend(self.vault.now()).map_err(|_| VaultError::damaged("permit"))?;
                (spent.purpose().0, spent.ground() as u8)
            }
            // Nothing of it is a field of the policy: a template's columns alone.
            Err(_) => (question.purpose.0, candor_decision::Ground::LegalObligation as u8),
        };
        let n_values = u32::try_from(n_values).unwrap_or(u32::MAX);
        let fields = FieldBits::from_words(given.as_words());
        let body = EntryBody::Disclosure { purpose, recipient: CONTROLLER, record: None, fields, n_values, ground };
        let entry = crate::read::entry(live, &self.caller, self.vault.now(), body);
        // INVARIANT: the values leave only after this commit is durable.
        self.vault.commit(Unit::of(self.tenant.id()).entry(entry)).await.map(drop)
    }

    pub(super) fn after_systems(&self) -> Stage {
        match self.kind {
            ExportKind::Access => Stage::Choices { after: None },
            ExportKind::Portability => Stage::End,
        }
    }
}
