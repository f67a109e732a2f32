//! What every operation reaches: the vault, and the rate of each key.

use std::sync::Arc;
use std::time::Instant;

use candor_http::{Rate, Throttle};
use candor_vault::Vault;

/// What the API is made of.
#[derive(Clone)]
pub struct ApiState {
    vault: Arc<Vault>,
    throttle: Arc<Throttle>,
    // A steady clock for rates; it says nothing about the time of day.
    started_at: Instant,
}

impl ApiState {
    /// Puts it together.
    pub fn new(vault: Arc<Vault>, rate: Rate) -> Self {
        Self { vault, throttle: Arc::new(Throttle::new(rate)), started_at: Instant::now() }
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
