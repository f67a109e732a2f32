//! Which address of the account area leads to which page, and the headers that every answer of it carries.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};

use super::{
    accesses, asked, consents, dispute, erase, held, image, leave, messages, notices, overview, progress, record,
    rights, sessions, sign_ins,
};
use crate::DoorState;

/// Builds the routes below `/{tenant}/account`. They are about one person each: never cached, never compressed beside a
/// token, never in a frame.
pub(crate) fn routes() -> Router<DoorState> {
    let routes: Vec<(&str, MethodRouter<DoorState>)> = vec![
        ("", get(overview::page)),
        ("/data", get(held::page)),
        ("/data/{group}/{record}", get(record::page).post(record::change)),
        ("/image", get(image::image)),
        ("/accesses", get(accesses::page)),
        ("/consents", get(consents::page)),
        ("/consents/{purpose}", post(consents::say)),
        ("/consents/{purpose}/receipt", get(consents::receipt)),
        ("/messages", get(messages::page)),
        ("/messages/{purpose}/{channel}", post(messages::opt)),
        ("/rights", get(rights::page).post(rights::ask)),
        ("/rights/objections/{purpose}", post(rights::object)),
        ("/rights/restriction", post(rights::restrict)),
        ("/rights/dispute", get(dispute::page).post(dispute::open)),
        ("/rights/requests/{request}", get(rights::letter)),
        ("/rights/requests/{request}/dispute", post(dispute::take_back)),
        ("/rights/requests/{request}/progress", get(progress::page).post(progress::take_back)),
        ("/rights/requests/{request}/receipt", get(progress::receipt)),
        ("/asked/{request}", get(asked::page).post(asked::answer)),
        ("/notices", get(notices::page)),
        ("/notices/{notice}", post(notices::seen)),
        ("/sessions", get(sessions::page).post(sessions::end_all)),
        ("/sessions/{session}", post(sessions::end)),
        ("/sign-ins", get(sign_ins::page)),
        ("/leave", get(leave::page)),
        ("/leave/export", post(leave::export)),
        ("/leave/rest", post(leave::rest)),
        ("/leave/back", post(leave::back)),
        ("/leave/erase", get(erase::page).post(erase::erase)),
        ("/leave/minor", get(erase::minor_page).post(erase::erase_minor)),
    ];
    // Written out rather than nested: what is nested does not see its whole path, and links need it.
    let add = |router: Router<DoorState>, (path, page)| router.route(&format!("/{{tenant}}/account{path}"), page);
    routes.into_iter().fold(Router::new(), add).layer(middleware::map_response(guard))
}

/// Stricter than at the door: no page here runs a script. The door adds the rest.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // What is no page has a stricter one already.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
