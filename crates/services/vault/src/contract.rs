//! The contract or subscription on which purposes may rest: it starts, and with its end they end.

use candor_words::{Instant, SubjectId};
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, refuse_past, told};
use crate::standing_form::ContractForm;
use crate::{Vault, VaultError};

/// What became of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractAct {
    /// It started, or was renewed.
    Start {
        /// When it ends, when that is known.
        until: Option<Instant>,
    },
    /// It ended.
    End,
}

impl Vault {
    /// Notes that the contract started, was renewed or ended; one that is renewed keeps its beginning.
    ///
    /// # Errors
    /// The caller lacks the write scope; no such subject; an end that is not to come; no contract that could end.
    pub async fn contract(&self, caller: &Caller, subject: SubjectId, act: ContractAct) -> Result<Choice, VaultError> {
        caller.needs(Scope::Write)?;
        let mut draft = self.draft(caller, subject).await?;
        let now = draft.now;
        let running = draft.form.contract.take().filter(|contract| contract.until.is_none_or(|until| now < until));
        let happened = match (act, running) {
            (ContractAct::Start { until }, running) => {
                refuse_past(until, now)?;
                let since = running.map_or(now, |contract| contract.since);
                draft.form.contract = Some(ContractForm { since, until });
                let mut detail = json!({ "since": since, "until": until });
                let body = told(self.entropy.as_ref(), Told::ContractStarted, &mut detail);
                Happened::new("contract.started", "running", detail, body).until(until)
            }
            (ContractAct::End, Some(contract)) => {
                draft.form.contract = Some(ContractForm { since: contract.since, until: Some(now) });
                let mut detail = json!({ "since": contract.since, "until": now });
                let body = told(self.entropy.as_ref(), Told::ContractEnded, &mut detail);
                Happened::new("contract.ended", "ended", detail, body).until(Some(now))
            }
            (ContractAct::End, None) => {
                return Err(VaultError::conflict(
                    "contract.not_running",
                    "nothing was changed: no contract with the subject is running",
                ));
            }
        };
        self.conclude(draft, happened).await
    }
}
