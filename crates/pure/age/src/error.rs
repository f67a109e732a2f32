//! Why nothing was encrypted.

use crate::lock::{KEYS_MAX, PASSPHRASE_BYTES_MAX, PASSPHRASE_BYTES_MIN};

/// Why nothing was encrypted. What was given stands in none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// Not a key of this kind.
    #[error(
        "the key was not taken: it is not `age1` and 58 letters and digits; copy the whole line that `age-keygen` calls the public key"
    )]
    Key,
    /// No key, or too many.
    #[error("nothing was encrypted: it takes 1 to {KEYS_MAX} keys")]
    Keys,
    /// A passphrase that is too easy to guess, or too long to be hashed.
    #[error(
        "the passphrase was not taken: it needs {PASSPHRASE_BYTES_MIN} to {PASSPHRASE_BYTES_MAX} bytes; a few words that do not belong together do well"
    )]
    Passphrase,
    /// A piece is too long, follows the last one, or the library refused.
    #[error("nothing more was encrypted: the file is as long as it may be, or was ended before")]
    Ended,
}
