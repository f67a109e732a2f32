//! Wrapped subject keys; deleting one is the erasure of what it sealed.

use candor_store::KeyRow;
use candor_words::SubjectId;
use rusqlite::{Connection, Row, params};

use super::{change, many};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &KeyRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO subject_keys (tenant, subject, class, version, wrapped) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (tenant, subject, class, version) DO UPDATE SET wrapped = ?5";
    change(connection, sql, params![tenant, row.subject.as_bytes(), row.class, row.version, row.wrapped])
}

/// Removes every version of one class. By the primary key.
pub(crate) fn delete(connection: &Connection, tenant: i64, subject: SubjectId, class: u16) -> rusqlite::Result<()> {
    let sql = "DELETE FROM subject_keys WHERE tenant = ?1 AND subject = ?2 AND class = ?3";
    change(connection, sql, params![tenant, subject.as_bytes(), class])
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM subject_keys WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// Every version of every class, ascending. Along the primary key.
pub(crate) fn all(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Vec<KeyRow>> {
    let sql = "SELECT subject, class, version, wrapped FROM subject_keys WHERE tenant = ?1 AND subject = ?2
        ORDER BY class, version";
    many(connection, sql, params![tenant, subject.as_bytes()], key_row)
}

/// The newest version of each class. They are few: all are read, and the older ones let go.
pub(crate) fn newest(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Vec<KeyRow>> {
    let mut keys = all(connection, tenant, subject)?;
    keys.reverse();
    keys.dedup_by_key(|key| key.class);
    keys.reverse();
    Ok(keys)
}

fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    Ok(KeyRow {
        subject: SubjectId::from_bytes(row.get(0)?),
        class: row.get(1)?,
        version: row.get(2)?,
        wrapped: row.get(3)?,
    })
}
