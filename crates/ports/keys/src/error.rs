//! Why a root key was not given; never anything of the key.

use candor_seal::SealError;

/// A root key was not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is no key at all.
    #[error("no root key is held; create one with `candor init`, or hand one over in the environment")]
    Empty,
    /// The version that wrapped something is not there.
    #[error("version `{version}` of the root key is not held; add it back from your backup of the keys")]
    VersionMissing {
        /// The version that was asked for.
        version: u16,
    },
    /// Two keys claim the same version.
    #[error("version `{version}` of the root key is given twice; keep the one that wrapped your data")]
    VersionTwice {
        /// The version that stands twice.
        version: u16,
    },
    /// The place that keeps the keys does not answer.
    #[error("the root keys could not be read: {reason}")]
    Unavailable {
        /// What stood in the way, and what can be done.
        reason: String,
    },
    /// The cipher refused the key.
    #[error("the root key could not be used")]
    Refused(#[from] SealError),
}
