//! Requests of data subjects as organisations pass them on to each other.
//!
//! [`opendsr`]: from a controller to its processors (OpenDSR 2.0). [`drp`]: from an agent that people authorised to the
//! businesses that hold data about them (Data Rights Protocol 1.0). Both are messages and their rules alone: who sends
//! them, and what is done about them, is for others. Identities are [`Secret`](candor_words::Secret): they are not printed,
//! and no error repeats one.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod drp;
mod object;
pub mod opendsr;
mod words;
