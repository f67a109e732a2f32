//! Legal holds.

use candor_store::HoldRow;
use candor_words::{HoldId, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many};
use crate::column::{instant, maybe_instant, millis};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &HoldRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO holds (tenant, subject, id, ground, placed_at, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (tenant, subject, id) DO UPDATE SET ground = ?4, placed_at = ?5, until = ?6";
    let (subject, id) = (row.subject.as_bytes(), row.id.as_bytes());
    change(connection, sql, params![tenant, subject, id, row.ground, row.placed_at.as_millis(), millis(row.until)])
}

/// Removes one. By the primary key.
pub(crate) fn delete(connection: &Connection, tenant: i64, subject: SubjectId, hold: HoldId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM holds WHERE tenant = ?1 AND subject = ?2 AND id = ?3";
    change(connection, sql, params![tenant, subject.as_bytes(), hold.as_bytes()])
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM holds WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// The subject's, by id. Along the primary key.
pub(crate) fn all(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Vec<HoldRow>> {
    let sql = "SELECT id, subject, ground, placed_at, until FROM holds WHERE tenant = ?1 AND subject = ?2 ORDER BY id";
    many(connection, sql, params![tenant, subject.as_bytes()], hold_row)
}

fn hold_row(row: &Row<'_>) -> rusqlite::Result<HoldRow> {
    Ok(HoldRow {
        id: HoldId::from_bytes(row.get(0)?),
        subject: SubjectId::from_bytes(row.get(1)?),
        ground: row.get(2)?,
        placed_at: instant(row, 3)?,
        until: maybe_instant(row, 4)?,
    })
}
