//! SQLite behind the store port: one file, nothing to install.
//!
//! One thread owns the connection that writes, and applies the units that wait together in one
//! durable transaction (group commit); reads run on the caller's thread, on a few connections of
//! their own, and see every unit whose commit was acknowledged. [`SqliteStore::open`] is the door;
//! `writer` and `group` are the road of a unit, `readers` that of a read, `table` holds the SQL.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod column;
mod connection;
mod failure;
mod group;
mod guard;
mod ledger;
mod migrate;
mod numbers;
mod open;
mod packed;
mod packed_bundle;
mod readers;
mod snapshot;
mod store;
mod table;
mod unit;
mod wal;
mod writer;

pub use open::OpenError;
pub use store::SqliteStore;
