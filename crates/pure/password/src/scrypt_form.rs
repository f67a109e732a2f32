//! scrypt (RFC 7914) as a PHC string: `$scrypt$ln=…,r=…,p=…$salt$digest`.

use scrypt::Params;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::HashError;
use crate::text::{is_sized, number_of, unpadded};

pub(crate) const FORM: &str = "scrypt";
/// Memory is `128 · r · 2^ln` bytes: at most 256 MiB; over all `p` at most 512 MiB are gone through.
const MEMORY_BYTES_MAX: u64 = 256 << 20;
const WORK_BYTES_MAX: u64 = 512 << 20;

/// A scrypt hash.
#[derive(Debug, Clone)]
pub(crate) struct Scrypt {
    params: Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Scrypt {
    /// Reads what follows `$scrypt$`.
    pub(crate) fn parse(rest: &str) -> Result<Self, HashError> {
        let malformed = HashError::Malformed { form: FORM };
        let mut parts = rest.split('$');
        let mut costs = parts.next().ok_or(malformed)?.split(',');
        let mut cost = |name| costs.next().and_then(|text| number_of(text, name)).ok_or(malformed);
        let (log_n, r, p) = (cost("ln")?, cost("r")?, cost("p")?);
        if costs.next().is_some() || log_n == 0 || r == 0 || p == 0 {
            return Err(malformed);
        }
        if log_n > 24 || r > 64 || p > 64 {
            return Err(HashError::TooCostly { form: FORM });
        }
        let memory_bytes = (128 * u64::from(r)) << log_n;
        if memory_bytes > MEMORY_BYTES_MAX || memory_bytes * u64::from(p) > WORK_BYTES_MAX {
            return Err(HashError::TooCostly { form: FORM });
        }
        let salt = parts.next().and_then(unpadded).filter(|salt| is_sized(salt, 8, 64)).ok_or(malformed)?;
        let digest = parts.next().and_then(unpadded).filter(|digest| is_sized(digest, 16, 64)).ok_or(malformed)?;
        let log_n = u8::try_from(log_n).map_err(|_| malformed)?;
        let params = Params::new(log_n, r, p).map_err(|_| malformed)?;
        if parts.next().is_some() { Err(malformed) } else { Ok(Self { params, salt, digest }) }
    }

    pub(crate) fn matches(&self, candidate: &[u8]) -> bool {
        let mut digest = Zeroizing::new(vec![0; self.digest.len()]);
        let is_done = scrypt::scrypt(candidate, &self.salt, &self.params, &mut digest).is_ok();
        is_done && bool::from(digest.ct_eq(&self.digest))
    }
}
