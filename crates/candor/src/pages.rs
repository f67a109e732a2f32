//! The policies of the vault, as the pages ask for them.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_manifest::Manifest;
use candor_vault::{ComingNotice, PAGE_MAX, PlanInForce, PolicyView, Vault};
use candor_web::{ArchivedVersion, Policies, SiteNotice, Standing, TenantLink};
use candor_words::{TenantId, to_hex};
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

    fn kept(&self, plan: &PlanInForce) -> Arc<Manifest> {
        if let Some(known) = self.kept.read().get(plan.digest()) {
            return Arc::clone(known);
        }
        let manifest = Arc::new(plan.manifest().clone());
        let mut kept = self.kept.write();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(*plan.digest(), Arc::clone(&manifest));
        manifest
    }

    async fn put(&self, tenant: TenantId) -> Vec<PolicyView> {
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
        Some(self.kept(&logged(self.vault.plan(self.tenant(tenant).await?, None).await)?))
    }

    async fn versions(&self, tenant: &str) -> Vec<ArchivedVersion> {
        let Some(id) = self.tenant(tenant).await else { return Vec::new() };
        let Some(in_force) = logged(self.vault.plan(id, None).await) else { return Vec::new() };
        archive(self.put(id).await, &to_hex(in_force.digest()))
    }

    async fn notices(&self, tenant: &str) -> Option<Vec<SiteNotice>> {
        let coming = logged(self.vault.coming_notices(self.tenant(tenant).await?).await)?;
        let shown = coming.into_iter().map(|ComingNotice { id, effective_at, in_force, notice, .. }| SiteNotice {
            id,
            in_force,
            effective_at,
            notice,
        });
        Some(shown.collect())
    }

    async fn version(&self, tenant: &str, address: &str) -> Option<Arc<Manifest>> {
        let id = self.tenant(tenant).await?;
        let put = self.put(id).await;
        let named = |policy: &&PolicyView| policy.version == address || policy.digest == address;
        let digest = &put.iter().rev().find(named)?.digest;
        Some(self.kept(&logged(self.vault.plan_of(id, digest).await).flatten()?))
    }
}

/// Lists the versions that were put, newest first.
fn archive(put: Vec<PolicyView>, in_force: &str) -> Vec<ArchivedVersion> {
    let mut archive: Vec<ArchivedVersion> = Vec::new();
    // What stands after the version in force waits for its day.
    let mut standing = Standing::Coming;
    for policy in put.into_iter().rev() {
        let is_replaced = archive.last().is_some_and(|later| later.in_force_from == policy.effective_at);
        if policy.digest == in_force && standing == Standing::Coming {
            standing = Standing::InForce;
        }
        let is_taken = archive.iter().any(|later| later.address == policy.version);
        archive.push(ArchivedVersion {
            address: if is_taken { policy.digest.clone() } else { policy.version.clone() },
            version: policy.version,
            in_force_from: policy.effective_at,
            digest: policy.digest,
            standing: if is_replaced { Standing::Replaced } else { standing },
        });
        if standing == Standing::InForce {
            standing = Standing::Past;
        }
    }
    archive
}

/// Pages know "there" and "not there"; trouble is logged and shown as the latter.
fn logged<T>(outcome: Result<T, candor_vault::VaultError>) -> Option<T> {
    outcome.inspect_err(|error| tracing::error!(code = error.code(), "a page could not be put together")).ok()
}

#[cfg(test)]
mod tests {
    use candor_words::Instant;

    use super::*;

    fn put(version: &str, digest: &str, at: i64) -> PolicyView {
        let at = Instant::from_millis(at);
        let name = "P".to_owned();
        PolicyView {
            digest: digest.to_owned(),
            version: version.to_owned(),
            name,
            effective_at: at,
            put_at: at,
            notice: None,
        }
    }

    #[test]
    fn each_version_has_an_address_of_its_own_and_its_standing() {
        let put = vec![put("1", "a", 0), put("1", "b", 1), put("2", "c", 2), put("3", "d", 2)];
        let archive = archive(put, "b");
        let seen: Vec<_> = archive.iter().map(|version| (version.address.as_str(), version.standing)).collect();
        let (coming, replaced) = (("3", Standing::Coming), ("2", Standing::Replaced));
        assert_eq!(seen, [coming, replaced, ("1", Standing::InForce), ("a", Standing::Past)]);
    }
}
