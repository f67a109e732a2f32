//! What the routes share.

use std::sync::Arc;
use std::time::Instant;

use candor_dsr::opendsr::ProcessorKey;
use candor_http::{Rate, Throttle};
use candor_rights::{ProcessorPlace, Rights};
use candor_vault::Vault;

/// Who the processor is: without one, requests are not taken.
#[derive(Debug)]
pub struct Processor {
    /// Where it is.
    pub place: ProcessorPlace,
    /// The key that it signs by.
    pub key: ProcessorKey,
    /// Its certificate and those that vouch for it (PEM).
    pub certificate: String,
}

/// What the routes share.
#[derive(Clone)]
pub struct DsrState {
    pub(crate) vault: Arc<Vault>,
    pub(crate) rights: Arc<Rights>,
    pub(crate) processor: Arc<Processor>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) began_at: Instant,
}

impl DsrState {
    /// Makes it; `rate` is how many requests a key may send.
    pub fn new(vault: Arc<Vault>, rights: Arc<Rights>, processor: Arc<Processor>, rate: Rate) -> Self {
        Self { vault, rights, processor, throttle: Arc::new(Throttle::new(rate)), began_at: Instant::now() }
    }
}
