//! Subjects: one row each, which outlives what was kept about them.

use candor_store::SubjectRow;
use candor_words::{SubjectId, SubjectRef};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{count, instant, maybe_count, page_and_one, whole};

/// The state of a subject that was erased.
const ERASED: u8 = 3;

/// Inserts or replaces; the entry of an erasure is counted from the unit's first entry.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &SubjectRow, first_entry: u64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO subjects (tenant, id, reference, version, state, created_at, updated_at, erased_entry)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, id) DO UPDATE SET reference = ?3, version = ?4, state = ?5, created_at = ?6,
            updated_at = ?7, erased_entry = ?8";
    let base = if row.state == ERASED { first_entry } else { 0 };
    let values = params![
        tenant,
        row.id.as_bytes(),
        row.reference.as_ref().map(SubjectRef::as_bytes),
        whole(row.version),
        row.state,
        row.created_at.as_millis(),
        row.updated_at.as_millis(),
        row.erased_entry.map(|entry| whole(base + entry)),
    ];
    change(connection, sql, values)
}

/// A subject's version. By the primary key.
pub(crate) fn version(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT version FROM subjects WHERE tenant = ?1 AND id = ?2";
    one(connection, sql, params![tenant, subject.as_bytes()], |row| count(row, 0))
}

/// True when the subject is there, and neither erased nor anonymous. By the primary key.
pub(crate) fn is_known(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM subjects WHERE tenant = ?1 AND id = ?2 AND state < ?3)";
    connection.prepare_cached(sql)?.query_row(params![tenant, subject.as_bytes(), ERASED], |row| row.get(0))
}

/// One subject. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Option<SubjectRow>> {
    let sql = "SELECT id, reference, version, state, created_at, updated_at, erased_entry
        FROM subjects WHERE tenant = ?1 AND id = ?2";
    one(connection, sql, params![tenant, subject.as_bytes()], subject_row)
}

/// Every subject after an id. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<SubjectId>,
    limit: usize,
) -> rusqlite::Result<Vec<SubjectRow>> {
    let sql = "SELECT id, reference, version, state, created_at, updated_at, erased_entry
        FROM subjects WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, after, page_and_one(limit)], subject_row)
}

fn subject_row(row: &Row<'_>) -> rusqlite::Result<SubjectRow> {
    Ok(SubjectRow {
        id: SubjectId::from_bytes(row.get(0)?),
        reference: row.get::<_, Option<[u8; 16]>>(1)?.map(SubjectRef::from_bytes),
        version: count(row, 2)?,
        state: row.get(3)?,
        created_at: instant(row, 4)?,
        updated_at: instant(row, 5)?,
        erased_entry: maybe_count(row, 6)?,
    })
}
