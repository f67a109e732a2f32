//! Rights in a company's directory, over LDAP (RFC 4511), Active Directory included (docs/directories.md).
//!
//! [`ldap`] makes a connector. A place is an object class; a column is an attribute, `dn` the name of the entry itself. A task
//! is planned whole (`plan`), shown as LDIF with placeholders or carried out change by change (`carry`): there are no
//! transactions, so the changes stand in an order from whose middle a repetition finds the way to the end (ADR 30).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod attributes;
mod carry;
mod catalogue;
mod connector;
mod definition;
mod entry;
mod erase;
mod mark;
mod name;
mod outcome;
mod owned;
mod places;
mod plan;
mod pseudonym;
mod read;
mod rectify;
mod references;
mod schema;
mod scrub;
mod search;
mod session;
mod world;

pub use address::Address;
pub use connector::ldap;
pub use definition::Definition;
pub use name::{Name, Part, escaped};
