//! Answers remembered under idempotency keys.

use candor_store::IdempotencyRow;
use candor_words::Instant;
use rusqlite::{Connection, params};

use super::{change, one};
use crate::column::instant;

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &IdempotencyRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO idempotency (tenant, key, request, answer, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (tenant, key) DO UPDATE SET request = ?3, answer = ?4, expires_at = ?5";
    change(connection, sql, params![tenant, row.key, row.request, row.answer, row.expires_at.as_millis()])
}

/// Removes what expired before an instant. By idempotency_by_expiry.
pub(crate) fn expire(connection: &Connection, tenant: i64, before: Instant) -> rusqlite::Result<()> {
    let sql = "DELETE FROM idempotency WHERE tenant = ?1 AND expires_at < ?2";
    change(connection, sql, params![tenant, before.as_millis()])
}

/// One answer. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, key: &[u8; 32]) -> rusqlite::Result<Option<IdempotencyRow>> {
    let sql = "SELECT key, request, answer, expires_at FROM idempotency WHERE tenant = ?1 AND key = ?2";
    one(connection, sql, params![tenant, key], |row| {
        Ok(IdempotencyRow { key: row.get(0)?, request: row.get(1)?, answer: row.get(2)?, expires_at: instant(row, 3)? })
    })
}
