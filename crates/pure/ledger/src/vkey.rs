//! The key that verifies notes: `name+hash+key`, as text an auditor can keep in a file.
//!
//! Source: C2SP signed-note, "Verifier keys"; Ed25519 is signature type 0x01.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_words::{from_hex, to_hex};

use crate::Digest;

const ED25519_TYPE: u8 = 1;
/// The longest key name, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 256;
const TEXT_BYTES_MAX: usize = NAME_BYTES_MAX + 64;

/// Who signs checkpoints, and how to recognise it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: [u8; 4],
    public: [u8; 32],
}

/// Why a text is not a verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not three parts, too long, or not base64.
    #[error("the verifier key was not read: it is not of the form `name+hash+base64`")]
    Malformed,
    /// A name that is empty, too long, or holds a space or a plus sign.
    #[error("the key name was refused: it is empty, too long, or holds a space or `+`")]
    Name,
    /// Not an Ed25519 key.
    #[error("the verifier key was not read: only Ed25519 keys (type 1) are understood")]
    TypeUnknown,
    /// The hash in the text is not that of the key.
    #[error("the verifier key was not read: its hash is not that of its name and key")]
    HashDiffers,
    /// The cryptographic library refused the seed.
    #[error("the signing key was not made: the cryptographic library refused its seed")]
    Seed,
}

impl VerifierKey {
    /// Takes a public key under a name.
    ///
    /// # Errors
    /// `Name`.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, VerifierKeyError> {
        if !is_name(name) {
            return Err(VerifierKeyError::Name);
        }
        let mut hashed = name.as_bytes().to_vec();
        hashed.extend_from_slice(&[b'\n', ED25519_TYPE]);
        hashed.extend_from_slice(&public);
        let [a, b, c, d, ..] = Digest::of(&hashed).0;
        Ok(Self { name: name.to_owned(), hash: [a, b, c, d], public })
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// Each variant of [`VerifierKeyError`] but `Seed`.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(VerifierKeyError::Malformed);
        }
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifierKeyError::Malformed);
        };
        let hash: [u8; 4] = from_hex(hash).map_err(|_| VerifierKeyError::Malformed)?;
        let key = STANDARD.decode(key).map_err(|_| VerifierKeyError::Malformed)?;
        let Some((&ED25519_TYPE, public)) = key.split_first() else {
            return Err(VerifierKeyError::TypeUnknown);
        };
        let key = Self::new(name, public.try_into().map_err(|_| VerifierKeyError::Malformed)?)?;
        if key.hash == hash { Ok(key) } else { Err(VerifierKeyError::HashDiffers) }
    }

    /// Returns the key's name, which is also the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the four bytes by which signatures name the key.
    pub fn hash(&self) -> [u8; 4] {
        self.hash
    }

    /// Tells whether the signature over the text is this key's.
    pub(crate) fn has_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(text, signature).is_ok()
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut key = vec![ED25519_TYPE];
        key.extend_from_slice(&self.public);
        write!(f, "{}+{}+{}", self.name, to_hex(&self.hash), STANDARD.encode(key))
    }
}

/// Tells whether a text can be a key's name.
pub(crate) fn is_name(text: &str) -> bool {
    let bad = |c: char| c == '+' || c.is_whitespace() || c.is_control();
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.contains(bad)
}
