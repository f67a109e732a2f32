//! Blind indexes: who holds an identifier, without the identifier.

use candor_words::SubjectId;
use rusqlite::{Connection, params};

use super::{change, many, one};

/// Points an index at a subject.
pub(crate) fn put(connection: &Connection, tenant: i64, hash: &[u8; 32], subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "INSERT INTO blind_indexes (tenant, hash, subject) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant, hash) DO UPDATE SET subject = ?3";
    change(connection, sql, params![tenant, hash, subject.as_bytes()])
}

/// Removes an index if the subject holds it. By the primary key.
pub(crate) fn delete(
    connection: &Connection,
    tenant: i64,
    hash: &[u8; 32],
    subject: SubjectId,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM blind_indexes WHERE tenant = ?1 AND hash = ?2 AND subject = ?3";
    change(connection, sql, params![tenant, hash, subject.as_bytes()])
}

/// Removes the subject's. By blind_indexes_of_subject.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM blind_indexes WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// Who holds an index. By the primary key.
pub(crate) fn holder(connection: &Connection, tenant: i64, hash: &[u8; 32]) -> rusqlite::Result<Option<SubjectId>> {
    let sql = "SELECT subject FROM blind_indexes WHERE tenant = ?1 AND hash = ?2";
    one(connection, sql, params![tenant, hash], |row| row.get(0).map(SubjectId::from_bytes))
}

/// The subject's, in order. By blind_indexes_of_subject, which ends in the hash.
pub(crate) fn all(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Vec<[u8; 32]>> {
    let sql = "SELECT hash FROM blind_indexes WHERE tenant = ?1 AND subject = ?2 ORDER BY hash";
    many(connection, sql, params![tenant, subject.as_bytes()], |row| row.get(0))
}
