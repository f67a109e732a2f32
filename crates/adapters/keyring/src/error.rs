//! Why a keyring was not opened, and what to do about it.

use std::path::PathBuf;

use candor_keys::KeysError;

/// A keyring was not opened or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is no key file.
    #[error("there is no key file `{}`; create one with `candor init`, or restore it from your backup of the keys", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A key file is there already.
    #[error("the key file `{}` exists already and is not written over; move it away if you mean to start anew", path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// Others than its owner can read or write the file.
    #[error("the key file `{}` is open to other users (mode `{mode:04o}`); close it with `chmod 600`", path.display())]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file cannot be read or written.
    #[error("the key file `{}` cannot be {attempted}; check that it is a file of the server's user", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// `read` or `written`.
        attempted: &'static str,
        /// What the system said.
        #[source]
        reason: std::io::Error,
    },
    /// A line is not a key.
    #[error(
        "line `{line}` of the root keys is not `candor-root-key v1 <version> <32 bytes in base64>`; restore it from your backup of the keys"
    )]
    Malformed {
        /// Which line, from 1.
        line: usize,
    },
    /// The versions do not ascend.
    #[error("line `{line}` of the root keys has a version that is not above the one before it; put the newest last")]
    OutOfOrder {
        /// Which line, from 1.
        line: usize,
    },
    /// Far more than a keyring ever holds.
    #[error("the root keys are longer than `{max}` bytes; check that it is the right file")]
    TooLong {
        /// How many bytes are allowed.
        max: u64,
    },
    /// Neither variable is set.
    #[error("neither `CANDOR_ROOT_KEY` nor `CANDOR_ROOT_KEYS` is set; set one of them, or use a key file")]
    NotInEnvironment,
    /// Both variables are set.
    #[error("both `CANDOR_ROOT_KEY` and `CANDOR_ROOT_KEYS` are set; unset one of them")]
    TwiceInEnvironment,
    /// The newest version wraps what is new.
    #[error(
        "version `{version}` of the root key is the newest and cannot be retired; renew it with `candor key rotate` first"
    )]
    Newest {
        /// Which version.
        version: u16,
    },
    /// There are no more versions.
    #[error("the root key has been renewed `{}` times, which is as often as it can be; begin a new keyring", u16::MAX)]
    VersionsExhausted,
    /// The keys were refused.
    #[error(transparent)]
    Keys(#[from] KeysError),
}
