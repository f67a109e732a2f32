//! `/{tenant}/jwks.json`: the keys that tokens are signed with.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::answer::{json, trouble};
use crate::asked::At;

pub(crate) async fn keys(at: At) -> Response {
    match at.identity.published_keys(at.issuer.tenant).await {
        // A quarter of the time for which a key is published before it signs.
        Ok(keys) => {
            ([(header::CACHE_CONTROL, "public, max-age=900")], json(StatusCode::OK, &keys.to_json())).into_response()
        }
        Err(error) => trouble(error),
    }
}
