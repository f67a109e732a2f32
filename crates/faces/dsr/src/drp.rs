//! The routes of the Data Rights Protocol 1.0: the covered business's side.
//!
//! Each tenant is a business of its own below `/drp/{tenant}`. Messages come as `text/plain`, answers go out as JSON. A
//! failed agreement on a token is answered with 403 and nothing else, as section 2.05.1 wants it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use candor_dsr::drp::{ENVELOPE_BYTES_MAX, ErrorAnswer};
use candor_http::{ClientAddress, Rate, Throttle, archive, incident, presented_key, status_of};
use candor_rights::Rights;
use candor_vault::{ErrorKind, ExportKind, Vault, VaultError};
use serde::Serialize;

/// The most bytes of a name in an address.
const NAME_BYTES_MAX: usize = 128;

/// What the routes share.
#[derive(Clone)]
pub struct DrpState {
    vault: Arc<Vault>,
    rights: Arc<Rights>,
    throttle: Arc<Throttle>,
    began_at: Instant,
}

impl DrpState {
    /// Makes it; `rate` is how many requests an address may send.
    pub fn new(vault: Arc<Vault>, rights: Arc<Rights>, rate: Rate) -> Self {
        Self { vault, rights, throttle: Arc::new(Throttle::new(rate)), began_at: Instant::now() }
    }

    /// Guesses are counted where they come from.
    fn passes(&self, client: Option<IpAddr>) -> bool {
        let key = match client {
            Some(IpAddr::V4(address)) => address.to_ipv6_mapped().octets(),
            Some(IpAddr::V6(address)) => address.octets(),
            None => [0; 16],
        };
        let now_ns = u64::try_from(self.began_at.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.throttle.pass(&key, now_ns).is_ok()
    }
}

/// The routes below `/drp/{tenant}`.
pub fn drp_router(state: DrpState) -> Router {
    Router::new()
        .route("/drp/{tenant}/.well-known/data-rights.json", get(business))
        .route("/drp/{tenant}/v1/agent/{agent}", post(pair).get(agent))
        .route("/drp/{tenant}/v1/data-rights-request", post(take))
        .route("/drp/{tenant}/v1/data-rights-request/", post(take))
        .route("/drp/{tenant}/v1/data-rights-request/{id}", get(status).delete(revoke))
        .route("/drp/{tenant}/v1/data-rights-request/{id}/results", get(results))
        .layer(DefaultBodyLimit::max(ENVELOPE_BYTES_MAX + 1))
        .with_state(state)
}

/// Somebody who presents a token, within the rate of where they are; whether it is anybody's is seen later.
struct Presented(String);

impl FromRequestParts<DrpState> for Presented {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DrpState) -> Result<Self, Response> {
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, state).await;
        let missing = || said(StatusCode::UNAUTHORIZED, "the call presents no token; agree on one first", false);
        let token = presented_key(&parts.headers).map_err(|_| missing())?.to_owned();
        if !state.passes(client) {
            return Err(too_often());
        }
        Ok(Self(token))
    }
}

/// What a business says of itself. The protocol took this address away again in its version 0.9; it holds what the steward's
/// directory lists.
async fn business(State(state): State<DrpState>, Path(tenant): Path<String>) -> Response {
    answered(state.rights.drp_business(bounded(&tenant)).await)
}

async fn pair(
    State(state): State<DrpState>,
    ClientAddress(client): ClientAddress,
    Path((tenant, agent)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    if !state.passes(client) {
        return too_often();
    }
    match state.rights.drp_pair(bounded(&tenant), bounded(&agent), &body).await {
        Ok(given) => answered(Ok(given)),
        Err(error) if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) => refused(&error),
        Err(error) => {
            tracing::info!(code = error.code(), "an agent was given no token");
            StatusCode::FORBIDDEN.into_response()
        }
    }
}

async fn agent(
    State(state): State<DrpState>,
    Presented(token): Presented,
    Path((tenant, agent)): Path<(String, String)>,
) -> Response {
    match state.rights.drp_agent(bounded(&tenant), &token).await {
        Ok(own) if own == agent => answered(Ok(serde_json::json!({}))),
        Ok(_) => said(StatusCode::FORBIDDEN, "the token is another agent's", true),
        Err(error) => refused(&error),
    }
}

async fn take(
    State(state): State<DrpState>,
    Presented(token): Presented,
    Path(tenant): Path<String>,
    body: Bytes,
) -> Response {
    answered(state.rights.drp_take(bounded(&tenant), &token, &body).await)
}

async fn status(
    State(state): State<DrpState>,
    Presented(token): Presented,
    Path((tenant, id)): Path<(String, String)>,
) -> Response {
    answered(state.rights.drp_status(bounded(&tenant), &token, bounded(&id)).await)
}

async fn revoke(
    State(state): State<DrpState>,
    Presented(token): Presented,
    Path((tenant, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    answered(state.rights.drp_revoke(bounded(&tenant), &token, bounded(&id), &body).await)
}

/// The archive of an access request: streamed, with its own sums, signed by the tenant's key.
async fn results(
    State(state): State<DrpState>,
    Presented(token): Presented,
    Path((tenant, id)): Path<(String, String)>,
) -> Response {
    let given = async {
        let (door, subject) = state.rights.drp_results(bounded(&tenant), &token, bounded(&id)).await?;
        let plan = state.vault.plan(door.tenant(), None).await?;
        let export = state.vault.export(&door, subject, ExportKind::Access).await?;
        Ok(archive(export, plan.manifest(), None))
    };
    given.await.unwrap_or_else(|error: VaultError| refused(&error))
}

fn answered<T: Serialize>(outcome: Result<T, VaultError>) -> Response {
    match outcome.map(|body| serde_json::to_vec(&body)) {
        Ok(Ok(body)) => json(StatusCode::OK, body),
        Ok(Err(trouble)) => incident(&trouble).into_response(),
        Err(error) => refused(&error),
    }
}

/// A refusal in the form of section 3.06. What is not passing ends the matter: the same message does not help.
fn refused(error: &VaultError) -> Response {
    if error.kind() == ErrorKind::Internal {
        return incident(error).into_response();
    }
    let message = match error.advice() {
        Some(advice) => format!("{error}: {advice} ({})", error.code()),
        None => format!("{error} ({})", error.code()),
    };
    let is_fatal = !matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::TooOften | ErrorKind::Conflict);
    said(status_of(error.kind()), &message, is_fatal)
}

fn too_often() -> Response {
    said(StatusCode::TOO_MANY_REQUESTS, "more calls came than the rate allows; wait a second", false)
}

fn said(status: StatusCode, message: &str, fatal: bool) -> Response {
    let answer = ErrorAnswer { code: status.as_u16().to_string(), message: message.to_owned(), fatal };
    json(status, serde_json::to_vec(&answer).unwrap_or_default())
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body).into_response()
}

/// A name that is longer than any names nobody.
fn bounded(name: &str) -> &str {
    if name.len() > NAME_BYTES_MAX { "" } else { name }
}
