//! Which address of the account area leads to which page, and the headers that every answer of it carries.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};

use super::door::AccountState;
use super::{accesses, consents, erase, held, leave, messages, notices, overview, record, rights};

/// Builds the routes below `/{tenant}/account`. They are about one person each: never cached, never compressed beside a
/// token, never in a frame.
pub fn account_routes(state: AccountState) -> Router {
    let area = Router::new()
        .route("/data", get(held::page))
        .route("/data/{group}/{record}", get(record::page).post(record::change))
        .route("/accesses", get(accesses::page))
        .route("/consents", get(consents::page))
        .route("/consents/{purpose}", post(consents::say))
        .route("/consents/{purpose}/receipt", get(consents::receipt))
        .route("/messages", get(messages::page))
        .route("/messages/{purpose}/{channel}", post(messages::opt))
        .route("/rights", get(rights::page).post(rights::ask))
        .route("/rights/objections/{purpose}", post(rights::object))
        .route("/rights/restriction", post(rights::restrict))
        .route("/rights/requests/{request}", get(rights::letter))
        .route("/notices", get(notices::page))
        .route("/notices/{notice}", post(notices::seen))
        .route("/leave", get(leave::page))
        .route("/leave/export", post(leave::export))
        .route("/leave/rest", post(leave::rest))
        .route("/leave/back", post(leave::back))
        .route("/leave/erase", get(erase::page).post(erase::erase))
        .route("/leave/minor", get(erase::minor_page).post(erase::erase_minor));
    let overview = Router::new().route("/{tenant}/account", get(overview::page));
    Router::new()
        .nest("/{tenant}/account", area)
        .merge(overview)
        .layer(middleware::map_response(guard))
        .with_state(state)
}

/// As on the other pages, but forms go to this server, which wants to see where they come from.
const GUARDS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

async fn guard(mut response: Response) -> Response {
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
