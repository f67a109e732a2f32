//! Bundles: up to 256 entries one after the other, each after its length in two bytes.
//!
//! Source: C2SP tlog-tiles, "Log Entries".

use crate::entry::ENTRY_BYTES_MAX;

/// The most entries in one bundle.
pub const BUNDLE_ENTRIES_MAX: usize = 256;
/// The most bytes in one bundle.
pub(crate) const BUNDLE_BYTES_MAX: usize = BUNDLE_ENTRIES_MAX * (2 + ENTRY_BYTES_MAX);

/// Why bytes are not a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The last entry is not whole.
    #[error("the bundle was not read: it ends inside an entry")]
    CutShort,
    /// More than 256 entries.
    #[error("the bundle was not read: it holds more than `{BUNDLE_ENTRIES_MAX}` entries")]
    TooMany,
    /// An entry longer than entries may be.
    #[error("the bundle was not read: it holds an entry longer than `{ENTRY_BYTES_MAX}` bytes")]
    EntryTooLong,
}

/// Joins entries into a bundle, for a store that keeps them one by one.
///
/// INVARIANT: entries come from an [`Appender`](crate::Appender), so their lengths fit two bytes.
pub fn join_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        put_entry(&mut bytes, entry.as_ref());
    }
    bytes
}

pub(crate) fn put_entry(bundle: &mut Vec<u8>, entry: &[u8]) {
    bundle.extend_from_slice(&(entry.len() as u16).to_be_bytes());
    bundle.extend_from_slice(entry);
}

/// Splits a bundle into its entries.
///
/// # Errors
/// An entry that is not whole or too long, or more than 256 of them.
pub fn split_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (len, after) = rest.split_first_chunk().ok_or(BundleError::CutShort)?;
        let len = usize::from(u16::from_be_bytes(*len));
        if len > ENTRY_BYTES_MAX {
            return Err(BundleError::EntryTooLong);
        }
        if entries.len() == BUNDLE_ENTRIES_MAX {
            return Err(BundleError::TooMany);
        }
        let (entry, after) = after.split_at_checked(len).ok_or(BundleError::CutShort)?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}
