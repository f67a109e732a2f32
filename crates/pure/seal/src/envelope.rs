//! The envelope: suite ‖ key version ‖ nonce ‖ ciphertext ‖ tag, bound to its place.
//!
//! Promises: whatever opens was sealed under this key for this place, byte for byte; opening
//! allocates nothing beyond the plaintext; a failed opening leaves the buffer as it was.
//! Source: spec/seal.md, "Envelope"; RFC 8452 (AES-GCM-SIV).

use aws_lc_rs::aead::{Aad, Nonce};
use candor_words::Entropy;

use crate::SealError;
use crate::key::{KeyVersion, PreparedKey};

/// The one suite so far: AES-256-GCM-SIV with a random 96-bit nonce.
pub const SUITE_AES_256_GCM_SIV: u8 = 1;
/// The longest plaintext that is sealed: 1 MiB.
pub const PLAINTEXT_BYTES_MAX: usize = 1 << 20;
/// What an envelope adds to its plaintext: head and tag, in bytes.
pub const ENVELOPE_OVERHEAD_BYTES: usize = HEAD_BYTES + TAG_BYTES;

const NONCE_BYTES: usize = 12;
const HEAD_BYTES: usize = 1 + 2 + NONCE_BYTES;
const TAG_BYTES: usize = 16;

/// The parts of an envelope, found but not yet trusted.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    key_version: KeyVersion,
    nonce: [u8; NONCE_BYTES],
    sealed: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Finds the parts of an envelope in its bytes.
    ///
    /// # Errors
    /// A length no envelope has, or an unknown suite.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SealError> {
        if bytes.len() > PLAINTEXT_BYTES_MAX + ENVELOPE_OVERHEAD_BYTES {
            return Err(SealError::EnvelopeLength);
        }
        let [suite, v0, v1, rest @ ..] = bytes else {
            return Err(SealError::EnvelopeLength);
        };
        let Some((nonce, sealed)) = rest.split_first_chunk() else {
            return Err(SealError::EnvelopeLength);
        };
        if sealed.len() < TAG_BYTES {
            return Err(SealError::EnvelopeLength);
        }
        if *suite != SUITE_AES_256_GCM_SIV {
            return Err(SealError::SuiteUnknown { found: *suite });
        }
        let key_version = KeyVersion::new(u16::from_be_bytes([*v0, *v1]));
        Ok(Self { key_version, nonce: *nonce, sealed })
    }

    /// Returns the version of the key that opens it.
    pub fn key_version(&self) -> KeyVersion {
        self.key_version
    }

    /// Returns how many bytes of plaintext it holds.
    pub fn plaintext_bytes(&self) -> usize {
        self.sealed.len() - TAG_BYTES
    }
}

impl PreparedKey {
    /// Appends the envelope of `plaintext` to `into`.
    pub(crate) fn seal(
        &self,
        entropy: &dyn Entropy,
        place: &Binding,
        plaintext: &[u8],
        into: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        if plaintext.len() > PLAINTEXT_BYTES_MAX {
            return Err(SealError::PlaintextTooLong);
        }
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let start = into.len();
        into.reserve(plaintext.len() + ENVELOPE_OVERHEAD_BYTES);
        into.push(SUITE_AES_256_GCM_SIV);
        into.extend_from_slice(&self.version.get().to_be_bytes());
        into.extend_from_slice(&nonce);
        into.extend_from_slice(plaintext);
        let text = into.get_mut(start + HEAD_BYTES..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(nonce);
        match self.aead.seal_in_place_separate_tag(nonce, Aad::from(place.bytes()), text) {
            Ok(tag) => {
                into.extend_from_slice(tag.as_ref());
                Ok(())
            }
            Err(_) => {
                text.fill(0);
                into.truncate(start);
                Err(SealError::CipherRefused)
            }
        }
    }

    /// Appends the plaintext of `envelope` to `into`.
    pub(crate) fn open(&self, place: &Binding, envelope: &[u8], into: &mut Vec<u8>) -> Result<(), SealError> {
        let envelope = Envelope::parse(envelope)?;
        if envelope.key_version != self.version {
            let (needed, held) = (envelope.key_version.get(), self.version.get());
            return Err(SealError::KeyVersionOther { needed, held });
        }
        let (text, tag) = envelope.sealed.split_at(envelope.plaintext_bytes());
        let start = into.len();
        into.resize(start + text.len(), 0);
        let plain = into.get_mut(start..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(envelope.nonce);
        match self.aead.open_separate_gather(nonce, Aad::from(place.bytes()), text, tag, plain) {
            Ok(()) => Ok(()),
            Err(_) => {
                plain.fill(0);
                into.truncate(start);
                Err(SealError::NotAuthentic)
            }
        }
    }
}

/// What is being sealed; the first byte of the associated data keeps the four apart.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(crate) enum Level {
    TenantKey = 1,
    SubjectKey = 2,
    Field = 3,
    TenantBlob = 4,
}

/// The associated data: where an envelope belongs, written on the stack.
pub(crate) struct Binding {
    bytes: [u8; BINDING_BYTES_MAX],
    len: usize,
}

/// Enough for the fixed parts of the longest binding (74) and a name of the longest kind (128).
const BINDING_BYTES_MAX: usize = 208;

impl Binding {
    pub(crate) fn new(level: Level, key_version: KeyVersion) -> Self {
        let mut binding = Self { bytes: [0; BINDING_BYTES_MAX], len: 0 };
        binding.put(&[level as u8, SUITE_AES_256_GCM_SIV]);
        binding.put(&key_version.get().to_be_bytes());
        binding
    }

    /// INVARIANT: what callers put fits; names are bounded before they come here.
    pub(crate) fn put(&mut self, part: &[u8]) {
        let end = self.len + part.len();
        debug_assert!(end <= BINDING_BYTES_MAX);
        if let Some(room) = self.bytes.get_mut(self.len..end) {
            room.copy_from_slice(part);
            self.len = end;
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
