//! SCIM 2.0: what is said between a client and a service, without a word of how it travels.
//!
//! Lists, patches and errors (RFC 7644, section 3), filters on one attribute (section 3.4.2.2), what a service says of its
//! resources (RFC 7643, sections 6 and 7). Reading is lenient where services are known to differ, and bounded everywhere.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod filter;
mod message;
mod schema;

pub use filter::Filter;
pub use message::{List, MessageError, Operation, PAGE_MAX, error_word, list, patch};
pub use schema::{Attribute, ResourceType, Schema, resource_types, schemas};

/// The media type of every message.
pub const MEDIA_TYPE: &str = "application/scim+json";
