//! Importing people into a running server: what is sent, how far it came, what was refused.

mod client;
mod progress;
mod report;

pub use client::Client;
pub use progress::{Done, Progress};
pub use report::{Refused, Report};
