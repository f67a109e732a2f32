//! `/health/live` and `/health/ready`: whether the process runs, and whether it can serve.

use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Problem;

/// Asks whether everything a request needs is there.
pub type Readiness = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// The two routes.
pub fn health_routes(ready: Readiness) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(move || answer(Arc::clone(&ready))))
}

async fn answer(ready: Readiness) -> Response {
    if ready().await {
        return "ready\n".into_response();
    }
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the store does not answer")
        .help("look at the server's log")
        .retry_after(1)
        .into_response()
}
