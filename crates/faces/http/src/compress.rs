//! Smaller pages for slow lines. The API's answers stay as they are: most are shorter than what
//! compressing them costs, and personal data beside what a caller chose should not be compressed together.

use axum::Router;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

/// What is shorter is sent as it is.
const BYTES_MIN: u64 = 1024;

/// Compresses the answers of pages and documents that are the same for everybody.
pub fn compress(routes: Router) -> Router {
    routes.layer(CompressionLayer::new().compress_when(SizeAbove::new(BYTES_MIN)))
}
