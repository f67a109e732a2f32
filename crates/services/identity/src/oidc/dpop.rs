//! Proofs of possession at our endpoints (RFC 9449): verified for the very request, and taken once.

use candor_jose::{Algorithm, ProofOf, verify_proof};
use candor_oidc::ErrorCode;
use candor_words::Instant;

use crate::identity::Identity;
use crate::oidc::assertions::Once;
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, refused};

/// How old a proof may be, and how far in the future, in seconds.
const WINDOW_SECONDS: u32 = 60;

/// A proof as a request carries it.
#[derive(Debug, Clone, Copy)]
pub struct ProofShown<'a> {
    /// The `DPoP` header; a request with two of them is refused before.
    pub header: Option<&'a str>,
    /// The method of the request.
    pub method: &'a str,
    /// The endpoint, as the discovery document names it.
    pub endpoint: &'a str,
}

impl Identity {
    /// The thumbprint of the key that was shown to be held; `None` when nothing was shown.
    ///
    /// # Errors
    /// `invalid_dpop_proof`.
    pub async fn key_shown(
        &self,
        issuer: &Issuer,
        shown: &ProofShown<'_>,
        access_token: Option<&str>,
    ) -> Result<Option<String>, OidcError> {
        let Some(header) = shown.header else { return Ok(None) };
        let target = issuer.at(shown.endpoint);
        let of = ProofOf { method: shown.method, target: &target, access_token, nonce: None };
        let proof = verify_proof(header, &of, &Algorithm::ALL, self.now(), WINDOW_SECONDS).map_err(|_| not_proved())?;
        let window_ms = i64::from(WINDOW_SECONDS) * 1_000;
        let until = Instant::from_millis(proof.issued_at.as_millis().saturating_add(2 * window_ms));
        let once = Once::Proof { thumbprint: &proof.thumbprint, id: &proof.id };
        if self.is_first(issuer.tenant, once, until).await? { Ok(Some(proof.thumbprint)) } else { Err(not_proved()) }
    }
}

pub(crate) const fn not_proved() -> OidcError {
    refused(ErrorCode::InvalidDpopProof, "the proof of possession is missing, malformed, used, or not of this request")
}
