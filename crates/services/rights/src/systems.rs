//! The systems that a policy declares: which are connected, and the connectors to those that are.

use std::collections::HashMap;
use std::sync::Arc;

use candor_connect::{ConnectError, Connector, Connectors};
use candor_manifest::model::{System, SystemKind};
use candor_places::SystemMap;
use candor_vault::{Caller, ErrorKind, PlanInForce, VaultError};
use candor_words::TenantId;
use parking_lot::Mutex;
use serde::Serialize;

use crate::Rights;

/// The most connectors that are kept.
const REACHED_MAX: usize = 1_024;

/// Connectors that were made, by tenant, policy and system.
#[derive(Default)]
pub(crate) struct Reached(Mutex<HashMap<Key, Arc<dyn Connector>>>);

type Key = (TenantId, String, String);

impl Reached {
    fn get(&self, key: &Key) -> Option<Arc<dyn Connector>> {
        self.0.lock().get(key).cloned()
    }

    fn keep(&self, key: Key, connector: &Arc<dyn Connector>) {
        let mut kept = self.0.lock();
        if kept.len() >= REACHED_MAX {
            kept.clear();
        }
        kept.insert(key, Arc::clone(connector));
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
    /// The environment variable that holds its address where the server runs.
    pub env: String,
    /// Whether the server was given an address for it and can reach its kind.
    pub is_connected: bool,
    /// The places that the policy maps.
    pub places: Vec<String>,
}

impl Rights {
    /// Whether the server was given an address for a system and can reach its kind.
    pub(crate) fn is_connected(&self, slug: &str, system: &System) -> bool {
        self.maker(system.kind).is_some() && self.addresses.address(slug, &system.env).is_some()
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
        Ok(plan.manifest().systems.iter().map(|system| self.view(&slug, system)).collect())
    }

    /// What the tenant is called in addresses.
    pub(crate) async fn slug(&self, tenant: TenantId) -> Result<String, VaultError> {
        Ok(self.vault.tenant_view(tenant).await?.slug)
    }

    fn view(&self, slug: &str, system: &System) -> SystemView {
        SystemView {
            name: system.name.clone(),
            title: system.title.clone(),
            kind: word(system.kind),
            env: system.env.clone(),
            is_connected: self.is_connected(slug, system),
            places: system.places.iter().map(|place| place.name.clone()).collect(),
        }
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
        let missing = || ConnectError::NotConfigured { env: system.env.clone() };
        let maker = self.maker(system.kind).ok_or_else(missing)?;
        let slug = self.slug(tenant).await.map_err(|error| ConnectError::Failed { why: error.code().to_owned() })?;
        let address = self.addresses.address(&slug, &system.env).ok_or_else(missing)?;
        let key = (tenant, plan.manifest().version.clone() + &hex(plan.digest()), name.to_owned());
        if let Some(connector) = self.reached.get(&key) {
            return Ok((map, connector));
        }
        let connector = maker.connect(Arc::clone(&map), &address).await?;
        self.reached.keep(key, &connector);
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
