//! The one road from a question to values: decide, spend the permit, open, log, answer.
//!
//! The answer leaves only after its ledger entry is durable. A refusal is an answer too, and is
//! logged like one.

use candor_decision::{
    Channel, Decision, FieldIx, FieldSet, Permit, Plan, PurposeIx, Question, QuestionByName, Reason, RecipientIx,
    Resolved, Verdict, View, decide, resolve,
};
use candor_ledger::{CONTROLLER, Digest, Entry, EntryBody, FieldBits};
use candor_store::Unit;
use candor_words::{Instant, RecordId, RequestId, SubjectId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::disclosures::Approval;
use crate::live::LiveSubject;
use crate::open::OpenedRecord;
use crate::tenant::Tenant;
use crate::{Counters, Vault, VaultError};

/// The most field names one question may hold.
pub const ASKED_FIELDS_MAX: usize = 512;
/// The most records of one group that one answer holds.
pub const ANSWER_RECORDS_MAX: usize = 100;
/// How long a permit waits for its opening.
const PERMIT_MILLIS: i64 = 30_000;

/// May this purpose, for this recipient, now, use these fields?
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whose fields.
    pub subject: SubjectId,
    /// What for.
    pub purpose: String,
    /// Who receives them; `None` means the controller itself.
    pub recipient: Option<String>,
    /// `group.field`, or `group` for all of its fields that the purpose may use.
    pub fields: Vec<String>,
    /// One record of a group with many; `None` means all.
    pub record: Option<RecordId>,
    /// Over which channel a message would go out.
    pub channel: Option<Channel>,
    /// True when the request carries Global Privacy Control.
    pub gpc: bool,
    /// The approved disclosure under which an authority receives them.
    pub approval: Option<RequestId>,
}

impl Ask {
    /// The controller's own question: every record, over no channel, under no approval. What else it says is set by whoever asks.
    pub fn of(subject: SubjectId, purpose: impl Into<String>, fields: Vec<String>) -> Self {
        Self {
            subject,
            purpose: purpose.into(),
            recipient: None,
            fields,
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Answer {
    pub verdict: Verdict,
    pub subject: SubjectId,
    pub purpose: String,
    pub recipient: Option<String>,
    pub plan: String,
    pub at: Instant,
    /// The ledger entry of the disclosure, or of the refusal when nothing was disclosed.
    pub entry: u64,
    pub records: Vec<OpenedRecord>,
    pub refused: Vec<RefusedField>,
}

/// A field that was asked for and not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedField {
    /// `group.field`, or the undeclared name that was asked for.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// Why, in words.
    pub message: &'static str,
    /// What can be done.
    pub help: &'static str,
}

impl RefusedField {
    pub(crate) fn new(field: impl Into<String>, reason: Reason) -> Self {
        Self { field: field.into(), code: reason.code(), message: reason.message(), help: reason.help() }
    }
}

/// A question decided, before anything is opened.
pub(crate) struct Decided {
    pub decision: Decision,
    pub refused: Vec<RefusedField>,
    pub first_reason: Option<Reason>,
}

impl Vault {
    /// Asks, and reads what is allowed.
    ///
    /// # Errors
    /// The caller lacks the read scope, or is bound to another purpose or recipient; no such subject or record; it was
    /// erased. A refusal by the policy is no error but an answer with nothing in it.
    pub async fn read(&self, caller: &Caller, ask: &Ask) -> Result<Answer, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let unlogged = self.ask(caller, &tenant, ask).await?;
        self.log(&tenant, unlogged).await
    }

    /// Asks many questions at once; each has its own answer, and all share one durable write.
    ///
    /// # Errors
    /// More than 500 questions.
    pub async fn read_many(
        &self,
        caller: &Caller,
        asks: &[Ask],
    ) -> Result<Vec<Result<Answer, VaultError>>, VaultError> {
        if asks.len() > candor_store::PAGE_MAX {
            return Err(VaultError::bad("read.too_many", "at most 500 questions may be asked at once"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let mut asked = Vec::with_capacity(asks.len());
        let mut entries = Vec::with_capacity(asks.len());
        for ask in asks {
            let mut unlogged = self.ask(caller, &tenant, ask).await;
            let alone = unlogged.as_mut().ok().filter(|unlogged| unlogged.changes_nothing());
            let first = alone.map(|unlogged| {
                let first = entries.len() as u64;
                entries.append(&mut unlogged.unit.entries);
                first
            });
            asked.push((unlogged, first));
        }
        let logged = if entries.is_empty() { Ok(0) } else { tenant.gather.append(entries).await };
        let mut answers = Vec::with_capacity(asks.len());
        for (unlogged, first) in asked {
            answers.push(match (unlogged, first) {
                (Ok(unlogged), Some(first)) => logged.clone().map(|entry| unlogged.answer(entry + first)),
                (Ok(unlogged), None) => self.log(&tenant, unlogged).await,
                (Err(error), _) => Err(error),
            });
        }
        Ok(answers)
    }

    /// Decides a question and opens what is allowed; the answer may not leave before it is logged.
    async fn ask(&self, caller: &Caller, tenant: &Tenant, ask: &Ask) -> Result<Unlogged, VaultError> {
        caller.needs(Scope::Read)?;
        caller.may_ask_for(&ask.purpose)?;
        let recipient = caller.recipient_for(ask.recipient.as_deref())?;
        let live = self.live_for(caller, tenant, ask.subject).await?;
        let approval = self.approval_for(tenant, ask, recipient).await?;
        let at = self.now();
        match self.decide_by_name(&live, tenant, ask, recipient, approval.is_some(), at) {
            Ok(decided) => self.answer(caller, tenant, &live, ask, decided, approval).await,
            Err(unresolved) => Ok(self.answer_undeclared(caller, tenant, &live, ask, recipient, unresolved)),
        }
    }

    pub(crate) fn decide_by_name<'a>(
        &self,
        live: &LiveSubject,
        tenant: &Tenant,
        ask: &'a Ask,
        recipient: Option<&'a str>,
        approved: bool,
        at: Instant,
    ) -> Result<Decided, (Reason, &'a str)> {
        Counters::add(&self.counters().decisions, 1);
        decide_named(&live.policy.plan, &live.standing, live.form.gpc, tenant, ask, recipient, approved, at)
    }

    async fn answer(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        ask: &Ask,
        decided: Decided,
        approval: Option<Approval>,
    ) -> Result<Unlogged, VaultError> {
        let Decided { decision, mut refused, first_reason } = decided;
        let plan = &live.policy.plan;
        let question = *decision.question();
        let mut verdict = match (first_reason, refused.is_empty()) {
            (Some(Reason::QuestionEmpty), _) => Verdict::Refused,
            (_, true) => Verdict::Granted,
            (_, false) => decision.verdict().min_partly(),
        };
        let mut unit = Unit::of(tenant.id());
        let refusal = refusal_of(plan, &decision, first_reason);
        let mut records = Vec::new();
        if let Ok(permit) = decision.permit(deadline(question.at)) {
            let disclosed = self.disclose(tenant, live, ask.record, permit).await?;
            records = disclosed.records;
            // What is sealed in one record and open in another was given.
            let is_given = |field: &FieldIx| {
                let (group, name) = plan.field_name(*field).split_once('.').unwrap_or_default();
                records.iter().any(|record| record.group == group && record.values.contains_key(name))
            };
            let sealed: FieldSet = disclosed.sealed.iter().filter(|field| !is_given(field)).collect();
            refused.extend(sealed.iter().map(|field| RefusedField::new(plan.field_name(field), Reason::ValueSealed)));
            if !sealed.is_empty() {
                verdict = if records.is_empty() { Verdict::Refused } else { Verdict::Partly };
                Counters::add(&self.counters().refusals, 1);
                let recipient = question.recipient.map_or(CONTROLLER, |recipient| recipient.0);
                let fields = FieldBits::from_words(sealed.as_words());
                let reason = Reason::ValueSealed as u16;
                let body = EntryBody::Refusal { purpose: question.purpose.0, recipient, reason, fields };
                unit.entries.push(entry(live, caller, question.at, body));
            }
            if sealed.is_empty() || !records.is_empty() {
                // Before the refusal of the rest: an answer names the entry of what it discloses.
                unit.entries.insert(0, entry(live, caller, question.at, disclosed.body));
            }
            if let Some(approval) = approval {
                approval.use_in(&mut unit, question.at);
            }
        }
        if let Some(body) = refusal {
            Counters::add(&self.counters().refusals, 1);
            unit.entries.push(entry(live, caller, question.at, body));
        }
        unit.entries.extend(staff_entry(live, caller, question.at));
        let answer = Answer {
            verdict,
            subject: live.row.id,
            purpose: plan.purpose_name(question.purpose).to_owned(),
            recipient: question.recipient.map(|recipient| plan.recipient_name(recipient).to_owned()),
            plan: live.policy.digest.clone(),
            at: question.at,
            entry: 0,
            records,
            refused,
        };
        Ok(Unlogged { answer, unit })
    }

    /// Makes the entries of a read durable, with whatever else the read changes, and lets the answer go.
    async fn log(&self, tenant: &Tenant, mut unlogged: Unlogged) -> Result<Answer, VaultError> {
        let is_alone = unlogged.changes_nothing();
        let unit = std::mem::replace(&mut unlogged.unit, Unit::of(tenant.id()));
        let first =
            if is_alone { tenant.gather.append(unit.entries).await? } else { self.commit(unit).await?.first_entry };
        Ok(unlogged.answer(first))
    }

    /// A purpose or recipient that the policy does not declare: refused whole, and logged.
    fn answer_undeclared(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        live: &LiveSubject,
        ask: &Ask,
        recipient: Option<&str>,
        (reason, _): (Reason, &str),
    ) -> Unlogged {
        Counters::add(&self.counters().refusals, 1);
        let at = self.now();
        let fields = FieldBits::EMPTY;
        let body = EntryBody::Refusal { purpose: u16::MAX, recipient: CONTROLLER, reason: reason as u16, fields };
        let answer = Answer {
            verdict: Verdict::Refused,
            subject: live.row.id,
            purpose: ask.purpose.clone(),
            recipient: recipient.map(str::to_owned),
            plan: live.policy.digest.clone(),
            at,
            entry: 0,
            records: Vec::new(),
            refused: ask.fields.iter().map(|field| RefusedField::new(field, reason)).collect(),
        };
        let mut unit = Unit::of(tenant.id()).entry(entry(live, caller, at, body));
        unit.entries.extend(staff_entry(live, caller, at));
        Unlogged { answer, unit }
    }

    /// Opens what a permit allows and makes the body of the entry that must be durable before it leaves.
    pub(crate) async fn disclose(
        &self,
        tenant: &Tenant,
        live: &LiveSubject,
        record: Option<RecordId>,
        permit: Permit,
    ) -> Result<Disclosed, VaultError> {
        let rows = self.rows_for(tenant, live, record, permit.fields()).await?;
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| {
            VaultError::new(
                crate::ErrorKind::Unavailable,
                "permit.expired",
                "the read took longer than its permit lasts; nothing was opened",
            )
            .help("ask again")
        })?;
        let recipient = spent.recipient().map_or(CONTROLLER, |recipient| recipient.0);
        let fields = FieldBits::from_words(spent.fields().as_words());
        let (purpose, ground) = (spent.purpose().0, spent.ground() as u8);
        let (records, sealed) = self.open_fields(live, &rows, spent)?;
        let n_values: usize = records.iter().map(|record| record.values.len()).sum();
        let n_values = u32::try_from(n_values).unwrap_or(u32::MAX);
        Counters::add(&self.counters().fields_opened, u64::from(n_values));
        Ok(Disclosed {
            body: EntryBody::Disclosure { purpose, recipient, record, fields, n_values, ground },
            records,
            sealed,
        })
    }
}

/// An answer that may not leave yet: its entries are not durable.
struct Unlogged {
    answer: Answer,
    unit: Unit,
}

impl Unlogged {
    /// True when its entries may share a unit with others.
    fn changes_nothing(&self) -> bool {
        self.unit.guards.is_empty() && self.unit.changes.is_empty()
    }

    /// The answer, once its first entry is durable at a position.
    fn answer(self, entry: u64) -> Answer {
        // INVARIANT: the only way out, called with what a commit returned.
        Answer { entry, ..self.answer }
    }
}

/// What a permit opened, and the entry that says so.
pub(crate) struct Disclosed {
    pub body: EntryBody,
    pub records: Vec<OpenedRecord>,
    /// What was found sealed, its time being over.
    pub sealed: FieldSet,
}

/// Decides a question in names under a plan and a standing: the same for a read now and a replay of the past.
#[expect(clippy::too_many_arguments, reason = "the plan, the standing and the parts of one question")]
pub(crate) fn decide_named<'a>(
    plan: &Plan,
    standing: &candor_decision::Standing,
    standing_gpc: bool,
    tenant: &Tenant,
    ask: &'a Ask,
    recipient: Option<&'a str>,
    approved: bool,
    at: Instant,
) -> Result<Decided, (Reason, &'a str)> {
    let asked = QuestionByName {
        tenant: tenant.id(),
        subject: ask.subject,
        purpose: &ask.purpose,
        recipient,
        fields: &[],
        channel: ask.channel,
        view: View::Identified,
        gpc: ask.gpc || standing_gpc,
        approved,
        at,
    };
    let Resolved { question, .. } = resolve(plan, &asked).map_err(|unresolved| (unresolved.reason, unresolved.name))?;
    let (fields, mut refused) = expand(plan, question.purpose, question.recipient, &ask.fields);
    let decision = decide(plan, standing, &Question { fields, ..question });
    // A question that asks for nothing is refused too, so that every read has an entry to wait for.
    let mut first_reason = match refused.first() {
        Some(_) => Some(Reason::FieldUndeclared),
        None => fields.is_empty().then_some(Reason::QuestionEmpty),
    };
    for field in decision.refused().iter() {
        if let Some(reason) = decision.reason(plan, field) {
            first_reason.get_or_insert(reason);
            refused.push(RefusedField::new(plan.field_name(field), reason));
        }
    }
    Ok(Decided { decision, refused, first_reason })
}

/// The positions of the fields asked for; a group's name stands for those of its fields that the
/// question's purpose may use at all, or for all of them when it may use none.
pub(crate) fn expand(
    plan: &Plan,
    purpose: PurposeIx,
    recipient: Option<RecipientIx>,
    names: &[String],
) -> (FieldSet, Vec<RefusedField>) {
    let mut fields = FieldSet::EMPTY;
    let mut refused = Vec::new();
    for name in names {
        if let Some(field) = plan.field(name) {
            fields.insert(field);
        } else if let Some(group) = plan.manifest().group(name) {
            let all: FieldSet = plan.manifest().groups[group.at()].fields.iter().copied().collect();
            let usable = all.and(&plan.fields_of(purpose, recipient));
            fields = fields.or(if usable.is_empty() { &all } else { &usable });
        } else {
            refused.push(RefusedField::new(name, Reason::FieldUndeclared));
        }
    }
    (fields, refused)
}

pub(crate) fn refusal_of(plan: &Plan, decision: &Decision, first: Option<Reason>) -> Option<EntryBody> {
    let reason = first?;
    let question = decision.question();
    let recipient = question.recipient.map_or(CONTROLLER, |recipient| recipient.0);
    let refused = question.fields.minus(&decision.allowed()).and(&plan.all_fields());
    let fields = FieldBits::from_words(refused.as_words());
    Some(EntryBody::Refusal { purpose: question.purpose.0, recipient, reason: reason as u16, fields })
}

/// That it was staff who asked, and why.
fn staff_entry(live: &LiveSubject, caller: &Caller, at: Instant) -> Option<Vec<u8>> {
    let reason = caller.staff_reason()?;
    Some(entry(live, caller, at, EntryBody::StaffAccess { reason: reason as u16 }))
}

pub(crate) fn entry(live: &LiveSubject, caller: &Caller, at: Instant, body: EntryBody) -> Vec<u8> {
    let plan = Digest(*live.policy.plan.digest());
    Entry { at, subject: Some(live.reference), actor: Some(caller.key()), plan, body }.to_bytes()
}

pub(crate) fn deadline(at: Instant) -> Instant {
    Instant::from_millis(at.as_millis().saturating_add(PERMIT_MILLIS))
}

trait MinPartly {
    fn min_partly(self) -> Self;
}

impl MinPartly for Verdict {
    /// A question some of whose names were undeclared was granted in part at most.
    fn min_partly(self) -> Self {
        if self == Self::Granted { Self::Partly } else { self }
    }
}
