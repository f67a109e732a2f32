//! Who may open a file.

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use candor_words::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::chunks::Chunks;
use crate::header::{FileKey, Stanza, derived, header, wrapped};
use crate::{AgeError, bech32};

/// The most keys of one file.
pub const KEYS_MAX: usize = 8;
/// The shortest passphrase.
pub const PASSPHRASE_BYTES_MIN: usize = 12;
/// The longest passphrase.
pub const PASSPHRASE_BYTES_MAX: usize = 256;
/// The work that a guess costs, as a power of two: 64 MiB, and a fraction of a second.
const WORK: u8 = 16;

/// The public half of somebody's pair of keys, as `age-keygen` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeKey([u8; 32]);

impl AgeKey {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// [`AgeError::Key`].
    pub fn parse(text: &str) -> Result<Self, AgeError> {
        bech32::key(text, "age").map(Self).ok_or(AgeError::Key)
    }
}

/// Words that somebody chose and will remember.
#[derive(Debug)]
pub struct Passphrase(Secret<String>);

impl Passphrase {
    /// Takes one.
    ///
    /// # Errors
    /// [`AgeError::Passphrase`].
    pub fn new(text: Secret<String>) -> Result<Self, AgeError> {
        let is_fit = (PASSPHRASE_BYTES_MIN..=PASSPHRASE_BYTES_MAX).contains(&text.expose().len());
        if is_fit { Ok(Self(text)) } else { Err(AgeError::Passphrase) }
    }
}

/// Who may open a file.
#[derive(Debug)]
pub enum Lock {
    /// Whoever knows these words.
    Passphrase(Passphrase),
    /// Whoever holds the private half of one of these.
    Keys(Vec<AgeKey>),
}

impl Lock {
    /// What somebody typed into one field: a key when it begins like one, else a passphrase.
    ///
    /// # Errors
    /// Those of [`AgeKey::parse`] and [`Passphrase::new`].
    pub fn typed(text: Secret<String>) -> Result<Self, AgeError> {
        let shown = text.expose().trim();
        if shown.starts_with("age1") {
            return Ok(Self::Keys(vec![AgeKey::parse(shown)?]));
        }
        Ok(Self::Passphrase(Passphrase::new(text)?))
    }

    /// Begins a file: its first bytes, and what seals the rest. With a passphrase it takes 64 MiB and long enough that it does not
    /// belong on a thread that others wait for.
    ///
    /// # Errors
    /// [`AgeError::Keys`]; a key that nothing can be agreed with is [`AgeError::Key`].
    pub fn close(&self, entropy: &dyn Entropy) -> Result<(Vec<u8>, Chunks), AgeError> {
        let file = FileKey::random(entropy);
        let stanzas = match self {
            Self::Passphrase(words) => vec![words.stanza(entropy, &file)?],
            Self::Keys(keys) if (1..=KEYS_MAX).contains(&keys.len()) => {
                keys.iter().map(|key| key.stanza(entropy, &file)).collect::<Result<_, _>>()?
            }
            Self::Keys(_) => return Err(AgeError::Keys),
        };
        let mut beginning = header(&stanzas, &file)?;
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce);
        beginning.extend_from_slice(&nonce);
        Ok((beginning, Chunks::new(&*derived(file.bytes(), &nonce, b"payload")?)?))
    }
}

impl AgeKey {
    fn stanza(&self, entropy: &dyn Entropy, file: &FileKey) -> Result<Stanza, AgeError> {
        let mut own = Zeroizing::new([0; 32]);
        entropy.fill(&mut *own);
        let own = PrivateKey::from_private_key(&X25519, &*own).map_err(|_| AgeError::Key)?;
        let shown = own.compute_public_key().map_err(|_| AgeError::Key)?;
        let salt = [shown.as_ref(), &self.0].concat();
        // INVARIANT: a key that agrees with everybody on nothing is refused by the library.
        let key = agree(&own, UnparsedPublicKey::new(&X25519, &self.0), AgeError::Key, |shared| {
            derived(shared, &salt, b"age-encryption.org/v1/X25519")
        })?;
        Ok(Stanza {
            words: vec!["X25519".to_owned(), crate::header::base64(shown.as_ref())],
            body: wrapped(&key, file)?,
        })
    }
}

impl Passphrase {
    fn stanza(&self, entropy: &dyn Entropy, file: &FileKey) -> Result<Stanza, AgeError> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        let labelled = [b"age-encryption.org/v1/scrypt".as_slice(), &salt].concat();
        let work = scrypt::Params::new(WORK, 8, 1).map_err(|_| AgeError::Passphrase)?;
        let mut key = Zeroizing::new([0; 32]);
        scrypt::scrypt(self.0.expose().as_bytes(), &labelled, &work, &mut *key).map_err(|_| AgeError::Passphrase)?;
        let words = vec!["scrypt".to_owned(), crate::header::base64(&salt), WORK.to_string()];
        Ok(Stanza { words, body: wrapped(&key, file)? })
    }
}

#[cfg(test)]
mod tests {
    use candor_words::SeededEntropy;

    use super::*;

    #[test]
    fn a_passphrase_that_is_short_or_very_long_is_refused() {
        for (n, is_taken) in [(0, false), (11, false), (12, true), (256, true), (257, false)] {
            assert_eq!(Passphrase::new(Secret::new("x".repeat(n))).is_ok(), is_taken, "{n}");
        }
    }

    #[test]
    fn a_file_is_for_somebody_and_not_for_a_key_that_agrees_with_all() {
        let entropy = SeededEntropy::new(1);
        assert_eq!(Lock::Keys(Vec::new()).close(&entropy).unwrap_err(), AgeError::Keys);
        assert_eq!(Lock::Keys(vec![AgeKey([9; 32]); KEYS_MAX + 1]).close(&entropy).unwrap_err(), AgeError::Keys);
        assert_eq!(Lock::Keys(vec![AgeKey([0; 32])]).close(&entropy).unwrap_err(), AgeError::Key);
    }
}
