//! Proofs of possession (DPoP, RFC 9449): who presents a token also shows that they hold a key.

use candor_words::Instant;
use serde_json::{Map, Value, json};

use crate::claims::is_same;
use crate::header::Header;
use crate::jws::{Parts, sign_under};
use crate::object::read_object;
use crate::target::normalised_target;
use crate::text::digest_text;
use crate::{Algorithm, Claims, ClaimsError, Jwk, JwkError, JwsError, SigningKey};

const TYPE: &str = "dpop+jwt";
const IDENTIFIER_BYTES_MAX: usize = 256;

/// What a proof is of: the request it goes with.
#[derive(Debug, Clone, Copy)]
pub struct ProofOf<'a> {
    /// The method of the request, as it is sent.
    pub method: &'a str,
    /// The address of the request; query and fragment do not count.
    pub target: &'a str,
    /// The access token that is presented with it, if one is.
    pub access_token: Option<&'a str>,
    /// The nonce that the server gave out, if it asks for one.
    pub nonce: Option<&'a str>,
}

/// A proof that holds. Its `id` must be remembered by who verifies until `issued_at` leaves the window: a second proof
/// of the same id and key is a replay.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The key that was shown to be held.
    pub key: Jwk,
    /// The thumbprint of that key, which tokens are bound to (`cnf.jkt`).
    pub thumbprint: String,
    /// What tells this proof from all others of the key, at most 256 bytes.
    pub id: String,
    /// When it says that it was made.
    pub issued_at: Instant,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Its form or signature.
    #[error("the proof of possession was refused")]
    Signature(#[from] JwsError),
    /// Its key.
    #[error("the proof of possession was refused: it carries no key that is accepted")]
    Key(#[from] JwkError),
    /// A claim is missing, malformed, or out of time.
    #[error("the proof of possession was refused")]
    Claims(#[from] ClaimsError),
    /// Made for another request.
    #[error("the proof of possession was refused: it was made for another method or address")]
    RequestWrong,
    /// Made for another access token, or for none.
    #[error("the proof of possession was refused: it was made for another access token")]
    AccessTokenWrong,
    /// The server's nonce is missing or old.
    #[error("the proof of possession was refused: it does not hold the nonce given out last; use the new one")]
    NonceWrong,
}

/// Verifies a proof for a request that is made now, give or take `window_seconds`.
///
/// # Errors
/// It is no proof, not of this request, not of now, or by an algorithm that is not among `algorithms`.
pub fn verify_proof(
    proof: &str,
    of: &ProofOf<'_>,
    algorithms: &[Algorithm],
    now: Instant,
    window_seconds: u32,
) -> Result<Proof, ProofError> {
    let parts = Parts::split(proof)?;
    let header = Header::of_proof(&parts.header)?;
    if !header.is_of_type(TYPE) {
        return Err(JwsError::TypeRefused { expected: TYPE }.into());
    }
    if !algorithms.contains(&header.algorithm) {
        return Err(JwsError::AlgorithmRefused.into());
    }
    let key = Jwk::from_members(&header.key.ok_or(JwkError::Malformed)?)?;
    if key.algorithm() != header.algorithm {
        return Err(JwsError::AlgorithmRefused.into());
    }
    if !parts.are_signed_by(&key) {
        return Err(JwsError::SignatureWrong.into());
    }
    let members = read_object(&parts.payload).ok_or(JwsError::PayloadMalformed)?;
    let claims = Claims::of(members, header.algorithm);
    check_request(&claims, of)?;
    let issued_at = check_window(&claims, now, window_seconds)?;
    let id = claims.string("jti").filter(|id| (1..=IDENTIFIER_BYTES_MAX).contains(&id.len()));
    let id = id.ok_or(ClaimsError::Malformed { claim: "jti" })?.to_owned();
    Ok(Proof { thumbprint: key.thumbprint(), key, id, issued_at })
}

fn check_request(claims: &Claims, of: &ProofOf<'_>) -> Result<(), ProofError> {
    let text = |claim| claims.string(claim).ok_or(ClaimsError::Malformed { claim });
    let target = normalised_target(text("htu")?).ok_or(ProofError::RequestWrong)?;
    if text("htm")? != of.method || normalised_target(of.target).as_ref() != Some(&target) {
        return Err(ProofError::RequestWrong);
    }
    if let Some(token) = of.access_token {
        let hash = claims.string("ath").ok_or(ProofError::AccessTokenWrong)?;
        if !is_same(hash, &digest_text(token.as_bytes())) {
            return Err(ProofError::AccessTokenWrong);
        }
    }
    match of.nonce {
        Some(nonce) if !claims.string("nonce").is_some_and(|said| is_same(said, nonce)) => Err(ProofError::NonceWrong),
        _ => Ok(()),
    }
}

fn check_window(claims: &Claims, now: Instant, window_seconds: u32) -> Result<Instant, ClaimsError> {
    let issued_at = claims.instant("iat")?.ok_or(ClaimsError::Malformed { claim: "iat" })?;
    let window_ms = i64::from(window_seconds) * 1_000;
    let age_ms = now.as_millis().saturating_sub(issued_at.as_millis());
    if age_ms > window_ms {
        return Err(ClaimsError::TooOld);
    }
    if age_ms < -window_ms {
        return Err(ClaimsError::NotYetValid);
    }
    Ok(issued_at)
}

/// Makes a proof; `id` must be new each time and hard to guess.
///
/// # Errors
/// The address is none that a proof can be made for ([`JwsError::NotSigned`]), or the key refuses.
pub fn create_proof(key: &SigningKey, of: &ProofOf<'_>, id: &str, now: Instant) -> Result<String, JwsError> {
    let target = normalised_target(of.target).ok_or(JwsError::NotSigned)?;
    let header = json!({ "typ": TYPE, "alg": key.algorithm().name(), "jwk": key.public().bare_json() });
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    claim("jti", id.into());
    claim("htm", of.method.into());
    claim("htu", target.into());
    claim("iat", (now.as_millis() / 1_000).into());
    if let Some(token) = of.access_token {
        claim("ath", digest_text(token.as_bytes()).into());
    }
    if let Some(nonce) = of.nonce {
        claim("nonce", nonce.into());
    }
    sign_under(key, &header, Value::Object(claims).to_string().as_bytes())
}
