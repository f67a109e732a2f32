//! Instructions: the subject tells the controller to hand fields to a recipient, or no longer to.

use std::sync::Arc;

use candor_words::SubjectId;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, declared, told};
use crate::{Vault, VaultError};

/// What the subject tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstructAct {
    /// Hand it over.
    Give,
    /// No longer.
    TakeBack,
}

impl Vault {
    /// Notes an instruction, or that it was taken back.
    ///
    /// # Errors
    /// The caller lacks the consent scope or is bound to other purposes; no such subject; the policy shares nothing
    /// of the purpose with the recipient on instruction.
    pub async fn instruct(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        recipient: &str,
        act: InstructAct,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Consent)?;
        caller.may_ask_for(purpose)?;
        let mut draft = self.draft(caller, subject).await?;
        let policy = Arc::clone(&draft.policy);
        let (_, declared) = declared(&policy.plan, purpose)?;
        let with = policy.plan.recipient(recipient);
        if !declared.shares.iter().any(|share| share.on_instruction && Some(share.with) == with) {
            let error = VaultError::unprocessable(
                "instruction.not_possible",
                "nothing was changed: the policy shares nothing of the purpose with the recipient on instruction",
            );
            return Err(error.help("name a purpose and a recipient that the policy joins with `on instruction`"));
        }
        let pair = (purpose.to_owned(), recipient.to_owned());
        let mut detail = json!({ "recipient": recipient });
        let happened = match act {
            InstructAct::Give => {
                draft.form.instructions.insert(pair);
                let body = told(self.entropy.as_ref(), Told::Instructed, &mut detail);
                Happened::new("instruction.given", "given", detail, body)
            }
            InstructAct::TakeBack => {
                draft.form.instructions.remove(&pair);
                let body = told(self.entropy.as_ref(), Told::InstructionTakenBack, &mut detail);
                Happened::new("instruction.taken_back", "taken_back", detail, body)
            }
        };
        self.conclude(draft, happened.of(purpose)).await
    }
}
