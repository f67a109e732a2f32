//! Files of people, CSV or JSON Lines, read row by row as the rows that the API imports.
//!
//! [`Rows`] streams: one row is in memory at a time, of bounded length. A [`Mapping`] says what each column is. What is
//! wrong with one row is a [`Fault`] of that row and leaves the others; what is wrong with the file ends it. Faults
//! name rows and columns, never what stands in them. The forms are described in `docs/import.md`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod columns;
mod fault;
mod lines;
mod mapping;
mod objects;
mod person;
mod rows;
mod target;

pub use fault::{Fault, FileError};
pub use mapping::{Mapping, MappingError, Sources};
pub use person::Row;
pub use rows::{Form, Place, Rows};

/// The longest row, in bytes.
pub const ROW_BYTES_MAX: usize = 256 << 10;
/// The most columns of a file, or members of one of its objects.
pub const COLUMNS_MAX: usize = 512;
