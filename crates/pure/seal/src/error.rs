//! Why something was not sealed or not opened; never what was in it.

use crate::envelope::{ENVELOPE_OVERHEAD_BYTES, PLAINTEXT_BYTES_MAX};
use crate::subject::NAME_BYTES_MAX;

/// Why an envelope was not made or not opened. Carries no data of the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// More plaintext than an envelope may hold.
    #[error("the value was not sealed: it is longer than `{PLAINTEXT_BYTES_MAX}` bytes; shorten it")]
    PlaintextTooLong,
    /// A field name or label longer than the bound.
    #[error("the name was refused: it is longer than `{NAME_BYTES_MAX}` bytes; shorten it")]
    NameTooLong,
    /// Fewer bytes than the smallest envelope, or more than the largest.
    #[error(
        "the envelope was not opened: its length is not between `{ENVELOPE_OVERHEAD_BYTES}` bytes and the bound; restore it from its source"
    )]
    EnvelopeLength,
    /// A suite byte this program does not know.
    #[error("the envelope was not opened: suite `{found}` is unknown; upgrade the program that reads it")]
    SuiteUnknown {
        /// The suite byte that was found.
        found: u8,
    },
    /// Sealed under another version of the key.
    #[error(
        "the envelope was not opened: it needs key version `{needed}`, and version `{held}` was offered; fetch the right one"
    )]
    KeyVersionOther {
        /// The version that the envelope names.
        needed: u16,
        /// The version of the key that was tried.
        held: u16,
    },
    /// A key of one tenant was to be wrapped for another.
    #[error("the key was not wrapped: it belongs to another tenant; use that tenant's key")]
    TenantOther,
    /// Wrong key, wrong place, or changed bytes; which one cannot be told.
    #[error(
        "the envelope was not opened: it does not belong to this key and place, or was changed; restore it from its source"
    )]
    NotAuthentic,
    /// The cipher refused to work; this does not happen with keys and lengths checked here.
    #[error("the cipher refused to work; check the build of the cryptographic library")]
    CipherRefused,
}
