//! Slips: what the front door keeps, sealed.

use candor_store::SlipRow;
use candor_words::{Instant, SubjectId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::page_and_one;

/// Inserts or replaces by kind and name.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &SlipRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO slips (tenant, kind, name, owner, version, expires_at, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (tenant, kind, name) DO UPDATE SET owner = excluded.owner, version = excluded.version,
            expires_at = excluded.expires_at, sealed = excluded.sealed";
    let SlipRow { kind, name, owner, version, expires_at, sealed } = row;
    let (owner, expires_at) = (owner.map(|owner| *owner.as_bytes()), expires_at.map(|at| at.as_millis()));
    change(connection, sql, params![tenant, kind, name, owner, version, expires_at, sealed])
}

/// Removes one. By the primary key.
pub(crate) fn delete(connection: &Connection, tenant: i64, kind: u16, name: &[u8; 32]) -> rusqlite::Result<()> {
    let sql = "DELETE FROM slips WHERE tenant = ?1 AND kind = ?2 AND name = ?3";
    change(connection, sql, params![tenant, kind, name])
}

/// Removes every one of a kind that belongs to a subject. Along the index by owner.
pub(crate) fn delete_of(connection: &Connection, tenant: i64, owner: SubjectId, kind: u16) -> rusqlite::Result<()> {
    let sql = "DELETE FROM slips WHERE tenant = ?1 AND owner = ?2 AND kind = ?3";
    change(connection, sql, params![tenant, owner.as_bytes(), kind])
}

/// Removes every one that belongs to a subject. Along the index by owner.
pub(crate) fn forget(connection: &Connection, tenant: i64, owner: SubjectId) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM slips WHERE tenant = ?1 AND owner = ?2", params![tenant, owner.as_bytes()])
}

/// Removes those that expired before an instant. Along the index by expiry.
pub(crate) fn expire(connection: &Connection, tenant: i64, before: Instant) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM slips WHERE tenant = ?1 AND expires_at < ?2", params![tenant, before.as_millis()])
}

/// True when one expired before an instant. Along the index by expiry.
pub(crate) fn has_expired(connection: &Connection, tenant: i64, before: Instant) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM slips WHERE tenant = ?1 AND expires_at < ?2)";
    connection.prepare_cached(sql)?.query_row(params![tenant, before.as_millis()], |row| row.get(0))
}

/// One slip. By the primary key.
pub(crate) fn get(
    connection: &Connection,
    tenant: i64,
    kind: u16,
    name: &[u8; 32],
) -> rusqlite::Result<Option<SlipRow>> {
    let sql = "SELECT kind, name, owner, version, expires_at, sealed FROM slips
        WHERE tenant = ?1 AND kind = ?2 AND name = ?3";
    one(connection, sql, params![tenant, kind, name], slip_row)
}

/// The slips of a kind after a name. Along the primary key, or the index by owner.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    kind: u16,
    owner: Option<SubjectId>,
    after: Option<&[u8; 32]>,
    limit: usize,
) -> rusqlite::Result<Vec<SlipRow>> {
    let after = after.map_or(&[][..], |name| &name[..]);
    let limit = page_and_one(limit);
    match owner {
        Some(owner) => {
            let sql = "SELECT kind, name, owner, version, expires_at, sealed FROM slips
                WHERE tenant = ?1 AND owner = ?2 AND kind = ?3 AND name > ?4 ORDER BY name LIMIT ?5";
            many(connection, sql, params![tenant, owner.as_bytes(), kind, after, limit], slip_row)
        }
        None => {
            let sql = "SELECT kind, name, owner, version, expires_at, sealed FROM slips
                WHERE tenant = ?1 AND kind = ?2 AND name > ?3 ORDER BY name LIMIT ?4";
            many(connection, sql, params![tenant, kind, after, limit], slip_row)
        }
    }
}

/// The slips without an end, of every kind, after a kind and name. Along the primary key.
pub(crate) fn lasting(
    connection: &Connection,
    tenant: i64,
    after: Option<&(u16, [u8; 32])>,
    limit: usize,
) -> rusqlite::Result<Vec<SlipRow>> {
    let sql = "SELECT kind, name, owner, version, expires_at, sealed FROM slips
        WHERE tenant = ?1 AND (kind, name) > (?2, ?3) AND expires_at IS NULL ORDER BY kind, name LIMIT ?4";
    let (kind, name) = after.map_or((-1, &[][..]), |(kind, name)| (i64::from(*kind), &name[..]));
    many(connection, sql, params![tenant, kind, name, page_and_one(limit)], slip_row)
}

fn slip_row(row: &Row<'_>) -> rusqlite::Result<SlipRow> {
    Ok(SlipRow {
        kind: row.get(0)?,
        name: row.get(1)?,
        owner: row.get::<_, Option<[u8; 16]>>(2)?.map(SubjectId::from_bytes),
        version: row.get(3)?,
        expires_at: row.get::<_, Option<i64>>(4)?.map(Instant::from_millis),
        sealed: row.get(5)?,
    })
}
