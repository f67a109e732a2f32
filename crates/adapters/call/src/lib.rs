//! Calls to web services: bounded in time and size, paced, repeated while there is hope, under credentials that never show.
//!
//! A [`Site`] is one service at one address. It is asked over `https`, or plainly within this machine; no redirect is
//! followed and no cookie kept; another host is never asked, whatever an answer says. Making one opens nothing.
//!
//! What connectors to web services share (docs/adr/0031-what-connectors-share.md). Whoever asks others over HTTPS without being a
//! connector begins with [`careful_client`]: which certificates are believed is said there alone.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod call;
mod client;
mod limits;
mod reply;
mod site;
mod token;

pub use address::{Address, Credentials, origin};
pub use call::{Call, Method};
pub use client::careful_client;
pub use limits::Limits;
pub use reply::Reply;
pub use site::Site;
