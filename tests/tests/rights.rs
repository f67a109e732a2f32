//! Rights in systems that are real, through the real server: a request that goes where it has to, whatever fails on the way.
//!
//! First one story for each kind of system, then what breaks (`killed`, `away`, `lost`, `at_once`). The kinds' own tests, from
//! statement to statement, stand beside their connectors and in `sites` and `directories`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "rights/active_directory.rs"]
mod active_directory;
#[path = "rights/at_once.rs"]
mod at_once;
#[path = "rights/away.rs"]
mod away;
#[path = "rights/correcting.rs"]
mod correcting;
#[path = "rights/killed.rs"]
mod killed;
#[path = "rights/lost.rs"]
mod lost;
#[path = "rights/open_ldap.rs"]
mod open_ldap;
#[path = "rights/pair.rs"]
mod pair;
#[path = "rights/shop.rs"]
mod shop;
#[path = "rights/support.rs"]
mod support;
#[path = "rights/wiki.rs"]
mod wiki;
