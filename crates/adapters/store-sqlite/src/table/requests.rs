//! Requests of subjects, and disclosures that wait for approval.

use candor_store::RequestRow;
use candor_words::{RequestId, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{count, instant, maybe_instant, millis, page_and_one, whole};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &RequestRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO requests
            (tenant, id, subject, version, kind, state, received_at, due_at, closed_at, detail)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (tenant, id) DO UPDATE SET subject = ?3, version = ?4, kind = ?5, state = ?6, received_at = ?7,
            due_at = ?8, closed_at = ?9, detail = ?10";
    let values = params![
        tenant,
        row.id.as_bytes(),
        row.subject.as_bytes(),
        whole(row.version),
        row.kind,
        row.state,
        row.received_at.as_millis(),
        row.due_at.as_millis(),
        millis(row.closed_at),
        row.detail,
    ];
    change(connection, sql, values)
}

/// A request's version. By the primary key.
pub(crate) fn version(connection: &Connection, tenant: i64, request: RequestId) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT version FROM requests WHERE tenant = ?1 AND id = ?2";
    one(connection, sql, params![tenant, request.as_bytes()], |row| count(row, 0))
}

/// True when a request of the subject is not closed. Along requests_of_subject.
pub(crate) fn is_open(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM requests WHERE tenant = ?1 AND subject = ?2 AND closed_at IS NULL LIMIT 1";
    Ok(one(connection, sql, params![tenant, subject.as_bytes()], |_| Ok(()))?.is_some())
}

/// One request. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, request: RequestId) -> rusqlite::Result<Option<RequestRow>> {
    let sql = "SELECT id, subject, version, kind, state, received_at, due_at, closed_at, detail
        FROM requests WHERE tenant = ?1 AND id = ?2";
    one(connection, sql, params![tenant, request.as_bytes()], request_row)
}

/// The tenant's requests after an id. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<RequestId>,
    limit: usize,
) -> rusqlite::Result<Vec<RequestRow>> {
    let sql = "SELECT id, subject, version, kind, state, received_at, due_at, closed_at, detail
        FROM requests WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, after, page_and_one(limit)], request_row)
}

/// One subject's requests after an id. Along requests_of_subject.
pub(crate) fn page_of_subject(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    after: Option<RequestId>,
    limit: usize,
) -> rusqlite::Result<Vec<RequestRow>> {
    let sql = "SELECT id, subject, version, kind, state, received_at, due_at, closed_at, detail
        FROM requests WHERE tenant = ?1 AND subject = ?2 AND id > ?3 ORDER BY id LIMIT ?4";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, subject.as_bytes(), after, page_and_one(limit)], request_row)
}

fn request_row(row: &Row<'_>) -> rusqlite::Result<RequestRow> {
    Ok(RequestRow {
        id: RequestId::from_bytes(row.get(0)?),
        subject: SubjectId::from_bytes(row.get(1)?),
        version: count(row, 2)?,
        kind: row.get(3)?,
        state: row.get(4)?,
        received_at: instant(row, 5)?,
        due_at: instant(row, 6)?,
        closed_at: maybe_instant(row, 7)?,
        detail: row.get(8)?,
    })
}
