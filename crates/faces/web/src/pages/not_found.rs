//! The page for an address that leads nowhere. It repeats nothing of the address.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::html;

use crate::layout::layout;
use crate::router::guard;

/// Answers `404` with a way back.
pub async fn not_found() -> Response {
    let content = html! {
        header class="title" {
            h1 { "There is no such page" }
            p class="lead" { "The address may have a slip in it, or the organisation may not be on this server." }
            p { a href="/" { "See the policies on this server" } }
        }
    };
    let page = layout("There is no such page", None, content);
    guard((StatusCode::NOT_FOUND, Html(page.into_string())).into_response()).await
}
