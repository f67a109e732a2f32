//! A line to a directory over LDAP (RFC 4511, 4513), for whoever signs people in there and for whoever carries rights out.
//!
//! [`open`] connects encrypted or within this machine, or not at all; [`escaped`] writes a value into a filter so that it
//! stands for itself (RFC 4515).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod filter;
mod line;

pub use filter::escaped;
pub use line::{Endpoint, Line, WireError, check_address, open};
