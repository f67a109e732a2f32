//! The routes.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use candor_http::{Problem, archive, presented_key};
use candor_manifest::model::RightKind;
use candor_vault::{Caller, ExportKind};

use crate::answer::{refused, signed, turned_away};
use crate::state::DsrState;

/// The most bytes of the number of a request in an address: a UUID.
const ID_BYTES_MAX: usize = 36;

/// The routes below `/v2`.
pub fn dsr_router(state: DsrState) -> Router {
    let mut router =
        Router::new().route("/v2/discovery", get(discovery)).route("/v2/certificate.pem", get(certificate));
    for name in ["requests", "opengdpr_requests"] {
        router = router
            .route(&format!("/v2/{name}"), axum::routing::post(take))
            .route(&format!("/v2/{name}/{{id}}"), get(status).delete(cancel))
            .route(&format!("/v2/{name}/{{id}}/results"), get(results));
    }
    router.with_state(state)
}

/// A controller: whoever holds an API key, within its rate.
struct Controller(Caller);

impl FromRequestParts<DsrState> for Controller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DsrState) -> Result<Self, Response> {
        let admitted = admit(state, &parts.headers).await;
        admitted.map(Self).map_err(|problem| turned_away(&state.processor, &problem))
    }
}

async fn admit(state: &DsrState, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = state.vault.authenticate(presented_key(headers)?).await?;
    let now_ns = u64::try_from(state.began_at.elapsed().as_nanos()).unwrap_or(u64::MAX);
    state.throttle.pass(caller.key().as_bytes(), now_ns)?;
    Ok(caller)
}

async fn discovery(State(state): State<DsrState>, Controller(caller): Controller) -> Response {
    match state.rights.opendsr_discovery(&caller, &state.processor.place).await {
        Ok(discovery) => signed(&state.processor, StatusCode::OK, &discovery),
        Err(error) => refused(&state.processor, &error),
    }
}

async fn certificate(State(state): State<DsrState>) -> Response {
    ([(header::CONTENT_TYPE, "application/pem-certificate-chain")], state.processor.certificate.clone()).into_response()
}

async fn take(State(state): State<DsrState>, Controller(caller): Controller, body: Bytes) -> Response {
    match state.rights.opendsr_take(&caller, &state.processor.place, &body).await {
        Ok(received) => signed(&state.processor, StatusCode::CREATED, &received),
        Err(error) => refused(&state.processor, &error),
    }
}

async fn status(State(state): State<DsrState>, Controller(caller): Controller, Path(id): Path<String>) -> Response {
    match state.rights.opendsr_status(&caller, &state.processor.place, bounded(&id)).await {
        Ok(status) => signed(&state.processor, StatusCode::OK, &status),
        Err(error) => refused(&state.processor, &error),
    }
}

async fn cancel(State(state): State<DsrState>, Controller(caller): Controller, Path(id): Path<String>) -> Response {
    match state.rights.opendsr_cancel(&caller, bounded(&id)).await {
        Ok(cancelled) => signed(&state.processor, StatusCode::ACCEPTED, &cancelled),
        Err(error) => refused(&state.processor, &error),
    }
}

/// The results are streamed and not signed: the archive holds its own sums, signed by the tenant's key.
async fn results(State(state): State<DsrState>, Controller(caller): Controller, Path(id): Path<String>) -> Response {
    let given = async {
        let (subject, right) = state.rights.opendsr_results(&caller, bounded(&id)).await?;
        let kind = if right == RightKind::Access { ExportKind::Access } else { ExportKind::Portability };
        let plan = state.vault.plan(caller.tenant(), None).await?;
        let export = state.vault.export(&caller, subject, kind).await?;
        Ok(archive(export, plan.manifest(), None))
    };
    given.await.unwrap_or_else(|error| refused(&state.processor, &error))
}

/// A number that is longer than any is none that was ever sent.
fn bounded(id: &str) -> &str {
    if id.len() > ID_BYTES_MAX { "" } else { id }
}
