//! How a client proves who it is by a signature (`private_key_jwt`: RFC 7523, OpenID Connect Core section 9).

use candor_words::Instant;
use serde_json::json;

use crate::{Algorithm, ClaimsError, JwkSet, JwsError, SigningKey, Verifier, sign};

/// How far in the future an assertion may expire, in seconds.
const LIFETIME_SECONDS_MAX: i64 = 3_600;
const IDENTIFIER_BYTES_MAX: usize = 256;

/// What the server expects of a client's assertion.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedAssertion<'a> {
    /// Who the client says it is.
    pub client_id: &'a str,
    /// The client's own registered keys.
    pub keys: &'a JwkSet,
    /// The algorithms it may use.
    pub algorithms: &'a [Algorithm],
    /// The names under which the server may be addressed: its issuer, perhaps its token endpoint.
    pub audiences: &'a [&'a str],
    /// The present.
    pub now: Instant,
    /// How far clocks may differ, in seconds.
    pub leeway_seconds: u32,
}

/// An assertion that holds. Its `id` must be remembered by who verifies until `expires_at`: a second one is a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// What tells it from all others of the client, at most 256 bytes.
    pub id: String,
    /// When it ends, leeway included.
    pub expires_at: Instant,
}

/// Why an assertion does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Its form or signature.
    #[error("the client was not authenticated by its assertion")]
    Signature(#[from] JwsError),
    /// A claim.
    #[error("the client was not authenticated by its assertion")]
    Claims(#[from] ClaimsError),
    /// It is valid for longer than an hour.
    #[error("the client was not authenticated: its assertion is valid for longer than {max_seconds} seconds")]
    LivesTooLong {
        /// The longest.
        max_seconds: i64,
    },
}

/// Verifies a client's assertion.
///
/// # Errors
/// It is not signed by a key of the client, not about the client, not meant for this server, not of now, or without id.
pub fn verify_assertion(assertion: &str, expected: &ExpectedAssertion<'_>) -> Result<Assertion, AssertionError> {
    let verifier = Verifier { keys: expected.keys, algorithms: expected.algorithms, typ: None };
    let claims = verifier.verify(assertion)?.claims()?;
    for claim in ["iss", "sub"] {
        if claims.string(claim).ok_or(ClaimsError::Malformed { claim })? != expected.client_id {
            return Err(ClaimsError::IssuerWrong.into());
        }
    }
    if !claims.audiences()?.iter().any(|audience| expected.audiences.contains(audience)) {
        return Err(ClaimsError::AudienceWrong.into());
    }
    claims.check_time(expected.now, expected.leeway_seconds)?;
    let leeway_ms = i64::from(expected.leeway_seconds) * 1_000;
    let expires_at = claims.instant("exp")?.ok_or(ClaimsError::Malformed { claim: "exp" })?.as_millis();
    if expires_at - expected.now.as_millis() > LIFETIME_SECONDS_MAX * 1_000 + leeway_ms {
        return Err(AssertionError::LivesTooLong { max_seconds: LIFETIME_SECONDS_MAX });
    }
    let id = claims.string("jti").filter(|id| (1..=IDENTIFIER_BYTES_MAX).contains(&id.len()));
    let id = id.ok_or(ClaimsError::Malformed { claim: "jti" })?.to_owned();
    Ok(Assertion { id, expires_at: Instant::from_millis(expires_at + leeway_ms) })
}

/// Makes an assertion that lives for a minute; `id` must be new each time.
///
/// # Errors
/// The key refuses.
pub fn create_assertion(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    id: &str,
    now: Instant,
) -> Result<String, JwsError> {
    let seconds = now.as_millis() / 1_000;
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": id, "iat": seconds, "exp": seconds + 60,
    });
    sign(key, "JWT", &claims)
}
