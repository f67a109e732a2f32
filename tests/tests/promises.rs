//! The promises that the five vendors made, each kept by the real server, store and commands.
//!
//! One test for each promise, named after its id and after what is kept; one module for each chapter of
//! promises. Each runs the policy of the vendor who promised, and fails when the behaviour is taken out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "promises/agents.rs"]
mod agents;
#[path = "promises/applications.rs"]
mod applications;
#[path = "promises/backups.rs"]
mod backups;
#[path = "promises/centre.rs"]
mod centre;
#[path = "promises/changes.rs"]
mod changes;
#[path = "promises/collect.rs"]
mod collect;
#[path = "promises/consent.rs"]
mod consent;
#[path = "promises/disputes.rs"]
mod disputes;
#[path = "promises/door.rs"]
mod door;
#[path = "promises/exports.rs"]
mod exports;
#[path = "promises/factors.rs"]
mod factors;
#[path = "promises/found.rs"]
mod found;
#[path = "promises/front_door.rs"]
mod front_door;
#[path = "promises/lent.rs"]
mod lent;
#[path = "promises/notices.rs"]
mod notices;
#[path = "promises/organisations.rs"]
mod organisations;
#[path = "promises/pictures.rs"]
mod pictures;
#[path = "promises/purposes.rs"]
mod purposes;
#[path = "promises/pushed.rs"]
mod pushed;
#[path = "promises/requests.rs"]
mod requests;
#[path = "promises/retention.rs"]
mod retention;
#[path = "promises/rights.rs"]
mod rights;
#[path = "promises/risk.rs"]
mod risk;
#[path = "promises/secrets.rs"]
mod secrets;
#[path = "promises/sites.rs"]
mod sites;
#[path = "promises/systems.rs"]
mod systems;
#[path = "promises/transit.rs"]
mod transit;
#[path = "promises/upstreams.rs"]
mod upstreams;

#[path = "sso/world.rs"]
mod world;
