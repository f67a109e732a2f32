//! The ledger's laws, over its public interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod appender;
mod checker;
mod entries;
mod log;
mod notes;
mod receipts;
mod tree;
mod vectors;
