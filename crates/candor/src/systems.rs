//! The systems that requests reach: a maker of connectors for each kind, and which variables of the environment hold addresses.
//!
//! A policy names the variable that holds a system's address, and whoever administers a tenant writes its policy: it may name
//! only what the operator said it may, tenant by tenant. Otherwise a policy could have the server take its own keys, or
//! another tenant's database, for an address. See ADR 34.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_call::origin;
use candor_connect::{ConnectError, Connector, Connectors};
use candor_connect_files::Folders;
use candor_connect_http::WebServices;
use candor_connect_opendsr::Organisations;
use candor_connect_scim::ScimServices;
use candor_manifest::model::SystemKind;
use candor_places::SystemMap;
use candor_rights::{Addresses, AgentParts, Rights, RightsParts, STEP_WAIT};
use candor_seal::SystemEntropy;
use candor_vault::Vault;
use candor_words::{Secret, SystemClock};
use tokio::sync::watch;

use crate::trouble::Trouble;

/// How often it is looked whether retention is due in a system.
const KEEP_INTERVAL: Duration = Duration::from_secs(2);
/// The most variables that are allowed.
const VARIABLES_MAX: usize = 1_024;

/// A maker of connectors for each kind of system that this program reaches: a line each.
fn connectors() -> Vec<(SystemKind, Arc<dyn Connectors>)> {
    vec![
        (SystemKind::Sqlite, by(candor_connect_sql::sqlite)),
        (SystemKind::Postgres, by(candor_connect_sql::postgres)),
        (SystemKind::Mariadb, by(candor_connect_sql::mariadb)),
        (SystemKind::Ldap, by(candor_connect_ldap::ldap)),
        (SystemKind::Scim, Arc::new(ScimServices)),
        (SystemKind::Http, Arc::new(WebServices)),
        (SystemKind::Files, Arc::new(Folders)),
        (SystemKind::Opendsr, Arc::new(Organisations::new(Arc::new(SystemClock), Arc::new(SystemEntropy)))),
    ]
}

/// Makes one connector of a kind.
type Make = fn(Arc<SystemMap>, &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError>;

/// A maker of connectors that connect when they are first asked.
struct By(Make);

fn by(make: Make) -> Arc<dyn Connectors> {
    Arc::new(By(make))
}

#[async_trait]
impl Connectors for By {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        (self.0)(map, address)
    }
}

/// Opens the service that carries requests out in connected systems.
pub fn rights(vault: &Arc<Vault>, allowed: Allowed) -> Arc<Rights> {
    let rights = Rights::open(RightsParts {
        vault: Arc::clone(vault),
        connectors: connectors(),
        addresses: Arc::new(allowed),
        step_wait: STEP_WAIT,
    });
    rights.hear_agents_by(AgentParts { entropy: Arc::new(SystemEntropy) });
    rights
}

/// Carries keep rules out in connected systems, each when its time has come, until told to stop.
pub async fn keep(rights: Arc<Rights>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = rights.keep_systems().await {
            tracing::warn!(code = error.code(), "a pass over what is kept in connected systems was cut short");
        }
        tokio::select! {
            () = tokio::time::sleep(KEEP_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
    }
}

/// Which variables the policy of each tenant may name, and to which origins its secrets may lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(BTreeMap<String, BTreeSet<String>>);

impl Allowed {
    /// Reads them from `SLUG:VARIABLE` and `SLUG:https://HOST` pairs and from the file's table.
    ///
    /// # Errors
    /// A pair without a colon, a variable that is the server's own, or too many.
    pub fn of(pairs: &[String], file: &BTreeMap<String, Vec<String>>) -> Result<Self, Trouble> {
        let attempted = "read which variables policies may name";
        let mut allowed = Self::default();
        for pair in pairs {
            let (slug, variable) = pair.split_once(':').ok_or_else(|| {
                Trouble::bad_input(attempted, format!("`{pair}` is not of the form `TENANT:VARIABLE`"))
                    .next("name the tenant and the variable, as `shop:SHOP_DATABASE`")
            })?;
            allowed.add(slug, variable)?;
        }
        for (slug, variables) in file {
            for variable in variables {
                allowed.add(slug, variable)?;
            }
        }
        if allowed.0.values().map(BTreeSet::len).sum::<usize>() > VARIABLES_MAX {
            return Err(Trouble::bad_input(attempted, format!("there are more than {VARIABLES_MAX}")));
        }
        Ok(allowed)
    }

    fn add(&mut self, slug: &str, variable: &str) -> Result<(), Trouble> {
        let is_name = |text: &str| !text.is_empty() && text.len() <= 128 && !text.contains(char::is_whitespace);
        // The server's own settings and keys are no system's address, whoever allows it.
        let is_own = variable.starts_with("CANDOR_") && !variable.starts_with("CANDOR_SYSTEM_");
        let is_origin = variable.contains("://");
        if is_origin && is_name(slug) {
            // No more than an origin is said: a path would promise a bound that nothing keeps.
            let origin = origin(variable).filter(|origin| *origin == variable.trim_end_matches('/').to_lowercase());
            let origin = origin.ok_or_else(|| {
                Trouble::bad_input(
                    format!("let secrets of `{slug}` lead to `{variable}`"),
                    "it is no origin of a web service",
                )
                .next("write scheme, host and perhaps port, as `https://api.example`")
            })?;
            self.0.entry(slug.to_owned()).or_default().insert(origin);
            return Ok(());
        }
        if !is_name(slug) || !is_name(variable) || is_own {
            return Err(Trouble::bad_input(
                format!("let the policy of `{slug}` name `{variable}`"),
                "it is empty, too long, or one of the server's own variables",
            )
            .next("name a variable that holds nothing but a system's address"));
        }
        self.0.entry(slug.to_owned()).or_default().insert(variable.to_owned());
        Ok(())
    }
}

impl Addresses for Allowed {
    fn address(&self, slug: &str, env: &str) -> Option<Secret<String>> {
        let is_allowed = self.0.get(slug).is_some_and(|variables| variables.contains(env));
        let address = is_allowed.then(|| std::env::var(env).ok()).flatten();
        address.filter(|address| !address.trim().is_empty()).map(Secret::new)
    }

    fn may_lead_to(&self, slug: &str, url: &str) -> bool {
        origin(url).is_some_and(|origin| self.0.get(slug).is_some_and(|allowed| allowed.contains(&origin)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_only_what_its_tenant_was_given() {
        let file = BTreeMap::from([("forum".to_owned(), vec!["HOME".to_owned()])]);
        let allowed = Allowed::of(&["shop:PATH".to_owned()], &file).unwrap();
        assert!(allowed.address("shop", "PATH").is_some());
        assert!(allowed.address("forum", "HOME").is_some());
        for (slug, env) in [("forum", "PATH"), ("shop", "HOME"), ("other", "PATH"), ("shop", "NOT_SET_ANYWHERE")] {
            assert!(allowed.address(slug, env).is_none(), "{slug} {env}");
        }
    }

    #[test]
    fn a_secret_leads_only_to_an_origin_that_its_tenant_was_given() {
        let allowed = Allowed::of(&["shop:https://api.example".to_owned()], &BTreeMap::new()).unwrap();
        assert!(allowed.may_lead_to("shop", "https://API.example/v1"));
        assert!(allowed.may_lead_to("shop", "https://api.example:443/v1"));
        for url in [
            "https://api.example:8443/",
            "http://api.example/",
            "https://api.example.evil.example/",
            "https://api.example@evil.example/",
            "nothing",
        ] {
            assert!(!allowed.may_lead_to("shop", url), "{url}");
        }
        assert!(!allowed.may_lead_to("forum", "https://api.example/"));
        for pair in ["shop:https://api.example/path", "shop:ftp://api.example", "shop:https://a@api.example"] {
            assert!(Allowed::of(&[pair.to_owned()], &BTreeMap::new()).is_err(), "{pair}");
        }
    }

    #[test]
    fn the_servers_own_variables_are_nobodys_address() {
        for pair in ["shop:CANDOR_ROOT_KEY", "shop:CANDOR_API_KEY", "shop", ":X", "shop:"] {
            assert!(Allowed::of(&[pair.to_owned()], &BTreeMap::new()).is_err(), "{pair}");
        }
        assert!(Allowed::of(&["shop:CANDOR_SYSTEM_SHOP".to_owned()], &BTreeMap::new()).is_ok());
    }
}
