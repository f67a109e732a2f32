//! Signed JSON: compact signatures (RFC 7515), keys (RFC 7517, 7638), claims (RFC 7519), DPoP proofs (RFC 9449) and
//! client assertions (RFC 7523).
//!
//! Three algorithms are spoken, all of them signatures with a public key: [`Algorithm`]. Who verifies chooses the keys
//! and the algorithms, the token never does: a key, an address of a key or a critical extension in the header is refused
//! ([`JwsError::HeaderRefused`]), and a key only ever verifies the algorithm of its own kind, so that `none` and keyed
//! hashes have nothing to be confused with. Only a DPoP proof carries its key, because there the key is the message.
//! Everything is bounded ([`TOKEN_BYTES_MAX`], [`KEYS_MAX`], [`DEPTH_MAX`]); time and chance are arguments.
//!
//! ```
//! use candor_jose::{Algorithm, JwkSet, SigningKey, Verifier, sign};
//! use candor_words::SeededEntropy;
//!
//! let key = SigningKey::generate(Algorithm::EdDsa, &SeededEntropy::new(1))?;
//! let token = sign(&key, "JWT", &serde_json::json!({ "sub": "ada" }))?;
//! let keys = JwkSet::of([key.public().clone()]);
//! let verified = Verifier { keys: &keys, algorithms: &[Algorithm::EdDsa], typ: None }.verify(&token)?;
//! assert_eq!(verified.claims()?.string("sub"), Some("ada"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod algorithm;
mod assertion;
mod claims;
mod dpop;
mod error;
mod header;
mod id_token;
mod jwk;
mod jwk_set;
mod jws;
mod object;
mod signing;
mod target;
mod text;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod vectors;

pub use algorithm::Algorithm;
pub use assertion::{Assertion, AssertionError, ExpectedAssertion, create_assertion, verify_assertion};
pub use claims::{Claims, ClaimsError, Expected};
pub use dpop::{Proof, ProofError, ProofOf, create_proof, verify_proof};
pub use error::{JwkError, JwsError};
pub use id_token::{ExpectedIdToken, half_hash};
pub use jwk::Jwk;
pub use jwk_set::{JwkSet, KEY_SET_BYTES_MAX, KEYS_MAX};
pub use jws::{TOKEN_BYTES_MAX, Verified, Verifier, sign, sign_bytes};
pub use object::DEPTH_MAX;
pub use signing::SigningKey;
pub use target::normalised_target;
