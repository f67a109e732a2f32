//! The portable hashes of phpass: `$P$` as WordPress before 6.8 wrote them, `$H$` as others did.
//!
//! MD5 again and again, and weak today: they are read so that people keep their passwords, and replaced at their
//! next sign-in. Source: Openwall, "Portable PHP password hashing framework".

use md5::{Digest, Md5};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::HashError;

pub(crate) const FORM: &str = "phpass";
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 2^20 rounds of MD5: about a fifth of a second.
const LOG_ROUNDS_MAX: usize = 20;
const LOG_ROUNDS_MIN: usize = 7;

/// A portable hash: rounds, eight characters of salt, and the digest.
#[derive(Debug, Clone)]
pub(crate) struct Phpass {
    log_rounds: usize,
    salt: [u8; 8],
    digest: [u8; 16],
}

impl Phpass {
    /// Reads what follows `$P$`.
    pub(crate) fn parse(rest: &str) -> Result<Self, HashError> {
        let malformed = HashError::Malformed { form: FORM };
        let (rounds, rest) = rest.as_bytes().split_first().ok_or(malformed)?;
        let (salt, digest) = rest.split_first_chunk::<8>().ok_or(malformed)?;
        let log_rounds = digit(*rounds).filter(|log| *log >= LOG_ROUNDS_MIN).ok_or(malformed)?;
        if log_rounds > LOG_ROUNDS_MAX {
            return Err(HashError::TooCostly { form: FORM });
        }
        if salt.iter().any(|byte| !byte.is_ascii_graphic() || *byte == b'$') {
            return Err(malformed);
        }
        Ok(Self { log_rounds, salt: *salt, digest: bytes_of(digest).ok_or(malformed)? })
    }

    pub(crate) fn matches(&self, candidate: &[u8]) -> bool {
        let mut digest = Zeroizing::new([0; 16]);
        digest.copy_from_slice(&Md5::new().chain_update(self.salt).chain_update(candidate).finalize());
        for _ in 0..1_usize << self.log_rounds {
            let next = Md5::new().chain_update(digest.as_slice()).chain_update(candidate).finalize();
            digest.copy_from_slice(&next);
        }
        digest.as_slice().ct_eq(&self.digest).into()
    }
}

/// Reads 22 digits of six bits each, lowest first, as 16 bytes.
fn bytes_of(text: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 22 {
        return None;
    }
    for (chunk, into) in text.chunks(4).zip(bytes.chunks_mut(3)) {
        let mut bits = 0;
        for (at, character) in chunk.iter().enumerate() {
            bits |= digit(*character)? << (6 * at);
        }
        let (kept, spare) = (into.len() * 8, chunk.len() * 6);
        if spare > kept && bits >> kept != 0 {
            return None;
        }
        for (at, byte) in into.iter_mut().enumerate() {
            *byte = u8::try_from((bits >> (8 * at)) & 0xff).ok()?;
        }
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<usize> {
    DIGITS.iter().position(|digit| *digit == character)
}
