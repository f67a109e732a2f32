//! Attacks on the front door that concern every page and every form, each through the real server.
//!
//! Routes are read from the sources, so that a page that is added is attacked like the others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "attacks/cookies.rs"]
mod cookies;
#[path = "attacks/enumeration.rs"]
mod enumeration;
#[path = "attacks/forms.rs"]
mod forms;
#[path = "attacks/framing.rs"]
mod framing;
#[path = "attacks/injection.rs"]
mod injection;
#[path = "attacks/limits.rs"]
mod limits;
#[path = "attacks/redirects.rs"]
mod redirects;
#[path = "attacks/systems.rs"]
mod systems;
