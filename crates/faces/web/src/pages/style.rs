//! `/style.css`: the one style sheet. Its address carries its digest, so that it may be kept for a year.

use std::sync::LazyLock;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::answer;

const STYLE: &str = include_str!("../style.css");

static VERSION: LazyLock<String> = LazyLock::new(|| format!("v={}", answer::digest(STYLE.as_bytes())));

/// The address that the pages link to.
pub(crate) fn href() -> String {
    format!("/style.css?{}", *VERSION)
}

pub(crate) async fn style(RawQuery(version): RawQuery, asked: HeaderMap) -> Response {
    let mut response = answer::tagged(&asked, "text/css; charset=utf-8", STYLE.to_owned());
    // Under another version's address, or none, the text may change: those readers ask again.
    if version.as_deref() == Some(&*VERSION) {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
    }
    response
}
