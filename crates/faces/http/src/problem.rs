//! Problem details: every refusal in one form, with a stable code (RFC 9457).
//!
//! `title` belongs to the status, `detail` says what stood in the way, `help` what can be done next.
//! What nobody foresaw is logged once under an incident number, and the caller sees that number only.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

mod listed;
mod vault;

pub use listed::{LISTED, Listed};
pub use vault::status_of;

/// A refusal as the caller reads it.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    retry_after_s: Option<u64>,
    members: Map<String, Value>,
}

impl Problem {
    /// Begins a problem; `detail` is one sentence without personal data.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self { status, code, detail, help: None, retry_after_s: None, members: Map::new() }
    }

    /// Says what can be done next.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a member of its own, such as the `pointer` into the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Says after how many seconds to come back.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The status it is answered with.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Its stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The body it is answered with.
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "type": format!("/problems/{}", self.code),
            "title": title(self.status),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
        });
        if let Value::Object(body) = &mut body {
            if let Some(help) = &self.help {
                body.insert("help".to_owned(), Value::from(help.clone()));
            }
            body.extend(self.members.clone());
        }
        body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.to_json().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"candor\""));
        }
        response
    }
}

/// Writes down trouble that nobody foresaw, and returns what the caller may see of it.
pub fn incident(trouble: &dyn std::fmt::Display) -> Problem {
    let number = crate::request_id::next_incident();
    tracing::error!(incident = %number, trouble = %trouble, "a request failed in a way nobody foresaw");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "the server could not carry out the request, for a reason of its own",
    )
    .help("try again; if it stays, give the incident number to whoever runs this server")
    .with("incident", number)
}

const fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "The request cannot be understood",
        401 => "The request is not authenticated",
        403 => "The policy or the key does not allow this",
        404 => "There is no such thing",
        405 => "The method is not offered here",
        409 => "The request conflicts with the present state",
        410 => "It is gone",
        413 => "The request is too large",
        414 => "The address is too long",
        415 => "The content type is not understood",
        422 => "The request makes no sense as it stands",
        429 => "Too many requests",
        503 => "The server cannot answer now",
        504 => "The answer took too long",
        _ => "The server failed",
    }
}
