//! Systems whose address a secret of the tenant holds: it is asked of the vault for each step, and leads only where the operator
//! lets it.
//!
//! Each time is a use that the ledger tells, refused or not. Another secret under the same name is used from the next step on; once
//! it is removed, the system is not connected. A tenant writes its secrets itself, so that without the operator's list one could have
//! the server ask whatever answers beside it (ADR 41).

use std::collections::BTreeMap;

use candor_connect::ConnectError;
use candor_manifest::Manifest;
use candor_manifest::model::SystemSecret;
use candor_vault::{ErrorKind, SecretAsk, VaultError};
use candor_words::{Secret, SecretId, TenantId};

use crate::Rights;

/// The parts of a secret that are addresses.
const ADDRESSES: [&str; 2] = ["url", "token_url"];

impl Rights {
    /// Whether the tenant has the secret that a system stands at.
    pub(crate) async fn has_secret(
        &self,
        tenant: TenantId,
        manifest: &Manifest,
        secret: &SystemSecret,
    ) -> Result<bool, VaultError> {
        self.vault.has_secret(ask(tenant, manifest, secret)).await
    }

    /// The address that a secret holds, with the credentials, as one text; and which secret it is.
    pub(crate) async fn lent(
        &self,
        tenant: TenantId,
        slug: &str,
        manifest: &Manifest,
        secret: &SystemSecret,
    ) -> Result<(Secret<String>, SecretId), ConnectError> {
        let missing = || ConnectError::SecretMissing { secret: secret.name.clone() };
        let refused = |why: String| ConnectError::SecretRefused { secret: secret.name.clone(), why };
        let lent = self.vault.use_secret(ask(tenant, manifest, secret)).await.map_err(|error| match error.kind() {
            ErrorKind::Missing => missing(),
            ErrorKind::Unavailable | ErrorKind::Internal | ErrorKind::Conflict => {
                ConnectError::Unreachable { why: format!("the vault did not lend its secret ({})", error.code()) }
            }
            _ => refused(error.message().to_owned()),
        })?;
        if !lent.parts.contains_key("url") {
            return Err(refused("it has no part `url`; put it again with the service's address".to_owned()));
        }
        let addresses = ADDRESSES.iter().filter_map(|name| lent.parts.get(*name).map(|part| (*name, part)));
        for (name, part) in addresses {
            if !self.addresses.may_lead_to(slug, part.expose()) {
                let next = "have the operator allow the service's origin to the tenant, such as `https://api.example`";
                return Err(refused(format!(
                    "its part `{name}` leads where this server does not go for the tenant; {next}"
                )));
            }
        }
        let parts: BTreeMap<&str, &str> =
            lent.parts.iter().map(|(name, part)| (name.as_str(), part.expose().as_str())).collect();
        let text = serde_json::to_string(&parts).map_err(|_| refused("it cannot be read".to_owned()))?;
        Ok((Secret::new(text), lent.id))
    }
}

fn ask<'a>(tenant: TenantId, manifest: &'a Manifest, secret: &'a SystemSecret) -> SecretAsk<'a> {
    let (purpose, recipient) = secret.bound_to(manifest);
    SecretAsk { tenant, name: &secret.name, purpose, recipient }
}
