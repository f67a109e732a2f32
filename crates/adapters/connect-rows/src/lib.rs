//! What connectors to systems without joins and transactions share: a service that is asked call by call, a folder of files.
//!
//! An adapter says how rows of a place are found by a value, and how a row is changed ([`Rows`]). [`ByRows`] makes a
//! connector of it: it follows people from their identifiers to the rows that are theirs, and on to the rows of those; works
//! out what a right does with each; and has it done, the rows that lean on others first, so that whatever breaks off is
//! found again and finished by a repetition. What a system gives is compared here once more: a service that leaves a
//! filter out of account has nobody else's rows changed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod connector;
mod found;
mod plan;
mod row;
mod rows;
mod search;
mod walk;

pub use connector::ByRows;
pub use row::{Body, LiveRow};
pub use rows::{Change, Edit, RowTaker, Rows, Sweep, Want, What};
pub use walk::ROWS_MAX;
