//! Pausing: while the subject has to say something first, the clock of a request stands still (GDPR Art. 12(6)).

use candor_words::{Instant, RequestId};

use super::{State, clock};
use crate::caller::{Caller, Scope};
use crate::{RequestView, Vault, VaultError};

impl Vault {
    /// Lets the clock of a request stand still; nothing further is begun meanwhile.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, paused already, or overdue.
    pub async fn pause_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let mut change = self.change(caller, request).await?;
        if change.open.form.paused_at.is_some() {
            return Err(VaultError::conflict("request.paused", "nothing was changed: the request is paused already"));
        }
        if change.now > change.open.row.due_at {
            return Err(VaultError::conflict("request.overdue", "the clock was not paused: it has run out")
                .help("answer now: what the subject has to say is asked within the period"));
        }
        change.open.form.paused_at = Some(change.now);
        self.conclude_request(change, State::Paused).await
    }

    /// Lets the clock go on: it ends later by as long as it stood still.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, or not paused.
    pub async fn resume_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let mut change = self.change(caller, request).await?;
        let Some(since) = change.open.form.paused_at.take() else {
            return Err(VaultError::conflict("request.not_paused", "nothing was changed: the request is not paused"));
        };
        let stood_ms = change.now.as_millis().saturating_sub(since.as_millis()).max(0);
        let row = &mut change.open.row;
        row.due_at = Instant::from_millis(row.due_at.as_millis().saturating_add(stood_ms));
        change.open.form.paused_ms = change.open.form.paused_ms.saturating_add(stood_ms);
        change.open.form.escalates_at = Some(clock::escalate_at(change.open.row.received_at, change.open.row.due_at));
        change.unit.changes.push(self.escalation(change.tenant.id(), &change.open));
        self.conclude_request(change, State::Resumed).await
    }
}
