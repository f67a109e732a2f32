//! Which address of the account area leads to which page, and the headers that every answer of it carries.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};

use super::door::AccountState;
use super::{accesses, consents, erase, held, leave, messages, notices, overview, record, rights};

/// Builds the routes below `/{tenant}/account`. They are about one person each: never cached, never compressed beside a
/// token, never in a frame.
pub fn account_routes(state: AccountState) -> Router {
    let routes: Vec<(&str, MethodRouter<AccountState>)> = vec![
        ("", get(overview::page)),
        ("/data", get(held::page)),
        ("/data/{group}/{record}", get(record::page).post(record::change)),
        ("/accesses", get(accesses::page)),
        ("/consents", get(consents::page)),
        ("/consents/{purpose}", post(consents::say)),
        ("/consents/{purpose}/receipt", get(consents::receipt)),
        ("/messages", get(messages::page)),
        ("/messages/{purpose}/{channel}", post(messages::opt)),
        ("/rights", get(rights::page).post(rights::ask)),
        ("/rights/objections/{purpose}", post(rights::object)),
        ("/rights/restriction", post(rights::restrict)),
        ("/rights/requests/{request}", get(rights::letter)),
        ("/notices", get(notices::page)),
        ("/notices/{notice}", post(notices::seen)),
        ("/leave", get(leave::page)),
        ("/leave/export", post(leave::export)),
        ("/leave/rest", post(leave::rest)),
        ("/leave/back", post(leave::back)),
        ("/leave/erase", get(erase::page).post(erase::erase)),
        ("/leave/minor", get(erase::minor_page).post(erase::erase_minor)),
    ];
    // Written out rather than nested: what is nested does not see its whole path, and links need it.
    let add = |router: Router<AccountState>, (path, page)| router.route(&format!("/{{tenant}}/account{path}"), page);
    routes.into_iter().fold(Router::new(), add).layer(middleware::map_response(guard)).with_state(state)
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
