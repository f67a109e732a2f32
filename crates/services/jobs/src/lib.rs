//! The runner of follow-up jobs: leases what is due, runs it, and writes down what recurs.
//!
//! [`Runner::tick`] does one pass at the vault's clock; [`Runner::run`] does it again and again until it
//! is told to stop, and then lets the pass that is under way end. Any number of runners may work over one
//! store: a lease keeps them apart, and a job that is run twice does no harm.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod runner;

pub use runner::{JOBS_AT_ONCE, Pass, Runner};
