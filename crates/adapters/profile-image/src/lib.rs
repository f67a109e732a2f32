//! Fetches profile pictures over HTTPS, as Gravatar serves them: under a hash of an address.
//!
//! One request for one digest, within five seconds and up to 256 kB; no redirect is followed, no cookie kept, and nothing
//! of whoever will look at the picture is sent. An address is asked if it is `https`, or on this very machine. Making one
//! opens nothing.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod images;

pub use address::AddressError;
pub use images::HttpProfileImages;
