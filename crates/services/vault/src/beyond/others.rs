//! Whose an identifier is not: what identifies one subject in the vault identifies nobody else in any connected system.
//!
//! A system may say of somebody what is another's: an address that they typed in as theirs, or one that was theirs once and
//! belongs to somebody else by now. Rows that are found by it are the other's, and neither shown to them nor erased with them.

use candor_words::{SubjectId, TenantId};
use serde_json::Value;

use super::NamedBy;
use crate::caller::{Caller, Scope};
use crate::tenant::Tenant;
use crate::value::normalised;
use crate::{Vault, VaultError};

impl Vault {
    /// Says of each identifier, a field and a value, whether another subject holds it now. A field that the policy does not let
    /// identify is nobody's.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or reaches one subject alone.
    pub async fn held_by_others(
        &self,
        caller: &Caller,
        subject: SubjectId,
        identifiers: &[(&str, &str)],
    ) -> Result<Vec<bool>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let tenant = self.tenant(caller.tenant()).await?;
        self.of_others(&tenant, Some(subject), identifiers).await
    }

    /// The identifiers of somebody whom the vault has forgotten, but for those that somebody holds by now.
    ///
    /// # Errors
    /// No such tenant; the store does not answer.
    pub async fn held_by_nobody(&self, tenant: TenantId, named: Vec<NamedBy>) -> Result<Vec<NamedBy>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        self.without_others(&tenant, None, named).await
    }

    /// The identifiers of a subject, or of somebody forgotten, but for those that another holds by now.
    pub(crate) async fn without_others(
        &self,
        tenant: &Tenant,
        subject: Option<SubjectId>,
        named: Vec<NamedBy>,
    ) -> Result<Vec<NamedBy>, VaultError> {
        let asked: Vec<(&str, &str)> =
            named.iter().map(|one| (one.field.as_str(), one.value.expose().as_str())).collect();
        let is_others = self.of_others(tenant, subject, &asked).await?;
        Ok(named.into_iter().zip(is_others).filter(|(_, is_others)| !is_others).map(|(one, _)| one).collect())
    }

    async fn of_others(
        &self,
        tenant: &Tenant,
        subject: Option<SubjectId>,
        identifiers: &[(&str, &str)],
    ) -> Result<Vec<bool>, VaultError> {
        let policy = tenant.policy_at(self.now())?;
        let mut is_others = Vec::with_capacity(identifiers.len());
        for (field, value) in identifiers {
            let declared = policy.plan.field(field).and_then(|ix| policy.manifest().fields.get(ix.at()));
            let holder = match declared.filter(|field| field.identifies) {
                Some(_) => self.holder_of(tenant, field, value).await?,
                None => None,
            };
            is_others.push(holder.is_some() && holder != subject);
        }
        Ok(is_others)
    }

    async fn holder_of(&self, tenant: &Tenant, field: &str, value: &str) -> Result<Option<SubjectId>, VaultError> {
        let index = tenant.blind.blind(field, normalised(&Value::from(value)).as_bytes());
        Ok(self.store.subject_by_index(tenant.id(), *index.as_bytes()).await?)
    }
}
