//! The API key of a request, and what is said to one that comes too often.

use axum::http::{HeaderMap, StatusCode, header};

use crate::{Problem, Throttled};

/// The key of `Authorization: Bearer …`; an empty one is none.
///
/// # Errors
/// A problem, `key.missing`: there is none.
pub fn presented_key(headers: &HeaderMap) -> Result<&str, Problem> {
    let presented = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = presented.and_then(|value| value.split_once(' ')).and_then(|(scheme, key)| {
        let key = key.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
    });
    key.ok_or_else(|| key_missing("the request presents no API key"))
}

/// Nobody is known, for no key was presented.
pub fn key_missing(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "key.missing", detail).help("send `Authorization: Bearer candor_…`")
}

impl From<Throttled> for Problem {
    fn from(throttled: Throttled) -> Self {
        let detail = "the key sends more requests than its rate allows";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate.exceeded", detail)
            .help("wait as long as `Retry-After` says")
            .retry_after(throttled.wait.as_secs() + 1)
    }
}
