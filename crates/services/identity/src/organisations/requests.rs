//! Requests of managed people: their organisation decides, and they are told.

use candor_vault::{Caller, Decision, PAGE_MAX, RequestView, Scope, TenantView, VaultError};
use candor_words::{OrganisationId, RequestId, SubjectId, TenantId};

use super::letters::{self, About};
use crate::identity::Identity;

/// The most requests that are looked through for one list.
const LOOKED_THROUGH_MAX: usize = 20_000;

impl Identity {
    /// Who decides about the requests of somebody, for the organisation that their account belongs to.
    pub(crate) async fn deciders_of(&self, tenant: TenantId, subject: SubjectId) -> Result<Vec<SubjectId>, VaultError> {
        match self.membership(tenant, subject).await? {
            Some(kept) => Ok(self.kept_organisation(tenant, kept.body.organisation).await?.body.deciders),
            None => Ok(Vec::new()),
        }
    }

    /// Decides a request for the organisation, and writes to the person what was decided.
    ///
    /// # Errors
    /// As of [`candor_vault::Vault::decide_request`].
    pub async fn decide_request(
        &self,
        actor: &Caller,
        tenant: &TenantView,
        request: RequestId,
        decision: Decision<'_>,
    ) -> Result<RequestView, VaultError> {
        actor.needs(Scope::Admin)?;
        let subject = self.vault.request(&self.vault.office(tenant.id), request).await?.subject;
        // Before: afterwards they may be gone.
        let address = self.address_to_write(tenant.id, subject).await?;
        let decided = self.vault.decide_request(actor, request, decision).await?;
        if let Some(address) = address {
            let approved = decided.approved == Some(true);
            self.send_letter(tenant, address, letters::letter(&tenant.title, &About::Request { approved }));
        }
        Ok(decided)
    }

    /// Open requests that organisations decide about; of the members of one when it is named. Oldest due first.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn requests_waiting(
        &self,
        actor: &Caller,
        organisation: Option<OrganisationId>,
    ) -> Result<Vec<RequestView>, VaultError> {
        actor.needs(Scope::Admin)?;
        let office = self.vault.office(actor.tenant());
        let (mut waiting, mut after, mut n_seen) = (Vec::new(), None, 0);
        loop {
            let page = self.vault.requests(&office, None, after, PAGE_MAX).await?;
            n_seen += PAGE_MAX;
            for request in page.rows.into_iter().filter(|row| row.routed && row.closed_at.is_none()) {
                let of = self.membership(actor.tenant(), request.subject).await?.map(|kept| kept.body.organisation);
                if organisation.is_none() || organisation == of {
                    waiting.push(request);
                }
            }
            after = page.next;
            if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
                waiting.sort_by_key(|request| request.due_at);
                return Ok(waiting);
            }
        }
    }
}
