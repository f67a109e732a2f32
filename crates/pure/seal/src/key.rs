//! What every key is made of: 32 secret bytes, a version, and the cipher's prepared schedule.

use aws_lc_rs::aead::{AES_256_GCM_SIV, LessSafeKey, UnboundKey};
use candor_words::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::SealError;
use crate::envelope::Binding;

pub(crate) const KEY_BYTES: usize = 32;

/// Which of a key's successive versions this is; written at the head of each envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyVersion(u16);

impl KeyVersion {
    /// The version every key begins with.
    pub const FIRST: Self = Self(1);

    /// Takes a version as it was stored.
    pub const fn new(version: u16) -> Self {
        Self(version)
    }

    /// Returns the number to store.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Returns the version that follows; `None` after 65 535 of them.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// Which keep rule a subject key serves: fields that are erased together share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeepClass(u16);

impl KeepClass {
    /// Takes a class as the plan numbers it.
    pub const fn new(class: u16) -> Self {
        Self(class)
    }

    /// Returns the number to store.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// A key with its schedule built once: what the hot path keeps.
pub(crate) struct PreparedKey {
    pub(crate) aead: LessSafeKey,
    pub(crate) version: KeyVersion,
}

impl PreparedKey {
    pub(crate) fn new(version: KeyVersion, bytes: &[u8; KEY_BYTES]) -> Result<Self, SealError> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, bytes).map_err(|_| SealError::CipherRefused)?;
        Ok(Self { aead: LessSafeKey::new(key), version })
    }

    /// Opens a wrapped key.
    pub(crate) fn open_key(&self, place: &Binding, wrapped: &[u8]) -> Result<Secret<[u8; KEY_BYTES]>, SealError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(KEY_BYTES));
        self.open(place, wrapped, &mut plain)?;
        let bytes = plain.as_slice().try_into().map_err(|_| SealError::EnvelopeLength)?;
        Ok(Secret::new(bytes))
    }
}

/// Draws the bytes of a new key.
pub(crate) fn draw_key(entropy: &dyn Entropy) -> Secret<[u8; KEY_BYTES]> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    entropy.fill(bytes.as_mut());
    Secret::new(*bytes)
}
