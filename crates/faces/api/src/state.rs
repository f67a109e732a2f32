//! What every operation reaches: the vault, and the rate of each key.

use std::sync::Arc;
use std::time::Instant;

use candor_http::{Problem, Rate, Throttle};
use candor_identity::Identity;
use candor_rights::Rights;
use candor_vault::{ErrorKind, Vault, VaultError};

/// What the API is made of.
#[derive(Clone)]
pub struct ApiState {
    vault: Arc<Vault>,
    identity: Option<Arc<Identity>>,
    rights: Option<Arc<Rights>>,
    throttle: Arc<Throttle>,
    // A steady clock for rates; it says nothing about the time of day.
    started_at: Instant,
}

impl ApiState {
    /// Puts it together.
    pub fn new(vault: Arc<Vault>, rate: Rate) -> Self {
        Self {
            vault,
            identity: None,
            rights: None,
            throttle: Arc::new(Throttle::new(rate)),
            started_at: Instant::now(),
        }
    }

    /// Lets the front door be administered too.
    #[must_use]
    pub fn with_door(self, identity: Arc<Identity>) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// Lets requests be carried out in connected systems too.
    #[must_use]
    pub fn with_rights(self, rights: Arc<Rights>) -> Self {
        Self { rights: Some(rights), ..self }
    }

    /// Whoever carries requests out in connected systems.
    pub(crate) fn rights(&self) -> Result<&Arc<Rights>, Problem> {
        self.rights.as_ref().ok_or_else(|| {
            VaultError::new(ErrorKind::Unavailable, "systems.none", "this server reaches no system").into()
        })
    }

    /// The front door.
    pub(crate) fn door(&self) -> Result<&Arc<Identity>, Problem> {
        self.identity.as_ref().ok_or_else(|| {
            VaultError::new(ErrorKind::Unavailable, "door.closed", "this server has no front door").into()
        })
    }

    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Nanoseconds since the API was made.
    pub(crate) fn steady_ns(&self) -> u64 {
        u64::try_from(self.started_at.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
