//! Sign-in with the password of a company's directory: LDAP (RFC 4511, 4513, 4515), Active Directory included.
//!
//! [`LdapDirectory`] looks for the one entry that a name stands for (`search`), offers the password as that entry's
//! (`bind`), and only then reads the attributes that were wanted, as the person themselves (`person`). A password is never
//! sent in the open beyond this machine, and never empty: a directory says yes to nobody (`connection`).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bind;
mod connection;
mod directory;
mod filter;
mod person;
mod search;

pub use directory::LdapDirectory;
