//! Proof of the code's owner (PKCE, RFC 7636): always asked for, and only as SHA-256.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::{OAuthError, Params};

const CHALLENGE_CHARS: usize = 43;
const VERIFIER_CHARS: std::ops::RangeInclusive<usize> = 43..=128;

/// What the client will prove to know when it comes with the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// Reads the challenge of an authorization request.
    ///
    /// # Errors
    /// None, one that is no SHA-256, or one by another method than `S256`: without a method, `plain` is meant.
    pub fn read(params: &Params) -> Result<Self, OAuthError> {
        let challenge = params.needed("code_challenge", "`code_challenge` is missing: PKCE is always needed here")?;
        if params.get("code_challenge_method") != Some("S256") {
            return Err(OAuthError::request("`code_challenge_method` must be `S256`"));
        }
        let is_digest = challenge.len() == CHALLENGE_CHARS && challenge.bytes().all(is_base64url);
        if !is_digest {
            return Err(OAuthError::request("`code_challenge` is not a SHA-256 in base64url"));
        }
        Ok(Self(challenge.to_owned()))
    }

    /// True when the verifier is the one; in constant time.
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let is_verifier = VERIFIER_CHARS.contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        is_verifier & bool::from(hash.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

const fn is_unreserved(byte: u8) -> bool {
    is_base64url(byte) || matches!(byte, b'.' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Challenge, OAuthError> {
        Challenge::read(&Params::read(query.as_bytes()).unwrap())
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_example_of_the_standard_is_met() {
        let challenge = read("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
        let challenge = challenge.unwrap();
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"));
        assert!(!challenge.is_met_by(""));
    }

    #[test]
    fn there_is_no_weaker_way() {
        let fine = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(read("").is_err());
        assert!(read(&format!("code_challenge={fine}")).is_err(), "no method means plain");
        assert!(read(&format!("code_challenge={fine}&code_challenge_method=plain")).is_err());
        assert!(read("code_challenge=short&code_challenge_method=S256").is_err());
    }
}
