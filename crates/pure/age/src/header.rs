//! How a file begins: for each way to open it the file's key, wrapped, and a digest over all of that.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use candor_words::Entropy;
use zeroize::Zeroizing;

use crate::AgeError;

/// The key of one file.
pub(crate) struct FileKey(Zeroizing<[u8; 16]>);

impl FileKey {
    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        entropy.fill(&mut *bytes);
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &*self.0
    }
}

/// One way to open a file.
pub(crate) struct Stanza {
    pub(crate) words: Vec<String>,
    /// The file's key, wrapped.
    pub(crate) body: Vec<u8>,
}

/// The header, its last line included.
pub(crate) fn header(stanzas: &[Stanza], file: &FileKey) -> Result<Vec<u8>, AgeError> {
    let mut text = "age-encryption.org/v1\n".to_owned();
    for stanza in stanzas {
        // 32 bytes are less than a line of 64 letters, so that it is the last one.
        text.push_str(&format!("-> {}\n{}\n", stanza.words.join(" "), base64(&stanza.body)));
    }
    text.push_str("---");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &*derived(file.bytes(), &[], b"header")?);
    let digest = hmac::sign(&key, text.as_bytes());
    text.push_str(&format!(" {}\n", base64(digest.as_ref())));
    Ok(text.into_bytes())
}

/// The file's key under another one that wraps nothing else.
pub(crate) fn wrapped(key: &[u8; 32], file: &FileKey) -> Result<Vec<u8>, AgeError> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| AgeError::Ended)?;
    let mut body = file.bytes().to_vec();
    LessSafeKey::new(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut body)
        .map_err(|_| AgeError::Ended)?;
    Ok(body)
}

/// A key made of another (HKDF with SHA-256, RFC 5869).
pub(crate) fn derived(from: &[u8], salt: &[u8], label: &[u8]) -> Result<Zeroizing<[u8; 32]>, AgeError> {
    let mut key = Zeroizing::new([0; 32]);
    let made = Salt::new(HKDF_SHA256, salt).extract(from);
    made.expand(&[label], Bytes32).and_then(|made| made.fill(&mut *key)).map_err(|_| AgeError::Ended)?;
    Ok(key)
}

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}
