//! What is known of a subject's age, against the policy's age rule: never the age itself.

use candor_manifest::model::KeepAction;
use candor_words::SubjectId;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, told};
use crate::erase::Erasure;
use crate::{Vault, VaultError};

/// Which side of the policy's age rule a subject is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeAct {
    /// Old enough.
    AtLeast,
    /// Younger than the policy serves: every purpose is refused until the data is erased.
    Under,
}

impl Vault {
    /// Notes on which side of the age rule a subject is.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject; the policy has no age rule.
    pub async fn set_age(&self, caller: &Caller, subject: SubjectId, act: AgeAct) -> Result<Choice, VaultError> {
        caller.needs(Scope::Write)?;
        let mut draft = self.draft(caller, subject).await?;
        if draft.policy.manifest().age.is_none() {
            return Err(VaultError::unprocessable("age.no_rule", "nothing was changed: the policy has no age rule")
                .help("declare one, or leave ages alone: what no rule needs is not kept"));
        }
        let state = match act {
            AgeAct::AtLeast => "at_least",
            AgeAct::Under => "under",
        };
        draft.form.age = Some(state.to_owned());
        let mut detail = json!({ "age": state });
        let body = told(self.entropy.as_ref(), Told::AgeSet, &mut detail);
        self.conclude(draft, Happened::new("age.set", state, detail, body)).await
    }

    /// Erases a subject of whom it was learned that they are under the policy's age: one step, for there is nothing to
    /// ask them. First the age is noted, so that nothing is read from then on even while a hold keeps the data.
    ///
    /// # Errors
    /// The caller lacks the write or the rights scope; no such subject; the policy's age rule does not say
    /// `otherwise erase`; a legal hold is in force (`hold.in_force`, with its ground).
    pub async fn erase_minor(&self, caller: &Caller, subject: SubjectId) -> Result<Erasure, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = self.tenant(caller.tenant()).await?;
        match self.live_for(caller, &tenant, subject).await {
            // Done before: the same outcome is given again.
            Err(error) if error.code() == "subject.erased" => {
                return self.erase_everywhere(caller, subject, None).await;
            }
            known => drop(known?),
        }
        let rule = tenant.policy_at(self.now())?.manifest().age;
        if rule.is_none_or(|rule| rule.otherwise != KeepAction::Erase) {
            return Err(VaultError::unprocessable(
                "age.not_erased",
                "nothing was changed: the policy does not say that who is under age is erased",
            )
            .help("declare `age at least …, otherwise erase`, or erase the subject as a right"));
        }
        self.set_age(caller, subject, AgeAct::Under).await?;
        self.erase_everywhere(&caller.unmarked(), subject, None).await
    }
}
