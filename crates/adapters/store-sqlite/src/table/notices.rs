//! What became of telling subjects of versions of the policy.

use candor_store::NoticeRow;
use candor_words::SubjectId;
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{instant, page_and_one};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &NoticeRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO notices (tenant, notice, channel, subject, state, attempts, reason, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, notice, channel, subject) DO UPDATE SET state = ?5, attempts = ?6, reason = ?7, at = ?8";
    let at = row.at.as_millis();
    let values =
        params![tenant, row.notice, row.channel, row.subject.as_bytes(), row.state, row.attempts, row.reason, at];
    change(connection, sql, values)
}

/// One. By the primary key.
pub(crate) fn get(
    connection: &Connection,
    tenant: i64,
    notice: &[u8; 32],
    channel: u16,
    subject: SubjectId,
) -> rusqlite::Result<Option<NoticeRow>> {
    let sql = "SELECT notice, channel, subject, state, attempts, reason, at FROM notices
        WHERE tenant = ?1 AND notice = ?2 AND channel = ?3 AND subject = ?4";
    one(connection, sql, params![tenant, notice, channel, subject.as_bytes()], notice_row)
}

/// Those of a notice and a channel that stand somewhere, after a subject. Along notices_by_state.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    (notice, channel, state): (&[u8; 32], u16, u8),
    after: Option<SubjectId>,
    limit: usize,
) -> rusqlite::Result<Vec<NoticeRow>> {
    let sql = "SELECT notice, channel, subject, state, attempts, reason, at FROM notices
        WHERE tenant = ?1 AND notice = ?2 AND channel = ?3 AND state = ?4 AND subject > ?5 ORDER BY subject LIMIT ?6";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, notice, channel, state, after, page_and_one(limit)], notice_row)
}

/// How many of a notice stand where. Along notices_by_state, which holds all that is asked for.
pub(crate) fn counts(connection: &Connection, tenant: i64, notice: &[u8; 32]) -> rusqlite::Result<Vec<(u16, u8, u64)>> {
    let sql = "SELECT channel, state, count(*) FROM notices WHERE tenant = ?1 AND notice = ?2
        GROUP BY channel, state ORDER BY channel, state";
    many(connection, sql, params![tenant, notice], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
    })
}

/// Removes a subject's. Along notices_of_subject.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM notices WHERE tenant = ?1 AND subject = ?2", params![tenant, subject.as_bytes()])
}

fn notice_row(row: &Row<'_>) -> rusqlite::Result<NoticeRow> {
    Ok(NoticeRow {
        notice: row.get(0)?,
        channel: row.get(1)?,
        subject: SubjectId::from_bytes(row.get(2)?),
        state: row.get(3)?,
        attempts: row.get(4)?,
        reason: row.get(5)?,
        at: instant(row, 6)?,
    })
}
