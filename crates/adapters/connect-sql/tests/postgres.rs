//! A real PostgreSQL, end to end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[allow(dead_code)]
#[path = "../../../../tests/src/postgres.rs"]
mod server;

#[path = "postgres/attacks.rs"]
mod attacks;
#[path = "postgres/deeds.rs"]
mod deeds;
#[path = "postgres/failures.rs"]
mod failures;
#[path = "postgres/many.rs"]
mod many;
#[path = "postgres/traps.rs"]
mod traps;

use std::sync::Arc;

use candor_connect::Connector;
use candor_words::Secret;
use server::PostgresServer;

fn connector(server: &PostgresServer, places: &str) -> Arc<dyn Connector> {
    connector_at(&server.address(), places)
}

fn connector_at(address: &str, places: &str) -> Arc<dyn Connector> {
    candor_connect_sql::postgres(support::map("postgres", places), &Secret::new(address.to_owned())).unwrap()
}
