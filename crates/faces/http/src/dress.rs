//! What is put around every route: bounds, request id, time-out, metrics, log, problems for the rest.
//!
//! The log line names the route's template, never the path, so that no identifier ends up in a log.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{Limits, Metrics, Problem, RequestId, incident};

/// Bodies up to this size are read before the request is looked at.
const SMALL_BODY_BYTES: usize = 64 << 10;

/// The body limit in force, for the message that names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

#[derive(Clone)]
struct Around {
    limits: Limits,
    metrics: Arc<Metrics>,
}

/// Puts everything around the routes; the last step before [`crate::serve`].
pub fn dress(routes: Router, limits: Limits, metrics: Arc<Metrics>) -> Router {
    routes
        .method_not_allowed_fallback(method_unknown)
        .layer(DefaultBodyLimit::max(limits.body_bytes_max))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| after_panic(&*panic)))
        .layer(from_fn_with_state(Around { limits, metrics }, around))
}

/// Answers what has no route; for a router whose faces set no fallback of their own.
pub async fn route_unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route.unknown", "there is nothing at this address")
        .help("the operations are listed at `/docs`")
}

async fn method_unknown() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method.unknown", "the method is not offered at this address")
        .help("the operations are listed at `/docs`")
}

async fn around(State(Around { limits, metrics }): State<Around>, mut request: Request, next: Next) -> Response {
    let id = RequestId::next();
    let began_at = Instant::now();
    metrics.begin();
    let method = request.method().clone();
    let template = request.extensions().get::<MatchedPath>().cloned();
    let extensions = request.extensions_mut();
    extensions.insert(id);
    extensions.insert(BodyLimit(limits.body_bytes_max));
    let mut response = match check_address(&request, limits) {
        Some(problem) => problem.into_response(),
        None => within(limits.answer_wait, answer(request, next)).await,
    };
    let wait = began_at.elapsed();
    let route = template.as_ref().map_or("unknown", MatchedPath::as_str);
    metrics.end(route, response.status().as_u16(), wait);
    log(&method, route, response.status(), wait, id);
    finish(&mut response, id);
    response
}

/// Reads a small body before anybody answers: an answer that comes while the body is still unread would end
/// the connection under a client that means to use it again.
async fn answer(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if !length.is_some_and(|length: usize| (1..=SMALL_BODY_BYTES).contains(&length)) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, SMALL_BODY_BYTES).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Problem::new(StatusCode::BAD_REQUEST, "body.cut_short", "the body ended before its announced length")
            .help("send as many bytes as `Content-Length` says")
            .into_response(),
    }
}

fn check_address(request: &Request, limits: Limits) -> Option<Problem> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let too_long = |code, part, bytes_max| {
        let detail = format!("the {part} is longer than {bytes_max} bytes");
        Some(Problem::new(StatusCode::URI_TOO_LONG, code, detail).help("put large inputs into the body"))
    };
    if path.len() > limits.path_bytes_max {
        return too_long("path.too_long", "path", limits.path_bytes_max);
    }
    if query.len() > limits.query_bytes_max {
        return too_long("query.too_long", "query", limits.query_bytes_max);
    }
    None
}

async fn within(wait: Duration, answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(wait, answer).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("the answer took longer than {} s", wait.as_secs());
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", detail)
                .help("ask for less at once, or try again; a write may have happened: repeat it with its `Idempotency-Key`")
                .into_response()
        }
    }
}

fn log(method: &Method, route: &str, status: StatusCode, wait: Duration, id: RequestId) {
    let (status, wait_ms) = (status.as_u16(), wait.as_secs_f64() * 1000.0);
    if status < 400 {
        tracing::debug!(%method, route, status, wait_ms, request.id = %id, "request answered");
    } else {
        tracing::info!(%method, route, status, wait_ms, request.id = %id, "request refused");
    }
}

fn finish(response: &mut Response, id: RequestId) {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn after_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    incident(&text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;
    use crate::Json;

    fn router() -> Router {
        let routes = Router::new()
            .route("/echo", post(|Json(body): Json<serde_json::Value>| async { Json(body) }))
            .route("/panic", get(|| async { std::hint::black_box(None::<u8>).unwrap().to_string() }))
            .route("/slow", get(std::future::pending::<()>))
            .fallback(route_unknown);
        let limits = Limits { body_bytes_max: 64, answer_wait: Duration::from_millis(20), ..Limits::default() };
        dress(routes, limits, Metrics::new(Arc::new(Vec::new)))
    }

    async fn answer(method: &str, path: &str, body: &str) -> (u16, serde_json::Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = router().oneshot(request).await.unwrap();
        assert!(response.headers().contains_key("x-request-id"));
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    #[tokio::test]
    async fn every_refusal_is_a_problem_with_a_code() {
        let long = format!("/{}", "x".repeat(2000));
        let query = format!("/echo?{}", "x".repeat(5000));
        let large = format!(r#"{{"a": [{}1]}}"#, "1,".repeat(100));
        let cases = [
            ("POST", "/echo", large.as_str(), 413, "body.too_large"),
            ("GET", "/nowhere", "", 404, "route.unknown"),
            ("GET", "/echo", "", 405, "method.unknown"),
            ("GET", &long, "", 414, "path.too_long"),
            ("POST", &query, "{}", 414, "query.too_long"),
            ("GET", "/panic", "", 500, "internal"),
            ("GET", "/slow", "", 504, "timeout"),
        ];
        for (method, path, body, status, code) in cases {
            let (got, problem) = answer(method, path, body).await;
            assert_eq!((got, problem["code"].as_str()), (status, Some(code)), "{method} {path}");
        }
    }

    #[tokio::test]
    async fn a_message_about_a_bound_names_the_number() {
        let (_, problem) = answer("POST", "/echo", &format!(r#"{{"a": [{}1]}}"#, "1,".repeat(100))).await;
        assert_eq!(problem["detail"], "the body is longer than 64 bytes");
    }

    #[tokio::test]
    async fn an_incident_shows_its_number_and_nothing_else() {
        let (_, problem) = answer("GET", "/panic", "").await;
        assert!(problem["incident"].as_str().unwrap().starts_with("inc-"));
        assert!(!problem.to_string().contains("unwrap"), "{problem}");
    }
}
