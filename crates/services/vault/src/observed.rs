//! What is observed of somebody in this moment: which of it may a purpose use, before it is looked at and let go again?
//!
//! The question goes to `decide` as one about kept values does, and spends its permit; only that nothing is opened, for
//! nothing is kept. The ledger says which fields were looked at, for what, and what came of it.

use candor_decision::{FieldIx, FieldSet, Question, QuestionByName, Reason, View, decide, resolve};
use candor_ledger::{CONTROLLER, EntryBody, FieldBits};
use candor_words::SubjectId;

use crate::caller::{Caller, Scope};
use crate::collections::off;
use crate::read::deadline;
use crate::{Counters, ErrorKind, Vault, VaultError};

/// What is observed, of whom, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Of whom.
    pub subject: SubjectId,
    /// What for.
    pub purpose: String,
    /// `group.field` of each field that would be looked at.
    pub fields: Vec<String>,
}

/// What of an observation may be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the ledger has to say what was looked at"]
pub struct Usable {
    /// `group.field` of each.
    pub fields: Vec<String>,
    purpose: u16,
    looked_at: FieldBits,
    ground: u8,
    refusal: Option<EntryBody>,
    reason: Option<Reason>,
}

impl Usable {
    /// Why nothing, or not all, may be looked at.
    pub fn reason(&self) -> Reason {
        self.reason.unwrap_or(Reason::QuestionEmpty)
    }

    /// What the ledger says once what was worked out from such observations was read, so many times.
    pub fn disclosed(self, n_values: u32) -> Vec<EntryBody> {
        let disclosure = (!self.fields.is_empty()).then_some(EntryBody::Disclosure {
            purpose: self.purpose,
            recipient: CONTROLLER,
            record: None,
            fields: self.looked_at,
            n_values,
            ground: self.ground,
        });
        disclosure.into_iter().chain(self.refusal).collect()
    }

    /// What the ledger says once it was judged: what was looked at, and what was refused.
    pub fn judged(self, outcome: u8) -> Vec<EntryBody> {
        let looked_at = (!self.fields.is_empty()).then_some(EntryBody::RiskJudged {
            purpose: self.purpose,
            fields: self.looked_at,
            outcome,
        });
        looked_at.into_iter().chain(self.refusal).collect()
    }
}

impl Vault {
    /// Says what of an observation a purpose may use now. A collection that is switched off covers nothing.
    ///
    /// # Errors
    /// The caller lacks the read scope, or is bound to another purpose; the policy declares no such purpose or field; no
    /// such subject, or it was erased. That nothing may be used is no error.
    pub async fn may_use(&self, caller: &Caller, observation: &Observation) -> Result<Usable, VaultError> {
        caller.needs(Scope::Read)?;
        caller.may_ask_for(&observation.purpose)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, observation.subject).await?;
        let plan = &live.policy.plan;
        let names: Vec<&str> = observation.fields.iter().map(String::as_str).collect();
        let asked = QuestionByName {
            tenant: tenant.id(),
            subject: observation.subject,
            purpose: &observation.purpose,
            recipient: None,
            fields: &names,
            channel: None,
            view: View::Identified,
            gpc: live.form.gpc,
            approved: false,
            at: self.now(),
        };
        let resolved = resolve(plan, &asked).map_err(|unresolved| {
            VaultError::new(ErrorKind::Denied, unresolved.reason.code(), unresolved.reason.message())
                .help(unresolved.reason.help())
        })?;
        if !resolved.undeclared.is_empty() {
            let reason = Reason::FieldUndeclared;
            return Err(VaultError::new(ErrorKind::Denied, reason.code(), reason.message()).help(reason.help()));
        }
        let is_on = |field: &FieldIx| off(plan.manifest(), &tenant.settings, *field).is_none();
        let fields: FieldSet = resolved.question.fields.iter().filter(is_on).collect();
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(plan, &live.standing, &Question { fields, ..resolved.question });
        let (purpose, refused) = (resolved.question.purpose.0, decision.refused());
        let reason = refused.iter().next().and_then(|field| decision.reason(plan, field));
        let refusal = reason.map(|reason| {
            Counters::add(&self.counters().refusals, 1);
            let fields = FieldBits::from_words(refused.as_words());
            EntryBody::Refusal { purpose, recipient: CONTROLLER, reason: reason as u16, fields }
        });
        let at = self.now();
        let looked_at = decision.permit(deadline(at)).ok().and_then(|permit| permit.spend(at).ok());
        let ground = looked_at.as_ref().map_or(0, |spent| spent.ground() as u8);
        let looked_at = looked_at.map_or(FieldSet::EMPTY, |spent| spent.fields());
        Ok(Usable {
            fields: looked_at.iter().map(|field| plan.field_name(field).to_owned()).collect(),
            purpose,
            looked_at: FieldBits::from_words(looked_at.as_words()),
            ground,
            refusal,
            reason,
        })
    }
}
