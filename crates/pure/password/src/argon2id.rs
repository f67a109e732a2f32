//! Argon2 (RFC 9106): the form of every new hash, and what other programs wrote in it.

use argon2::{Algorithm, Argon2, Params, Version};
use candor_words::{Entropy, Secret};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::HashError;
use crate::memory::HashMemory;
use crate::text::{is_sized, number, number_of, to_unpadded, unpadded};

/// The longest candidate that is looked at.
pub const CANDIDATE_BYTES_MAX: usize = 1024;
/// Memory in KiB, passes and lanes of a new hash. Source: RFC 9106 as OWASP's Password Storage Cheat Sheet tunes it.
pub(crate) const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const DIGEST_BYTES: usize = 32;

/// One hash may take 256 MiB, and 1 GiB over its passes: about a second.
const MEMORY_KIB_MAX: u32 = 256 << 10;
const WORK_KIB_MAX: u64 = 1 << 20;
const LANES_MAX: u32 = 16;

/// Hashes a candidate with Argon2id and a fresh salt, as a PHC string.
///
/// # Errors
/// `HashError::TooCostly` when the candidate is longer than [`CANDIDATE_BYTES_MAX`].
pub fn hash_candidate(
    candidate: &Secret<String>,
    entropy: &dyn Entropy,
    memory: &mut HashMemory,
) -> Result<String, HashError> {
    let too_long = HashError::TooCostly { form: "argon2id" };
    if candidate.expose().len() > CANDIDATE_BYTES_MAX {
        return Err(too_long);
    }
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    let mut digest = Zeroizing::new([0; DIGEST_BYTES]);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(DIGEST_BYTES)).map_err(|_| too_long)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    if !memory.hash(&argon2, candidate.expose().as_bytes(), &salt, digest.as_mut_slice()) {
        return Err(too_long);
    }
    Ok(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
        to_unpadded(&salt),
        to_unpadded(digest.as_slice())
    ))
}

/// A hash in the PHC form `$argon2id$v=19$m=…,t=…,p=…$salt$digest`.
#[derive(Debug, Clone)]
pub(crate) struct Argon {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Argon {
    pub(crate) fn parse(text: &str) -> Result<Self, HashError> {
        let mut parts = text.split('$').skip(1);
        let (algorithm, form) = match parts.next() {
            Some("argon2id") => (Algorithm::Argon2id, "argon2id"),
            Some("argon2i") => (Algorithm::Argon2i, "argon2i"),
            _ => return Err(HashError::UnknownForm),
        };
        let malformed = HashError::Malformed { form };
        let version = match parts.next().and_then(|part| part.strip_prefix("v=")).and_then(number) {
            Some(19) => Version::V0x13,
            Some(16) => Version::V0x10,
            _ => return Err(malformed),
        };
        let mut costs = parts.next().ok_or(malformed)?.split(',');
        let mut cost = |name| costs.next().and_then(|text| number_of(text, name)).ok_or(malformed);
        let (memory_kib, passes, lanes) = (cost("m")?, cost("t")?, cost("p")?);
        if costs.next().is_some() {
            return Err(malformed);
        }
        let work_kib = u64::from(memory_kib) * u64::from(passes);
        if memory_kib > MEMORY_KIB_MAX || work_kib > WORK_KIB_MAX || lanes > LANES_MAX {
            return Err(HashError::TooCostly { form });
        }
        let salt = parts.next().and_then(unpadded).filter(|salt| is_sized(salt, 8, 64)).ok_or(malformed)?;
        let digest = parts.next().and_then(unpadded).filter(|digest| is_sized(digest, 16, 64)).ok_or(malformed)?;
        if parts.next().is_some() {
            return Err(malformed);
        }
        let params = Params::new(memory_kib, passes, lanes, Some(digest.len())).map_err(|_| malformed)?;
        Ok(Self { algorithm, version, params, salt, digest })
    }

    pub(crate) fn matches(&self, candidate: &[u8], memory: &mut HashMemory) -> bool {
        let mut digest = Zeroizing::new(vec![0; self.digest.len()]);
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let is_done = memory.hash(&argon2, candidate, &self.salt, &mut digest);
        is_done && bool::from(digest.ct_eq(&self.digest))
    }

    pub(crate) fn is_current(&self) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= MEMORY_KIB
            && self.params.t_cost() >= PASSES
            && self.digest.len() >= DIGEST_BYTES
            && self.salt.len() >= SALT_BYTES
    }

    pub(crate) const fn form(&self) -> &'static str {
        match self.algorithm {
            Algorithm::Argon2id => "argon2id",
            _ => "argon2i",
        }
    }
}
