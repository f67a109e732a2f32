//! Applications sign people in over the built server: real libraries in every flow, and what attackers try.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "sso/world.rs"]
mod world;

#[path = "sso/apache.rs"]
mod apache;
#[path = "sso/attacks.rs"]
mod attacks;
#[path = "sso/back_channel.rs"]
mod back_channel;
#[path = "sso/confirmed.rs"]
mod confirmed;
#[path = "sso/devices.rs"]
mod devices;
#[path = "sso/oauth4webapi.rs"]
mod oauth4webapi;
#[path = "sso/pages.rs"]
mod pages;
#[path = "sso/peers.rs"]
mod peers;
#[path = "sso/restored.rs"]
mod restored;
#[path = "sso/standing.rs"]
mod standing;
