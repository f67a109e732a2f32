//! Which address leads to which page, and the headers that every answer carries.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, middleware};

use crate::Policies;
use crate::pages::{archive, comparison, front, notices, policy, records, style};

/// Builds the routes of the pages. Merge it with the other faces, and give the whole
/// [`not_found`](crate::not_found) as its fallback, if people rather than programs read it.
pub fn router(policies: Arc<dyn Policies>) -> Router {
    Router::new()
        .route("/", get(front::front))
        .route("/style.css", get(style::style))
        .route("/{tenant}", get(policy::page))
        .route("/{tenant}/policy.json", get(policy::json))
        .route("/{tenant}/policy.jsonld", get(policy::jsonld))
        .route("/{tenant}/versions", get(archive::page))
        .route("/{tenant}/versions/{version}", get(policy::page))
        .route("/{tenant}/compare/{old}/{new}", get(comparison::page))
        .route("/{tenant}/records", get(records::page))
        .route("/{tenant}/records.json", get(records::json))
        .route("/{tenant}/records.csv", get(records::csv))
        .layer(middleware::map_response(guard))
        .merge(open())
        .with_state(policies)
}

/// What other sites load too, under guards of its own.
fn open() -> Router<Arc<dyn Policies>> {
    Router::new()
        .route("/notices.js", get(notices::script))
        .route("/{tenant}/notices.json", get(notices::json))
        .layer(middleware::map_response(notices::guard_open))
}

/// No script, no frame, no form, nothing from elsewhere; no referrer tells where a reader came from.
const GUARDS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the guards to an answer.
pub(crate) async fn guard(mut response: Response) -> Response {
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests;
