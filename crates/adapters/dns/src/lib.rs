//! What a domain publishes, asked of the one DNS resolver that the operator names.
//!
//! Nothing is taken from the system: no hosts file, no search list, no other resolver. A name is always whole, so that
//! none is looked for below another domain.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod resolver;

pub use resolver::{DnsResolver, DnsUnfit};
