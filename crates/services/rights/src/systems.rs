//! The systems that a policy declares: which are connected, and the connectors to those that are.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;

use candor_connect::{ConnectError, Connector, Connectors};
use candor_manifest::Manifest;
use candor_manifest::model::{System, SystemAt, SystemKind};
use candor_places::SystemMap;
use candor_vault::{Caller, ErrorKind, PlanInForce, VaultError};
use candor_words::{SecretId, TenantId};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use parking_lot::Mutex;
use serde::Serialize;

use crate::Rights;

/// The most connectors that are kept.
const REACHED_MAX: usize = 1_024;

/// Connectors that were made, by tenant, policy and system.
#[derive(Default)]
pub(crate) struct Reached(Mutex<HashMap<Key, Made>>);

type Key = (TenantId, String, String);
/// A connector, and the secret that it was made with, if any.
type Made = (Option<SecretId>, Arc<dyn Connector>);

impl Reached {
    /// The connector that was made with the same secret, where there is one.
    fn get(&self, key: &Key, secret: Option<SecretId>) -> Option<Arc<dyn Connector>> {
        self.0.lock().get(key).filter(|(known, _)| *known == secret).map(|(_, connector)| Arc::clone(connector))
    }

    fn keep(&self, key: Key, secret: Option<SecretId>, connector: &Arc<dyn Connector>) {
        let mut kept = self.0.lock();
        if kept.len() >= REACHED_MAX {
            kept.clear();
        }
        kept.insert(key, (secret, Arc::clone(connector)));
    }

    fn forget(&self, key: &Key) {
        self.0.lock().remove(key);
    }
}

/// A system of the policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemView {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: &'static str,
    /// The environment variable that holds its address where the server runs; none when a secret does.
    pub env: Option<String>,
    /// The secret of the tenant that holds its address; none when a variable does.
    pub secret: Option<String>,
    /// Whether the server was given an address for it and can reach its kind.
    pub is_connected: bool,
    /// The places that the policy maps.
    pub places: Vec<String>,
}

impl Rights {
    /// Whether the server was given an address for a system, or the tenant has its secret, and its kind can be reached.
    pub(crate) async fn is_connected(
        &self,
        tenant: TenantId,
        slug: &str,
        manifest: &Manifest,
        system: &System,
    ) -> Result<bool, VaultError> {
        if self.maker(system.kind).is_none() {
            return Ok(false);
        }
        match &system.at {
            SystemAt::Env(env) => Ok(self.addresses.address(slug, env).is_some()),
            SystemAt::Secret(secret) => self.has_secret(tenant, manifest, secret).await,
        }
    }

    /// The systems that are meant and connected, each with where it stands in the policy; no more are looked at than are taken.
    pub(crate) fn connected<'a>(
        &'a self,
        tenant: TenantId,
        slug: &'a str,
        manifest: &'a Manifest,
        is_meant: impl Fn(&System) -> bool + Send + 'a,
    ) -> impl Stream<Item = Result<(usize, &'a System), VaultError>> + Send + 'a {
        let meant = manifest.systems.iter().enumerate().filter(move |(_, system)| is_meant(system));
        stream::iter(meant).filter_map(move |(at, system)| async move {
            let is_connected = self.is_connected(tenant, slug, manifest, system).await;
            is_connected.map(|is_connected| is_connected.then_some((at, system))).transpose()
        })
    }

    /// Whether any of some systems is connected.
    pub(crate) async fn reaches_any(
        &self,
        tenant: TenantId,
        slug: &str,
        manifest: &Manifest,
        is_meant: impl Fn(&System) -> bool + Send,
    ) -> Result<bool, VaultError> {
        let mut connected = pin!(self.connected(tenant, slug, manifest, is_meant));
        Ok(connected.try_next().await?.is_some())
    }

    fn maker(&self, kind: SystemKind) -> Option<&Arc<dyn Connectors>> {
        self.connectors.iter().find(|(known, _)| *known == kind).map(|(_, maker)| maker)
    }

    /// The systems of the policy in force.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn systems(&self, caller: &Caller) -> Result<Vec<SystemView>, VaultError> {
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let slug = self.slug(caller.tenant()).await?;
        let mut views = Vec::new();
        for system in &plan.manifest().systems {
            let is_connected = self.is_connected(caller.tenant(), &slug, plan.manifest(), system).await?;
            views.push(view(system, is_connected));
        }
        Ok(views)
    }

    /// What the tenant is called in addresses.
    pub(crate) async fn slug(&self, tenant: TenantId) -> Result<String, VaultError> {
        Ok(self.vault.tenant_view(tenant).await?.slug)
    }

    /// The map of a system of a plan, and the connector to it.
    pub(crate) async fn reach(
        &self,
        tenant: TenantId,
        plan: &PlanInForce,
        name: &str,
    ) -> Result<(Arc<SystemMap>, Arc<dyn Connector>), ConnectError> {
        let system = plan.manifest().systems.iter().find(|system| system.name == name);
        let Some(system) = system else {
            let what = format!("the policy declares no system `{name}` any more");
            return Err(ConnectError::SchemaDiffers { what });
        };
        let map = Arc::new(SystemMap::of(plan.manifest(), system));
        let missing = || ConnectError::NotConfigured { env: system.at.holder() };
        let maker = self.maker(system.kind).ok_or_else(missing)?;
        let slug = self.slug(tenant).await.map_err(|error| ConnectError::Failed { why: error.code().to_owned() })?;
        let key = (tenant, plan.manifest().version.clone() + &hex(plan.digest()), name.to_owned());
        let (address, secret) = match &system.at {
            SystemAt::Env(env) => (self.addresses.address(&slug, env).ok_or_else(missing)?, None),
            SystemAt::Secret(secret) => {
                let lent = self.lent(tenant, &slug, plan.manifest(), secret).await;
                // What was made with a secret that is not lent any more is not kept.
                let (address, id) = lent.inspect_err(|_| self.reached.forget(&key))?;
                (address, Some(id))
            }
        };
        if let Some(connector) = self.reached.get(&key, secret) {
            return Ok((map, connector));
        }
        let connector = maker.connect(Arc::clone(&map), &address).await?;
        self.reached.keep(key, secret, &connector);
        Ok((map, connector))
    }

    /// Has the next step connect anew.
    pub(crate) fn let_go(&self, tenant: TenantId, plan: &PlanInForce, name: &str) {
        let key = (tenant, plan.manifest().version.clone() + &hex(plan.digest()), name.to_owned());
        self.reached.forget(&key);
    }

    /// The plan of a version by its digest.
    pub(crate) async fn plan_of(&self, tenant: TenantId, digest: &str) -> Result<PlanInForce, VaultError> {
        let plan = self.vault.plan_of(tenant, digest).await?;
        plan.ok_or_else(|| VaultError::new(ErrorKind::Internal, "store.damaged", "the policy cannot be read back"))
    }
}

fn view(system: &System, is_connected: bool) -> SystemView {
    let (env, secret) = match &system.at {
        SystemAt::Env(env) => (Some(env.clone()), None),
        SystemAt::Secret(secret) => (None, Some(secret.name.clone())),
    };
    SystemView {
        name: system.name.clone(),
        title: system.title.clone(),
        kind: word(system.kind),
        env,
        secret,
        is_connected,
        places: system.places.iter().map(|place| place.name.clone()).collect(),
    }
}

/// A kind of system as the policy writes it.
pub(crate) const fn word(kind: SystemKind) -> &'static str {
    match kind {
        SystemKind::Postgres => "postgres",
        SystemKind::Mariadb => "mariadb",
        SystemKind::Sqlite => "sqlite",
        SystemKind::Ldap => "ldap",
        SystemKind::Scim => "scim",
        SystemKind::Http => "http",
        SystemKind::Files => "files",
        SystemKind::Opendsr => "opendsr",
    }
}

fn hex(digest: &[u8; 32]) -> String {
    candor_words::to_hex(digest)
}
