//! JSON bodies, read strictly: UTF-8, an object, no key twice, at most 16 levels, no field that nobody knows.
//!
//! The text is walked once for its form and once for its meaning. Refusals name the place with a JSON
//! pointer (RFC 6901) and never repeat a value.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Problem, incident};

mod fault;
mod form;

/// A body that has been read, or an answer to be written.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        let body = read_body(request).await?;
        read_json(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(512);
        if let Err(trouble) = serde_json::to_writer(&mut body, &self.0) {
            return incident(&trouble).into_response();
        }
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        (headers, body).into_response()
    }
}

/// Reads a body strictly.
///
/// # Errors
/// A problem whose code begins with `body.`, for whatever the form or the operation does not allow.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|_| fault::not_utf8())?;
    form::check(text)?;
    // serde would take an array of the values in order for an object.
    if !text.trim_start().starts_with('{') {
        return Err(fault::not_an_object());
    }
    // The road of the good request first: following paths costs, and only a refusal needs them.
    serde_json::from_str(text).or_else(|_| {
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| fault::of_meaning(&error))
    })
}

/// Reads a body that need not be there.
///
/// # Errors
/// Those of a body that is there.
pub async fn read_optional<T: DeserializeOwned>(request: Request) -> Result<Option<T>, Problem> {
    let declared = check_content_type(request.headers());
    let body = read_body(request).await?;
    if body.is_empty() {
        return Ok(None);
    }
    declared?;
    read_json(&body).map(Some)
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "body.content_type",
        "the body is not declared as `application/json`",
    )
    .help("send the header `Content-Type: application/json`"))
}

/// Reads the whole body up to the limit that [`crate::dress`] set.
///
/// # Errors
/// `body.too_large`, `body.incomplete`.
pub async fn read_body(request: Request) -> Result<Bytes, Problem> {
    let limit = request.extensions().get::<crate::dress::BodyLimit>().map(|limit| limit.0);
    Bytes::from_request(request, &()).await.map_err(|rejection| match (rejection.status(), limit) {
        (StatusCode::PAYLOAD_TOO_LARGE, Some(bytes_max)) => fault::too_large(bytes_max),
        (StatusCode::PAYLOAD_TOO_LARGE, None) => fault::too_large(crate::Limits::default().body_bytes_max),
        _ => Problem::new(StatusCode::BAD_REQUEST, "body.incomplete", "the body ended before all of it arrived")
            .help("send it again"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only its reading is under test")]
        name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its reading is under test")]
        inner: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only its reading is under test")]
        count: u32,
    }

    fn check(body: &[u8]) -> String {
        match read_json::<Body>(body) {
            Ok(_) => "ok".to_owned(),
            Err(problem) => {
                let shown = problem.to_json();
                format!("{} {}", problem.code(), shown["pointer"].as_str().unwrap_or("-"))
            }
        }
    }

    #[test]
    fn bodies_are_read_strictly() {
        let deep = format!(r#"{{"name": {}1{}}}"#, "[".repeat(20), "]".repeat(20));
        let cases: &[(&[u8], &str)] = &[
            (br#"{"name": "x", "inner": [{"count": 1}]}"#, "ok"),
            (br#"{"name": "x", "more": 1}"#, "body.unknown_field /more"),
            (br#"{"name": "x", "inner": [{"count": 1}, {"count": 1, "a/b": 2}]}"#, "body.unknown_field /inner/1/a~1b"),
            (br#"{"name": 1}"#, "body.wrong_type /name"),
            (br#"{"name": "x", "inner": [{"count": -1}]}"#, "body.wrong_type /inner/0/count"),
            (br#"{}"#, "body.missing_field /name"),
            (br#"{"name": "x", "name": "y"}"#, "body.duplicate_key /name"),
            (br#"{"name": "x", "n\u0061me": "y"}"#, "body.duplicate_key /name"),
            (br#"{"name": "x""#, "body.malformed -"),
            (br#"{"name": "x"} 1"#, "body.malformed -"),
            (b"", "body.malformed -"),
            (b"\xff", "body.not_utf8 -"),
            (deep.as_bytes(), "body.too_deep -"),
            (br#"[1]"#, "body.wrong_type "),
        ];
        for (body, expected) in cases {
            assert_eq!(check(body), *expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_refusal_never_repeats_a_value() {
        let problem = read_json::<Body>(br#"{"name": "x", "inner": "alice@people.example"}"#).unwrap_err();
        assert!(!problem.to_json().to_string().contains("alice"), "{}", problem.to_json());
    }
}
