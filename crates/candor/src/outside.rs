//! What the front door needs from outside, put together from the configuration.

use std::sync::Arc;

use candor_identity::{Identity, IdentityParts};
use candor_notify::Notify;
use candor_passkeys::WebAuthn;
use candor_seal::SystemEntropy;
use candor_vault::Vault;

use crate::config::Config;
use crate::trouble::Trouble;

/// The carriers and adapters at hand.
pub struct Outside {
    sms: Option<Arc<dyn Notify>>,
}

impl Outside {
    /// Makes them, before anything long is begun.
    ///
    /// # Errors
    /// A file or address in the configuration that cannot be used.
    pub fn of(config: &Config) -> Result<Self, Trouble> {
        Ok(Self { sms: config.sms.carrier()? })
    }

    /// Opens the front door over a vault.
    pub fn identity(self, vault: &Arc<Vault>) -> Arc<Identity> {
        Identity::open(IdentityParts {
            vault: Arc::clone(vault),
            entropy: Arc::new(SystemEntropy),
            passkeys: Arc::new(WebAuthn),
            sms: self.sms,
        })
    }
}
