//! Blind indexes: equal values under one tenant and field give equal digests, and a digest
//! tells nothing without the key.
//!
//! Source: spec/seal.md, "Blind index".

use candor_words::Secret;

pub(crate) const LABEL: &str = "candor seal v1 blind index";

/// What the store looks identifiers up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindIndex([u8; 32]);

impl BlindIndex {
    /// Takes the bytes as they were stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The key of a tenant's blind indexes; made by
/// [`TenantKey::blind_index_key`](crate::TenantKey::blind_index_key).
pub struct BlindIndexKey(Secret<[u8; 32]>);

impl BlindIndexKey {
    pub(crate) fn new(derived: &Secret<[u8; 32]>) -> Self {
        Self(Secret::new(*derived.expose()))
    }

    /// Blinds a value that the caller has already normalised (case, spaces, Unicode form).
    ///
    /// The field's name goes in with its length before it, so that no two pairs of name and
    /// value meet.
    pub fn blind(&self, field: &str, normalised_value: &[u8]) -> BlindIndex {
        let mut hasher = blake3::Hasher::new_keyed(self.0.expose());
        hasher.update(&(field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
        hasher.update(normalised_value);
        let blinded = BlindIndex(*hasher.finalize().as_bytes());
        zeroize::Zeroize::zeroize(&mut hasher);
        blinded
    }
}
