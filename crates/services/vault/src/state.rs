//! The states of a subject, as the store keeps them, and how a row becomes that of somebody who was erased.

use candor_store::SubjectRow;
use candor_words::Instant;

pub(crate) const ACTIVE: u8 = 0;
pub(crate) const DEACTIVATED: u8 = 1;
pub(crate) const QUARANTINED: u8 = 2;
/// Nothing is left but this row.
pub(crate) const ERASED: u8 = 3;
/// What was left of somebody when their data was made anonymous.
pub(crate) const ANONYMOUS: u8 = 4;

/// The row that stays of an erased subject; `entry` is which of the unit's entries says so.
pub(crate) fn erased_row(row: SubjectRow, entry: u64, at: Instant) -> SubjectRow {
    SubjectRow {
        reference: None,
        version: row.version + 1,
        state: ERASED,
        updated_at: at,
        erased_entry: Some(entry),
        ..row
    }
}
