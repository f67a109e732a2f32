//! `Idempotency-Key`: a write sent twice happens once, and is answered the same.
//!
//! What is remembered is the status and body of the answer, which hold no field values; the secret of a
//! new API key is left out of what is remembered, because it is shown once.
//! Source: draft-ietf-httpapi-idempotency-key-header-07.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use candor_http::{Problem, read_body};
use candor_ledger::Digest;
use candor_vault::{Caller, Idempotency};
use serde::{Deserialize, Serialize};

use crate::routes::Route;
use crate::state::ApiState;

pub(crate) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEY_BYTES_MAX: usize = 128;
/// The longest answer that is remembered; writes answer far less.
const ANSWER_BYTES_MAX: usize = 768 << 10;

/// An answer as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    status: u16,
    kind: Option<String>,
    body: String,
}

/// Runs a write unless its key was answered before.
pub(crate) async fn once(state: &ApiState, route: &Route, caller: Caller, request: Request, next: Next) -> Response {
    let (state, route) = (state.clone(), *route);
    // On a task of its own: a client that hangs up half way finds its answer remembered when it comes again.
    let writing = tokio::spawn(async move { attempt(&state, &route, caller, request, next).await });
    match writing.await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(error) => candor_http::incident(&error).into_response(),
    }
}

async fn attempt(
    state: &ApiState,
    route: &Route,
    caller: Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key_of(&request)?;
    let (mut parts, body) = request.into_parts();
    let body = read_body(Request::from_parts(parts.clone(), body)).await?;
    let digest = digest_of(route, parts.uri.path(), &body);
    let token = match state.vault().idempotent(&caller, &key, digest).await? {
        Idempotency::Fresh(token) => token,
        Idempotency::Replay(answer) => return replay(&answer),
        Idempotency::AnswerLost => return Err(answer_lost()),
        Idempotency::Mismatch => return Err(mismatch()),
    };
    parts.extensions.insert(token.marking(&caller));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    // Trouble of ours is not an answer: the same key may try again.
    if response.status().is_server_error() || response.status() == StatusCode::TOO_MANY_REQUESTS {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|error| candor_http::incident(&error))?;
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let remembered = Remembered { status: head.status.as_u16(), kind, body: without_secret(route, &body) };
    let answer = serde_json::to_vec(&remembered).map_err(|error| candor_http::incident(&error))?;
    state.vault().remember(&caller, token, answer).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

fn key_of(request: &Request) -> Result<String, Problem> {
    let key = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if (1..=KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(key.to_owned());
    }
    let detail = format!("an idempotency key has 1 to {KEY_BYTES_MAX} visible ASCII characters");
    Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency.malformed", detail)
        .help("use a fresh random key for each write, and the same one when you repeat it"))
}

/// Covers method, address and body, so that a key cannot be carried over to another write.
fn digest_of(route: &Route, path: &str, body: &[u8]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(body.len() + path.len() + 16);
    for part in [route.method.as_bytes(), path.as_bytes(), body] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    Digest::of(&bytes).0
}

fn replay(answer: &[u8]) -> Result<Response, Problem> {
    let remembered: Remembered = serde_json::from_slice(answer).map_err(|error| candor_http::incident(&error))?;
    let status = StatusCode::from_u16(remembered.status).map_err(|error| candor_http::incident(&error))?;
    let mut response = (status, remembered.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if let Some(kind) = remembered.kind.and_then(|kind| HeaderValue::try_from(kind).ok()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

fn without_secret(route: &Route, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    if !route.answers_secret {
        return text;
    }
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(serde_json::Value::Object(mut answer)) => {
            for name in ["secret", "client_secret", "initial_access_token"] {
                if let Some(secret) = answer.get_mut(name) {
                    *secret = serde_json::Value::Null;
                }
            }
            serde_json::Value::Object(answer).to_string()
        }
        _ => String::new(),
    }
}

fn answer_lost() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency.answer_lost",
        "the same request was carried out, and the server ended before its answer was kept; nothing was done again",
    )
    .help("read what it was to change: it stands there once")
}

fn mismatch() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency.mismatch",
        "the idempotency key was used for another request; nothing was changed",
    )
    .help("use a fresh key for each write")
}
