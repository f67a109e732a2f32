//! PBKDF2 (RFC 8018) as Django, passlib and PHC strings write it.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, Algorithm};

use crate::error::HashError;
use crate::text::{dotted, is_sized, number, padded, unpadded};

pub(crate) const FORM: &str = "pbkdf2";
/// About a second with SHA-512.
const ITERATIONS_MAX: u32 = 2_000_000;

/// A PBKDF2 hash.
#[derive(Debug, Clone)]
pub(crate) struct Pbkdf2 {
    hash: Hash,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

const MALFORMED: HashError = HashError::Malformed { form: FORM };

impl Pbkdf2 {
    /// `None` when the text does not say that it is PBKDF2.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, HashError>> {
        if let Some((name, rest)) = text.split_once('$').filter(|(name, _)| name.starts_with("pbkdf2_")) {
            let hash = match name {
                "pbkdf2_sha1" => Hash::Sha1,
                "pbkdf2_sha256" => Hash::Sha256,
                "pbkdf2_sha512" => Hash::Sha512,
                _ => return None,
            };
            return Some(Self::django(hash, rest));
        }
        let (name, rest) = text.strip_prefix('$')?.split_once('$')?;
        let hash = match name {
            "pbkdf2" | "pbkdf2-sha1" => Hash::Sha1,
            "pbkdf2-sha256" => Hash::Sha256,
            "pbkdf2-sha512" => Hash::Sha512,
            _ => return None,
        };
        Some(if rest.starts_with("i=") || rest.starts_with("v=") {
            Self::phc(hash, rest)
        } else {
            Self::passlib(hash, rest)
        })
    }

    /// `iterations$salt$digest`: the salt is text, the digest padded base64.
    fn django(hash: Hash, rest: &str) -> Result<Self, HashError> {
        let [iterations, salt, digest] = three(rest)?;
        Self::of(hash, number(iterations), Some(salt.as_bytes().to_vec()), padded(digest))
    }

    /// `iterations$salt$digest` in passlib's base64.
    fn passlib(hash: Hash, rest: &str) -> Result<Self, HashError> {
        let [iterations, salt, digest] = three(rest)?;
        Self::of(hash, number(iterations), dotted(salt), dotted(digest))
    }

    /// `i=…,l=…$salt$digest`, perhaps after `v=1$`.
    fn phc(hash: Hash, rest: &str) -> Result<Self, HashError> {
        let rest = rest.strip_prefix("v=1$").unwrap_or(rest);
        let [costs, salt, digest] = three(rest)?;
        let (iterations, length) = match costs.split_once(',') {
            Some((iterations, length)) => {
                (iterations, length.strip_prefix("l=").and_then(number).map(Some).ok_or(MALFORMED)?)
            }
            None => (costs, None),
        };
        let digest = unpadded(digest).filter(|digest| length.is_none_or(|length| digest.len() == length as usize));
        Self::of(hash, iterations.strip_prefix("i=").and_then(number), unpadded(salt), digest)
    }

    fn of(
        hash: Hash,
        iterations: Option<u32>,
        salt: Option<Vec<u8>>,
        digest: Option<Vec<u8>>,
    ) -> Result<Self, HashError> {
        let iterations = iterations.and_then(NonZeroU32::new).ok_or(MALFORMED)?;
        let salt = salt.filter(|salt| is_sized(salt, 8, 128)).ok_or(MALFORMED)?;
        let digest = digest.filter(|digest| is_sized(digest, 16, 64)).ok_or(MALFORMED)?;
        if iterations.get() > ITERATIONS_MAX {
            return Err(HashError::TooCostly { form: FORM });
        }
        Ok(Self { hash, iterations, salt, digest })
    }

    pub(crate) fn matches(&self, candidate: &[u8]) -> bool {
        pbkdf2::verify(self.hash.algorithm(), self.iterations, &self.salt, candidate, &self.digest).is_ok()
    }
}

fn three(text: &str) -> Result<[&str; 3], HashError> {
    let parts: Vec<&str> = text.split('$').collect();
    parts.try_into().map_err(|_| MALFORMED)
}
