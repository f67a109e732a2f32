//! What an agent asks for, and for whom.

use candor_words::Secret;

use super::envelope::{EnvelopeError, Opened};
use crate::object::{self, MemberError};
use crate::words::words;

const TEXT_BYTES_MAX: usize = 1_024;
const URL_BYTES_MAX: usize = 2_048;
const RELATIONSHIPS_MAX: usize = 16;

words! {
    /// Which right is exercised.
    Exercise {
        /// Nothing is sold or shared from now on.
        SaleOptOut = "sale:opt-out",
        /// It may be again.
        SaleOptIn = "sale:opt-in",
        /// What is held is erased.
        Deletion = "deletion",
        /// All that is held is given.
        Access = "access",
        /// The kinds of what is held are told.
        AccessCategories = "access:categories",
        /// The specific pieces of what is held are given.
        AccessSpecific = "access:specific",
    }
}

/// A request of an agent.
#[derive(Debug)]
pub struct NewRequest {
    /// The agent's own number of it: sent twice, it is one request.
    pub agent_request_id: Option<String>,
    /// Which right.
    pub exercise: Exercise,
    /// What the person is to the business, in the agent's words.
    pub relationships: Vec<String>,
    /// Where changes of its status are told.
    pub status_callback: Option<String>,
    /// Who the person is.
    pub claims: Claims,
}

/// Who the person is, as the agent says, and what of it the agent verified.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the claims of OpenID Connect Core 5.1")]
pub struct Claims {
    pub name: Option<Secret<String>>,
    pub email: Option<Secret<String>>,
    pub email_verified: bool,
    pub phone_number: Option<Secret<String>>,
    pub phone_number_verified: bool,
    /// The whole address in lines, of `address.formatted`.
    pub address: Option<Secret<String>>,
    pub address_verified: bool,
    pub power_of_attorney: Option<Secret<String>>,
}

/// `DELETE`: the person takes the request back.
#[derive(Debug)]
pub struct Revocation {
    /// Why, in their words.
    pub reason: Option<String>,
}

impl NewRequest {
    /// Reads the request out of a message that is believed.
    ///
    /// # Errors
    /// A member is missing or wrong; the message speaks another version or law; it names nobody.
    pub fn read(message: &Opened) -> Result<Self, EnvelopeError> {
        let of = &message.members;
        is_spoken(message)?;
        if object::text(of, "regime", 16)?.is_some_and(|regime| regime != "ccpa") {
            return Err(MemberError { member: "regime", why: "is not ccpa" }.into());
        }
        let exercise =
            object::word(of, "exercise", Exercise::of)?.ok_or(MemberError { member: "exercise", why: "is missing" })?;
        let relationships = object::list(of, "relationships", RELATIONSHIPS_MAX)?
            .iter()
            .map(|item| item.as_str().filter(|text| text.len() <= TEXT_BYTES_MAX).map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or(MemberError { member: "relationships", why: "holds something that is no short text" })?;
        let status_callback = object::text(of, "status_callback", URL_BYTES_MAX)?;
        if status_callback.is_some_and(|url| !url.starts_with("https://")) {
            return Err(MemberError { member: "status_callback", why: "does not begin with https" }.into());
        }
        Ok(Self {
            agent_request_id: object::text(of, "agent-request-id", 128)?.map(str::to_owned),
            exercise,
            relationships,
            status_callback: status_callback.map(str::to_owned),
            claims: Claims::read(message)?,
        })
    }
}

/// `POST /v1/agent/{id}`: an agent asks for the token that its further calls carry.
#[derive(Debug)]
pub struct KeySetup;

impl KeySetup {
    /// Reads it out of a message that is believed.
    ///
    /// # Errors
    /// It speaks another version.
    pub fn read(message: &Opened) -> Result<Self, EnvelopeError> {
        is_spoken(message)?;
        Ok(Self)
    }
}

fn is_spoken(message: &Opened) -> Result<(), MemberError> {
    if object::needed(&message.members, "drp.version", 16)? == super::VERSION {
        return Ok(());
    }
    Err(MemberError { member: "drp.version", why: "is not 1.0" })
}

impl Claims {
    fn read(message: &Opened) -> Result<Self, MemberError> {
        let of = &message.members;
        let secret = |member| object::secret(of, member, TEXT_BYTES_MAX);
        let verified = |member: &str| of.get(member).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let address = match of.get("address").and_then(serde_json::Value::as_object) {
            Some(address) => object::secret(address, "formatted", TEXT_BYTES_MAX)?,
            None => None,
        };
        let claims = Self {
            name: secret("name")?,
            email: secret("email")?,
            email_verified: verified("email_verified"),
            phone_number: secret("phone_number")?,
            phone_number_verified: verified("phone_number_verified"),
            address,
            address_verified: verified("address_verified"),
            power_of_attorney: secret("power_of_attorney")?,
        };
        if claims.email.is_none() && claims.phone_number.is_none() && claims.name.is_none() {
            return Err(MemberError { member: "email", why: "is missing, and so are phone_number and name" });
        }
        Ok(claims)
    }
}

impl Revocation {
    /// Reads it out of a message that is believed.
    ///
    /// # Errors
    /// The reason is no text, or too long.
    pub fn read(message: &Opened) -> Result<Self, EnvelopeError> {
        Ok(Self { reason: object::text(&message.members, "reason", TEXT_BYTES_MAX)?.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use candor_words::Instant;
    use serde_json::{Value, json};

    use super::super::envelope::{Envelope, Signer};
    use super::*;

    type Change = fn(&mut Value);

    fn read(change: impl FnOnce(&mut Value)) -> Result<NewRequest, EnvelopeError> {
        let by = Signer::of(&[7; 32]).unwrap();
        let mut message = json!({
            "agent-id": "CR_AA_01", "business-id": "EXAMPLE_BIZ", "drp.version": "1.0",
            "issued-at": "2026-11-26T11:59:00Z", "expires-at": "2026-11-26T12:09:00Z",
            "exercise": "deletion", "regime": "ccpa", "relationships": ["customer"],
            "status_callback": "https://agent.example/status", "agent-request-id": "mine-1",
            "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": true,
            "phone_number": "+12025550123", "address": {"formatted": "1 Main St\nSpringfield"},
        });
        change(&mut message);
        let now: Instant = "2026-11-26T12:00:00Z".parse().unwrap();
        let sealed = by.seal(&message);
        let opened =
            Envelope::read(sealed.as_bytes())?.open(&by.verify_key().unwrap(), "CR_AA_01", "EXAMPLE_BIZ", now)?;
        NewRequest::read(&opened)
    }

    #[test]
    fn a_request_says_which_right_and_for_whom() {
        let request = read(|_| {}).unwrap();
        assert_eq!((request.exercise, request.agent_request_id.as_deref()), (Exercise::Deletion, Some("mine-1")));
        assert_eq!(request.claims.email.as_ref().map(|email| email.expose().as_str()), Some("ada@example.org"));
        assert!(request.claims.email_verified);
        assert!(!request.claims.phone_number_verified, "what is not said to be verified is not");
        assert!(request.claims.address.is_some());
        assert!(!format!("{request:?}").contains("ada@"), "who somebody is, is not printed");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases: [(&str, Change); 6] = [
            ("drp.version", |message| message["drp.version"] = "0.5".into()),
            ("regime", |message| message["regime"] = "gdpr".into()),
            ("exercise", |message| message["exercise"] = "sale:opt_out".into()),
            ("status_callback", |message| message["status_callback"] = "http://agent.example".into()),
            ("relationships", |message| message["relationships"] = json!([1])),
            ("email", |message| {
                for member in ["name", "email", "phone_number"] {
                    message.as_object_mut().unwrap().remove(member);
                }
            }),
        ];
        for (member, change) in cases {
            assert!(matches!(read(change), Err(EnvelopeError::Member(of)) if of.member == member), "{member}");
        }
    }
}
