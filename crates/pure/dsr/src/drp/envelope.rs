//! Signed messages: base64( signature of 64 bytes ‖ JSON ), as libsodium's combined mode writes them.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_words::Instant;
use serde::Serialize;
use serde_json::Value;

use crate::object::{self, MemberError, Object};

/// The most bytes of a message in base64.
pub const ENVELOPE_BYTES_MAX: usize = 65_536;
/// The longest a message may be good for: longer than the ten minutes that are advised, short enough to remember none of them for long.
pub const LIFE_MAX_MS: i64 = 3_600_000;
const SIGNATURE_BYTES: usize = 64;
const NAME_BYTES_MAX: usize = 128;

/// Why a message is not believed: the checks of section 3.07, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Larger than it may be.
    #[error("the message was not taken: it is larger than {ENVELOPE_BYTES_MAX} bytes")]
    TooLarge,
    /// Not base64, or too short for a signature.
    #[error("the message was not taken: it is no base64 of a signature and what it is over")]
    Malformed,
    /// Signed by another key than the one that the directory names for the agent of the bearer token.
    #[error("the message was not believed: its signature is not one by the agent's key")]
    SignatureWrong,
    /// What is signed is no object of JSON.
    #[error("the message was not taken: what is signed is no object of JSON")]
    NotJson,
    /// It says another agent than the bearer token does.
    #[error("the message was not believed: it names another agent than the bearer token does")]
    OtherAgent,
    /// It is meant for another business.
    #[error("the message was not believed: it is meant for another business")]
    OtherBusiness,
    /// It was issued later than now.
    #[error("the message was not believed: it says that it was issued later than now")]
    IssuedLater,
    /// Its time is over.
    #[error("the message was not believed: its time is over")]
    Expired,
    /// It would be good for longer than an hour.
    #[error("the message was not believed: it would be good for longer than an hour")]
    LivesTooLong,
    /// A member is wrong.
    #[error("the message was not taken: {0}")]
    Member(#[from] MemberError),
}

impl EnvelopeError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "drp.too_large",
            Self::Malformed => "drp.malformed",
            Self::SignatureWrong => "drp.signature_wrong",
            Self::NotJson => "drp.not_json",
            Self::OtherAgent => "drp.other_agent",
            Self::OtherBusiness => "drp.other_business",
            Self::IssuedLater => "drp.issued_later",
            Self::Expired => "drp.expired",
            Self::LivesTooLong => "drp.lives_too_long",
            Self::Member(_) => "drp.member_wrong",
        }
    }
}

/// What is answered to a message that is not taken (`application/json`).
#[derive(Debug, Clone, Serialize)]
pub struct ErrorAnswer {
    /// A stable code.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// Sending the same again will not help.
    pub fatal: bool,
}

/// A message that came, not yet believed.
#[derive(Debug)]
pub struct Envelope {
    bytes: Vec<u8>,
}

/// What an agent is believed to have said.
#[derive(Debug)]
pub struct Opened {
    pub(super) members: Object,
    /// When its time is over: until then it has to be remembered as used.
    pub expires_at: Instant,
}

impl Envelope {
    /// Reads the body of a call.
    ///
    /// # Errors
    /// It is too large, or not base64 of something that could be signed.
    pub fn read(body: &[u8]) -> Result<Self, EnvelopeError> {
        if body.len() > ENVELOPE_BYTES_MAX {
            return Err(EnvelopeError::TooLarge);
        }
        let bytes = STANDARD.decode(body.trim_ascii()).map_err(|_| EnvelopeError::Malformed)?;
        if bytes.len() <= SIGNATURE_BYTES { Err(EnvelopeError::Malformed) } else { Ok(Self { bytes }) }
    }

    /// Believes the message, or says why not.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn open(
        &self,
        verify_key: &[u8; 32],
        agent: &str,
        business: &str,
        now: Instant,
    ) -> Result<Opened, EnvelopeError> {
        let members = self.believed(verify_key)?;
        if object::needed(&members, "agent-id", NAME_BYTES_MAX)? != agent {
            return Err(EnvelopeError::OtherAgent);
        }
        if object::needed(&members, "business-id", NAME_BYTES_MAX)? != business {
            return Err(EnvelopeError::OtherBusiness);
        }
        let issued_at = object::instant(&members, "issued-at")?;
        let expires_at = object::instant(&members, "expires-at")?;
        if issued_at > now {
            return Err(EnvelopeError::IssuedLater);
        }
        if expires_at <= now {
            return Err(EnvelopeError::Expired);
        }
        if expires_at.as_millis().saturating_sub(issued_at.as_millis()) > LIFE_MAX_MS {
            return Err(EnvelopeError::LivesTooLong);
        }
        Ok(Opened { members, expires_at })
    }

    /// Believes a message that takes a request back. Section 2.04 gives it a reason and nothing else; what it says of itself
    /// besides is checked like that of any other.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn open_revocation(
        &self,
        verify_key: &[u8; 32],
        agent: &str,
        business: &str,
        now: Instant,
    ) -> Result<Opened, EnvelopeError> {
        let members = self.believed(verify_key)?;
        if ["agent-id", "business-id", "issued-at", "expires-at"].iter().any(|member| members.contains_key(*member)) {
            return self.open(verify_key, agent, business, now);
        }
        Ok(Opened { members, expires_at: now })
    }

    /// What was signed, in 32 bytes: the same message brought a second time has the same, however it is written in base64.
    pub fn digest(&self) -> [u8; 32] {
        let mut whole = [0; 32];
        whole.copy_from_slice(digest(&SHA256, self.parts().1).as_ref());
        whole
    }

    fn believed(&self, verify_key: &[u8; 32]) -> Result<Object, EnvelopeError> {
        let (signature, signed) = self.parts();
        UnparsedPublicKey::new(&ED25519, verify_key)
            .verify(signed, signature)
            .map_err(|_| EnvelopeError::SignatureWrong)?;
        match serde_json::from_slice(signed) {
            Ok(Value::Object(members)) => Ok(members),
            _ => Err(EnvelopeError::NotJson),
        }
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.bytes.split_at(SIGNATURE_BYTES)
    }
}

/// Signs messages, as an agent does.
pub struct Signer {
    pair: Ed25519KeyPair,
}

// A key is never printed.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// The signer of a seed; none when it is unfit.
    pub fn of(seed: &[u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|pair| Self { pair })
    }

    /// The key by which its messages are verified.
    pub fn verify_key(&self) -> Option<[u8; 32]> {
        use aws_lc_rs::signature::KeyPair as _;
        self.pair.public_key().as_ref().try_into().ok()
    }

    /// A message as it is sent.
    pub fn seal(&self, message: &Value) -> String {
        let json = message.to_string();
        let mut bytes = self.pair.sign(json.as_bytes()).as_ref().to_vec();
        bytes.extend_from_slice(json.as_bytes());
        STANDARD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Instant {
        "2026-11-26T12:00:00Z".parse().unwrap()
    }

    fn message() -> Value {
        json!({
            "agent-id": "CR_AA_01", "business-id": "EXAMPLE_BIZ",
            "issued-at": "2026-11-26T11:59:00Z", "expires-at": "2026-11-26T12:09:00Z", "drp.version": "1.0",
        })
    }

    fn open(sealed: &str, by: &Signer) -> Result<Opened, EnvelopeError> {
        Envelope::read(sealed.as_bytes())?.open(&by.verify_key().unwrap(), "CR_AA_01", "EXAMPLE_BIZ", now())
    }

    fn error(change: impl FnOnce(&mut Value)) -> EnvelopeError {
        let by = Signer::of(&[7; 32]).unwrap();
        let mut message = message();
        change(&mut message);
        open(&by.seal(&message), &by).unwrap_err()
    }

    #[test]
    fn what_the_agent_signed_is_opened_and_nothing_else() {
        let (by, other) = (Signer::of(&[7; 32]).unwrap(), Signer::of(&[8; 32]).unwrap());
        let sealed = by.seal(&message());
        assert!(open(&sealed, &by).is_ok());
        assert_eq!(open(&sealed, &other).unwrap_err(), EnvelopeError::SignatureWrong);
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(open(&STANDARD.encode(bytes), &by).unwrap_err(), EnvelopeError::SignatureWrong);
    }

    #[test]
    fn each_check_of_the_protocol_refuses_by_its_name() {
        assert_eq!(error(|m| m["agent-id"] = "OTHER".into()), EnvelopeError::OtherAgent);
        assert_eq!(error(|m| m["business-id"] = "OTHER".into()), EnvelopeError::OtherBusiness);
        assert_eq!(error(|m| m["issued-at"] = "2026-11-26T12:00:01Z".into()), EnvelopeError::IssuedLater);
        assert_eq!(error(|m| m["expires-at"] = "2026-11-26T12:00:00Z".into()), EnvelopeError::Expired);
        assert_eq!(error(|m| m["expires-at"] = "2026-11-26T13:00:00Z".into()), EnvelopeError::LivesTooLong);
        assert!(
            matches!(error(|m| m["expires-at"] = "soon".into()), EnvelopeError::Member(of) if of.member == "expires-at")
        );
        let by = Signer::of(&[7; 32]).unwrap();
        assert_eq!(open(&by.seal(&json!([])), &by).unwrap_err(), EnvelopeError::NotJson);
        for body in ["", "no base64 at all", "AAAA"] {
            assert_eq!(open(body, &by).unwrap_err(), EnvelopeError::Malformed);
        }
        assert_eq!(Envelope::read(&vec![b'A'; ENVELOPE_BYTES_MAX + 1]).unwrap_err(), EnvelopeError::TooLarge);
    }

    #[test]
    fn a_message_is_the_same_however_it_is_written() {
        let by = Signer::of(&[7; 32]).unwrap();
        let sealed = by.seal(&message());
        let spaced = format!("  {sealed}\n");
        let digest = |text: &str| Envelope::read(text.as_bytes()).unwrap().digest();
        assert_eq!(digest(&sealed), digest(&spaced));
        let mut other = message();
        other["x"] = 1.into();
        assert_ne!(digest(&sealed), digest(&by.seal(&other)));
    }

    #[test]
    fn taking_back_needs_a_reason_at_most_and_what_else_it_says_is_checked() {
        let (by, other) = (Signer::of(&[7; 32]).unwrap(), Signer::of(&[8; 32]).unwrap());
        let take_back = |message: &Value, by: &Signer, key: &Signer| {
            let envelope = Envelope::read(by.seal(message).as_bytes()).unwrap();
            envelope.open_revocation(&key.verify_key().unwrap(), "CR_AA_01", "EXAMPLE_BIZ", now()).map(drop)
        };
        let reason = json!({ "reason": "changed my mind" });
        assert_eq!(take_back(&reason, &by, &by), Ok(()));
        assert_eq!(take_back(&reason, &other, &by), Err(EnvelopeError::SignatureWrong));
        let mut whole = message();
        whole["reason"] = "changed my mind".into();
        assert_eq!(take_back(&whole, &by, &by), Ok(()));
        whole["business-id"] = "OTHER".into();
        assert_eq!(take_back(&whole, &by, &by), Err(EnvelopeError::OtherBusiness));
    }

    #[test]
    fn a_wrong_signature_is_told_before_anything_of_the_message() {
        let (by, other) = (Signer::of(&[7; 32]).unwrap(), Signer::of(&[8; 32]).unwrap());
        let mut wrong = message();
        wrong["agent-id"] = "OTHER".into();
        assert_eq!(open(&by.seal(&wrong), &other).unwrap_err(), EnvelopeError::SignatureWrong);
    }
}
