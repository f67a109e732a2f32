//! What the pages need from the rest of the server: the policies in force, and those that were.

use std::sync::Arc;

use candor_manifest::Manifest;

/// A tenant of this server as the front page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantLink {
    /// Its name in addresses: lower case letters, digits and hyphens, at most 63.
    pub slug: String,
    /// What people call it.
    pub title: String,
}

/// Gives the policies of the tenants on this server.
#[async_trait::async_trait]
pub trait Policies: Send + Sync + 'static {
    /// The tenants to list, in the order to list them.
    async fn tenants(&self) -> Vec<TenantLink>;

    /// The policy in force of a tenant; `None` when there is no such tenant.
    async fn policy(&self, tenant: &str) -> Option<Arc<Manifest>>;

    /// The versions that can be read, newest first, the one in force included.
    async fn versions(&self, tenant: &str) -> Vec<String> {
        self.policy(tenant).await.map(|manifest| manifest.version.clone()).into_iter().collect()
    }

    /// A version of a tenant's policy, in force or not.
    async fn version(&self, tenant: &str, version: &str) -> Option<Arc<Manifest>> {
        self.policy(tenant).await.filter(|manifest| manifest.version == version)
    }
}
