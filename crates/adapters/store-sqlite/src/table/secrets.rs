//! Secrets of tenants, sealed; the key of each stands beside it, wrapped.

use candor_store::SecretRow;
use candor_words::SecretId;
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{instant, page_and_one};

/// Inserts or replaces by the name.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &SecretRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO secrets (tenant, name, id, purpose, recipient, put_at, wrapped, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, name) DO UPDATE SET id = excluded.id, purpose = excluded.purpose,
            recipient = excluded.recipient, put_at = excluded.put_at, wrapped = excluded.wrapped,
            sealed = excluded.sealed";
    let SecretRow { name, id, purpose, recipient, put_at, wrapped, sealed } = row;
    let values = params![tenant, name, id.as_bytes(), purpose, recipient, put_at.as_millis(), wrapped, sealed];
    change(connection, sql, values)
}

/// Removes a secret with its key. By the primary key.
pub(crate) fn delete(connection: &Connection, tenant: i64, name: &str) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM secrets WHERE tenant = ?1 AND name = ?2", params![tenant, name])
}

/// One secret. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, name: &str) -> rusqlite::Result<Option<SecretRow>> {
    let sql = "SELECT name, id, purpose, recipient, put_at, wrapped, sealed FROM secrets
        WHERE tenant = ?1 AND name = ?2";
    one(connection, sql, params![tenant, name], secret_row)
}

/// The tenant's secrets after a name. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Vec<SecretRow>> {
    let sql = "SELECT name, id, purpose, recipient, put_at, wrapped, sealed FROM secrets
        WHERE tenant = ?1 AND name > ?2 ORDER BY name LIMIT ?3";
    many(connection, sql, params![tenant, after.unwrap_or_default(), page_and_one(limit)], secret_row)
}

fn secret_row(row: &Row<'_>) -> rusqlite::Result<SecretRow> {
    Ok(SecretRow {
        name: row.get(0)?,
        id: SecretId::from_bytes(row.get(1)?),
        purpose: row.get(2)?,
        recipient: row.get(3)?,
        put_at: instant(row, 4)?,
        wrapped: row.get(5)?,
        sealed: row.get(6)?,
    })
}
