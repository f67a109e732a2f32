//! Requests of data subjects from other organisations: the processor's side of OpenDSR 2.0, and the covered business's of the
//! Data Rights Protocol 1.0 (`drp.rs`); and what organisations call back that were asked over OpenDSR (`heard.rs`).
//!
//! The routes of OpenDSR begin with the version, as the specification wants them, and under the older name `opengdpr_requests` too. A
//! controller presents an API key with the rights scope. Every answer is signed over its very bytes by the key of the
//! processor's certificate, errors too; no error repeats who a request is about.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod drp;
mod heard;
mod routes;
mod state;

pub use drp::{DrpState, drp_router};
pub use heard::callback_router;
pub use routes::dsr_router;
pub use state::{DsrState, Processor};
