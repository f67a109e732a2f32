//! Whether a tenant's administrators require a second factor of everybody, beyond what the policy says.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody};
use candor_store::{Change, Unit};
use candor_words::TenantId;

use crate::caller::{Caller, Scope};
use crate::choice::Told;
use crate::{Vault, VaultError};

impl Vault {
    /// True when administrators require a second factor of everybody at the tenant.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn is_factor_required(&self, tenant: TenantId) -> Result<bool, VaultError> {
        Ok(self.tenant(tenant).await?.settings.factor_required)
    }

    /// Requires a second factor of everybody at the caller's tenant, or no more; sign-ins that begin after this returns
    /// find it so.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn require_factor(&self, caller: &Caller, is_required: bool) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let writer = Arc::clone(&self.tenant_rows).lock_owned().await;
        let tenant = self.tenant(caller.tenant()).await?;
        if tenant.settings.factor_required == is_required {
            return Ok(());
        }
        let mut settings = tenant.settings.clone();
        settings.factor_required = is_required;
        let mut row = tenant.row.clone();
        row.settings = settings.write().ok_or_else(|| VaultError::damaged("tenant settings"))?;
        let code = if is_required { Told::FactorRequired } else { Told::FactorFree };
        let body = EntryBody::Other { code: code as u16, payload: Digest::of(b"factor") };
        let entry = self.entry(&tenant, self.now(), None, Some(caller.key()), body)?;
        let unit = Unit::of(caller.tenant()).change(Change::PutTenant(row)).entry(entry);
        self.commit_then(unit, (self.tenants_epoch.moving_on(), writer)).await?;
        Ok(())
    }
}
