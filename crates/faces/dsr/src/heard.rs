//! `/opendsr/{tenant}/{request}/{system}`: an organisation that was asked over OpenDSR calls back.
//!
//! The statuses are those of its security guidelines: 202 when everything fits, 401 for another domain or a certificate that
//! nobody vouches for, 400 for a signature or a form that is wrong. Nothing is parsed before the signature was checked.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use candor_dsr::opendsr::{SIGNATURE_HEADER, domain_header};
use candor_http::{ClientAddress, Rate, Throttle};
use candor_rights::{HeardError, Rights};

/// The most bytes of a call-back.
const BODY_BYTES_MAX: usize = 16_384;
/// The most bytes of a name in the address.
const NAME_BYTES_MAX: usize = 128;

#[derive(Clone)]
struct Heard {
    rights: Arc<Rights>,
    throttle: Arc<Throttle>,
    began_at: Instant,
}

/// The route; `rate` is how many call-backs an address may send.
pub fn callback_router(rights: Arc<Rights>, rate: Rate) -> Router {
    let state = Heard { rights, throttle: Arc::new(Throttle::new(rate)), began_at: Instant::now() };
    Router::new()
        .route("/opendsr/{tenant}/{request}/{system}", post(hear))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
}

async fn hear(
    State(state): State<Heard>,
    ClientAddress(client): ClientAddress,
    Path((tenant, request, system)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let key = match client {
        Some(IpAddr::V4(address)) => address.to_ipv6_mapped().octets(),
        Some(IpAddr::V6(address)) => address.octets(),
        None => [0; 16],
    };
    let now_ns = u64::try_from(state.began_at.elapsed().as_nanos()).unwrap_or(u64::MAX);
    if state.throttle.pass(&key, now_ns).is_err() {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    if [&tenant, &request, &system].iter().any(|name| name.len() > NAME_BYTES_MAX) {
        return StatusCode::NOT_FOUND;
    }
    // The older names too, as section 10.1 wants it.
    let text = |name: &str, older: &str| {
        let value = headers.get(name).or_else(|| headers.get(older));
        value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let domain = text(domain_header(), "x-opengdpr-processor-domain");
    let signature = text(SIGNATURE_HEADER, "x-opengdpr-signature");
    match state.rights.opendsr_hear(&tenant, &request, &system, (&domain, &signature), &body).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(error) => {
            tracing::info!(%error, "a call-back was not taken");
            match error {
                HeardError::Unexpected => StatusCode::NOT_FOUND,
                HeardError::Stranger => StatusCode::UNAUTHORIZED,
                HeardError::Forged => StatusCode::BAD_REQUEST,
                HeardError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            }
        }
    }
}
