//! One request to a provider: bounded in time and size, no redirect followed, no cookie kept.

use candor_identity_port::UpstreamError;
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

/// The most bytes of any answer.
pub(crate) const ANSWER_BYTES_MAX: usize = 262_144;

/// An answer, read whole.
pub(crate) struct Fetched {
    pub(crate) what: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// Sends a request and reads its answer.
pub(crate) async fn fetch(request: RequestBuilder, what: &'static str) -> Result<Fetched, UpstreamError> {
    let request = request.header("accept", "application/json");
    let mut answer = request.send().await.map_err(|_| UpstreamError::Unreachable)?;
    let too_long = UpstreamError::TooLong { what, bytes_max: ANSWER_BYTES_MAX };
    if answer.content_length().is_some_and(|length| length > ANSWER_BYTES_MAX as u64) {
        return Err(too_long);
    }
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| UpstreamError::Unreachable)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(too_long);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched { what, status, body })
}

impl Fetched {
    /// The answer as JSON, if the provider did what it was asked.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, UpstreamError> {
        if self.status != StatusCode::OK {
            return Err(self.malformed());
        }
        serde_json::from_slice(&self.body).map_err(|_| self.malformed())
    }

    pub(crate) fn malformed(&self) -> UpstreamError {
        UpstreamError::Malformed { what: self.what, status: self.status.as_u16() }
    }
}
