//! `POST /requests`: what a controller asks for on behalf of a person.

use candor_words::{Instant, Secret};
use serde_json::Value;

use super::words::{IdentityFormat, IdentityType, Regulation, RequestType};
use crate::object::{self, MemberError, Object};

/// The most bytes of a request.
pub const REQUEST_BYTES_MAX: usize = 65_536;
/// The most identities of one person.
pub const IDENTITIES_MAX: usize = 64;
/// The most addresses to be called back at.
const CALLBACKS_MAX: usize = 8;
const VALUE_BYTES_MAX: usize = 1_024;
const URL_BYTES_MAX: usize = 2_048;

/// What a controller asks for.
#[derive(Debug)]
pub struct NewRequest {
    /// The controller's number of it (a UUID of version 4): sent twice, it is one request.
    pub id: String,
    /// What.
    pub kind: RequestType,
    /// Under which law: the GDPR when nothing is said, as in the specification's own example.
    pub regulation: Regulation,
    /// When the person asked.
    pub submitted_at: Instant,
    /// Who they are: at least one.
    pub identities: Vec<Identity>,
    /// Where changes of its status are told.
    pub callbacks: Vec<String>,
}

/// By what a person is named.
#[derive(Debug)]
pub struct Identity {
    /// What it is.
    pub kind: IdentityType,
    /// How it is written.
    pub format: IdentityFormat,
    /// The value; a digest in lower case.
    pub value: Secret<String>,
}

/// Why a request is not taken. Nothing of it stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Larger than it may be.
    #[error("the request was not taken: it is larger than {REQUEST_BYTES_MAX} bytes")]
    TooLarge,
    /// Not an object of JSON.
    #[error("the request was not taken: it is no object of JSON (RFC 8259)")]
    NotJson,
    /// A member is wrong.
    #[error("the request was not taken: {0}")]
    Member(#[from] MemberError),
}

impl NewRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn read(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > REQUEST_BYTES_MAX {
            return Err(RequestError::TooLarge);
        }
        let Ok(Value::Object(of)) = serde_json::from_slice(body) else { return Err(RequestError::NotJson) };
        let id = object::needed(&of, "subject_request_id", 36)?;
        if !is_uuid_v4(id) {
            return Err(
                MemberError { member: "subject_request_id", why: "is no UUID of version 4 in lower case" }.into()
            );
        }
        let kind = object::word(&of, "subject_request_type", RequestType::of)?
            .ok_or(MemberError { member: "subject_request_type", why: "is missing" })?;
        let regulation = object::word(&of, "regulation", Regulation::of)?.unwrap_or(Regulation::Gdpr);
        let identities = object::list(&of, "subject_identities", IDENTITIES_MAX)?;
        let identities = identities.iter().map(Identity::read).collect::<Result<Vec<_>, _>>()?;
        if identities.is_empty() {
            return Err(MemberError { member: "subject_identities", why: "names nobody" }.into());
        }
        let callbacks = object::list(&of, "status_callback_urls", CALLBACKS_MAX)?;
        let callbacks = callbacks.iter().map(callback).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            id: id.to_owned(),
            kind,
            regulation,
            submitted_at: object::instant(&of, "submitted_time")?,
            identities,
            callbacks,
        })
    }

    /// Writes the request as a controller sends it.
    pub fn write(&self) -> Vec<u8> {
        let identities: Vec<Value> = self.identities.iter().map(Identity::write).collect();
        let body = serde_json::json!({
            "regulation": self.regulation,
            "subject_request_id": self.id,
            "subject_request_type": self.kind,
            "submitted_time": self.submitted_at,
            "subject_identities": identities,
            "api_version": "2.0",
            "status_callback_urls": self.callbacks,
        });
        body.to_string().into_bytes()
    }
}

impl Identity {
    fn read(value: &Value) -> Result<Self, MemberError> {
        let Value::Object(of) = value else {
            return Err(MemberError { member: "subject_identities", why: "holds something that is no object" });
        };
        let kind = object::word(of, "identity_type", IdentityType::of)?
            .ok_or(MemberError { member: "identity_type", why: "is missing" })?;
        let format = object::word(of, "identity_format", IdentityFormat::of)?
            .ok_or(MemberError { member: "identity_format", why: "is missing" })?;
        let value = object::secret(of, "identity_value", VALUE_BYTES_MAX)?
            .ok_or(MemberError { member: "identity_value", why: "is missing" })?;
        let value = match format.digest_chars() {
            None => value,
            Some(n_chars) => digest(&value, n_chars)?,
        };
        Ok(Self { kind, format, value })
    }

    fn write(&self) -> Value {
        serde_json::json!({
            "identity_type": self.kind,
            "identity_format": self.format,
            "identity_value": self.value.expose(),
        })
    }
}

impl IdentityFormat {
    /// How many hexadecimal digits a value has; none for one that is written as it is.
    const fn digest_chars(self) -> Option<usize> {
        match self {
            Self::Raw => None,
            Self::Md5 => Some(32),
            Self::Sha1 => Some(40),
            Self::Sha256 => Some(64),
        }
    }
}

fn digest(value: &Secret<String>, n_chars: usize) -> Result<Secret<String>, MemberError> {
    let value = value.expose();
    if value.len() == n_chars && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Secret::new(value.to_ascii_lowercase()));
    }
    Err(MemberError { member: "identity_value", why: "is no digest of its format, in hexadecimal" })
}

fn callback(value: &Value) -> Result<String, MemberError> {
    let wrong = |why| MemberError { member: "status_callback_urls", why };
    let url = value.as_str().ok_or(wrong("holds something that is no text"))?;
    if url.len() > URL_BYTES_MAX {
        return Err(wrong("holds an address that is longer than it may be"));
    }
    if !url.starts_with("https://") {
        return Err(wrong("holds an address that does not begin with https"));
    }
    Ok(url.to_owned())
}

/// Whether a text is a UUID of version 4 and variant 1 in lower case (RFC 9562).
fn is_uuid_v4(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// The number of a request that is asked under this seed: a UUID of version 4, the same for the same seed, and not to be
/// guessed by whoever does not know all of it.
pub fn request_number(seed: &[&[u8]]) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in seed {
        // Each with its length: no two seeds run into one another.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&context.finish().as_ref()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = candor_words::to_hex(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The members of an object that are read and not read, for the checks of other modules.
pub(super) fn object_of(body: &[u8], bytes_max: usize) -> Result<Object, RequestError> {
    if body.len() > bytes_max {
        return Err(RequestError::TooLarge);
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(of)) => Ok(of),
        _ => Err(RequestError::NotJson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut Value);

    const ID: &str = "a7551968-d5d6-44b2-9831-815ac9017798";

    fn body(change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut body = serde_json::json!({
            "regulation": "gdpr", "subject_request_id": ID, "subject_request_type": "erasure",
            "submitted_time": "2026-10-02T15:00:00Z",
            "subject_identities": [{"identity_type": "email", "identity_format": "raw", "identity_value": "ada@example.org"}],
            "status_callback_urls": ["https://controller.example/opendsr/callbacks"], "api_version": "2.0",
        });
        change(&mut body);
        body.to_string().into_bytes()
    }

    #[test]
    fn a_request_is_read_and_written_as_it_was() {
        let read = NewRequest::read(&body(|_| {})).unwrap();
        let again = NewRequest::read(&read.write()).unwrap();
        for request in [read, again] {
            assert_eq!(
                (request.id.as_str(), request.kind, request.regulation),
                (ID, RequestType::Erasure, Regulation::Gdpr)
            );
            assert_eq!(request.identities[0].value.expose(), "ada@example.org");
            assert_eq!(request.callbacks, ["https://controller.example/opendsr/callbacks"]);
        }
    }

    #[test]
    fn the_specifications_own_example_has_no_regulation_and_is_taken() {
        let without = body(|body| drop(body.as_object_mut().unwrap().remove("regulation")));
        assert_eq!(NewRequest::read(&without).unwrap().regulation, Regulation::Gdpr);
    }

    #[test]
    fn what_is_wrong_is_named_without_what_stands_there() {
        let cases: [(&str, Change); 8] = [
            ("subject_request_id", |body| body["subject_request_id"] = "A7551968-D5D6-44B2-9831-815AC9017798".into()),
            ("subject_request_id", |body| body["subject_request_id"] = "a7551968-d5d6-14b2-9831-815ac9017798".into()),
            ("subject_request_type", |body| body["subject_request_type"] = "secret".into()),
            ("regulation", |body| body["regulation"] = "secret".into()),
            ("submitted_time", |body| body["submitted_time"] = "secret".into()),
            ("subject_identities", |body| body["subject_identities"] = serde_json::json!([])),
            ("identity_value", |body| {
                body["subject_identities"][0]["identity_format"] = "sha256".into();
                body["subject_identities"][0]["identity_value"] = "secret".into();
            }),
            ("status_callback_urls", |body| body["status_callback_urls"][0] = "http://secret.example/".into()),
        ];
        for (member, change) in cases {
            let error = NewRequest::read(&body(change)).unwrap_err();
            let said = error.to_string();
            assert!(matches!(error, RequestError::Member(of) if of.member == member), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn what_is_larger_than_its_bound_is_refused() {
        let large = body(|body| body["extensions"] = "x".repeat(REQUEST_BYTES_MAX).into());
        assert_eq!(NewRequest::read(&large).unwrap_err(), RequestError::TooLarge);
        let identity =
            serde_json::json!({"identity_type": "email", "identity_format": "raw", "identity_value": "a@b.c"});
        let many = body(|body| body["subject_identities"] = vec![identity; IDENTITIES_MAX + 1].into());
        assert!(matches!(NewRequest::read(&many), Err(RequestError::Member(of)) if of.member == "subject_identities"));
    }

    #[test]
    fn a_number_is_a_uuid_of_its_seed_alone() {
        let number = request_number(&[b"request", b"mailer", b"erasure"]);
        assert!(is_uuid_v4(&number), "{number}");
        assert_eq!(number, request_number(&[b"request", b"mailer", b"erasure"]));
        assert_ne!(number, request_number(&[b"requestm", b"ailer", b"erasure"]));
    }

    #[test]
    fn digests_are_compared_in_lower_case() {
        let upper = "AB".repeat(32);
        let request = NewRequest::read(&body(|body| {
            body["subject_identities"][0]["identity_format"] = "sha256".into();
            body["subject_identities"][0]["identity_value"] = upper.clone().into();
        }));
        assert_eq!(request.unwrap().identities[0].value.expose(), &upper.to_lowercase());
    }
}
