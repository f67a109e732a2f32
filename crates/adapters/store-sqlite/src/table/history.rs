//! Older versions of records.

use candor_store::HistoryRow;
use candor_words::{RecordId, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many};
use crate::column::{instant, page_and_one};

/// Inserts or replaces.
pub(crate) fn add(connection: &Connection, tenant: i64, row: &HistoryRow) -> rusqlite::Result<()> {
    let sql = r#"INSERT INTO history (tenant, subject, "group", record, version, until, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (tenant, subject, "group", record, version) DO UPDATE SET until = ?6, sealed = ?7"#;
    let (subject, record) = (row.subject.as_bytes(), row.record.as_bytes());
    change(connection, sql, params![tenant, subject, row.group, record, row.version, row.until.as_millis(), row.sealed])
}

/// Removes a record's. By the primary key.
pub(crate) fn delete(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    record: RecordId,
) -> rusqlite::Result<()> {
    let sql = r#"DELETE FROM history WHERE tenant = ?1 AND subject = ?2 AND "group" = ?3 AND record = ?4"#;
    change(connection, sql, params![tenant, subject.as_bytes(), group, record.as_bytes()])
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM history WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// True when older versions of some record of the subject are kept. By the primary key.
pub(crate) fn is_kept(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM history WHERE tenant = ?1 AND subject = ?2 LIMIT 1";
    Ok(super::one(connection, sql, params![tenant, subject.as_bytes()], |_| Ok(()))?.is_some())
}

/// A record's older versions below a version, newest first. Along the primary key, backwards.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    record: RecordId,
    before: Option<u32>,
    limit: usize,
) -> rusqlite::Result<Vec<HistoryRow>> {
    let sql = r#"SELECT subject, "group", record, version, until, sealed FROM history
        WHERE tenant = ?1 AND subject = ?2 AND "group" = ?3 AND record = ?4 AND version < ?5
        ORDER BY version DESC LIMIT ?6"#;
    let before = before.map_or(i64::MAX, i64::from);
    let values = params![tenant, subject.as_bytes(), group, record.as_bytes(), before, page_and_one(limit)];
    many(connection, sql, values, history_row)
}

fn history_row(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    Ok(HistoryRow {
        subject: SubjectId::from_bytes(row.get(0)?),
        group: row.get(1)?,
        record: RecordId::from_bytes(row.get(2)?),
        version: row.get(3)?,
        until: instant(row, 4)?,
        sealed: row.get(5)?,
    })
}
