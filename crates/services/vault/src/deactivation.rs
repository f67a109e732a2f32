//! Deactivation: the account is left, nothing is deleted; reactivation finds all as it was.
//!
//! The other operation, which destroys, is [`Vault::erase`].

use candor_ledger::EntryBody;
use candor_words::SubjectId;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened};
use crate::state::{ACTIVE, DEACTIVATED};
use crate::{Vault, VaultError};

impl Vault {
    /// Switches the account off: purposes that would address the subject are refused, and nothing is deleted.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it is not active.
    pub async fn deactivate(&self, caller: &Caller, subject: SubjectId) -> Result<Choice, VaultError> {
        let happened = Happened::new("subject.deactivated", "deactivated", json!({}), EntryBody::Deactivated);
        self.turn(caller, subject, (ACTIVE, DEACTIVATED), happened).await
    }

    /// Switches the account on again, as it was: what was set aside meanwhile is found again, unless its grace is over
    /// and it went.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it is not deactivated.
    pub async fn reactivate(&self, caller: &Caller, subject: SubjectId) -> Result<Choice, VaultError> {
        let happened = Happened::new("subject.reactivated", "active", json!({}), EntryBody::Reactivated);
        self.turn(caller, subject, (DEACTIVATED, ACTIVE), happened).await
    }

    async fn turn(
        &self,
        caller: &Caller,
        subject: SubjectId,
        (from, to): (u8, u8),
        happened: Happened,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Consent)?;
        let mut draft = self.draft(caller, subject).await?;
        if draft.form.state != from {
            return Err(VaultError::conflict("subject.state", "nothing was changed: the account is in another state")
                .detail("state", crate::subjects::state_name(draft.form.state)));
        }
        draft.form.state = to;
        draft.form.deactivated_at = (to == DEACTIVATED).then_some(draft.now);
        if to == ACTIVE {
            self.find_again(&mut draft).await?;
        }
        self.conclude(draft, happened).await
    }
}
