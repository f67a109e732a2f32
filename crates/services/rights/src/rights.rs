//! The service itself: what it reaches systems by, and what is under way in this process.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::Connectors;
use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, SystemKind};
use candor_places::Mark;
use candor_vault::{Beyond, Caller, FromSystem, NamedBy, PAGE_MAX, RUN_SLIPS, Vault, VaultError};
use candor_words::{Instant, RequestId, Secret, SubjectId, TenantId};
use parking_lot::Mutex;
use tokio::sync::mpsc::Receiver;

use crate::begin::Beginning;
use crate::corrected::{any_receives, maps_any};
use crate::drp::AgentParts;
use crate::joining::Joining;
use crate::machine::Which;
use crate::pushed::can_hold;
use crate::recipients::{Teller, any_told};
use crate::run::Run;
use crate::systems::Reached;
use crate::turns::Turns;

/// How long one step may take at one go, when nothing else is said.
pub const STEP_WAIT: Duration = Duration::from_secs(600);

/// Where systems are: what the environment variables hold that a policy may name, and where secrets may lead.
pub trait Addresses: Send + Sync + 'static {
    /// The address that a variable holds; none when it is not set, or the policy of the tenant of that slug may not name it.
    fn address(&self, slug: &str, env: &str) -> Option<Secret<String>>;

    /// Whether a secret of the tenant of that slug may lead the server to a web address.
    fn may_lead_to(&self, slug: &str, url: &str) -> bool;
}

/// What the service is made of.
pub struct RightsParts {
    /// The vault.
    pub vault: Arc<Vault>,
    /// A maker of connectors for each kind of system that can be reached.
    pub connectors: Vec<(SystemKind, Arc<dyn Connectors>)>,
    /// Where systems are.
    pub addresses: Arc<dyn Addresses>,
    /// How long one step may take at one go.
    pub step_wait: Duration,
}

/// A part of a step of a request, while it is under way.
pub(crate) type Flying = (RequestId, usize, Which);

/// Carries requests out in connected systems.
pub struct Rights {
    pub(crate) vault: Arc<Vault>,
    pub(crate) connectors: Vec<(SystemKind, Arc<dyn Connectors>)>,
    pub(crate) addresses: Arc<dyn Addresses>,
    pub(crate) step_wait: Duration,
    pub(crate) reached: Reached,
    /// One after the other for one person in one system, and for what is kept of one request.
    pub(crate) turns: Turns,
    pub(crate) flying: Mutex<HashSet<Flying>>,
    /// Parts that wait for their systems.
    pub(crate) joining: Joining,
    /// Requests of batches that wait to be begun.
    pub(crate) beginning: Beginning,
    /// What posts notices to recipients.
    pub(crate) teller: OnceLock<Teller>,
    /// The systems in which retention is under way.
    pub(crate) keeping: Mutex<HashSet<(TenantId, String)>>,
    /// What requests that agents bring need from outside.
    pub(crate) agents: OnceLock<AgentParts>,
    pub(crate) this: Weak<Self>,
}

impl Rights {
    /// Makes the service, and lets the vault carry requests out by it.
    pub fn open(parts: RightsParts) -> Arc<Self> {
        let RightsParts { vault, connectors, addresses, step_wait } = parts;
        let rights = Arc::new_cyclic(|this| Self {
            vault,
            connectors,
            addresses,
            step_wait,
            reached: Reached::default(),
            turns: Turns::default(),
            flying: Mutex::default(),
            joining: Joining::default(),
            beginning: Beginning::default(),
            teller: OnceLock::new(),
            keeping: Mutex::default(),
            agents: OnceLock::new(),
            this: Weak::clone(this),
        });
        let beyond: Arc<dyn Beyond> = Arc::clone(&rights) as Arc<dyn Beyond>;
        rights.vault.reach_by(&beyond);
        rights
    }

    /// Goes on with every request that was on its way when the server ended, or its backup was made.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn resume_all(&self) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.vault.tenants(after, PAGE_MAX).await?;
            for tenant in &page.rows {
                self.resume_of(tenant.id).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn resume_of(&self, tenant: TenantId) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.vault.slips(tenant, RUN_SLIPS, None, after, PAGE_MAX).await?;
            let runs = page.rows.iter().map(|slip| Run::read(&slip.body)).collect::<Result<Vec<Run>, _>>()?;
            self.kick_all(tenant, runs.iter().filter(|run| run.approved_at.is_some()).map(|run| run.request).collect());
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

#[async_trait]
impl Beyond for Rights {
    async fn reaches(&self, tenant: TenantId, slug: &str, manifest: &Manifest) -> Result<bool, VaultError> {
        Ok(any_told(manifest) || self.reaches_any(tenant, slug, manifest, |_| true).await?)
    }

    async fn holds(&self, tenant: TenantId, slug: &str, manifest: &Manifest, mark: &Mark) -> Result<bool, VaultError> {
        let is_told = *mark == Mark::Restriction && any_told(manifest);
        Ok(is_told || self.reaches_any(tenant, slug, manifest, |system| can_hold(manifest, system, mark)).await?)
    }

    async fn corrects(
        &self,
        tenant: TenantId,
        slug: &str,
        manifest: &Manifest,
        fields: &[FieldIx],
    ) -> Result<bool, VaultError> {
        let is_told = any_receives(manifest, fields);
        Ok(is_told || self.reaches_any(tenant, slug, manifest, |system| maps_any(system, fields)).await?)
    }

    async fn begin(&self, caller: &Caller, request: RequestId) -> Result<(), VaultError> {
        self.approve(caller, request, crate::Approval::default()).await.map(drop)
    }

    fn read(&self, tenant: TenantId, people: Vec<(SubjectId, Vec<NamedBy>)>) -> Vec<Receiver<FromSystem>> {
        match self.this.upgrade() {
            Some(this) => this.read_all(tenant, people),
            None => people.iter().map(|_| tokio::sync::mpsc::channel(1).1).collect(),
        }
    }

    async fn go_on(&self, tenant: TenantId, request: RequestId) -> Result<Option<Instant>, VaultError> {
        self.watch(tenant, request).await
    }
}
