//! Signed checkpoints.

use candor_store::CheckpointRow;
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{count, instant, page_and_one, whole};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &CheckpointRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO checkpoints (tenant, size, signed_at, note) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (tenant, size) DO UPDATE SET signed_at = ?3, note = ?4";
    change(connection, sql, params![tenant, whole(row.size), row.signed_at.as_millis(), row.note])
}

/// The newest. By the primary key, from its end.
pub(crate) fn newest(connection: &Connection, tenant: i64) -> rusqlite::Result<Option<CheckpointRow>> {
    let sql = "SELECT size, signed_at, note FROM checkpoints WHERE tenant = ?1 ORDER BY size DESC LIMIT 1";
    one(connection, sql, [tenant], checkpoint_row)
}

/// Those below a size, newest first. Along the primary key, backwards.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    below: Option<u64>,
    limit: usize,
) -> rusqlite::Result<Vec<CheckpointRow>> {
    let sql = "SELECT size, signed_at, note FROM checkpoints WHERE tenant = ?1 AND size < ?2
        ORDER BY size DESC LIMIT ?3";
    many(connection, sql, params![tenant, below.map_or(i64::MAX, whole), page_and_one(limit)], checkpoint_row)
}

fn checkpoint_row(row: &Row<'_>) -> rusqlite::Result<CheckpointRow> {
    Ok(CheckpointRow { size: count(row, 0)?, signed_at: instant(row, 1)?, note: row.get(2)? })
}
