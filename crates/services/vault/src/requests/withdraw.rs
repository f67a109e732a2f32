//! Taking a request back, before anything was done about it.

use candor_words::RequestId;

use super::dispute::TAKEN_BACK;
use super::{DisputeEnd, State};
use crate::caller::{Caller, Scope};
use crate::slips::{Expect, IDENTIFIER_SLIPS, RUN_SLIPS, SlipChange, request_slip};
use crate::{RequestView, Vault, VaultError};

impl Vault {
    /// Takes a request back for whoever made it; what was planned of it is forgotten.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, or is being carried out: what was begun is ended.
    pub async fn withdraw_request(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        if self.is_only_disputed(caller, request).await? {
            return self.end_dispute(caller, request, DisputeEnd::Withdrawn, TAKEN_BACK).await;
        }
        let mut change = self.change(caller, request).await?;
        if change.open.row.state == State::Running.name() {
            return Err(VaultError::conflict(
                "request.under_way",
                "the request was not taken back: it is being carried out already",
            )
            .help("wait for its answer"));
        }
        for kind in [RUN_SLIPS, IDENTIFIER_SLIPS] {
            let slip = SlipChange::Drop(kind, request_slip(request), Expect::Anything);
            self.slip_in(caller, &change.tenant, slip, &mut change.unit).await?;
        }
        self.conclude_request(change, State::Withdrawn).await
    }
}
