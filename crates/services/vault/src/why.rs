//! Why: the reasons a decision would have now, or had at any past instant; the same code, no values.

use candor_decision::{Ground, Plan, Verdict};
use candor_manifest::model::Basis;
use candor_words::{Instant, SubjectId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::read::{Ask, RefusedField, decide_named};
use crate::standing_form::StandingForm;
use crate::{Counters, Vault, VaultError};

/// A decision, explained.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Explanation {
    pub subject: SubjectId,
    pub purpose: String,
    pub recipient: Option<String>,
    pub at: Instant,
    /// The digest of the policy that decides at that instant.
    pub plan: String,
    pub policy_version: String,
    pub verdict: Verdict,
    pub granted: Vec<GrantedField>,
    pub refused: Vec<RefusedField>,
    /// The standing that the decision leaned on.
    pub standing: StandingForm,
}

/// A field that may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantedField {
    /// `group.field`.
    pub field: String,
    /// The ground's stable code.
    pub ground: Ground,
    /// The rule in the policy's words.
    pub rule: String,
}

impl Vault {
    /// Decides a question as of an instant, and says why; opens nothing and logs nothing.
    ///
    /// # Errors
    /// The caller lacks the audit scope; no such subject; it was erased, and its past with it.
    pub async fn why(&self, caller: &Caller, ask: &Ask, at: Option<Instant>) -> Result<Explanation, VaultError> {
        caller.needs(Scope::Audit)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, ask.subject).await?;
        let now = self.now();
        let at = at.unwrap_or(now).min(now);
        let policy = tenant.policy_at(at)?;
        let form = match self.store.event_at(tenant.id(), ask.subject, at).await? {
            Some(event) => StandingForm::after(&event)?,
            None if at < live.row.created_at => {
                return Err(VaultError::missing("subject.not_yet", "the subject was not known yet at that instant"));
            }
            None => StandingForm::default(),
        };
        let (standing, _) = form.under_policy(policy, at);
        let recipient = ask.recipient.as_deref();
        let approved = self.is_approved(&tenant, ask, recipient).await?;
        Counters::add(&self.counters().decisions, 1);
        let plan = &policy.plan;
        let decided = decide_named(plan, &standing, form.gpc, &tenant, ask, recipient, approved, at);
        let (verdict, granted, refused) = match decided {
            Ok(decided) => {
                let granted: Vec<GrantedField> = granted(plan, &decided.decision);
                let verdict = match (granted.is_empty(), decided.refused.is_empty()) {
                    (true, _) => Verdict::Refused,
                    (false, false) => Verdict::Partly,
                    (false, true) => Verdict::Granted,
                };
                (verdict, granted, decided.refused)
            }
            Err((reason, name)) => (Verdict::Refused, Vec::new(), vec![RefusedField::new(name, reason)]),
        };
        Ok(Explanation {
            subject: ask.subject,
            purpose: ask.purpose.clone(),
            recipient: ask.recipient.clone(),
            at,
            plan: policy.digest.clone(),
            policy_version: plan.manifest().version.clone(),
            verdict,
            granted,
            refused,
            standing: form,
        })
    }
}

fn granted(plan: &Plan, decision: &candor_decision::Decision) -> Vec<GrantedField> {
    let rule = rule(plan, decision);
    decision
        .explain(plan)
        .into_iter()
        .filter_map(|(field, answer)| {
            Some(GrantedField { field: plan.field_name(field).to_owned(), ground: answer.ok()?, rule: rule.clone() })
        })
        .collect()
}

/// The rule as the policy would say it.
fn rule(plan: &Plan, decision: &candor_decision::Decision) -> String {
    let question = decision.question();
    let Some(purpose) = plan.manifest().purposes.get(question.purpose.at()) else {
        return "a right of the subject".to_owned();
    };
    let basis = match &purpose.basis {
        Basis::Consent { .. } => "consent".to_owned(),
        Basis::Contract => "contract".to_owned(),
        Basis::LegalObligation(law) => format!("legal obligation ({law})"),
        Basis::VitalInterest => "vital interest".to_owned(),
        Basis::PublicTask(task) => format!("public task ({task})"),
        Basis::LegitimateInterest(interest) => format!("legitimate interest ({interest})"),
    };
    match question.recipient {
        None => format!("purpose {} because {basis}: uses", purpose.name),
        Some(recipient) => {
            format!("purpose {} because {basis}: share with {}", purpose.name, plan.recipient_name(recipient))
        }
    }
}
