//! The policies of the vault, as the pages ask for them.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_manifest::Manifest;
use candor_vault::{PAGE_MAX, PolicyView, Vault};
use candor_web::{Policies, TenantLink};
use candor_words::{Instant, TenantId};
use parking_lot::RwLock;

/// Versions kept at hand; a policy changes a few times a year.
const KEPT_MAX: usize = 256;

/// Reads policies from a vault.
pub struct PoliciesOfVault {
    vault: Arc<Vault>,
    // Pages share a manifest; the vault lends a plan.
    kept: RwLock<HashMap<[u8; 32], Arc<Manifest>>>,
}

impl PoliciesOfVault {
    /// Reads from this vault.
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault, kept: RwLock::default() }
    }

    async fn tenant(&self, slug: &str) -> Option<TenantId> {
        logged(self.vault.tenant_by_slug(slug).await).flatten().map(|tenant| tenant.id)
    }

    async fn manifest(&self, tenant: TenantId, at: Option<Instant>) -> Option<Arc<Manifest>> {
        let plan = logged(self.vault.plan(tenant, at).await)?;
        if let Some(known) = self.kept.read().get(plan.digest()) {
            return Some(Arc::clone(known));
        }
        let manifest = Arc::new(plan.manifest().clone());
        let mut kept = self.kept.write();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(*plan.digest(), Arc::clone(&manifest));
        Some(manifest)
    }

    async fn put(&self, slug: &str) -> Vec<PolicyView> {
        let Some(tenant) = self.tenant(slug).await else { return Vec::new() };
        logged(self.vault.policies(tenant).await).unwrap_or_default()
    }
}

#[async_trait]
impl Policies for PoliciesOfVault {
    async fn tenants(&self) -> Vec<TenantLink> {
        let page = logged(self.vault.tenants(None, PAGE_MAX).await);
        let rows = page.map(|page| page.rows).unwrap_or_default();
        rows.into_iter().map(|tenant| TenantLink { slug: tenant.slug, title: tenant.title }).collect()
    }

    async fn policy(&self, tenant: &str) -> Option<Arc<Manifest>> {
        self.manifest(self.tenant(tenant).await?, None).await
    }

    async fn versions(&self, tenant: &str) -> Vec<String> {
        let mut versions: Vec<String> = Vec::new();
        for policy in self.put(tenant).await.into_iter().rev() {
            if !versions.contains(&policy.version) {
                versions.push(policy.version);
            }
        }
        versions
    }

    async fn version(&self, tenant: &str, version: &str) -> Option<Arc<Manifest>> {
        let put = self.put(tenant).await;
        let at = put.into_iter().rev().find(|policy| policy.version == version)?.effective_at;
        self.manifest(self.tenant(tenant).await?, Some(at)).await
    }
}

/// Pages know "there" and "not there"; trouble is logged and shown as the latter.
fn logged<T>(outcome: Result<T, candor_vault::VaultError>) -> Option<T> {
    outcome.inspect_err(|error| tracing::error!(code = error.code(), "a page could not be put together")).ok()
}
