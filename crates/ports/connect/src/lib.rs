//! The connect port: what a right needs of a system outside the vault.
//!
//! A [`Connector`] speaks with one system. Everything it does may be done twice: who calls repeats a step whose outcome is
//! not known. It commits what it changes in one transaction where the system has them, and says of each place what became
//! of it. Its errors and reports hold no personal data.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod by_people;
mod callback;
mod connector;
mod errand;
mod error;
mod sink;
#[cfg(feature = "testing")]
pub mod testing;

pub use callback::{Callback, CallbackError, Callbacks};
pub use connector::{Connector, Connectors};
pub use errand::{Errand, Heard, HeardError};
pub use error::ConnectError;
pub use sink::{RowSink, SinkClosed};
