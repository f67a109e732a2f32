//! Where the address of a system is kept, with what Candor proves itself with there: never in the policy.

use serde::Serialize;

use super::{Manifest, PurposeIx, RecipientIx};

/// Where the address of a system is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemAt {
    /// In an environment variable of the server, of this name.
    Env(String),
    /// In a secret of the tenant.
    Secret(SystemSecret),
}

/// A secret of the tenant, and what it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemSecret {
    /// What the tenant calls it.
    pub name: String,
    /// The purpose it serves.
    pub purpose: PurposeIx,
    /// The recipient it is shown to.
    pub recipient: RecipientIx,
}

impl SystemAt {
    /// As the manifest writes it: `env NAME`, or `secret NAME for PURPOSE with RECIPIENT`.
    pub fn clause(&self, manifest: &Manifest) -> String {
        match self {
            Self::Env(env) => format!("env {env}"),
            Self::Secret(secret) => {
                let (purpose, recipient) = secret.bound_to(manifest);
                format!("secret {} for {purpose} with {recipient}", secret.name)
            }
        }
    }

    /// What holds the address, as errors name it.
    pub fn holder(&self) -> String {
        match self {
            Self::Env(env) => env.clone(),
            Self::Secret(secret) => format!("secret {}", secret.name),
        }
    }
}

impl SystemSecret {
    /// The names of its purpose and its recipient.
    pub fn bound_to<'a>(&self, manifest: &'a Manifest) -> (&'a str, &'a str) {
        let purpose = manifest.purposes.get(self.purpose.at()).map_or("", |purpose| purpose.name.as_str());
        let recipient = manifest.recipients.get(self.recipient.at()).map_or("", |recipient| recipient.name.as_str());
        (purpose, recipient)
    }
}
