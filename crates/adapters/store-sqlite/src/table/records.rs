//! Records: fields kept together about a subject, sealed.

use candor_store::RecordRow;
use candor_words::{RecordId, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{damaged, instant, maybe_instant, millis, page_and_one};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &RecordRow) -> rusqlite::Result<()> {
    let sql = r#"INSERT INTO records (tenant, "group", subject, id, version, created_at, updated_at, closed_at, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ?6), ?8, ?9)
        ON CONFLICT (tenant, "group", subject, id) DO UPDATE SET version = ?5, created_at = ?6,
            updated_at = nullif(?7, ?6), closed_at = ?8, sealed = ?9"#;
    let values = params![
        tenant,
        row.group,
        row.subject.as_bytes(),
        trimmed(&row.id),
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
    let sql = r#"DELETE FROM records WHERE tenant = ?1 AND "group" = ?2 AND subject = ?3 AND id = ?4"#;
    change(connection, sql, params![tenant, group, subject.as_bytes(), trimmed(&record)])
}

/// Removes the subject's. By the primary key, group after group.
pub(crate) fn forget(connection: &Connection, tenant: i64, subject: SubjectId) -> rusqlite::Result<()> {
    let sql = r#"DELETE FROM records WHERE tenant = ?1 AND "group" = ?2 AND subject = ?3"#;
    in_each_group(connection, tenant, "", |group| {
        change(connection, sql, params![tenant, group, subject.as_bytes()]).map(|()| true)
    })
}

/// Goes through the tenant's groups, from one on and in order, until told to stop. One step along the primary key for each:
/// the rows between are not walked.
fn in_each_group(
    connection: &Connection,
    tenant: i64,
    from: &str,
    mut step: impl FnMut(&str) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let first = r#"SELECT "group" FROM records WHERE tenant = ?1 AND "group" >= ?2 ORDER BY "group" LIMIT 1"#;
    let next = r#"SELECT "group" FROM records WHERE tenant = ?1 AND "group" > ?2 ORDER BY "group" LIMIT 1"#;
    let mut group: Option<String> = one(connection, first, params![tenant, from], |row| row.get(0))?;
    while let Some(at) = group {
        if !step(&at)? {
            break;
        }
        group = one(connection, next, params![tenant, at], |row| row.get(0))?;
    }
    Ok(())
}

/// One record. By the primary key.
pub(crate) fn get(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    record: RecordId,
) -> rusqlite::Result<Option<RecordRow>> {
    let sql = r#"SELECT version, created_at, coalesce(updated_at, created_at), closed_at, sealed FROM records
        WHERE tenant = ?1 AND "group" = ?2 AND subject = ?3 AND id = ?4"#;
    one(connection, sql, params![tenant, group, subject.as_bytes(), trimmed(&record)], |row| {
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

/// The subject's records after (group, id). Along the primary key, group after group.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    after: Option<&(String, RecordId)>,
    limit: usize,
) -> rusqlite::Result<Vec<RecordRow>> {
    let wanted = page_and_one(limit) as usize;
    let mut rows = Vec::new();
    let from = after.map_or("", |(group, _)| group.as_str());
    in_each_group(connection, tenant, from, |group| {
        let past = after.filter(|(past, _)| past == group).map(|(_, id)| *id);
        let left = wanted.saturating_sub(rows.len()) as u32;
        rows.extend(rows_in_group(connection, tenant, subject, group, past, left)?);
        Ok(rows.len() < wanted)
    })?;
    Ok(rows)
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
    rows_in_group(connection, tenant, subject, group, after, page_and_one(limit))
}

fn rows_in_group(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    group: &str,
    after: Option<RecordId>,
    n_rows: u32,
) -> rusqlite::Result<Vec<RecordRow>> {
    let sql = r#"SELECT subject, "group", id, version, created_at, coalesce(updated_at, created_at), closed_at, sealed
        FROM records WHERE tenant = ?1 AND "group" = ?2 AND subject = ?3 AND id >= ?4 ORDER BY id LIMIT ?5"#;
    let from = after.as_ref().map_or_else(Vec::new, successor);
    many(connection, sql, params![tenant, group, subject.as_bytes(), from, n_rows], record_row)
}

/// Everybody's records of one group after (subject, id). Along the primary key.
pub(crate) fn page_of_group(
    connection: &Connection,
    tenant: i64,
    group: &str,
    after: Option<(SubjectId, RecordId)>,
    limit: usize,
) -> rusqlite::Result<Vec<RecordRow>> {
    let sql = r#"SELECT subject, "group", id, version, created_at, coalesce(updated_at, created_at), closed_at, sealed
        FROM records WHERE tenant = ?1 AND "group" = ?2 AND (subject, id) >= (?3, ?4) ORDER BY subject, id LIMIT ?5"#;
    let (subject, id) =
        after.as_ref().map_or((&[][..], Vec::new()), |(subject, id)| (&subject.as_bytes()[..], successor(id)));
    many(connection, sql, params![tenant, group, subject, id, page_and_one(limit)], record_row)
}

fn record_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        subject: SubjectId::from_bytes(row.get(0)?),
        group: row.get(1)?,
        id: whole_id(row, 2)?,
        version: row.get(3)?,
        created_at: instant(row, 4)?,
        updated_at: instant(row, 5)?,
        closed_at: maybe_instant(row, 6)?,
        sealed: row.get(7)?,
    })
}

/// An id without the zero bytes at its end: that of an only record is all zero, that of one among many half. A shorter one
/// comes before a longer one that it begins, so that the order stays that of whole ids.
fn trimmed(id: &RecordId) -> &[u8] {
    let bytes = id.as_bytes();
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// What comes right after an id in that order. Nothing comes before the empty one.
fn successor(id: &RecordId) -> Vec<u8> {
    [trimmed(id), &[0]].concat()
}

fn whole_id(row: &Row<'_>, at: usize) -> rusqlite::Result<RecordId> {
    let trimmed = row.get_ref(at)?.as_blob()?;
    let mut bytes = [0; 16];
    bytes.get_mut(..trimmed.len()).ok_or_else(|| damaged(at))?.copy_from_slice(trimmed);
    Ok(RecordId::from_bytes(bytes))
}
