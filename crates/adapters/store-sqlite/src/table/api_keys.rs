//! API keys; the secret half is there as a hash only.

use candor_store::ApiKeyRow;
use candor_words::{ApiKeyId, TenantId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{instant, maybe_instant, millis, page_and_one};
use crate::failure::{Refused, is_conflict};

/// Inserts or replaces; the id of another tenant's is refused by api_keys_by_id.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &ApiKeyRow) -> Result<(), Refused> {
    let sql = "INSERT INTO api_keys (tenant, id, secret_hash, label, bounds, created_at, expires_at, revoked_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, id) DO UPDATE SET secret_hash = ?3, label = ?4, bounds = ?5, created_at = ?6,
            expires_at = ?7, revoked_at = ?8";
    let values = params![
        tenant,
        row.id.as_bytes(),
        row.secret_hash,
        row.label,
        row.bounds,
        row.created_at.as_millis(),
        millis(row.expires_at),
        millis(row.revoked_at),
    ];
    match change(connection, sql, values) {
        Err(error) if is_conflict(&error) => Err(Refused::Unfit("another tenant has an API key of this id")),
        done => Ok(done?),
    }
}

/// Says whether the tenant has the key and has not revoked it. By the primary key.
pub(crate) fn is_live(connection: &Connection, tenant: i64, key: ApiKeyId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM api_keys WHERE tenant = ?1 AND id = ?2 AND revoked_at IS NULL";
    Ok(one(connection, sql, params![tenant, key.as_bytes()], |_| Ok(()))?.is_some())
}

/// One key of any tenant. By api_keys_by_id.
pub(crate) fn get(connection: &Connection, key: ApiKeyId) -> rusqlite::Result<Option<ApiKeyRow>> {
    let sql = "SELECT k.id, n.id, secret_hash, label, bounds, created_at, expires_at, revoked_at
        FROM api_keys k JOIN tenant_numbers n ON n.number = k.tenant WHERE k.id = ?1";
    one(connection, sql, [key.as_bytes()], api_key_row)
}

/// The tenant's keys after an id. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<ApiKeyId>,
    limit: usize,
) -> rusqlite::Result<Vec<ApiKeyRow>> {
    let sql = "SELECT k.id, n.id, secret_hash, label, bounds, created_at, expires_at, revoked_at
        FROM api_keys k JOIN tenant_numbers n ON n.number = k.tenant
        WHERE k.tenant = ?1 AND k.id > ?2 ORDER BY k.id LIMIT ?3";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, after, page_and_one(limit)], api_key_row)
}

fn api_key_row(row: &Row<'_>) -> rusqlite::Result<ApiKeyRow> {
    Ok(ApiKeyRow {
        id: ApiKeyId::from_bytes(row.get(0)?),
        tenant: TenantId::from_bytes(row.get(1)?),
        secret_hash: row.get(2)?,
        label: row.get(3)?,
        bounds: row.get(4)?,
        created_at: instant(row, 5)?,
        expires_at: maybe_instant(row, 6)?,
        revoked_at: maybe_instant(row, 7)?,
    })
}
