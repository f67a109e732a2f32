//! The pages for people: what this server is, each tenant's policy in all its versions, its records, and their
//! forms for machines.
//!
//! [`router`] answers `GET` and `HEAD` only, changes nothing, sets no cookie and sends no script. What is shown
//! comes from the policy in force, through [`Policies`]; how it reads is the business of `candor-publish`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod layout;
mod pages;
mod policies;
mod router;

pub use candor_publish::{ArchivedVersion, Standing};
pub use pages::not_found::not_found;
pub use policies::{Policies, TenantLink};
pub use router::router;
