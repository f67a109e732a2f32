//! Which ledger entries are about a subject, under its blinded reference.

use candor_words::SubjectRef;
use rusqlite::{Connection, params};

use super::{change, many};
use crate::column::{count, page_and_one, whole};

/// Adds a pair; one that is there stays.
pub(crate) fn add(connection: &Connection, tenant: i64, subject: &SubjectRef, entry: u64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO entries_of_subject (tenant, reference, entry) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant, reference, entry) DO NOTHING";
    change(connection, sql, params![tenant, subject.as_bytes(), whole(entry)])
}

/// Removes a reference's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: &SubjectRef) -> rusqlite::Result<()> {
    let sql = "DELETE FROM entries_of_subject WHERE tenant = ?1 AND reference = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// Entries below a position, descending. Along the primary key, backwards.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    subject: &SubjectRef,
    below: Option<u64>,
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let sql = "SELECT entry FROM entries_of_subject WHERE tenant = ?1 AND reference = ?2 AND entry < ?3
        ORDER BY entry DESC LIMIT ?4";
    let values = params![tenant, subject.as_bytes(), below.map_or(i64::MAX, whole), page_and_one(limit)];
    many(connection, sql, values, |row| count(row, 0))
}
