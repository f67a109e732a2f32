//! The surviving ledger as it is read: entries out of bundles, full or at the width that the ledger's size asks for.

use candor_ledger::{BUNDLE_ENTRIES_MAX, LogSource, bundle_path, split_bundle};

use crate::VaultError;

const WIDTH: u64 = BUNDLE_ENTRIES_MAX as u64;
/// The longest bundle: each entry of the longest kind, after its length.
const BUNDLE_BYTES_MAX: usize = BUNDLE_ENTRIES_MAX * (candor_ledger::ENTRY_BYTES_MAX + 2);

/// The entries of one bundle from a position on, of a log of `to` entries; at least one.
pub(crate) fn entries_of_log(source: &(dyn LogSource + Sync), at: u64, to: u64) -> Result<Vec<Vec<u8>>, VaultError> {
    let (index, first) = (at / WIDTH, at / WIDTH * WIDTH);
    let width = (to - first).min(WIDTH);
    let bytes = fetch(source, index, width)?;
    let entries = split_bundle(&bytes).map_err(|_| unreadable())?;
    let skipped = usize::try_from(at - first).map_err(|_| unreadable())?;
    let width = usize::try_from(width).map_err(|_| unreadable())?;
    let wanted = entries.get(skipped..width).filter(|entries| !entries.is_empty()).ok_or_else(unreadable)?;
    Ok(wanted.iter().map(|entry| entry.to_vec()).collect())
}

/// A bundle at the width that the ledger's size asks for, or full.
fn fetch(source: &(dyn LogSource + Sync), index: u64, width: u64) -> Result<Vec<u8>, VaultError> {
    let width = u16::try_from(width).map_err(|_| unreadable())?;
    let full = u16::try_from(WIDTH).map_err(|_| unreadable())?;
    for width in [width, full] {
        if let Some(bytes) = source.fetch(&bundle_path(index, width), BUNDLE_BYTES_MAX).map_err(|_| unreadable())? {
            return Ok(bytes);
        }
    }
    Err(unreadable())
}

fn unreadable() -> VaultError {
    VaultError::unprocessable(
        "restore.ledger_unreadable",
        "the surviving ledger was not taken over: a file of it cannot be read",
    )
    .help("check the place it was named at, then restore again")
}
