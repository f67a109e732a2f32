//! Where addresses are, from files in the MaxMind DB format that an operator supplies: one of cities or countries, one
//! of networks, either or both.
//!
//! The files are read whole when the server starts and checked before anything is asked of them; nothing is fetched,
//! and no address leaves the process. A record that does not say what it should is an address that nobody knows.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod file;
mod places;

pub use error::PlacesError;
pub use places::PlaceFiles;
