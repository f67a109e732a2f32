//! Messages as text messages, over the HTTP gateway of whoever carries them.
//!
//! Every gateway asks in its own words, so the request is a template ([`Body`]); telephone number and text are put into
//! it as values, never as syntax. Beyond this machine nothing goes without TLS, no redirect is followed, and neither
//! number nor text is ever part of an address, which logs on the way would keep.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod body;
mod gateway;
mod number;
mod texter;

pub use body::{Body, BodyError};
pub use gateway::{Gateway, Method, SmsError};
pub use texter::Texter;
