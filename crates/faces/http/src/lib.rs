//! What every HTTP face shares: problem details, limits, metrics, TLS, shutdown.
//!
//! A face hands its routes to [`dress`], which puts the same bounds, request ids, time-out, metrics
//! and logs around all of them, and [`serve`] listens until it is told to stop.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod archive;
mod bearer;
mod compress;
mod dress;
mod health;
mod json;
mod limits;
mod metrics;
mod peer;
mod problem;
mod request_id;
mod serve;
mod throttle;
mod tls;

pub use address::{AddressError, Travels, check_address};
pub use archive::{Ordered, Turn, archive, archives};
pub use bearer::{key_missing, presented_key};
pub use compress::compress;
pub use dress::{dress, route_unknown};
pub use health::{Readiness, health_routes};
pub use json::{Json, read_body, read_json, read_optional};
pub use limits::Limits;
pub use metrics::{Figure, Figures, Metrics, metrics_routes};
pub use peer::{ClientAddress, Network, NetworkError, Peer, Proxies, ProxiesError, behind};
pub use problem::{LISTED, Listed, Problem, incident, status_of};
pub use request_id::RequestId;
pub use serve::{Stopped, Wire, serve, stop_signal};
pub use throttle::{Rate, Throttle, Throttled};
pub use tls::{Tls, TlsError, TlsFiles, strict_transport};
