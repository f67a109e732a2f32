//! Seals fields so that only the right key, at the right place, opens them again.
//!
//! A [`RootKey`] wraps tenant keys, a [`TenantKey`] wraps subject keys, a [`SubjectKey`] seals
//! fields. Destroying the one wrapped copy of a subject key is the erasure of all it sealed.
//! Pure: nonces and keys come from the [`Entropy`](candor_words::Entropy) that is handed in;
//! [`SystemEntropy`] is the machine's.
//!
//! The byte formats and their vectors are in `spec/seal.md`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod blind;
mod entropy;
mod envelope;
mod error;
mod key;
mod root;
mod subject;
mod tenant;
mod wrapped;

pub use blind::{BlindIndex, BlindIndexKey};
pub use entropy::SystemEntropy;
pub use envelope::{Envelope, ENVELOPE_OVERHEAD_BYTES, PLAINTEXT_BYTES_MAX, SUITE_AES_256_GCM_SIV};
pub use error::SealError;
pub use key::{KeepClass, KeyVersion};
pub use root::RootKey;
pub use subject::{FieldPlace, SubjectKey, SubjectKeyName};
pub use tenant::{TenantKey, TenantKeyName};
pub use wrapped::{WrappedSubjectKey, WrappedTenantKey, WRAPPED_KEY_BYTES};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod vectors;
