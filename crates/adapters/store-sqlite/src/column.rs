//! Between columns and the words: counters, instants, lists.

use candor_words::Instant;
use rusqlite::Row;
use rusqlite::types::Type;

/// Writes a counter. Beyond what SQLite counts (2⁶³ − 1) it is the largest: right for a cursor,
/// and out of reach for anything else.
pub(crate) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a counter.
pub(crate) fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(at)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

/// Reads a counter that may be absent.
pub(crate) fn maybe_count(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    match row.get_ref(at)?.data_type() {
        Type::Null => Ok(None),
        _ => count(row, at).map(Some),
    }
}

/// Reads an instant.
pub(crate) fn instant(row: &Row<'_>, at: usize) -> rusqlite::Result<Instant> {
    row.get(at).map(Instant::from_millis)
}

/// Reads an instant that may be absent.
pub(crate) fn maybe_instant(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Instant>> {
    row.get::<_, Option<i64>>(at).map(|millis| millis.map(Instant::from_millis))
}

/// Writes an instant that may be absent.
pub(crate) fn millis(at: Option<Instant>) -> Option<i64> {
    at.map(Instant::as_millis)
}

/// Says that a blob is not what was written.
pub(crate) fn damaged(at: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(at, String::new(), Type::Blob)
}

/// Returns how many rows to look for: one more than the page holds, to know whether more follow.
pub(crate) fn page_and_one(limit: usize) -> u32 {
    candor_store::page_rows(limit) as u32 + 1
}
