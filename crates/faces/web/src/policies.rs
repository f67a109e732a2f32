//! What the pages need from the rest of the server: the policies in force, and those that were.

use std::sync::Arc;

use candor_manifest::Manifest;
use candor_publish::{ArchivedVersion, Notice};
use candor_words::Instant;
use serde::Serialize;

/// A tenant of this server as the front page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantLink {
    /// Its name in addresses: lower case letters, digits and hyphens, at most 63.
    pub slug: String,
    /// What people call it.
    pub title: String,
}

/// A notice of a change that sites show to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteNotice {
    /// Names the notice, so that who has closed it is not shown it again.
    pub id: String,
    /// True when the version decides already.
    pub in_force: bool,
    /// From when on it does.
    pub effective_at: Instant,
    /// What it says.
    #[serde(flatten)]
    pub notice: Notice,
}

/// Gives the policies of the tenants on this server.
#[async_trait::async_trait]
pub trait Policies: Send + Sync + 'static {
    /// The tenants to list, in the order to list them.
    async fn tenants(&self) -> Vec<TenantLink>;

    /// The policy in force of a tenant; `None` when there is no such tenant.
    async fn policy(&self, tenant: &str) -> Option<Arc<Manifest>>;

    /// Every version that was put, newest first, the one in force included; empty where no archive is kept.
    async fn versions(&self, tenant: &str) -> Vec<ArchivedVersion> {
        let _ = tenant;
        Vec::new()
    }

    /// The notices of changes that are shown to everybody, newest first; `None` when there is no such tenant.
    async fn notices(&self, tenant: &str) -> Option<Vec<SiteNotice>> {
        self.policy(tenant).await.map(|_| Vec::new())
    }

    /// The version of a tenant's policy that an address names, by version or by digest; in force or not.
    async fn version(&self, tenant: &str, address: &str) -> Option<Arc<Manifest>> {
        self.policy(tenant).await.filter(|manifest| manifest.version == address)
    }
}
