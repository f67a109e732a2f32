//! The service: what every use case of the front door shares.

use std::sync::{Arc, OnceLock};

use candor_identity_port::{Domains, Passkeys};
use candor_notify::Notify;
use candor_vault::{Caller, TenantView, Vault, VaultError};
use candor_words::{Entropy, Instant, SubjectId, TenantId};

use crate::door::FrontDoor;
use crate::limits::{Limits, OFFERS_MAX};
use crate::oidc::{BackChannels, Clients, Rings};
use crate::profile_image::Pictures;
use crate::risk::{Counting, RiskSettings};
use crate::upstream::Reach;

/// What the service is made of.
pub struct IdentityParts {
    /// The vault, which has the store, the clock, the keys and the carriers of mail.
    pub vault: Arc<Vault>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What runs the ceremonies of passkeys.
    pub passkeys: Arc<dyn Passkeys>,
    /// What carries text messages, when there is a gateway.
    pub sms: Option<Arc<dyn Notify>>,
}

/// The front door of every tenant.
pub struct Identity {
    pub(crate) vault: Arc<Vault>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) passkeys: Arc<dyn Passkeys>,
    pub(crate) sms: Option<Arc<dyn Notify>>,
    pub(crate) limits: Limits,
    /// How many passkey questions were given to pages unasked.
    pub(crate) offers: Limits,
    pub(crate) rings: Rings,
    pub(crate) clients: Arc<Clients>,
    pub(crate) back_channels: BackChannels,
    pub(crate) risk: OnceLock<RiskSettings>,
    pub(crate) counting: Counting,
    /// Who knows what domains publish; nobody, where no resolver is configured.
    pub(crate) domains: OnceLock<Arc<dyn Domains>>,
    pub(crate) reach: Reach,
    pub(crate) pictures: Pictures,
}

impl Identity {
    /// Opens the front door over a vault.
    pub fn open(parts: IdentityParts) -> Arc<Self> {
        let IdentityParts { vault, entropy, passkeys, sms } = parts;
        let (limits, risk, counting) = (Limits::new(), OnceLock::new(), Counting::new());
        let identity = Arc::new(Self {
            vault,
            entropy,
            passkeys,
            sms,
            limits,
            offers: Limits::of(OFFERS_MAX),
            rings: Rings::default(),
            clients: Arc::default(),
            back_channels: BackChannels::default(),
            risk,
            counting,
            domains: OnceLock::new(),
            reach: Reach::default(),
            pictures: Pictures::default(),
        });
        identity.look_on();
        identity.watch_clocks();
        identity
    }

    /// Names who knows what domains publish; the first one named stays.
    pub fn resolve_by(&self, domains: Arc<dyn Domains>) {
        let _ = self.domains.set(domains);
    }

    /// The vault behind it.
    pub const fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.vault.now()
    }

    /// A tenant by its name in addresses.
    ///
    /// # Errors
    /// `tenant.unknown`; the store does not answer.
    pub async fn tenant(&self, slug: &str) -> Result<TenantView, VaultError> {
        self.vault.tenant_by_slug(slug).await?.ok_or_else(|| {
            VaultError::new(candor_vault::ErrorKind::Missing, "tenant.unknown", "there is no such organisation here")
        })
    }

    /// What of the tenant's policy in force is the front door.
    ///
    /// # Errors
    /// `door.none`: the policy lets nobody sign in.
    pub async fn front_door(&self, tenant: TenantId) -> Result<FrontDoor, VaultError> {
        FrontDoor::of(self.vault.plan(tenant, None).await?.manifest())
    }

    /// The same; `None` where people sign in elsewhere alone, and have no password here.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn front_door_if_any(&self, tenant: TenantId) -> Result<Option<FrontDoor>, VaultError> {
        match self.front_door(tenant).await {
            Err(error) if error.code() == "door.none" => Ok(None),
            door => door.map(Some),
        }
    }

    /// The door itself as a caller of the vault: for this crate's use cases alone.
    pub(crate) fn door(&self, tenant: TenantId) -> Caller {
        self.vault.door(tenant)
    }

    /// The person as a caller of the vault: they reach what is about themself.
    pub fn person(&self, tenant: TenantId, subject: SubjectId) -> Caller {
        self.vault.person(tenant, subject)
    }

    /// Draws a token: for the cookie of somebody who is not signed in.
    pub fn draw_token(&self) -> crate::Token {
        crate::Token::draw(self.entropy.as_ref())
    }

    /// Where people reach the pages, without a slash at the end. Never taken from a request.
    pub fn public_url(&self) -> &str {
        self.vault.post().map_or("", |post| post.public_url.as_str())
    }

    /// So many milliseconds from now.
    pub(crate) fn in_ms(&self, ms: i64) -> Instant {
        Instant::from_millis(self.now().as_millis().saturating_add(ms))
    }
}
