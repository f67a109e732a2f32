//! A tenant's policy: put into force, held in versions.

use std::sync::Arc;

use candor_decision::Plan;
use candor_ledger::{Digest, EntryBody};
use candor_manifest::{Manifest, Source};
use candor_store::{Change, PolicyRow, Unit};
use candor_words::{Instant, TenantId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::notices::{Due, NoticeDue};
use crate::tenant::Policy;
use crate::{Vault, VaultError};

/// A version of a policy.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyView {
    /// SHA-256 of its files, in hexadecimal.
    pub digest: String,
    /// The version as written.
    pub version: String,
    /// Its title.
    pub name: String,
    /// From when on it decides.
    pub effective_at: Instant,
    /// When it was put.
    pub put_at: Instant,
    /// What its changes ask to be told; `None` when nobody must be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeDue>,
}

/// What became of a policy that was named at the start of a server.
#[derive(Debug, Clone)]
pub enum PutAtStart {
    /// It is new, and was put.
    Put(PolicyView),
    /// It is the newest version.
    Newest(PolicyView),
    /// It was put before, and others after it: nothing was changed.
    Earlier {
        /// What was named.
        named: PolicyView,
        /// The version that was put last.
        newest: PolicyView,
    },
}

/// A plan that decides, kept alive while somebody looks at it.
#[derive(Clone)]
pub struct PlanInForce(Arc<Policy>);

impl std::ops::Deref for PlanInForce {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        &self.0.plan
    }
}

impl Vault {
    /// Puts a new version of the policy into force, now or at its effective date.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the policy has errors; its date leaves less time than the version in force
    /// promises for notice; notice by mail is promised and no mail can be sent.
    pub async fn put_policy(&self, caller: &Caller, sources: Vec<(String, String)>) -> Result<PolicyView, VaultError> {
        caller.needs(Scope::Admin)?;
        self.put_policy_of(caller.tenant(), Some(caller.key()), sources).await
    }

    /// Puts a policy on behalf of whoever holds the machine: `candor serve POLICY`.
    ///
    /// # Errors
    /// The policy has errors, or comes too early for the notice that is promised.
    pub async fn put_policy_of(
        &self,
        id: TenantId,
        by: Option<candor_words::ApiKeyId>,
        sources: Vec<(String, String)>,
    ) -> Result<PolicyView, VaultError> {
        let now = self.now();
        let mut row = policy_row(now, sources)?;
        let mut policy = Policy::compile(checked(&row.sources)?, row.digest, row.effective_at, now)?;
        let tenant = self.tenant(id).await?;
        if let Some(same) = tenant.policies.last().filter(|last| last.plan.digest() == &row.digest) {
            return Ok(view(same));
        }
        let Due { effective_at, job } = self.due(&tenant, &policy, now)?;
        (row.effective_at, policy.effective_at) = (effective_at, effective_at);
        let body = EntryBody::PolicyInForce { policy: Digest(row.digest), effective_at: row.effective_at };
        let entry = self.entry(&tenant, now, None, by, body)?;
        // Every subject is looked at again once the new rules are in force.
        let again = self.look_again_job(id, &policy.digest, effective_at);
        let mut unit = Unit::of(id).change(Change::PutPolicy(row)).change(Change::PutJob(again)).entry(entry);
        unit.changes.extend(job.map(Change::PutJob));
        self.commit_then(unit, self.tenants_epoch.moving_on()).await?;
        let tenant = self.tenant(id).await?;
        let put = tenant.policies.iter().rev().find(|known| known.digest == policy.digest);
        Ok(view(put.map_or(&policy, |put| put)))
    }

    /// Puts the policy that a server was started with, unless it was ever put before: a start takes back nothing that
    /// was put since.
    ///
    /// # Errors
    /// The policy has errors, or comes too early for the notice that is promised.
    pub async fn put_at_start(&self, id: TenantId, sources: Vec<(String, String)>) -> Result<PutAtStart, VaultError> {
        let digest = digest_of(&sources);
        let tenant = self.tenant(id).await?;
        let newest = tenant.policies.iter().max_by_key(|policy| policy.put_at);
        match (tenant.policy_of(&digest), newest) {
            (Some(_), Some(newest)) if newest.plan.digest() == &digest => Ok(PutAtStart::Newest(view(newest))),
            (Some(named), Some(newest)) => Ok(PutAtStart::Earlier { named: view(named), newest: view(newest) }),
            _ => self.put_policy_of(id, None, sources).await.map(PutAtStart::Put),
        }
    }

    /// Every version, ascending by the instant from which it decides.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn policies(&self, tenant: TenantId) -> Result<Vec<PolicyView>, VaultError> {
        Ok(self.tenant(tenant).await?.policies.iter().map(|policy| view(policy)).collect())
    }

    /// The plan that decides at an instant; now, when none is named.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn plan(&self, tenant: TenantId, at: Option<Instant>) -> Result<PlanInForce, VaultError> {
        let tenant = self.tenant(tenant).await?;
        Ok(PlanInForce(Arc::clone(tenant.policy_at(at.unwrap_or_else(|| self.now()))?)))
    }

    /// The plan of the version with a digest, as [`PolicyView`] writes it; in force or not.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn plan_of(&self, tenant: TenantId, digest: &str) -> Result<Option<PlanInForce>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let found = tenant.policies.iter().find(|policy| policy.digest == digest);
        Ok(found.map(|policy| PlanInForce(Arc::clone(policy))))
    }
}

/// Checks a policy; every error becomes one text with its lines underlined.
pub(crate) fn checked(sources: &[(String, String)]) -> Result<Manifest, VaultError> {
    let sources: Vec<Source> =
        sources.iter().map(|(path, text)| Source { path: path.clone(), text: text.clone() }).collect();
    candor_manifest::check(&sources).map(|checked| checked.manifest).map_err(|diagnostics| {
        VaultError::unprocessable("policy.has_errors", "the policy was not put into force: it has errors")
            .detail("diagnostics", candor_manifest::render(&diagnostics, &sources, false))
            .help("run `candor check` on it and mend what it underlines")
    })
}

pub(crate) fn policy_row(now: Instant, sources: Vec<(String, String)>) -> Result<PolicyRow, VaultError> {
    let manifest = checked(&sources)?;
    let effective_at = manifest.effective.filter(|at| *at > now).unwrap_or(now);
    Ok(PolicyRow { digest: digest_of(&sources), effective_at, put_at: now, sources })
}

/// SHA-256 over every file's path and text, each preceded by its length.
pub fn digest_of(sources: &[(String, String)]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for (path, text) in sources {
        for part in [path, text] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    Digest::of(&bytes).0
}

fn view(policy: &Policy) -> PolicyView {
    PolicyView {
        digest: policy.digest.clone(),
        version: policy.manifest().version.clone(),
        name: policy.manifest().name.clone(),
        effective_at: policy.effective_at,
        put_at: policy.put_at,
        notice: policy.since.as_ref().and_then(|since| since.telling.as_ref()).map(NoticeDue::from),
    }
}
