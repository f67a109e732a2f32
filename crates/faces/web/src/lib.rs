//! The pages for people: what this server is, each tenant's policy in all its versions, its records, and their
//! forms for machines.
//!
//! [`router`] answers `GET` and `HEAD` only, changes nothing and sets no cookie. No page runs a script; the one script here is for other sites, to show coming
//! changes of a policy. What is shown
//! comes from the policy in force, through [`Policies`]; how it reads is the business of `candor-publish`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod answer;
mod console;
mod door;
pub mod kit;
mod language;
mod layout;
mod pages;
mod policies;
mod posted;
mod reader;
mod router;
pub mod sign_up;
mod words;

pub use candor_publish::{ArchivedVersion, Standing};
pub use candor_words::Language;
pub use door::{At, DoorState, Enrolling, OwnForm, SignedIn, door_router};
pub use language::{Written, country, day, minute, said};
pub use pages::not_found::not_found;
pub use policies::{Policies, SiteNotice, TenantLink};
pub use posted::{POSTED_BYTES_MAX, POSTED_FIELDS_MAX, Posted, PostedError};
pub use reader::Reader;
pub use router::router;
