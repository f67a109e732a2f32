//! What happened to subjects' standings.

use candor_store::EventRow;
use candor_words::{Instant, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{count, instant, page_and_one, whole};
use crate::failure::{Refused, is_conflict};

/// Appends an event; a second one of the same version is refused.
pub(crate) fn add(connection: &Connection, tenant: i64, row: &EventRow, first_entry: u64) -> Result<(), Refused> {
    let sql = "INSERT INTO events (tenant, subject, version, at, kind, purpose, detail, standing, entry)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let values = params![
        tenant,
        row.subject.as_bytes(),
        whole(row.version),
        row.at.as_millis(),
        row.kind,
        row.purpose,
        row.detail,
        row.standing,
        whole(first_entry + row.entry),
    ];
    match change(connection, sql, values) {
        Err(error) if is_conflict(&error) => Err(Refused::Unfit("the subject has an event of this version already")),
        done => Ok(done?),
    }
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM events WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// The subject's events after a version. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    after: Option<u64>,
    limit: usize,
) -> rusqlite::Result<Vec<EventRow>> {
    let sql = "SELECT subject, version, at, kind, purpose, detail, standing, entry FROM events
        WHERE tenant = ?1 AND subject = ?2 AND version > ?3 ORDER BY version LIMIT ?4";
    let after = after.map_or(-1, whole);
    many(connection, sql, params![tenant, subject.as_bytes(), after, page_and_one(limit)], event_row)
}

/// The subject's last event. By the primary key, from its end.
pub(crate) fn last(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<Option<EventRow>> {
    let sql = "SELECT subject, version, at, kind, purpose, detail, standing, entry FROM events
        WHERE tenant = ?1 AND subject = ?2 ORDER BY version DESC LIMIT 1";
    one(connection, sql, params![tenant, subject.as_bytes()], event_row)
}

/// The subject's last event at or before an instant. Along the primary key, from its end.
pub(crate) fn last_at(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    at: Instant,
) -> rusqlite::Result<Option<EventRow>> {
    let sql = "SELECT subject, version, at, kind, purpose, detail, standing, entry FROM events
        WHERE tenant = ?1 AND subject = ?2 AND at <= ?3 ORDER BY version DESC LIMIT 1";
    one(connection, sql, params![tenant, subject.as_bytes(), at.as_millis()], event_row)
}

fn event_row(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        subject: SubjectId::from_bytes(row.get(0)?),
        version: count(row, 1)?,
        at: instant(row, 2)?,
        kind: row.get(3)?,
        purpose: row.get(4)?,
        detail: row.get(5)?,
        standing: row.get(6)?,
        entry: count(row, 7)?,
    })
}
