//! Seals fields so that only the right key, at the right place, opens them again.
//!
//! A [`RootKey`] wraps tenant keys, a [`TenantKey`] wraps subject keys, a [`SubjectKey`] seals
//! fields. Destroying the one wrapped copy of a subject key is the erasure of all it sealed.
//! Pure: nonces and keys come from the [`Entropy`](candor_words::Entropy) that is handed in;
//! [`SystemEntropy`] is the machine's.
//!
//! ```
//! use candor_seal::*;
//! use candor_words::{RecordId, Secret, SubjectId, TenantId};
//!
//! let entropy = SystemEntropy;
//! let root = RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32]))?; // from the keys port
//! let (tenant, stored_tenant_key) = root.create_tenant_key(&entropy, TenantId::random(&entropy), KeyVersion::FIRST)?;
//! let person = SubjectId::random(&entropy);
//! let (key, stored_key) = tenant.create_subject_key(&entropy, person, KeepClass::new(0), KeyVersion::FIRST)?;
//!
//! let place = FieldPlace { record: RecordId::random(&entropy), field: "contact.email", value_version: 1 };
//! let envelope = key.seal(&entropy, &place, b"a@b.example")?;
//!
//! // Later, from what was stored:
//! let tenant = root.unwrap(tenant.name(), &stored_tenant_key)?;
//! let key = tenant.unwrap(key.name(), &stored_key)?;
//! assert_eq!(key.open(&place, &envelope)?, b"a@b.example");
//! # Ok::<(), SealError>(())
//! ```
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
pub use envelope::{ENVELOPE_OVERHEAD_BYTES, Envelope, PLAINTEXT_BYTES_MAX, SUITE_AES_256_GCM_SIV};
pub use error::SealError;
pub use key::{KeepClass, KeyVersion};
pub use root::RootKey;
pub use subject::{FieldPlace, SubjectKey, SubjectKeyName};
pub use tenant::{TenantKey, TenantKeyName};
pub use wrapped::{WRAPPED_KEY_BYTES, WrappedSubjectKey, WrappedTenantKey};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod vectors;
