//! Root keys from a file or the environment.
//!
//! [`Keyring::open`] reads a key file, [`Keyring::create`] makes one with a fresh key and
//! [`Keyring::rotate`] adds a version to it; [`Keyring::from_environment`] takes the same lines
//! from `CANDOR_ROOT_KEY` or `CANDOR_ROOT_KEYS`. Nothing of a key is ever in an error.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod file;
mod keyring;
mod lines;

pub use error::KeyringError;
pub use keyring::{Keyring, VARIABLE_ALL, VARIABLE_ONE};
