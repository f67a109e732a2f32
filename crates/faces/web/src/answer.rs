//! Bodies with an entity tag: a reader who has the page already is told so and gets no second copy.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use candor_words::to_hex;

/// Sixteen bytes tell any two pages apart; the rest of the digest would only lengthen the header.
const TAG_BYTES: usize = 16;

/// Answers with a page.
pub(crate) fn html(asked: &HeaderMap, page: Markup) -> Response {
    tagged(asked, "text/html; charset=utf-8", page.into_string())
}

/// Answers with a body of a type, or with `304` when the reader holds this very body.
pub(crate) fn tagged(asked: &HeaderMap, content_type: &'static str, body: String) -> Response {
    let tag = format!("\"{}\"", digest(body.as_bytes()));
    let mut response = if holds(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type)], Body::from(body)).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The short digest that stands in tags and versioned addresses.
pub(crate) fn digest(bytes: &[u8]) -> String {
    to_hex(blake3::hash(bytes).as_bytes().get(..TAG_BYTES).unwrap_or_default())
}

/// True when `If-None-Match` names the tag; weak tags count, as RFC 9110 § 13.1.2 has it.
fn holds(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.trim_start_matches("W/") == tag)
}
