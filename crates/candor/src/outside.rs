//! What the front door needs from outside, put together from the configuration.

use std::sync::Arc;

use candor_backchannel::HttpBackChannel;
use candor_dns::DnsResolver;
use candor_dsr_face::Processor;
use candor_identity::{Identity, IdentityParts, ProfileImageParts, RiskSettings, UpstreamParts};
use candor_ldap_bind::LdapDirectory;
use candor_notify::Notify;
use candor_passkeys::WebAuthn;
use candor_seal::SystemEntropy;
use candor_upstream::Upstreams;
use candor_vault::Vault;
use candor_words::SystemClock;

use crate::config::Config;
use crate::trouble::Trouble;

/// The carriers and adapters at hand.
pub struct Outside {
    sms: Option<Arc<dyn Notify>>,
    risk: RiskSettings,
    resolver: Option<DnsResolver>,
    upstream: Upstreams,
    processor: Option<Arc<Processor>>,
    pictures: Option<ProfileImageParts>,
}

impl Outside {
    /// Makes them, before anything long is begun.
    ///
    /// # Errors
    /// A file or address in the configuration that cannot be used.
    pub fn of(config: &Config) -> Result<Self, Trouble> {
        let resolver = config.resolver.map(|address| {
            DnsResolver::at(address)
                .map_err(|error| Trouble::bad_input(format!("ask the DNS resolver at `{address}`"), error))
        });
        // Making it asks nobody anything: what a provider is asked is asked after somebody agreed.
        let upstream = Upstreams::new(Arc::new(SystemClock), None);
        let upstream = upstream.map_err(|error| Trouble::bad_input("reach upstream providers", error))?;
        let resolver = resolver.transpose()?;
        let (sms, risk, processor) = (config.sms.carrier()?, config.risk.settings()?, config.opendsr.processor()?);
        let pictures = config.profile_image.parts()?;
        Ok(Self { sms, risk, resolver, upstream, processor, pictures })
    }

    /// Who this server is to organisations that send requests.
    pub fn processor(&self) -> Option<Arc<Processor>> {
        self.processor.clone()
    }

    /// Opens the front door over a vault.
    pub fn identity(self, vault: &Arc<Vault>) -> Arc<Identity> {
        let identity = Identity::open(IdentityParts {
            vault: Arc::clone(vault),
            entropy: Arc::new(SystemEntropy),
            passkeys: Arc::new(WebAuthn),
            sms: self.sms,
        });
        identity.judge_by(self.risk);
        identity.tell_applications_by(Arc::new(HttpBackChannel::new()));
        if let Some(resolver) = self.resolver {
            identity.resolve_by(Arc::new(resolver));
        }
        if let Some(pictures) = self.pictures {
            identity.picture_by(pictures);
        }
        identity.reach_by(UpstreamParts { upstream: Arc::new(self.upstream), directory: Arc::new(LdapDirectory) });
        identity
    }
}
