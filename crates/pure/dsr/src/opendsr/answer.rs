//! What a processor answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_words::Instant;
use serde::Serialize;

use super::words::{IdentityFormat, IdentityType, RequestType};

/// `GET /discovery`: what a processor can do.
#[derive(Debug, Clone, Serialize)]
pub struct Discovery {
    /// `2.0`.
    pub api_version: &'static str,
    /// By what people may be named.
    pub supported_identities: Vec<SupportedIdentity>,
    /// What may be asked for.
    pub supported_subject_request_types: Vec<RequestType>,
    /// Where the certificate is found that its answers are signed by.
    pub processor_certificate: String,
}

/// One way in which people may be named.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SupportedIdentity {
    /// By what.
    pub identity_type: IdentityType,
    /// How it is written.
    pub identity_format: IdentityFormat,
}

/// `201 Created`: a request was received.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    /// Who asked, as the processor knows them.
    pub controller_id: String,
    /// When it will be done.
    pub expected_completion_time: Instant,
    /// When it came.
    pub received_time: Instant,
    /// The controller's number.
    pub subject_request_id: String,
    /// The request as it came, in base64: proof of what was received. It names a person; nobody may log it.
    pub encoded_request: String,
}

impl Received {
    /// The answer to a request with this body.
    pub fn of(controller: &str, request: &str, body: &[u8], received_at: Instant, expected_at: Instant) -> Self {
        Self {
            controller_id: controller.to_owned(),
            expected_completion_time: expected_at,
            received_time: received_at,
            subject_request_id: request.to_owned(),
            encoded_request: STANDARD.encode(body),
        }
    }
}

/// `202 Accepted`: a request was taken back.
#[derive(Debug, Clone, Serialize)]
pub struct Cancelled {
    /// Who took it back.
    pub controller_id: String,
    /// When.
    pub received_time: Instant,
    /// The controller's number.
    pub subject_request_id: String,
    /// `2.0`.
    pub api_version: &'static str,
}

/// What is answered to what cannot be taken. It repeats no identity.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Debug, Clone, Serialize)]
struct ErrorBody {
    code: u16,
    message: String,
    errors: [ErrorItem; 1],
}

#[derive(Debug, Clone, Serialize)]
struct ErrorItem {
    domain: &'static str,
    reason: String,
    message: String,
}

impl ErrorAnswer {
    /// An error of this status, with a stable code and a sentence.
    pub fn new(status: u16, reason: &str, message: &str) -> Self {
        let item = ErrorItem { domain: "Validation", reason: reason.to_owned(), message: message.to_owned() };
        Self { error: ErrorBody { code: status, message: message.to_owned(), errors: [item] } }
    }
}
