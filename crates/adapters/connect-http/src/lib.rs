//! People in any web service, by the calls that a manifest declares for it (spec/manifest.md, "Calls to a web service").
//!
//! What a service gives is compared with what was asked, and a change that it says it made is read back where a row can be
//! asked for by its key. Values go into a path, a form or JSON so that they are never more than values. See
//! docs/web-services.md.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod asked;
mod change;
mod fill;
mod pages;
mod rows;

use std::sync::Arc;

use async_trait::async_trait;
use candor_call::{Address, Limits, Site};
use candor_connect::{ConnectError, Connector, Connectors};
use candor_connect_rows::ByRows;
use candor_places::SystemMap;
use candor_words::Secret;

pub use asked::Service;
pub use fill::{form, json, target};

/// A connector to a web service. Making it opens nothing.
///
/// # Errors
/// The address is none, or a plain one beyond this machine.
pub fn http(map: Arc<SystemMap>, address: &Secret<String>) -> Result<ByRows<Service>, ConnectError> {
    with_limits(map, address, Limits::default())
}

/// The same within other bounds; how many calls a second there may be, the manifest says.
///
/// # Errors
/// As [`http`].
pub fn with_limits(
    map: Arc<SystemMap>,
    address: &Secret<String>,
    limits: Limits,
) -> Result<ByRows<Service>, ConnectError> {
    let limits = Limits { per_second: map.calls_per_second, ..limits };
    let site = Site::new(Address::parse(&map.env, address)?, limits);
    Ok(ByRows(Service { map, site }))
}

/// Makes connectors to web services.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebServices;

#[async_trait]
impl Connectors for WebServices {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        Ok(Arc::new(http(map, address)?))
    }
}
