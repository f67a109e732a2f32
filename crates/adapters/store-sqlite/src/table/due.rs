//! When retention looks at a subject next.

use candor_store::DueRow;
use candor_words::{Instant, SubjectId};
use rusqlite::{Connection, params};

use super::{change, many, one};
use crate::column::{count, instant, page_and_one};

/// Sets the instant.
pub(crate) fn put(connection: &Connection, tenant: i64, subject: SubjectId, at: Instant) -> rusqlite::Result<()> {
    let sql = "INSERT INTO due (tenant, subject, at) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant, subject) DO UPDATE SET at = ?3";
    change(connection, sql, params![tenant, subject.as_bytes(), at.as_millis()])
}

/// Sets the instant unless it is earlier already.
pub(crate) fn hasten(connection: &Connection, tenant: i64, subject: SubjectId, at: Instant) -> rusqlite::Result<()> {
    let sql = "INSERT INTO due (tenant, subject, at) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant, subject) DO UPDATE SET at = ?3 WHERE at > ?3";
    change(connection, sql, params![tenant, subject.as_bytes(), at.as_millis()])
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM due WHERE tenant = ?1 AND subject = ?2", params![tenant, subject.as_bytes()])
}

/// Who is looked at no later than an instant, after (instant, id). Along due_by_instant.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    until: Instant,
    after: Option<(Instant, SubjectId)>,
    limit: usize,
) -> rusqlite::Result<Vec<DueRow>> {
    let sql = "SELECT subject, at FROM due WHERE tenant = ?1 AND at <= ?2 AND (at, subject) > (?3, ?4)
        ORDER BY at, subject LIMIT ?5";
    let (at, subject) =
        after.as_ref().map_or((i64::MIN, &[][..]), |(at, subject)| (at.as_millis(), &subject.as_bytes()[..]));
    many(connection, sql, params![tenant, until.as_millis(), at, subject, page_and_one(limit)], |row| {
        Ok(DueRow { subject: SubjectId::from_bytes(row.get(0)?), at: instant(row, 1)? })
    })
}

/// How many are looked at no later than an instant. Along due_by_instant.
pub(crate) fn count_until(connection: &Connection, tenant: i64, until: Instant) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM due WHERE tenant = ?1 AND at <= ?2";
    let counted = one(connection, sql, params![tenant, until.as_millis()], |row| count(row, 0))?;
    Ok(counted.unwrap_or(0))
}

/// The first instant after another. Along due_by_instant.
pub(crate) fn next(connection: &Connection, tenant: i64, after: Instant) -> rusqlite::Result<Option<Instant>> {
    let sql = "SELECT at FROM due WHERE tenant = ?1 AND at > ?2 ORDER BY at LIMIT 1";
    one(connection, sql, params![tenant, after.as_millis()], |row| instant(row, 0))
}
