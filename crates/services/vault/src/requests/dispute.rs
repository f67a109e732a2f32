//! Disputes: while it is not agreed what a request leads to, use of the data is restricted (GDPR Art. 18(1)(a), (d)).
//!
//! The restriction is placed by the dispute itself. The tenant's administrator may override it, with a reason that is kept with
//! the event; the entry *restriction lifted* stands in the ledger either way.

use candor_store::Change;
use candor_words::RequestId;

use super::{RequestChange, view};
use crate::caller::{Caller, Scope};
use crate::restriction::Terms;
use crate::{RequestView, Vault, VaultError};

impl Vault {
    /// Notes that a request is disputed: use is restricted from then on, unless it is already.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, or its subject was erased.
    pub async fn dispute_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        let mut change = self.change(caller, request).await?;
        let subject = change.open.row.subject;
        let live = self.live_for(caller, &change.tenant, subject).await?;
        if live.form.restriction.is_none() {
            let terms = Terms { agreement: Some(dispute_of(request)), ..Terms::default() };
            self.restrict(&caller.unmarked(), subject, terms).await?;
        }
        change.open.form.disputed_at.get_or_insert(change.now);
        self.put_request(change).await
    }

    /// Lets use go on although a request is disputed. `because` is one line of at most 200 bytes, kept with the event.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such request; it is closed, or not disputed; a reason out of bounds.
    pub async fn override_dispute(
        &self,
        caller: &Caller,
        request: RequestId,
        because: &str,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut change = self.change(caller, request).await?;
        if change.open.form.disputed_at.take().is_none() {
            return Err(VaultError::conflict(
                "request.not_disputed",
                "nothing was changed: the request is not disputed",
            ));
        }
        let subject = change.open.row.subject;
        let live = self.live_for(caller, &change.tenant, subject).await?;
        let placed_by = live.form.restriction.as_ref().and_then(|restriction| restriction.agreement.clone());
        // One that was agreed for another reason stays.
        if placed_by.is_some_and(|agreement| agreement == dispute_of(request)) {
            self.lift_restriction(&caller.carrying_out().unmarked(), subject, because).await?;
        }
        self.put_request(change).await
    }

    /// Writes a changed request that enters no other state.
    async fn put_request(&self, mut change: RequestChange) -> Result<RequestView, VaultError> {
        change.open.row.version += 1;
        change.open.write()?;
        let RequestChange { open, unit, now, .. } = change;
        self.commit(unit.change(Change::PutRequest(open.row.clone()))).await?;
        Ok(view(&open.row, open.form, now))
    }
}

fn dispute_of(request: RequestId) -> String {
    format!("dispute of {request}")
}
