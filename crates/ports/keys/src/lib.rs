//! The keys port: where root keys come from.
//!
//! A root key wraps tenant keys and nothing else. [`RootKeys`] gives the newest version, to wrap
//! with, and every older one that may still have to unwrap. [`RootKeySet`] holds them in memory:
//! what adapters fill, and what tests use as it is.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod keys;
mod set;

pub use error::KeysError;
pub use keys::RootKeys;
pub use set::RootKeySet;
