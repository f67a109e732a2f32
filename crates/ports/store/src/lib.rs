//! The store port: what the services need of a database.
//!
//! A use case gathers everything it does in one [`Unit`] (guards, changes, ledger entries, jobs) and
//! commits it once; a store applies a unit whole or not at all, and may group many units into one
//! durable write. Reads see every unit whose commit was acknowledged. A store is whatever passes
//! `conformance`; it sees ciphertext, blind indexes and random ids, never a key or a value.

mod check;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod page;
mod read;
mod rows;
mod unit;

pub use error::{CommitError, StoreError};
pub use page::{PAGE_MAX, Page, page_rows};
pub use read::{Retained, Store, SubjectState};
pub use rows::*;
pub use unit::{Change, Committed, Guard, UNIT_BYTES_MAX, UNIT_CHANGES_MAX, Unit};
