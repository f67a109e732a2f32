//! What deciding promises, shown on policies and people drawn at random, and case by case.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agree;
mod cases;
mod dice;
mod draw;
mod monotone;
mod oracle;
mod permits;
mod policy;
mod retention;
mod table;
