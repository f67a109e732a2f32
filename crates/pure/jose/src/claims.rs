//! The claims of a token (RFC 7519) and whether they hold here and now.

use candor_words::Instant;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::Algorithm;

/// Numbers of seconds beyond this are no dates.
const SECONDS_MAX: f64 = 253_402_300_800.0;
const AUDIENCES_MAX: usize = 16;

/// What a verified token says.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    members: Map<String, Value>,
    algorithm: Algorithm,
}

/// What must hold of the claims of any token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who must have issued it, character by character.
    pub issuer: &'a str,
    /// Whom it must be meant for.
    pub audience: &'a str,
    /// The present.
    pub now: Instant,
    /// How far clocks may differ, in seconds.
    pub leeway_seconds: u32,
}

/// Which claim does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// A claim that must be there is not, or is of the wrong kind.
    #[error("the token was refused: its claim `{claim}` is missing or malformed")]
    Malformed {
        /// Which.
        claim: &'static str,
    },
    /// Issued by somebody else.
    #[error("the token was refused: it is of another issuer")]
    IssuerWrong,
    /// Meant for somebody else, or for others too without naming us as the party it was given to.
    #[error("the token was refused: it is meant for another audience")]
    AudienceWrong,
    /// Its time is over.
    #[error("the token was refused: it has expired; ask for a new one")]
    Expired,
    /// Its time has not come, or it says that it was issued in the future.
    #[error("the token was refused: it is not valid yet; compare the clocks")]
    NotYetValid,
    /// Issued longer ago than is accepted here.
    #[error("the token was refused: it was issued too long ago; ask for a new one")]
    TooOld,
    /// It does not answer the request that was made.
    #[error("the token was refused: its nonce is not the one of the request")]
    NonceWrong,
    /// It does not belong to the access token it came with.
    #[error("the token was refused: it does not belong to the access token beside it")]
    AccessTokenWrong,
}

impl Claims {
    pub(crate) const fn of(members: Map<String, Value>, algorithm: Algorithm) -> Self {
        Self { members, algorithm }
    }

    /// One claim, whatever it is.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A claim that is a text.
    pub fn string(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// Every claim.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// What the token that said so was signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A claim that is an instant: seconds since the Unix epoch, perhaps with a fraction.
    ///
    /// # Errors
    /// The claim is there and is no such number.
    pub fn instant(&self, name: &'static str) -> Result<Option<Instant>, ClaimsError> {
        let Some(value) = self.members.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..SECONDS_MAX).contains(seconds));
        let seconds = seconds.ok_or(ClaimsError::Malformed { claim: name })?;
        #[allow(clippy::cast_possible_truncation, reason = "within the years that a calendar holds")]
        Ok(Some(Instant::from_millis((seconds * 1_000.0) as i64)))
    }

    /// Whom the token is meant for.
    ///
    /// # Errors
    /// Neither a text nor a list of at most 16 texts.
    pub fn audiences(&self) -> Result<Vec<&str>, ClaimsError> {
        let malformed = ClaimsError::Malformed { claim: "aud" };
        match self.members.get("aud") {
            Some(Value::String(one)) => Ok(vec![one]),
            Some(Value::Array(many)) if (1..=AUDIENCES_MAX).contains(&many.len()) => {
                many.iter().map(|one| one.as_str().ok_or(malformed)).collect()
            }
            _ => Err(malformed),
        }
    }

    /// Checks issuer, audience and time.
    ///
    /// # Errors
    /// The first claim that does not hold.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), ClaimsError> {
        let issuer = self.string("iss").ok_or(ClaimsError::Malformed { claim: "iss" })?;
        if issuer != expected.issuer {
            return Err(ClaimsError::IssuerWrong);
        }
        if !self.audiences()?.contains(&expected.audience) {
            return Err(ClaimsError::AudienceWrong);
        }
        self.check_time(expected.now, expected.leeway_seconds)
    }

    /// Checks that the token has a time and that it is now.
    ///
    /// # Errors
    /// Expired, not valid yet, or no instants.
    pub fn check_time(&self, now: Instant, leeway_seconds: u32) -> Result<(), ClaimsError> {
        let leeway_ms = i64::from(leeway_seconds) * 1_000;
        let expires_at = self.instant("exp")?.ok_or(ClaimsError::Malformed { claim: "exp" })?;
        if now.as_millis() >= expires_at.as_millis().saturating_add(leeway_ms) {
            return Err(ClaimsError::Expired);
        }
        for claim in ["nbf", "iat"] {
            let starts_at = self.instant(claim)?;
            if starts_at.is_some_and(|at| at.as_millis() > now.as_millis().saturating_add(leeway_ms)) {
                return Err(ClaimsError::NotYetValid);
            }
        }
        Ok(())
    }
}

/// Compares what only two parties should know, in constant time.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
