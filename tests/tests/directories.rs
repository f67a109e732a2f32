//! Rights in directories that are real: OpenLDAP, and an Active Directory domain by Samba (docs/directories.md).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "directories/active.rs"]
mod active;
#[path = "directories/open.rs"]
mod open;
#[path = "directories/people.rs"]
mod people;
