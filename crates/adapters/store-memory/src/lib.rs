//! The store port in memory, for tests.
//!
//! Ordered maps under one lock: slow where that is simpler, and the reference that the other
//! stores are compared with. [`MemoryStore::new`] is an empty store; nothing outlives it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod apply;
mod guard;
mod log;
mod shelf;
mod store;
mod unfit;

pub use store::MemoryStore;
