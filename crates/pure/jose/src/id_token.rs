//! What must hold of an ID token beyond other tokens (OpenID Connect Core, section 3.1.3.7).

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use candor_words::Instant;

use crate::claims::is_same;
use crate::text::encode;
use crate::{Algorithm, Claims, ClaimsError, Expected};

const SUBJECT_BYTES_MAX: usize = 255;

/// What the party that asked for an ID token expects of it.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedIdToken<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Who asked: its client id.
    pub client_id: &'a str,
    /// The nonce of the request, when there was one.
    pub nonce: Option<&'a str>,
    /// The access token that came with it: its hash is compared if the token says one.
    pub access_token: Option<&'a str>,
    /// The present.
    pub now: Instant,
    /// How far clocks may differ, in seconds.
    pub leeway_seconds: u32,
    /// How long ago it may have been issued, in seconds.
    pub age_seconds_max: u32,
}

impl Claims {
    /// Checks an ID token: issuer, audience, authorised party, time, subject, nonce, hash of the access token.
    ///
    /// # Errors
    /// The first claim that does not hold.
    pub fn check_id_token(&self, expected: &ExpectedIdToken<'_>) -> Result<(), ClaimsError> {
        let ExpectedIdToken { issuer, client_id, now, leeway_seconds, .. } = *expected;
        self.check(&Expected { issuer, audience: client_id, now, leeway_seconds })?;
        // A token that is meant for others too must say that it was given to us.
        let party = self.get("azp").map(|party| party.as_str().ok_or(ClaimsError::Malformed { claim: "azp" }));
        match party.transpose()? {
            Some(party) if party != client_id => return Err(ClaimsError::AudienceWrong),
            None if self.audiences()?.len() > 1 => return Err(ClaimsError::AudienceWrong),
            _ => {}
        }
        let subject = self.string("sub").unwrap_or_default();
        if subject.is_empty() || subject.len() > SUBJECT_BYTES_MAX {
            return Err(ClaimsError::Malformed { claim: "sub" });
        }
        let issued_at = self.instant("iat")?.ok_or(ClaimsError::Malformed { claim: "iat" })?;
        let age_ms = now.as_millis().saturating_sub(issued_at.as_millis());
        if age_ms > (i64::from(expected.age_seconds_max) + i64::from(leeway_seconds)) * 1_000 {
            return Err(ClaimsError::TooOld);
        }
        if let Some(nonce) = expected.nonce {
            let said = self.string("nonce").ok_or(ClaimsError::NonceWrong)?;
            if !is_same(said, nonce) {
                return Err(ClaimsError::NonceWrong);
            }
        }
        match (expected.access_token, self.get("at_hash")) {
            (Some(token), Some(hash)) if hash.as_str() != Some(half_hash(self.algorithm(), token).as_str()) => {
                Err(ClaimsError::AccessTokenWrong)
            }
            _ => Ok(()),
        }
    }
}

/// The left half of a token's hash, as `at_hash` and `c_hash` hold it: SHA-256, for `EdDSA` SHA-512.
pub fn half_hash(algorithm: Algorithm, token: &str) -> String {
    let hash = match algorithm {
        Algorithm::EdDsa => digest(&SHA512, token.as_bytes()),
        Algorithm::Es256 | Algorithm::Rs256 => digest(&SHA256, token.as_bytes()),
    };
    let hash = hash.as_ref();
    encode(hash.get(..hash.len() / 2).unwrap_or_default())
}
