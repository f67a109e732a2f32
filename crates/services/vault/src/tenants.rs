//! Tenants: made with their keys, their policy and a first administrator key.

use candor_ledger::Digest;
use candor_ledger::EntryBody;
use candor_seal::KeyVersion;
use candor_store::{Change, Guard, Page, TenantRow, Unit};
use candor_words::{Instant, TenantId};
use serde::Serialize;

use crate::caller::{IssuedKey, NewKey, Scope};
use crate::policies::policy_row;
use crate::{Vault, VaultError};

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its name in addresses: 1 to 63 of `[a-z0-9-]`.
    pub slug: String,
    /// What people call it.
    pub title: String,
    /// Its policy's files as (path, text).
    pub sources: Vec<(String, String)>,
}

/// A tenant that was made.
#[derive(Debug)]
pub struct CreatedTenant {
    /// Its id.
    pub tenant: TenantId,
    /// Checks its checkpoints.
    pub verifier_key: String,
    /// Its first key, with every scope; shown this once.
    pub administrator: IssuedKey,
}

/// A tenant as anybody may see it.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TenantView {
    pub id: TenantId,
    pub slug: String,
    pub title: String,
    pub created_at: Instant,
    pub policy_name: String,
    pub policy_version: String,
    pub policy_digest: String,
    pub effective_at: Instant,
    pub verifier_key: String,
}

impl Vault {
    /// Makes a tenant: keys, policy in force, administrator key, and the first ledger entries.
    ///
    /// # Errors
    /// The name is malformed or taken; the policy has errors.
    pub async fn create_tenant(&self, new: NewTenant) -> Result<CreatedTenant, VaultError> {
        self.create_tenant_told(new, |_| {}).await
    }

    /// The same, and hands what will be made to `tell` before it is: whoever shows the administrator key first
    /// cannot be cut off with a tenant whose key nobody has seen.
    ///
    /// # Errors
    /// As before; then what was told is not, and its key opens nothing.
    pub async fn create_tenant_told(
        &self,
        new: NewTenant,
        tell: impl FnOnce(&CreatedTenant) + Send,
    ) -> Result<CreatedTenant, VaultError> {
        check_slug(&new.slug)?;
        let now = self.now();
        let id = TenantId::random(self.entropy.as_ref());
        // A first policy decides from the start, whatever its date says: there is none before it.
        let mut policy = policy_row(now, new.sources)?;
        policy.effective_at = now;
        let root = self.newest_root()?;
        let (_, wrapped) = root.create_tenant_key(self.entropy.as_ref(), id, KeyVersion::FIRST)?;
        let row = TenantRow {
            id,
            slug: new.slug,
            title: new.title,
            created_at: now,
            wrapped_keys: vec![wrapped.as_bytes().to_vec()],
            verifier_key: String::new(),
            settings: "{}".to_owned(),
        };
        let mut tenant = self.load_tenant(row, vec![policy.clone()], self.tenants_epoch.now())?;
        tenant.row.verifier_key = tenant.signer.verifier_key().to_string();
        let first = EntryBody::PolicyInForce { policy: Digest(policy.digest), effective_at: now };
        let first = self.entry(&tenant, now, None, None, first)?;
        let administrator = NewKey {
            label: "administrator".to_owned(),
            scopes: Scope::ALL.to_vec(),
            recipient: None,
            purposes: None,
            expires_at: None,
        };
        let (issued, keyed) = self.draw_key(&tenant, None, administrator)?;
        let mut unit = Unit::of(id)
            .guard(Guard::TenantAbsent)
            .change(Change::PutTenant(tenant.row.clone()))
            .change(Change::PutPolicy(policy))
            .entry(first);
        unit.changes.extend(keyed.changes);
        unit.entries.extend(keyed.entries);
        let created = CreatedTenant { tenant: id, verifier_key: tenant.row.verifier_key, administrator: issued };
        tell(&created);
        self.commit(unit).await?;
        Ok(created)
    }

    /// Every tenant, by name.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tenants(&self, after: Option<String>, limit: usize) -> Result<Page<TenantView, String>, VaultError> {
        let page = self.store.tenants(after, limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            rows.push(self.tenant_view(row.id).await?);
        }
        Ok(Page { rows, next: page.next })
    }

    /// One tenant by its name in addresses.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tenant_by_slug(&self, slug: &str) -> Result<Option<TenantView>, VaultError> {
        let known = self.slugs.read().get(slug).copied();
        if let Some(id) = known {
            return Ok(Some(self.tenant_view(id).await?));
        }
        let Some(row) = self.store.tenant_by_slug(slug).await? else { return Ok(None) };
        // INVARIANT: a tenant keeps its name, and no tenant is removed.
        self.slugs.write().insert(row.slug, row.id);
        Ok(Some(self.tenant_view(row.id).await?))
    }

    /// A tenant by its id.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn tenant_view(&self, id: TenantId) -> Result<TenantView, VaultError> {
        let tenant = self.tenant(id).await?;
        let policy = tenant.policy_at(self.now())?;
        Ok(TenantView {
            id,
            slug: tenant.row.slug.clone(),
            title: tenant.row.title.clone(),
            created_at: tenant.row.created_at,
            policy_name: policy.manifest().name.clone(),
            policy_version: policy.manifest().version.clone(),
            policy_digest: policy.digest.clone(),
            effective_at: policy.effective_at,
            verifier_key: tenant.row.verifier_key.clone(),
        })
    }
}

fn check_slug(slug: &str) -> Result<(), VaultError> {
    let letters = slug.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if letters && (1..=63).contains(&slug.len()) && !slug.starts_with('-') {
        return Ok(());
    }
    Err(VaultError::bad("tenant.slug", "a tenant's name in addresses has 1 to 63 of `a` to `z`, `0` to `9` and `-`"))
}
