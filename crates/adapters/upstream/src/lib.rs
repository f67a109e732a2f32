//! Sign-in with an upstream provider: the relying party of OpenID Connect, over HTTPS.
//!
//! [`Upstreams`] serves the providers of all tenants. Making one asks nobody anything; a provider is first asked when a
//! person, who has agreed, is sent there ([`begin`](candor_identity_port::Upstream::begin)). What a provider says is
//! bounded in size and time, no redirect is followed, and addresses that it names are held to the same rules as the one
//! that was configured (`address`). Its keys are kept and read anew when a token names one that is not known, but not
//! more often than every minute (`known`). Of a person, only the claims that were wanted leave this crate (`person`).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod begin;
mod exchange;
mod fetch;
mod known;
mod metadata;
mod person;
mod upstreams;

pub use upstreams::{TrustError, Upstreams};
