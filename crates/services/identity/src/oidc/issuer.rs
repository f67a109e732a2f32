//! Who issues: one issuer a tenant, below the configured public address, never taken from a request.

use candor_vault::{ErrorKind, TenantView, VaultError};
use candor_words::TenantId;

use crate::identity::Identity;

/// A tenant as an issuer.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub title: String,
    /// The issuer's identifier: the public address and the tenant's name.
    pub url: String,
}

impl Issuer {
    /// The address of an endpoint.
    pub fn at(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.url)
    }
}

impl Identity {
    /// The issuer of a tenant's name in addresses.
    ///
    /// # Errors
    /// `tenant.unknown`; `oidc.no_public_url`.
    pub async fn issuer(&self, slug: &str) -> Result<Issuer, VaultError> {
        self.issuer_for(self.tenant(slug).await?)
    }

    /// The issuer of a tenant.
    pub(crate) async fn issuer_of(&self, tenant: TenantId) -> Result<Issuer, VaultError> {
        self.issuer_for(self.vault.tenant_view(tenant).await?)
    }

    fn issuer_for(&self, tenant: TenantView) -> Result<Issuer, VaultError> {
        let TenantView { id, slug, title, .. } = tenant;
        let public = self.public_url();
        if public.is_empty() {
            return Err(VaultError::new(
                ErrorKind::Unavailable,
                "oidc.no_public_url",
                "no application can sign anybody in: the server does not know under which address it is reached",
            )
            .help("set `public_url`"));
        }
        let url = format!("{}/{slug}", public.trim_end_matches('/'));
        Ok(Issuer { tenant: id, slug, title, url })
    }
}
