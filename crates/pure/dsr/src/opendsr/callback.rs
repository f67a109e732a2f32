//! The status of a request: asked for, and told of by call-backs.

use candor_words::Instant;
use serde::Serialize;

use super::request::{RequestError, object_of};
use super::words::Status;
use crate::object;

/// The most bytes of a call-back.
const CALLBACK_BYTES_MAX: usize = 16_384;

/// `GET /requests/{id}`: how far a request has come.
#[derive(Debug, Clone, Serialize)]
pub struct RequestStatus {
    /// Whose it is.
    pub controller_id: String,
    /// When it will be done, or was.
    pub expected_completion_time: Instant,
    /// The controller's number.
    pub subject_request_id: String,
    /// How far.
    pub request_status: Status,
    /// `2.0`.
    pub api_version: &'static str,
    /// Where the results are, for whoever may fetch them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results_url: Option<String>,
}

/// A call-back: what a processor tells of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Whose request it is, as the processor knows them.
    pub controller_id: String,
    /// Where it is told.
    pub status_callback_url: String,
    /// The controller's number.
    pub subject_request_id: String,
    /// How far.
    pub request_status: Status,
    /// When it will be done.
    pub expected_completion_time: Instant,
}

impl Callback {
    /// Writes it as it is sent and signed.
    pub fn write(&self) -> Vec<u8> {
        serde_json::json!({
            "controller_id": self.controller_id,
            "status_callback_url": self.status_callback_url,
            "subject_request_id": self.subject_request_id,
            "request_status": self.request_status,
            "expected_completion_time": self.expected_completion_time,
        })
        .to_string()
        .into_bytes()
    }

    /// Reads one that came to `url`, after its signature was checked.
    ///
    /// # Errors
    /// It is malformed, or was meant for another address.
    pub fn read(body: &[u8], url: &str) -> Result<Self, RequestError> {
        let of = object_of(body, CALLBACK_BYTES_MAX)?;
        let text = |member, bytes_max| object::needed(&of, member, bytes_max).map(str::to_owned);
        let read = Self {
            controller_id: text("controller_id", 256)?,
            status_callback_url: text("status_callback_url", 2_048)?,
            subject_request_id: text("subject_request_id", 36)?,
            request_status: object::word(&of, "request_status", Status::of)?
                .ok_or(object::MemberError { member: "request_status", why: "is missing" })?,
            expected_completion_time: object::instant(&of, "expected_completion_time")?,
        };
        if read.status_callback_url != url {
            return Err(object::MemberError { member: "status_callback_url", why: "is not where it was sent" }.into());
        }
        Ok(read)
    }
}

/// What a processor says of a request, as its controller reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidStatus {
    /// How far.
    pub status: Status,
    /// When it will be done, or was.
    pub expected_at: Option<Instant>,
    /// Where the results are.
    pub results_url: Option<String>,
}

impl SaidStatus {
    /// Reads the answer to `GET /requests/{id}`, after its signature was checked.
    ///
    /// # Errors
    /// It is malformed, or of another request.
    pub fn read(body: &[u8], number: &str) -> Result<Self, RequestError> {
        let of = object_of(body, CALLBACK_BYTES_MAX)?;
        is_of(&of, number)?;
        let status = object::word(&of, "request_status", Status::of)?
            .ok_or(object::MemberError { member: "request_status", why: "is missing" })?;
        let results_url = object::text(&of, "results_url", 2_048)?.map(str::to_owned);
        Ok(Self { status, expected_at: object::instant(&of, "expected_completion_time").ok(), results_url })
    }
}

/// Reads the answer to `POST /requests` as far as a controller needs it: that it is of this request. What it repeats of the
/// person is left unread.
///
/// # Errors
/// It is malformed, or of another request.
pub fn read_received(body: &[u8], number: &str) -> Result<(), RequestError> {
    // It holds the request in base64, which is longer than the request.
    is_of(&object_of(body, 2 * super::request::REQUEST_BYTES_MAX)?, number)
}

fn is_of(of: &object::Object, number: &str) -> Result<(), RequestError> {
    if object::needed(of, "subject_request_id", 36)? == number {
        return Ok(());
    }
    Err(object::MemberError { member: "subject_request_id", why: "is that of another request" }.into())
}

/// Where a processor says that its certificate is (`GET /discovery`).
///
/// # Errors
/// It is malformed.
pub fn read_discovery(body: &[u8]) -> Result<String, RequestError> {
    let of = object_of(body, CALLBACK_BYTES_MAX)?;
    Ok(object::needed(&of, "processor_certificate", 2_048)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_read_where_it_was_meant_to_go_and_nowhere_else() {
        let callback = Callback {
            controller_id: "example_controller".into(),
            status_callback_url: "https://controller.example/callbacks".into(),
            subject_request_id: "a7551968-d5d6-44b2-9831-815ac9017798".into(),
            request_status: Status::Completed,
            expected_completion_time: "2026-11-01T15:00:01Z".parse().unwrap(),
        };
        let body = callback.write();
        assert_eq!(Callback::read(&body, "https://controller.example/callbacks").unwrap(), callback);
        assert!(Callback::read(&body, "https://elsewhere.example/callbacks").is_err());
    }
}
