//! Records: fields kept together about a subject, sealed.

use candor_store::RecordRow;
use candor_words::{RecordId, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{instant, maybe_instant, millis, page_and_one};

/// Inserts or replaces. An update touches no column of records_of_group.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &RecordRow) -> rusqlite::Result<()> {
    let sql = r#"INSERT INTO records (tenant, subject, "group", id, version, created_at, updated_at, closed_at, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (tenant, subject, "group", id) DO UPDATE SET version = ?5, created_at = ?6, updated_at = ?7,
            closed_at = ?8, sealed = ?9"#;
    let values = params![
        tenant,
        row.subject.as_bytes(),
        row.group,
        row.id.as_bytes(),
        row.version,
        row.created_at.as_millis(),
        row.updated_at.as_millis(),
        millis(row.closed_at),
        row.sealed,
    ];
    change(connection, sql, values)
}

/// Removes one record. By the primary key.
pub(crate) fn delete(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    record: RecordId,
) -> rusqlite::Result<()> {
    let sql = r#"DELETE FROM records WHERE tenant = ?1 AND subject = ?2 AND "group" = ?3 AND id = ?4"#;
    change(connection, sql, params![tenant, subject.as_bytes(), group, record.as_bytes()])
}

/// Removes the subject's. By the primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM records WHERE tenant = ?1 AND subject = ?2";
    change(connection, sql, params![tenant, subject.as_bytes()])
}

/// One record. By the primary key.
pub(crate) fn get(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    record: RecordId,
) -> rusqlite::Result<Option<RecordRow>> {
    let sql = r#"SELECT version, created_at, updated_at, closed_at, sealed FROM records
        WHERE tenant = ?1 AND subject = ?2 AND "group" = ?3 AND id = ?4"#;
    one(connection, sql, params![tenant, subject.as_bytes(), group, record.as_bytes()], |row| {
        Ok(RecordRow {
            subject,
            group: group.to_owned(),
            id: record,
            version: row.get(0)?,
            created_at: instant(row, 1)?,
            updated_at: instant(row, 2)?,
            closed_at: maybe_instant(row, 3)?,
            sealed: row.get(4)?,
        })
    })
}

/// The subject's records after (group, id). Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    after: Option<&(String, RecordId)>,
    limit: usize,
) -> rusqlite::Result<Vec<RecordRow>> {
    let sql = r#"SELECT subject, "group", id, version, created_at, updated_at, closed_at, sealed FROM records
        WHERE tenant = ?1 AND subject = ?2 AND ("group", id) > (?3, ?4) ORDER BY "group", id LIMIT ?5"#;
    let (group, id) = after.map_or(("", &[][..]), |(group, id)| (group.as_str(), &id.as_bytes()[..]));
    many(connection, sql, params![tenant, subject.as_bytes(), group, id, page_and_one(limit)], record_row)
}

/// The subject's records of one group after an id. Along the primary key.
pub(crate) fn page_in_group(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    after: Option<RecordId>,
    limit: usize,
) -> rusqlite::Result<Vec<RecordRow>> {
    let sql = r#"SELECT subject, "group", id, version, created_at, updated_at, closed_at, sealed FROM records
        WHERE tenant = ?1 AND subject = ?2 AND "group" = ?3 AND id > ?4 ORDER BY id LIMIT ?5"#;
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, subject.as_bytes(), group, after, page_and_one(limit)], record_row)
}

/// Everybody's records of one group after (subject, id). Along records_of_group.
pub(crate) fn page_of_group(
    connection: &Connection,
    tenant: i64,
    group: &str,
    after: Option<(SubjectId, RecordId)>,
    limit: usize,
) -> rusqlite::Result<Vec<RecordRow>> {
    let sql = r#"SELECT subject, "group", id, version, created_at, updated_at, closed_at, sealed FROM records
        WHERE tenant = ?1 AND "group" = ?2 AND (subject, id) > (?3, ?4) ORDER BY subject, id LIMIT ?5"#;
    let (subject, id) =
        after.as_ref().map_or((&[][..], &[][..]), |(subject, id)| (&subject.as_bytes()[..], &id.as_bytes()[..]));
    many(connection, sql, params![tenant, group, subject, id, page_and_one(limit)], record_row)
}

fn record_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        subject: SubjectId::from_bytes(row.get(0)?),
        group: row.get(1)?,
        id: RecordId::from_bytes(row.get(2)?),
        version: row.get(3)?,
        created_at: instant(row, 4)?,
        updated_at: instant(row, 5)?,
        closed_at: maybe_instant(row, 6)?,
        sealed: row.get(7)?,
    })
}
