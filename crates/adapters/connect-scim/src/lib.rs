//! People in a SCIM 2.0 service: found, exported, put right, restricted and erased (RFC 7643, RFC 7644).
//!
//! A place is a kind of resource, by its endpoint (`Users`, `Groups`); its columns are paths of attributes. Nothing a
//! service says is believed where it can be seen: what a filter gives is compared, and a change is read back. Before a
//! person goes, they leave the groups they are a member of. See docs/web-services.md.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod change;
mod described;
mod pages;
mod rows;
mod service;

use std::sync::Arc;

use async_trait::async_trait;
use candor_call::{Address, Limits, Site};
use candor_connect::{ConnectError, Connector, Connectors};
use candor_connect_rows::ByRows;
use candor_places::SystemMap;
use candor_words::Secret;

pub use service::Scim;

/// A connector to a SCIM service. Making it opens nothing.
///
/// # Errors
/// The address is none, or a plain one beyond this machine.
pub fn scim(map: Arc<SystemMap>, address: &Secret<String>) -> Result<ByRows<Scim>, ConnectError> {
    with_limits(map, address, Limits::default())
}

/// The same within other bounds.
///
/// # Errors
/// As [`scim`].
pub fn with_limits(
    map: Arc<SystemMap>,
    address: &Secret<String>,
    limits: Limits,
) -> Result<ByRows<Scim>, ConnectError> {
    let site = Site::new(Address::parse(&map.env, address)?, limits);
    Ok(ByRows(Scim::new(map, site)))
}

/// Makes connectors to SCIM services.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScimServices;

#[async_trait]
impl Connectors for ScimServices {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        Ok(Arc::new(scim(map, address)?))
    }
}
