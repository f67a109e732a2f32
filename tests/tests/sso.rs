//! Applications sign people in over the built server: real libraries in every flow, and what attackers try.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "sso/world.rs"]
mod world;

#[path = "sso/apache.rs"]
mod apache;
#[path = "sso/attacks.rs"]
mod attacks;
#[path = "sso/peers.rs"]
mod peers;
#[path = "sso/standing.rs"]
mod standing;
