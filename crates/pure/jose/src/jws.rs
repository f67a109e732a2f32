//! Compact signatures (RFC 7515): signed, and verified against keys and algorithms that the verifier names.

use serde::Serialize;
use serde_json::json;

use crate::header::Header;
use crate::object::read_object;
use crate::text::{decode, encode};
use crate::{Algorithm, Claims, Jwk, JwkSet, JwsError, SigningKey};

/// How long a token may be.
pub const TOKEN_BYTES_MAX: usize = 16_384;

/// Signs claims as a compact token of a type (`JWT`, `at+jwt`, …), naming the key by its id.
///
/// # Errors
/// The claims are no JSON, the token would be longer than [`TOKEN_BYTES_MAX`], or the library refuses.
pub fn sign(key: &SigningKey, typ: &str, claims: &impl Serialize) -> Result<String, JwsError> {
    let payload = serde_json::to_vec(claims).map_err(|_| JwsError::NotSigned)?;
    sign_bytes(key, typ, &payload)
}

/// Signs bytes as they are.
///
/// # Errors
/// As [`sign`].
pub fn sign_bytes(key: &SigningKey, typ: &str, payload: &[u8]) -> Result<String, JwsError> {
    sign_under(key, &json!({ "typ": typ, "alg": key.algorithm().name(), "kid": key.key_id() }), payload)
}

pub(crate) fn sign_under(key: &SigningKey, header: &serde_json::Value, payload: &[u8]) -> Result<String, JwsError> {
    let mut token = encode(header.to_string());
    token.push('.');
    token.push_str(&encode(payload));
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&encode(signature));
    if token.len() > TOKEN_BYTES_MAX { Err(JwsError::TooLong { max: TOKEN_BYTES_MAX }) } else { Ok(token) }
}

/// What a token is verified against. The token has no say in any of it.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a> {
    /// The keys of the party that must have signed. If the token names a key id, only the keys of that id are tried.
    pub keys: &'a JwkSet,
    /// The algorithms that may have been used; others are refused before any key is touched.
    pub algorithms: &'a [Algorithm],
    /// The type that the token must say it is (RFC 8725, section 3.11); `None` when its use has none.
    pub typ: Option<&'static str>,
}

/// What a token said, after its signature verified.
#[derive(Debug)]
pub struct Verified {
    /// What it was signed with.
    pub algorithm: Algorithm,
    /// The id of the key that verified, if it has one.
    pub key_id: Option<String>,
    /// The type that the token says it is.
    pub typ: Option<String>,
    /// What was signed.
    pub payload: Vec<u8>,
}

impl Verified {
    /// What was signed, as claims.
    ///
    /// # Errors
    /// It is no JSON object, has a claim twice, or is nested too deep.
    pub fn claims(&self) -> Result<Claims, JwsError> {
        let members = read_object(&self.payload).ok_or(JwsError::PayloadMalformed)?;
        Ok(Claims::of(members, self.algorithm))
    }
}

impl Verifier<'_> {
    /// Verifies a token's signature; nothing of it is said before.
    ///
    /// # Errors
    /// Everything that [`JwsError`] names; [`JwsError::KeyUnknown`] when reading the keys anew may help.
    pub fn verify(&self, token: &str) -> Result<Verified, JwsError> {
        let parts = Parts::split(token)?;
        let header = Header::of_token(&parts.header)?;
        if !self.algorithms.contains(&header.algorithm) {
            return Err(JwsError::AlgorithmRefused);
        }
        if let Some(expected) = self.typ.filter(|expected| !header.is_of_type(expected)) {
            return Err(JwsError::TypeRefused { expected });
        }
        let mut candidates = self.keys.candidates(header.algorithm, header.key_id.as_deref()).peekable();
        if candidates.peek().is_none() {
            return Err(JwsError::KeyUnknown);
        }
        let key = candidates.find(|key| parts.are_signed_by(key)).ok_or(JwsError::SignatureWrong)?;
        Ok(Verified {
            algorithm: header.algorithm,
            key_id: key.key_id().map(str::to_owned),
            typ: header.typ,
            payload: parts.payload,
        })
    }
}

/// The parts of a compact token, decoded.
pub(crate) struct Parts<'a> {
    signed: &'a str,
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    pub(crate) fn split(token: &'a str) -> Result<Self, JwsError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(JwsError::TooLong { max: TOKEN_BYTES_MAX });
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        let decoded = |text: &str| decode(text).ok_or(JwsError::Malformed);
        Ok(Self { signed, header: decoded(header)?, payload: decoded(payload)?, signature: decoded(signature)? })
    }

    pub(crate) fn are_signed_by(&self, key: &Jwk) -> bool {
        key.verifies(self.signed.as_bytes(), &self.signature)
    }
}
