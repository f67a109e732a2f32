//! The JSON API: one operation of the vault, one route.
//!
//! Read `routes.rs` first, the table of all operations; then `guard.rs`, the one door before them; then
//! the families under `operations/`. No rule stands here: the vault decides.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bounded;
mod channel;
mod docs;
mod extract;
mod guard;
mod idempotency;
mod openapi;
mod operations;
mod page;
mod problems;
mod router;
mod routes;
mod schema;
mod state;

#[cfg(test)]
mod tests;

pub use router::{api_routes, openapi_document};
pub use routes::{Access, ROUTES, ReturnsFields, Route, table_text};
pub use state::ApiState;
