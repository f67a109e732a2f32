//! What a sign-in with less than two factors still needs, and the answers to it.

use candor_ledger::EntryBody;
use candor_vault::{Expect, SlipChange, TenantView, VaultError};
use candor_words::TenantId;

use super::proof::Challenge;
use crate::attempt::{Attempt, AttemptToken, Step};
use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::{Method, Methods};
use crate::sign_up::{bad, code_over};
use crate::visit::Visit;

/// How many further factors may be wrong in one attempt.
const FAILED_MAX: u32 = 5;

impl Identity {
    /// What would complete the attempt that a browser holds.
    ///
    /// # Errors
    /// `code.over`: the attempt is over.
    pub async fn offered(&self, tenant: TenantId, token: &AttemptToken) -> Result<Methods, VaultError> {
        let kept = self.attempt(tenant, token).await?.ok_or_else(code_over)?;
        self.missing(tenant, &kept.body, kept.body.asked_by_risk()).await
    }

    /// Sends a code for the attempt, by mail or as a text message.
    ///
    /// # Errors
    /// `code.over`; `factor.unreachable`; `factor.too_often`; `factor.not_offered`.
    pub async fn send_code(
        &self,
        tenant: &TenantView,
        token: &AttemptToken,
        method: Method,
        visit: &Visit,
    ) -> Result<(), VaultError> {
        let kept = self.attempt_offering(tenant.id, token, method).await?;
        let challenge = self.name_of::<Challenge>(tenant.id, token).await?;
        self.challenge_by_code(tenant, kept.body.subject, challenge, method, visit).await
    }

    /// Looks at a code for the attempt: a right one goes on with it, a wrong one leaves four more.
    ///
    /// # Errors
    /// `code.over`; `factor.too_often`; `factor.not_offered`.
    pub async fn prove(
        &self,
        tenant: &TenantView,
        token: &AttemptToken,
        method: Method,
        code: &str,
        visit: &Visit,
    ) -> Result<Step, VaultError> {
        let kept = self.attempt_offering(tenant.id, token, method).await?;
        let challenge = self.name_of::<Challenge>(tenant.id, token).await?;
        if self.is_right(tenant, kept.body.subject, challenge, (method, code), visit).await? {
            return self.proved(tenant.id, token, kept, method, visit).await;
        }
        self.failed(tenant.id, kept, method).await
    }

    /// The attempt ends here, once, and what it proved goes on.
    pub(crate) async fn proved(
        &self,
        tenant: TenantId,
        token: &AttemptToken,
        kept: Kept<Attempt>,
        method: Method,
        visit: &Visit,
    ) -> Result<Step, VaultError> {
        let challenge = self.name_of::<Challenge>(tenant, token).await?;
        let gone = vec![kept.taken(), SlipChange::Drop(Challenge::KIND, challenge, Expect::Anything)];
        self.vault.change_slips(&self.door(tenant), gone, Vec::new()).await.map_err(crate::sign_up::once)?;
        let attempt = Attempt { methods: kept.body.methods.and(method), n_failed: 0, ..kept.body };
        self.advance(tenant, attempt, visit).await
    }

    /// Counts a factor that was wrong; after five the attempt is over.
    pub(crate) async fn failed(
        &self,
        tenant: TenantId,
        mut kept: Kept<Attempt>,
        method: Method,
    ) -> Result<Step, VaultError> {
        kept.body.n_failed = kept.body.n_failed.saturating_add(1);
        let change = if kept.body.n_failed >= FAILED_MAX { kept.taken() } else { kept.put_again()? };
        let tried = EntryBody::SignIn { methods: kept.body.methods.and(method).bits(), outcome: 0 };
        let told = vec![(Some(kept.body.subject), tried)];
        match self.vault.change_slips(&self.door(tenant), vec![change], told).await {
            Err(error) if error.code() != "slip.changed" => Err(error),
            _ => Ok(Step::Refused),
        }
    }

    /// The attempt, if it still misses something and the method would do.
    pub(crate) async fn attempt_offering(
        &self,
        tenant: TenantId,
        token: &AttemptToken,
        method: Method,
    ) -> Result<Kept<Attempt>, VaultError> {
        let kept = self.attempt(tenant, token).await?.ok_or_else(code_over)?;
        if !self.missing(tenant, &kept.body, kept.body.asked_by_risk()).await?.has(method) {
            return Err(bad("factor.not_offered", "the factor was not looked at: another one is asked for"));
        }
        Ok(kept)
    }
}
