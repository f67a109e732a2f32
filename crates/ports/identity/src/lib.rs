//! The identity port: what the front door needs from outside.
//!
//! Each trait stands in a file of its own and names one thing that Candor cannot answer by itself: what an upstream
//! provider says of a person, whether a directory accepts a password, whether an authenticator signed, where an
//! address is, what a domain publishes.

mod network;

pub use network::{Looked, Networks, Place};
