//! The router: all operations behind one guard, and the pages that describe them.

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::state::ApiState;
use crate::{docs, guard, openapi, operations, problems};

/// Nothing but the page's own styles, by their digest: no script, no other host.
fn page_policy() -> String {
    let digest = STANDARD.encode(digest(&SHA256, docs::STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Every operation under `/v1` and `/ledger`, and `/openapi.json`, `/docs`, `/problems`.
pub fn api_routes(state: ApiState) -> Router {
    let (operations, gathered) = gathered().split_for_parts();
    let document = openapi::complete(&gathered);
    let guarded = operations.route_layer(from_fn_with_state(state.clone(), guard::guard)).with_state(state);
    guarded.merge(described(&document))
}

/// The OpenAPI document of all operations.
pub fn openapi_document() -> Value {
    openapi::complete(&gathered().into_openapi())
}

fn gathered() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::Document::openapi()).merge(operations::all())
}

fn described(document: &Value) -> Router {
    let json = Bytes::from(document.to_string());
    let page = Bytes::from(docs::page(document).into_string());
    let list = Bytes::from(problems::page().into_string());
    let policy = page_policy();
    let serve_page = |page: Bytes| {
        let guards = [
            (header::CONTENT_SECURITY_POLICY, policy.clone()),
            (header::X_FRAME_OPTIONS, "DENY".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ];
        move || async move { (guards, Html(page)).into_response() }
    };
    let routes = Router::new()
        .route("/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(serve_page(page)))
        .route("/problems", get(serve_page(list.clone())))
        // Every problem's `type` leads here; the browser finds the code on the page.
        .route("/problems/{code}", get(serve_page(list)));
    candor_http::compress(routes)
}
