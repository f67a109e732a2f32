//! Who read what about a subject, and all else that the ledger says of them.

use std::collections::HashMap;

use candor_decision::{FieldIx, Ground, Plan, PurposeIx, Reason, RecipientIx};
use candor_ledger::{CONTROLLER, Entry, EntryBody, FieldBits, RESTRICTION};
use candor_store::Page;
use candor_words::{ApiKeyId, Instant, RecordId, RequestId, SubjectId};
use serde::Serialize;

use crate::caller::{Caller, DOOR, OFFICE, PERSON, Scope};
use crate::choice::Told;
use crate::staff::{STAFF_LABEL, StaffReason, is_staff};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// What stands for a purpose, recipient or field that the policy of its time did not declare.
pub const UNDECLARED: &str = "(undeclared)";

/// An entry about a subject, in the names of the policy that decided then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessView {
    /// Its position in the ledger.
    pub entry: u64,
    /// When it happened.
    pub at: Instant,
    /// What happened: `disclosure`, `refusal`, `consent_given`, …
    pub kind: &'static str,
    /// Which API key acted; absent for the server itself.
    pub actor: Option<ApiKeyId>,
    /// What people call that key.
    pub actor_label: Option<String>,
    /// The version of the policy that decided.
    pub policy_version: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Who received it; absent for the controller itself.
    pub recipient: Option<String>,
    /// Which record, when it was one.
    pub record: Option<RecordId>,
    /// Which request it belongs to.
    pub request: Option<RequestId>,
    /// `group.field` of each field.
    pub fields: Vec<String>,
    /// How many values left.
    pub n_values: Option<u32>,
    /// On what ground it was disclosed.
    pub ground: Option<Ground>,
    /// The code of the reason for which it was refused, or for which staff looked; of a sign-in, what became of it.
    pub reason: Option<&'static str>,
}

impl Vault {
    /// What the ledger says of a subject, newest first, below a position.
    ///
    /// # Errors
    /// The caller has neither the audit nor the rights scope; no such subject; it was erased.
    pub async fn accesses(
        &self,
        caller: &Caller,
        subject: SubjectId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<AccessView, u64>, VaultError> {
        needs_audit_or_rights(caller)?;
        let tenant = self.tenant(caller.tenant()).await?;
        caller.may_reach(subject)?;
        self.accesses_of(&tenant, subject, below, limit).await
    }

    pub(crate) async fn accesses_of(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<AccessView, u64>, VaultError> {
        let live = self.live(tenant, subject).await?;
        self.index_entries(tenant).await?;
        let page = self.store.entries_of(tenant.id(), live.reference, below, limit).await?;
        let mut labels = HashMap::new();
        let mut rows = Vec::with_capacity(page.rows.len());
        for (position, entry) in self.entries_at(tenant, &page.rows).await? {
            let label = match entry.actor {
                Some(actor) => self.label_of(tenant, actor, &mut labels).await?,
                None => None,
            };
            rows.push(view(tenant, position, &entry, label));
        }
        Ok(Page { rows, next: page.next })
    }

    async fn label_of(
        &self,
        tenant: &Tenant,
        key: ApiKeyId,
        known: &mut HashMap<ApiKeyId, Option<String>>,
    ) -> Result<Option<String>, VaultError> {
        let own = [(DOOR, "the front door"), (PERSON, "the person"), (OFFICE, "the office")];
        if let Some((_, label)) = own.iter().find(|(own, _)| *own == key) {
            return Ok(Some((*label).to_owned()));
        }
        if is_staff(key) {
            return Ok(Some(STAFF_LABEL.to_owned()));
        }
        if let Some(label) = known.get(&key) {
            return Ok(label.clone());
        }
        let row = self.store.api_key(key).await?.filter(|row| row.tenant == tenant.id());
        let label = row.map(|row| row.label);
        known.insert(key, label.clone());
        Ok(label)
    }
}

pub(crate) fn needs_audit_or_rights(caller: &Caller) -> Result<(), VaultError> {
    caller.needs(Scope::Audit).or_else(|_| caller.needs(Scope::Rights))
}

fn view(tenant: &Tenant, position: u64, entry: &Entry, actor_label: Option<String>) -> AccessView {
    let policy = tenant.policy_of(entry.plan.as_bytes());
    let plan = policy.map(|policy| &policy.plan);
    let mut view = AccessView {
        entry: position,
        at: entry.at,
        kind: kind_of(&entry.body),
        actor: entry.actor,
        actor_label,
        policy_version: policy.map(|policy| policy.manifest().version.clone()),
        purpose: None,
        recipient: None,
        record: None,
        request: None,
        fields: Vec::new(),
        n_values: None,
        ground: None,
        reason: None,
    };
    match &entry.body {
        EntryBody::Disclosure { purpose, recipient, record, fields, n_values, ground } => {
            view.purpose = Some(purpose_of(plan, *purpose));
            view.recipient = recipient_of(plan, *recipient);
            view.record = *record;
            view.fields = fields_of(plan, fields);
            view.n_values = Some(*n_values);
            view.ground = ground_of(*ground);
        }
        EntryBody::Refusal { purpose, recipient, reason, fields } => {
            view.purpose = Some(purpose_of(plan, *purpose));
            view.recipient = recipient_of(plan, *recipient);
            view.fields = fields_of(plan, fields);
            view.reason = Reason::ALL.iter().find(|known| **known as u16 == *reason).map(|reason| reason.code());
        }
        EntryBody::ConsentGiven { purpose, .. }
        | EntryBody::ConsentRefused { purpose, .. }
        | EntryBody::ConsentWithdrawn { purpose, .. }
        | EntryBody::Objection { purpose }
        | EntryBody::ObjectionResolved { purpose, .. }
        | EntryBody::OptOut { purpose, .. }
        | EntryBody::OptIn { purpose, .. } => view.purpose = Some(purpose_of(plan, *purpose)),
        EntryBody::RecordWritten { record, fields, .. } | EntryBody::Rectified { record, fields } => {
            view.record = Some(*record);
            view.fields = fields_of(plan, fields);
        }
        EntryBody::RecordDeleted { record, .. } => view.record = Some(*record),
        EntryBody::Verified { purpose, fields, .. } | EntryBody::RiskJudged { purpose, fields, .. } => {
            view.purpose = Some(purpose_of(plan, *purpose));
            view.fields = fields_of(plan, fields);
        }
        EntryBody::KeepEnded { fields, .. } => view.fields = fields_of(plan, fields),
        EntryBody::Request { request, .. }
        | EntryBody::Approval { request, .. }
        | EntryBody::Dispute { request, .. }
        | EntryBody::RequestStep { request, .. }
        | EntryBody::RequestProved { request, .. }
        | EntryBody::AgentRequest { request, .. } => view.request = Some(*request),
        EntryBody::Pushed { push, purpose, .. } => {
            view.request = Some(*push);
            view.purpose = (*purpose != RESTRICTION).then(|| purpose_of(plan, *purpose));
        }
        EntryBody::CorrectionPushed { push, fields, .. } => {
            view.request = Some(*push);
            view.fields = fields_of(plan, fields);
        }
        EntryBody::RecipientTold { request, recipient, fields, state } => {
            view.request = Some(*request);
            view.recipient = recipient_of(plan, *recipient);
            view.fields = fields_of(plan, fields);
            view.reason = telling(*state);
        }
        EntryBody::Erased { request, .. } => view.request = *request,
        EntryBody::StaffAccess { reason } => view.reason = StaffReason::code_of(*reason),
        EntryBody::SignIn { outcome, .. } => view.reason = sign_in_outcome(*outcome),
        EntryBody::CredentialChanged { what } => view.reason = credential_change(*what),
        EntryBody::Decided { matter, about: 1, .. } => view.request = Some(*matter),
        _ => {}
    }
    view
}

/// What became of an attempt to sign in, as a code. Source: spec/ledger.md, kind 46.
fn sign_in_outcome(outcome: u8) -> Option<&'static str> {
    ["sign_in.refused", "sign_in.done", "sign_in.factor_asked", "sign_in.denied"].get(usize::from(outcome)).copied()
}

/// How far the telling of a recipient is, as a code. Source: spec/ledger.md, kind 75.
fn telling(state: u8) -> Option<&'static str> {
    ["recipient.about_to_be_told", "recipient.told", "recipient.given_up"]
        .get(usize::from(state).checked_sub(1)?)
        .copied()
}

/// What changed of what somebody signs in with, as a code. Source: spec/ledger.md, kind 49.
fn credential_change(what: u8) -> Option<&'static str> {
    let codes = [
        "credential.password_changed",
        "credential.password_reset",
        "credential.address_changed",
        "credential.address_confirmed",
        "credential.locked",
        "credential.unlocked",
    ];
    codes.get(usize::from(what).checked_sub(1)?).copied()
}

/// The entry's kind; what the ledger calls `other` goes by the vault's own name.
fn kind_of(body: &EntryBody) -> &'static str {
    match body {
        EntryBody::Other { code, .. } => Told::from_code(*code).map_or("other", Told::name),
        body => body.kind_name(),
    }
}

pub(crate) fn purpose_of(plan: Option<&Plan>, purpose: u16) -> String {
    let name = plan.map(|plan| plan.purpose_name(PurposeIx(purpose))).filter(|name| *name != "?");
    name.unwrap_or(UNDECLARED).to_owned()
}

pub(crate) fn recipient_of(plan: Option<&Plan>, recipient: u16) -> Option<String> {
    if recipient == CONTROLLER {
        return None;
    }
    let name = plan.map(|plan| plan.recipient_name(RecipientIx(recipient))).filter(|name| *name != "?");
    Some(name.unwrap_or(UNDECLARED).to_owned())
}

pub(crate) fn fields_of(plan: Option<&Plan>, fields: &FieldBits) -> Vec<String> {
    let positions = fields.iter().filter_map(|at| u16::try_from(at).ok()).map(FieldIx);
    let name = |field| plan.map(|plan| plan.field_name(field)).filter(|name| *name != "?").unwrap_or(UNDECLARED);
    positions.map(|field| name(field).to_owned()).collect()
}

/// Reads the ground that an entry keeps as a number.
pub(crate) fn ground_of(number: u8) -> Option<Ground> {
    Ground::ALL.into_iter().find(|ground| *ground as u8 == number)
}
