//! Subjects: made, seen without their fields, listed, found by an identifier.

use candor_decision::{FieldSet, Intrinsic, Question, QuestionByName, Standing, View, decide, resolve};
use candor_ledger::EntryBody;
use candor_store::Page;
use candor_words::{Instant, RecordId, SubjectId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::caller::{Caller, Scope};
use crate::records::{NewRecord, Reason};
use crate::standing_form::{ContractForm, StandingForm};
use crate::state::{ACTIVE, ANONYMOUS, DEACTIVATED, QUARANTINED};
use crate::value::normalised;
use crate::{Counters, Vault, VaultError};

/// The most records that may be written with a new subject.
pub const NEW_RECORDS_MAX: usize = 100;

/// A subject to be made.
#[derive(Debug, Clone, Default)]
pub struct NewSubject {
    /// Its first records.
    pub records: Vec<NewRecord>,
    /// The contract, when it begins with one.
    pub contract: Option<NewContract>,
}

/// A contract that begins now.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewContract {
    /// When it ends, when that is known.
    pub until: Option<Instant>,
}

/// A subject that was made.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CreatedSubject {
    pub subject: SubjectId,
    pub records: Vec<RecordId>,
    pub entry: u64,
}

/// A subject without its fields.
#[derive(Debug, Clone, Serialize)]
pub struct SubjectView {
    /// Its id.
    pub id: SubjectId,
    /// `active`, `deactivated`, `quarantined`, `erased` or `anonymous`.
    pub state: &'static str,
    /// Counts its changes.
    pub version: u64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// What it consented to, objected to, and so on; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<StandingForm>,
}

impl Vault {
    /// Makes a subject with its first records.
    ///
    /// # Errors
    /// The caller lacks the write scope; a record the policy does not take; an identifier that is taken.
    pub async fn create_subject(&self, caller: &Caller, mut new: NewSubject) -> Result<CreatedSubject, VaultError> {
        caller.needs(Scope::Write)?;
        if new.records.len() > NEW_RECORDS_MAX {
            return Err(VaultError::bad("subject.records_too_many", "a new subject takes at most 100 records at once"));
        }
        self.hash_plain(caller, &mut new.records).await?;
        let mut draft = self.draft_new(caller).await?;
        if let Some(contract) = new.contract {
            draft.form.contract = Some(ContractForm { since: draft.now, until: contract.until });
        }
        let created = draft.enter(EntryBody::SubjectCreated);
        draft.event("subject.created", None, &json!({ "contract": new.contract.is_some() }), created);
        let mut records = Vec::with_capacity(new.records.len());
        for record in &new.records {
            records.push(self.write_record(&mut draft, record, None, Reason::Written).await?.view.record);
        }
        let subject = draft.subject();
        let applied = self.apply(draft).await?;
        Ok(CreatedSubject { subject, records, entry: applied.entry(created) })
    }

    /// A subject's state and standing, without its fields.
    ///
    /// # Errors
    /// No such subject; it was erased.
    pub async fn subject(&self, caller: &Caller, subject: SubjectId) -> Result<SubjectView, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        Ok(SubjectView { standing: Some(live.form.clone()), ..view(&live.row) })
    }

    /// The tenant's subjects, by id.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn subjects(
        &self,
        caller: &Caller,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Page<SubjectView, SubjectId>, VaultError> {
        caller.reaches_all()?;
        let page = self.store.subjects(caller.tenant(), after, limit).await?;
        Ok(Page { rows: page.rows.iter().map(view).collect(), next: page.next })
    }

    /// Who holds an identifier, for a purpose that may use that field.
    ///
    /// # Errors
    /// The caller lacks the read scope or is not bound to the purpose; the policy does not let the purpose use the
    /// field; the field identifies nobody.
    pub async fn find(
        &self,
        caller: &Caller,
        purpose: &str,
        field: &str,
        value: &str,
    ) -> Result<Option<SubjectId>, VaultError> {
        caller.needs(Scope::Read)?;
        caller.reaches_all()?;
        caller.may_ask_for(purpose)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = tenant.policy_at(self.now())?;
        let ix = policy.plan.field(field).filter(|ix| policy.manifest().fields[ix.at()].identifies);
        let ix = ix.ok_or_else(not_identifier)?;
        self.may_look_up(caller, policy, purpose, field, FieldSet::of(ix))?;
        let index = tenant.blind.blind(field, normalised(&Value::from(value)).as_bytes());
        let found = self.store.subject_by_index(tenant.id(), *index.as_bytes()).await?;
        if let Some(found) = found {
            self.tell_staff_look(caller, found).await?;
        }
        Ok(found)
    }

    /// Who holds an identifier, for somebody who exercises a right through others: no purpose of the policy is asked for, and
    /// nothing but who it is comes of it.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or reaches one subject alone; the field identifies nobody.
    pub async fn holder(&self, caller: &Caller, field: &str, value: &str) -> Result<Option<SubjectId>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = tenant.policy_at(self.now())?;
        let ix = policy.plan.field(field).filter(|ix| policy.manifest().fields[ix.at()].identifies);
        let ix = ix.ok_or_else(not_identifier)?;
        let question = Question {
            tenant: caller.tenant(),
            subject: SubjectId::from_bytes([0; 16]),
            purpose: policy.plan.intrinsic(Intrinsic::Access),
            recipient: None,
            fields: FieldSet::of(ix),
            channel: None,
            view: View::Identified,
            gpc: false,
            approved: false,
            at: self.now(),
        };
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(&policy.plan, &Standing::willing(), &question);
        if decision.reason(&policy.plan, ix).is_some() {
            return Err(not_identifier());
        }
        let index = tenant.blind.blind(field, normalised(&Value::from(value)).as_bytes());
        Ok(self.store.subject_by_index(tenant.id(), *index.as_bytes()).await?)
    }

    /// A look-up asks what the policy says of anybody: a subject with every basis and no objection.
    fn may_look_up(
        &self,
        caller: &Caller,
        policy: &crate::tenant::Policy,
        purpose: &str,
        field: &str,
        fields: FieldSet,
    ) -> Result<(), VaultError> {
        let asked = QuestionByName {
            tenant: caller.tenant(),
            subject: SubjectId::from_bytes([0; 16]),
            purpose,
            recipient: caller.recipient(),
            fields: &[field],
            channel: None,
            view: View::Identified,
            gpc: false,
            approved: true,
            at: self.now(),
        };
        let refuse = |reason: candor_decision::Reason| {
            VaultError::denied(reason.code(), format!("the look-up was refused: {}", reason.message()))
                .help(reason.help())
        };
        let resolved = resolve(&policy.plan, &asked).map_err(|unresolved| refuse(unresolved.reason))?;
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(&policy.plan, &Standing::willing(), &resolved.question);
        match fields.iter().find_map(|field| decision.reason(&policy.plan, field)) {
            Some(reason) => Err(refuse(reason)),
            None => Ok(()),
        }
    }
}

fn not_identifier() -> VaultError {
    VaultError::unprocessable("field.not_identifier", "the field identifies nobody: look-ups by it are not possible")
        .help("name a field that the policy declares with `identifies the subject`")
}

/// Standings that a look-up, or a count over everybody, is judged by.
pub(crate) trait Willing {
    fn willing() -> Self;
}

impl Willing for Standing {
    /// Somebody who agreed to everything, under contract.
    fn willing() -> Self {
        Self {
            consents: candor_decision::PurposeSet::from_words([u64::MAX; 8]),
            contract: candor_decision::ContractState::ActiveUntil(None),
            ..Self::default()
        }
    }
}

pub(crate) fn view(row: &candor_store::SubjectRow) -> SubjectView {
    SubjectView {
        id: row.id,
        state: state_name(row.state),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        standing: None,
    }
}

pub(crate) const fn state_name(state: u8) -> &'static str {
    match state {
        ACTIVE => "active",
        DEACTIVATED => "deactivated",
        QUARANTINED => "quarantined",
        ANONYMOUS => "anonymous",
        _ => "erased",
    }
}
