//! What is known of a subject's age, against the policy's age rule: never the age itself.

use candor_words::SubjectId;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, told};
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
}
