//! What names a person in connected systems: identifiers, now and in the past, opened against a permit.

use std::collections::BTreeSet;
use std::sync::Arc;

use candor_decision::{FieldSet, Intrinsic, Question, View, decide};
use candor_ledger::{CONTROLLER, Digest, EntryBody, FieldBits};
use candor_manifest::Manifest;
use candor_manifest::model::FieldIx;
use candor_store::{PAGE_MAX, RecordRow, Unit};
use candor_words::{Instant, RequestId, Secret, TenantId};
use serde_json::Value;

use crate::caller::{Caller, Scope};
use crate::live::LiveSubject;
use crate::push::PushForm;
use crate::tenant::Tenant;
use crate::{Counters, Vault, VaultError};

/// The most identifiers of one person.
const IDENTIFIERS_MAX: usize = 1_000;

/// A value that names the person, opened against a permit.
pub struct NamedBy {
    /// The field, `group.name`.
    pub field: String,
    /// The value.
    pub value: Secret<String>,
}

impl Vault {
    /// What names the subject of a request, now and in the past, opened for the right of access. Of each field the last value is
    /// what stood there last; for a push of a correction, what stood there until that.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed or wants identity proved first; the subject was
    /// erased.
    pub async fn named_by(&self, caller: &Caller, request: RequestId) -> Result<Vec<NamedBy>, VaultError> {
        caller.needs(Scope::Rights)?;
        let change = self.change_on_its_way(caller, request).await?;
        change.open.refuse_unproved()?;
        let live = self.live_for(caller, &change.tenant, change.open.row.subject).await?;
        let mut named = self.open_named(caller, &change.tenant, &live, Intrinsic::Access).await?;
        let former = match &change.open.form.push {
            Some(PushForm::Correction { .. }) => self.named_formerly(&change.tenant, request).await?,
            _ => Vec::new(),
        };
        let is_former = |one: &NamedBy| {
            former.iter().any(|known| known.field == one.field && known.value.expose() == one.value.expose())
        };
        named.retain(|one| !is_former(one));
        named.extend(self.without_others(&change.tenant, Some(live.row.id), former).await?);
        Ok(named)
    }

    /// What names a subject and nobody else, opened for a right.
    pub(crate) async fn open_named(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        right: Intrinsic,
    ) -> Result<Vec<NamedBy>, VaultError> {
        let Some((named, entry)) = self.named_with_entry(caller, tenant, live, right).await? else {
            return Ok(Vec::new());
        };
        // INVARIANT: the values leave only after this commit is durable.
        self.commit(Unit::of(tenant.id()).entry(entry)).await?;
        // What the subject was once called by may be another's by now.
        self.without_others(tenant, Some(live.row.id), named).await
    }

    /// The same, whoever holds them by now, with the entry of the disclosure; nothing is given to anybody before that is durable.
    pub(crate) async fn named_with_entry(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        right: Intrinsic,
    ) -> Result<Option<(Vec<NamedBy>, Vec<u8>)>, VaultError> {
        let at = self.now();
        let fields: FieldSet = identifying(live.policy.manifest()).collect();
        let question = of_a_right(tenant, live, right, fields, at);
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(&live.policy.plan, &live.standing, &question);
        let Ok(permit) = decision.permit(crate::read::deadline(at)) else { return Ok(None) };
        let rows = self.rows_of(&tenant.id(), live, permit.fields()).await?;
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        let (purpose, ground) = (spent.purpose().0, spent.ground() as u8);
        let bits = FieldBits::from_words(spent.fields().as_words());
        let (opened, _) = self.open_fields(live, &rows, spent)?;
        let mut seen = BTreeSet::new();
        let mut named = Vec::new();
        for record in opened {
            for (name, opened) in record.values {
                let field = format!("{}.{name}", record.group);
                for value in texts(&opened.value) {
                    if named.len() < IDENTIFIERS_MAX && seen.insert((field.clone(), Digest::of(value.as_bytes()))) {
                        named.push(NamedBy { field: field.clone(), value: Secret::new(value) });
                    }
                }
            }
        }
        Counters::add(&self.counters().fields_opened, named.len() as u64);
        let n_values = u32::try_from(named.len()).unwrap_or(u32::MAX);
        let body =
            EntryBody::Disclosure { purpose, recipient: CONTROLLER, record: None, fields: bits, n_values, ground };
        let entry = crate::read::entry(live, caller, at, body);
        Ok(Some((named, entry)))
    }

    /// The records of the groups in which fields stand, with their older states.
    pub(crate) async fn rows_of(
        &self,
        tenant: &TenantId,
        live: &LiveSubject,
        fields: FieldSet,
    ) -> Result<Vec<Arc<RecordRow>>, VaultError> {
        let manifest = live.policy.manifest();
        let groups: BTreeSet<&str> =
            fields.iter().map(|field| manifest.groups[manifest.fields[field.at()].group.at()].name.as_str()).collect();
        let mut rows = Vec::new();
        for group in groups {
            let page = self.store.records(*tenant, live.row.id, Some(group), None, PAGE_MAX).await?;
            for row in page.rows {
                if row.version > 1 {
                    let past = self.store.history(*tenant, live.row.id, group, row.id, None, PAGE_MAX).await?;
                    rows.extend(
                        past.rows
                            .into_iter()
                            .map(|old| Arc::new(RecordRow { version: old.version, sealed: old.sealed, ..row.clone() })),
                    );
                }
                rows.push(Arc::new(row));
            }
        }
        Ok(rows)
    }
}

/// A question that a right asks, whatever the policy says of purposes.
pub(crate) fn of_a_right(
    tenant: &Tenant,
    live: &LiveSubject,
    right: Intrinsic,
    fields: FieldSet,
    at: Instant,
) -> Question {
    Question {
        tenant: tenant.id(),
        subject: live.row.id,
        purpose: live.policy.plan.intrinsic(right),
        recipient: None,
        fields,
        channel: None,
        view: View::Identified,
        gpc: false,
        approved: false,
        at,
    }
}

pub(crate) fn identifying(manifest: &Manifest) -> impl Iterator<Item = FieldIx> {
    let fields = (0_u16..).map(FieldIx).zip(&manifest.fields);
    fields.filter(|(_, field)| field.identifies && !field.hashed).map(|(ix, _)| ix)
}

/// The texts of a value: itself, or each of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
