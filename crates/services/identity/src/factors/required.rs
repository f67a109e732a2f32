//! Whether everybody at a tenant needs a second factor: by the policy, or by its administrators' word.
//!
//! A policy says so when the purpose that signs people in uses a field of the term `Authenticating` that is not
//! optional. Who has none signs in for nothing but to set one up.

use candor_vault::VaultError;
use candor_words::{SubjectId, TenantId};

use crate::identity::Identity;

impl Identity {
    /// True when everybody at the tenant needs a second factor.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn is_factor_required(&self, tenant: TenantId) -> Result<bool, VaultError> {
        let by_policy = self.front_door_if_any(tenant).await?.is_some_and(|door| door.factor_required);
        Ok(by_policy || self.vault.is_factor_required(tenant).await?)
    }

    /// True when a second factor is required of somebody who has none.
    pub(crate) async fn owes_factor(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, VaultError> {
        Ok(self.is_factor_required(tenant).await?
            && !self.kept_factors(tenant, subject).await?.iter().any(|kept| kept.body.is_second()))
    }
}
