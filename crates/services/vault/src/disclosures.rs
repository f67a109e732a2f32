//! Disclosures to authorities: one person proposes, another approves, and then it can be read once.
//!
//! An approval names subject, purpose, recipient and fields; it opens nothing else, lapses after seven
//! days, and is used up in the very unit that logs the disclosure. Source: promise d06.

use candor_decision::{FieldSet, Plan};
use candor_ledger::EntryBody;
use candor_manifest::model::RecipientRole;
use candor_store::{Change, Guard, PAGE_MAX, Page, RequestRow, Unit};
use candor_words::{ApiKeyId, Instant, RequestId, Span, SpanUnit, SubjectId};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::read::{Ask, expand};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The longest legal reference, in bytes.
pub const LEGAL_REFERENCE_BYTES_MAX: usize = 200;
/// What the requests that hold a disclosure are called.
pub(crate) const DISCLOSURE: &str = "disclosure";
/// How long a proposal waits for its approval, and an approval for its use.
const LASTS: Span = Span::new(7, SpanUnit::Day);

/// The steps of a disclosure, as the ledger numbers them in its approval entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Step {
    Proposed = 1,
    Approved = 2,
    Refused = 3,
}

impl Step {
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [Self::Proposed, Self::Approved, Self::Refused].into_iter().find(|step| *step as u8 == number)
    }
}

/// Where a disclosure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureState {
    /// Waits for a second person.
    Proposed,
    /// May be read once.
    Approved,
    /// A second person said no.
    Refused,
    /// Was read.
    Used,
    /// Nobody approved or read it in time.
    Lapsed,
}

impl DisclosureState {
    /// The stable code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Used => "used",
            Self::Lapsed => "lapsed",
        }
    }

    fn of(row: &RequestRow, now: Instant) -> Option<Self> {
        match row.state.as_str() {
            "refused" => Some(Self::Refused),
            "used" => Some(Self::Used),
            "proposed" | "approved" if row.due_at <= now => Some(Self::Lapsed),
            "proposed" => Some(Self::Proposed),
            "approved" => Some(Self::Approved),
            _ => None,
        }
    }
}

/// A disclosure to an authority and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisclosureView {
    /// Its id: what `approval` names in a question.
    pub id: RequestId,
    /// Whose fields.
    pub subject: SubjectId,
    /// What for.
    pub purpose: String,
    /// Which authority.
    pub recipient: String,
    /// `group.field` of each field.
    pub fields: Vec<String>,
    /// The order or request of the authority, as it names it; empty once the subject was erased.
    pub legal_reference: String,
    /// Where it stands.
    pub state: DisclosureState,
    /// The key that proposed it.
    pub proposed_by: ApiKeyId,
    /// When.
    pub proposed_at: Instant,
    /// The key that approved or refused it.
    pub answered_by: Option<ApiKeyId>,
    /// When.
    pub answered_at: Option<Instant>,
    /// When it lapses, or lapsed.
    pub due_at: Instant,
    /// When it was read.
    pub used_at: Option<Instant>,
}

/// The rest of the row.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Detail {
    purpose: String,
    recipient: String,
    fields: Vec<String>,
    legal_reference: String,
    proposed_by: ApiKeyId,
    #[serde(default)]
    answered_by: Option<ApiKeyId>,
    #[serde(default)]
    answered_at: Option<Instant>,
    #[serde(default)]
    used_at: Option<Instant>,
}

/// An approval that fits a question; whoever discloses under it uses it up in the same unit.
pub(crate) struct Approval {
    row: RequestRow,
    detail: Detail,
}

impl Approval {
    /// Marks it used, in the unit that logs the disclosure.
    pub(crate) fn use_in(mut self, unit: &mut Unit, now: Instant) {
        unit.guards.push(Guard::RequestVersion(self.row.id, self.row.version));
        self.detail.used_at = Some(now);
        self.row.closed_at = Some(now);
        unit.changes.push(next(self.row, DisclosureState::Used, &self.detail));
    }
}

impl Vault {
    /// Proposes a disclosure to an authority; nothing is disclosed before another person approves.
    ///
    /// # Errors
    /// The caller lacks the approve scope; no such subject; the recipient is no authority; the policy shares none of
    /// the fields, or not all of them, with it for the purpose; the legal reference is empty or longer than 200 bytes.
    pub async fn propose_disclosure(
        &self,
        caller: &Caller,
        ask: &Ask,
        legal_reference: &str,
    ) -> Result<DisclosureView, VaultError> {
        caller.needs(Scope::Approve)?;
        if legal_reference.is_empty() || legal_reference.len() > LEGAL_REFERENCE_BYTES_MAX {
            return Err(VaultError::bad("disclosure.reference_length", "the legal reference has 1 to 200 bytes"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, ask.subject).await?;
        let plan = &live.policy.plan;
        let (fields, recipient) = proposable(plan, ask)?;
        let now = self.now();
        let detail = Detail {
            purpose: ask.purpose.clone(),
            recipient: recipient.to_owned(),
            fields: fields.iter().map(|field| plan.field_name(field).to_owned()).collect(),
            legal_reference: legal_reference.to_owned(),
            proposed_by: caller.key(),
            answered_by: None,
            answered_at: None,
            used_at: None,
        };
        let row = RequestRow {
            id: RequestId::random(self.entropy.as_ref()),
            subject: ask.subject,
            version: 1,
            kind: DISCLOSURE.to_owned(),
            state: DisclosureState::Proposed.name().to_owned(),
            received_at: now,
            due_at: now.plus(LASTS),
            closed_at: None,
            detail: written(&detail),
        };
        let body = EntryBody::Approval { request: row.id, step: Step::Proposed as u8 };
        let entry = crate::read::entry(&live, caller, now, body);
        // Else a proposal that raced an erasure would stand after it.
        let guard = Guard::SubjectVersion(live.row.id, live.row.version);
        let mut unit = Unit::of(tenant.id()).guard(guard).change(Change::PutRequest(row.clone())).entry(entry);
        caller.mark_in(&mut unit);
        self.commit(unit).await?;
        view(&row, now)
    }

    /// Approves a disclosure that somebody else proposed; from then on it can be read once, within seven days.
    ///
    /// # Errors
    /// The caller lacks the approve scope, or proposed it; no such disclosure; it no longer waits; the subject was erased.
    pub async fn approve_disclosure(&self, caller: &Caller, id: RequestId) -> Result<DisclosureView, VaultError> {
        self.answer_disclosure(caller, id, Step::Approved).await
    }

    /// Refuses a disclosure that was proposed; whoever proposed it may do so too.
    ///
    /// # Errors
    /// The caller lacks the approve scope; no such disclosure; it no longer waits; the subject was erased.
    pub async fn refuse_disclosure(&self, caller: &Caller, id: RequestId) -> Result<DisclosureView, VaultError> {
        self.answer_disclosure(caller, id, Step::Refused).await
    }

    /// One disclosure.
    ///
    /// # Errors
    /// The caller has neither the approve nor the audit scope; no such disclosure.
    pub async fn disclosure(&self, caller: &Caller, id: RequestId) -> Result<DisclosureView, VaultError> {
        caller.needs(Scope::Approve).or_else(|_| caller.needs(Scope::Audit))?;
        let row = self.store.request(caller.tenant(), id).await?.filter(|row| row.kind == DISCLOSURE);
        view(&row.ok_or_else(unknown)?, self.now())
    }

    /// The tenant's disclosures to authorities by id; of one subject when it is named. A page may hold fewer
    /// than were asked for, and still be followed by another.
    ///
    /// # Errors
    /// The caller has neither the approve nor the audit scope.
    pub async fn disclosures(
        &self,
        caller: &Caller,
        subject: Option<SubjectId>,
        after: Option<RequestId>,
        limit: usize,
    ) -> Result<Page<DisclosureView, RequestId>, VaultError> {
        caller.needs(Scope::Approve).or_else(|_| caller.needs(Scope::Audit))?;
        let page = self.store.requests(caller.tenant(), subject, after, limit).await?;
        let now = self.now();
        let rows = page.rows.iter().filter(|row| row.kind == DISCLOSURE);
        Ok(Page { rows: rows.map(|row| view(row, now)).collect::<Result<_, _>>()?, next: page.next })
    }

    /// The approval under which a question may be answered, when it names one that two people gave for this
    /// very disclosure.
    pub(crate) async fn approval_for(
        &self,
        tenant: &Tenant,
        ask: &Ask,
        recipient: Option<&str>,
    ) -> Result<Option<Approval>, VaultError> {
        let (Some(id), Some(recipient)) = (ask.approval, recipient) else { return Ok(None) };
        let Some(row) = self.store.request(tenant.id(), id).await? else { return Ok(None) };
        let now = self.now();
        let is_open = row.kind == DISCLOSURE && DisclosureState::of(&row, now) == Some(DisclosureState::Approved);
        if !is_open || row.subject != ask.subject {
            return Ok(None);
        }
        let detail = read(&row)?;
        let plan = &tenant.policy_at(now)?.plan;
        let fits = detail.purpose == ask.purpose && detail.recipient == recipient && covers(plan, &detail, ask);
        Ok(fits.then_some(Approval { row, detail }))
    }

    /// True when two people approved this very disclosure, and it was not read yet.
    pub(crate) async fn is_approved(
        &self,
        tenant: &Tenant,
        ask: &Ask,
        recipient: Option<&str>,
    ) -> Result<bool, VaultError> {
        Ok(self.approval_for(tenant, ask, recipient).await?.is_some())
    }

    /// Takes what people wrote out of the subject's disclosures, in the draft that erases the subject: an order's
    /// reference may name whom it is about. That there was a disclosure, to whom and of which fields, stays.
    pub(crate) async fn forget_references_in(&self, draft: &mut Draft) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.store.requests(draft.tenant.id(), Some(draft.subject()), after, PAGE_MAX).await?;
            for row in page.rows.into_iter().filter(|row| row.kind == DISCLOSURE) {
                let mut detail = read(&row)?;
                detail.legal_reference.clear();
                draft.unit.guards.push(Guard::RequestVersion(row.id, row.version));
                let row = RequestRow { version: row.version + 1, detail: written(&detail), ..row };
                draft.put(Change::PutRequest(row));
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn answer_disclosure(
        &self,
        caller: &Caller,
        id: RequestId,
        step: Step,
    ) -> Result<DisclosureView, VaultError> {
        caller.needs(Scope::Approve)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let row =
            self.store.request(tenant.id(), id).await?.filter(|row| row.kind == DISCLOSURE).ok_or_else(unknown)?;
        let mut detail = read(&row)?;
        let now = self.now();
        if DisclosureState::of(&row, now) != Some(DisclosureState::Proposed) {
            return Err(VaultError::conflict(
                "disclosure.not_waiting",
                "the disclosure was not answered: it no longer waits for an approval",
            )
            .help("propose it again when it is still needed"));
        }
        if step == Step::Approved && detail.proposed_by == caller.key() {
            return Err(VaultError::denied(
                "disclosure.same_person",
                "the disclosure was not approved: whoever proposed it cannot approve it",
            )
            .help("have a second person approve it with a key of their own"));
        }
        let live = self.live_for(caller, &tenant, row.subject).await?;
        detail.answered_by = Some(caller.key());
        detail.answered_at = Some(now);
        let guard = Guard::RequestVersion(row.id, row.version);
        let row = match step {
            Step::Approved => RequestRow { due_at: now.plus(LASTS), ..row },
            _ => RequestRow { closed_at: Some(now), ..row },
        };
        let state = if step == Step::Approved { DisclosureState::Approved } else { DisclosureState::Refused };
        let row = advanced(row, state, &detail);
        let entry = crate::read::entry(&live, caller, now, EntryBody::Approval { request: id, step: step as u8 });
        let mut unit = Unit::of(tenant.id()).guard(guard).change(Change::PutRequest(row.clone())).entry(entry);
        caller.mark_in(&mut unit);
        self.commit(unit).await?;
        view(&row, now)
    }
}

/// The fields and the authority of a proposal that the policy could ever answer.
fn proposable<'a>(plan: &Plan, ask: &'a Ask) -> Result<(FieldSet, &'a str), VaultError> {
    let purpose =
        plan.purpose(&ask.purpose).filter(|purpose| plan.as_intrinsic(*purpose).is_none()).ok_or_else(|| {
            VaultError::unprocessable(
                "purpose.undeclared",
                "the disclosure was not proposed: the policy declares no such purpose",
            )
        })?;
    let name = ask.recipient.as_deref().unwrap_or_default();
    let recipient = plan.recipient(name).ok_or_else(|| {
        VaultError::unprocessable(
            "recipient.undeclared",
            "the disclosure was not proposed: the policy declares no such recipient",
        )
    })?;
    if plan.manifest().recipients.get(recipient.at()).is_none_or(|known| known.role != RecipientRole::Authority) {
        return Err(VaultError::unprocessable(
            "disclosure.not_authority",
            "the disclosure was not proposed: the recipient is no authority",
        )
        .help("read for the recipient directly; only authorities need two people's approval"));
    }
    let (fields, undeclared) = expand(plan, purpose, Some(recipient), &ask.fields);
    if let Some(field) = undeclared.first() {
        return Err(VaultError::unprocessable(
            "field.undeclared",
            "the disclosure was not proposed: the policy declares no such field",
        )
        .detail("field", &field.field));
    }
    if fields.is_empty() || !fields.is_within(&plan.fields_of(purpose, Some(recipient))) {
        return Err(VaultError::unprocessable(
            "disclosure.fields_not_shared",
            "the disclosure was not proposed: the policy does not share all of the fields with the authority for the purpose",
        )
        .help("name at least one field, and only such as the policy shares with it"));
    }
    Ok((fields, name))
}

/// True when every field that is asked for was approved.
fn covers(plan: &Plan, detail: &Detail, ask: &Ask) -> bool {
    let places = plan.purpose(&ask.purpose).zip(plan.recipient(&detail.recipient));
    let Some((purpose, recipient)) = places else { return false };
    let (asked, undeclared) = expand(plan, purpose, Some(recipient), &ask.fields);
    let approved: FieldSet = detail.fields.iter().filter_map(|name| plan.field(name)).collect();
    undeclared.is_empty() && asked.is_within(&approved)
}

fn read(row: &RequestRow) -> Result<Detail, VaultError> {
    serde_json::from_str(&row.detail).map_err(|_| VaultError::damaged("disclosure"))
}

fn written(detail: &Detail) -> String {
    serde_json::to_string(detail).unwrap_or_default()
}

fn advanced(row: RequestRow, state: DisclosureState, detail: &Detail) -> RequestRow {
    RequestRow { version: row.version + 1, state: state.name().to_owned(), detail: written(detail), ..row }
}

fn next(row: RequestRow, state: DisclosureState, detail: &Detail) -> Change {
    Change::PutRequest(advanced(row, state, detail))
}

fn view(row: &RequestRow, now: Instant) -> Result<DisclosureView, VaultError> {
    let detail = read(row)?;
    let state = DisclosureState::of(row, now).ok_or_else(|| VaultError::damaged("disclosure"))?;
    Ok(DisclosureView {
        id: row.id,
        subject: row.subject,
        purpose: detail.purpose,
        recipient: detail.recipient,
        fields: detail.fields,
        legal_reference: detail.legal_reference,
        state,
        proposed_by: detail.proposed_by,
        proposed_at: row.received_at,
        answered_by: detail.answered_by,
        answered_at: detail.answered_at,
        due_at: row.due_at,
        used_at: detail.used_at,
    })
}

fn unknown() -> VaultError {
    VaultError::missing("disclosure.unknown", "there is no such disclosure")
}
