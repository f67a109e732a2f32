//! Answers: JSON, signed over its bytes.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_dsr::opendsr::{ErrorAnswer, SIGNATURE_HEADER, domain_header};
use candor_http::{Problem, incident, status_of};
use candor_vault::{ErrorKind, VaultError};
use serde::Serialize;

use crate::state::Processor;

/// A signed answer.
pub(crate) fn signed(processor: &Processor, status: StatusCode, body: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(body) else { return incident(&"an answer that is no JSON").into_response() };
    let Ok(signature) = processor.key.sign(&body) else {
        return incident(&"an answer that could not be signed").into_response();
    };
    let (Ok(signature), Ok(domain)) =
        (HeaderValue::from_str(&signature), HeaderValue::from_str(processor.key.domain()))
    else {
        return incident(&"a signature that is no header").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static(SIGNATURE_HEADER), signature),
        (HeaderName::from_static(domain_header()), domain),
    ];
    (status, headers, body).into_response()
}

/// A refusal in the form that the specification gives errors.
pub(crate) fn refused(processor: &Processor, error: &VaultError) -> Response {
    if error.kind() == ErrorKind::Internal {
        return incident(error).into_response();
    }
    let status = match status_of(error.kind()) {
        // The specification knows one status for what cannot be taken.
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let message = match error.advice() {
        Some(advice) => format!("{error}: {advice}"),
        None => error.to_string(),
    };
    signed(processor, status, &ErrorAnswer::new(status.as_u16(), error.code(), &message))
}

/// A refusal of what comes before the request: the key, the rate, the size.
pub(crate) fn turned_away(processor: &Processor, problem: &Problem) -> Response {
    let status = problem.status();
    let detail = problem.to_json()["detail"].as_str().unwrap_or_default().to_owned();
    let mut answer = signed(processor, status, &ErrorAnswer::new(status.as_u16(), problem.code(), &detail));
    let of_problem = problem.clone().into_response();
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = of_problem.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
