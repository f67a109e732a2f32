//! The pages for people: what this server is, each tenant's policy in all its versions, its records, and their
//! forms for machines.
//!
//! [`router`] answers `GET` and `HEAD` only, changes nothing and sets no cookie. No page runs a script; the one script here is for other sites, to show coming
//! changes of a policy. What is shown
//! comes from the policy in force, through [`Policies`]; how it reads is the business of `candor-publish`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod layout;
mod pages;
mod policies;
mod router;

pub use candor_publish::{ArchivedVersion, Standing};
pub use pages::not_found::not_found;
pub use policies::{Policies, SiteNotice, TenantLink};
pub use router::router;
