//! Organisations that take requests over OpenDSR 2.0: the controller's side.
//!
//! An organisation is asked with the identifiers that the policy says it knows, and no others. Every answer that counts is
//! signed, over its very bytes, by the key of a certificate of the domain that is asked and that somebody trusted vouches
//! for; anything else is no answer. What is asked under one request has one number, reckoned from it: asked again after a
//! crash, it is the same. Call-backs are believed under the same conditions, and are then asked after. Making a connector
//! opens nothing. See docs/other-organisations.md, ADR 37.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod connector;
mod identities;
mod processor;
mod trusted;

use std::sync::Arc;

use async_trait::async_trait;
use candor_call::{Address, Limits, Site};
use candor_connect::{ConnectError, Connector, Connectors};
use candor_places::SystemMap;
use candor_words::{Clock, Entropy, Secret};

use connector::Organisation;
use processor::Processor;

/// The most bytes of an answer: one that repeats a request is the longest.
const ANSWER_BYTES_MAX: usize = 262_144;

/// Makes connectors to organisations.
pub struct Organisations {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Organisations {
    /// Makes it. The clock says which certificates are over; chance numbers what is asked under no request.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy }
    }
}

#[async_trait]
impl Connectors for Organisations {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        let address = Address::parse(&map.env, address)?;
        let limits = Limits { answer_bytes_max: ANSWER_BYTES_MAX, ..Limits::default() };
        let processor = Processor::new(Site::new(address, limits), Arc::clone(&self.clock));
        Ok(Arc::new(Organisation { map, processor, entropy: Arc::clone(&self.entropy) }))
    }
}
