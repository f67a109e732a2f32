//! Stories over the built executables: what callers, crashes and neighbours may do, and may not undo.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "stories/agents.rs"]
mod agents;
#[path = "stories/archives.rs"]
mod archives;
#[path = "stories/archives_together.rs"]
mod archives_together;
#[path = "stories/bad_input.rs"]
mod bad_input;
#[path = "stories/batches.rs"]
mod batches;
#[path = "stories/commands.rs"]
mod commands;
#[path = "stories/connected.rs"]
mod connected;
#[path = "stories/connection.rs"]
mod connection;
#[path = "stories/console.rs"]
mod console;
#[path = "stories/console_desk.rs"]
mod console_desk;
#[path = "stories/console_requests.rs"]
mod console_requests;
#[path = "stories/console_work.rs"]
mod console_work;
#[path = "stories/crash.rs"]
mod crash;
#[path = "stories/described.rs"]
mod described;
#[path = "stories/disk.rs"]
mod disk;
#[path = "stories/door.rs"]
mod door;
#[path = "stories/door_pages.rs"]
mod door_pages;
#[path = "stories/erasure.rs"]
mod erasure;
#[path = "stories/factors.rs"]
mod factors;
#[path = "stories/forgery.rs"]
mod forgery;
#[path = "stories/imports.rs"]
mod imports;
#[path = "stories/keeping.rs"]
mod keeping;
#[path = "stories/keeping_systems.rs"]
mod keeping_systems;
#[path = "stories/mapped_anew.rs"]
mod mapped_anew;
#[path = "stories/no_trace.rs"]
mod no_trace;
#[path = "stories/opendsr.rs"]
mod opendsr;
#[path = "stories/operations.rs"]
mod operations;
#[path = "stories/organisations_asked.rs"]
mod organisations_asked;
#[path = "stories/pages.rs"]
mod pages;
#[path = "stories/places.rs"]
mod places;
#[path = "stories/privacy_centre.rs"]
mod privacy_centre;
#[path = "stories/races.rs"]
mod races;
#[path = "stories/receipts.rs"]
mod receipts;
#[path = "stories/repeated.rs"]
mod repeated;
#[path = "stories/request_commands.rs"]
mod request_commands;
#[path = "stories/retention.rs"]
mod retention;
#[path = "stories/stop.rs"]
mod stop;
#[path = "stories/tenants.rs"]
mod tenants;
#[path = "stories/tls.rs"]
mod tls;
#[path = "stories/upstreams.rs"]
mod upstreams;
