//! Tenants.

use candor_store::TenantRow;
use candor_words::TenantId;
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{damaged, instant, page_and_one};
use crate::packed::{pack, unpack};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &TenantRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO tenants (tenant, slug, title, created_at, wrapped_keys, verifier_key, settings)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (tenant) DO UPDATE SET slug = ?2, title = ?3, created_at = ?4, wrapped_keys = ?5,
            verifier_key = ?6, settings = ?7";
    let keys = pack(row.wrapped_keys.iter().map(Vec::as_slice));
    let at = row.created_at.as_millis();
    change(connection, sql, params![tenant, row.slug, row.title, at, keys, row.verifier_key, row.settings])
}

/// Says whether the tenant exists. By the primary key.
pub(crate) fn exists(connection: &Connection, tenant: i64) -> rusqlite::Result<bool> {
    Ok(one(connection, "SELECT 1 FROM tenants WHERE tenant = ?1", [tenant], |_| Ok(()))?.is_some())
}

/// Says whether another tenant has the slug. By the unique index on slug.
pub(crate) fn another_has_slug(connection: &Connection, tenant: i64, slug: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM tenants WHERE slug = ?2 AND tenant <> ?1";
    Ok(one(connection, sql, params![tenant, slug], |_| Ok(()))?.is_some())
}

/// One tenant. By the primary keys of both tables.
pub(crate) fn get(connection: &Connection, tenant: i64) -> rusqlite::Result<Option<TenantRow>> {
    let sql = "SELECT id, slug, title, created_at, wrapped_keys, verifier_key, settings
        FROM tenants JOIN tenant_numbers ON number = tenant WHERE tenant = ?1";
    one(connection, sql, [tenant], tenant_row)
}

/// One tenant by its name in addresses. By the unique index on slug.
pub(crate) fn get_by_slug(connection: &Connection, slug: &str) -> rusqlite::Result<Option<TenantRow>> {
    let sql = "SELECT id, slug, title, created_at, wrapped_keys, verifier_key, settings
        FROM tenants JOIN tenant_numbers ON number = tenant WHERE slug = ?1";
    one(connection, sql, [slug], tenant_row)
}

/// Every tenant after a slug. Along the unique index on slug.
pub(crate) fn page(connection: &Connection, after: &str, limit: usize) -> rusqlite::Result<Vec<TenantRow>> {
    let sql = "SELECT id, slug, title, created_at, wrapped_keys, verifier_key, settings
        FROM tenants JOIN tenant_numbers ON number = tenant WHERE slug > ?1 ORDER BY slug LIMIT ?2";
    many(connection, sql, params![after, page_and_one(limit)], tenant_row)
}

fn tenant_row(row: &Row<'_>) -> rusqlite::Result<TenantRow> {
    let keys = unpack(row.get_ref(4)?.as_blob()?).ok_or_else(|| damaged(4))?;
    Ok(TenantRow {
        id: TenantId::from_bytes(row.get(0)?),
        slug: row.get(1)?,
        title: row.get(2)?,
        created_at: instant(row, 3)?,
        wrapped_keys: keys.into_iter().map(<[u8]>::to_vec).collect(),
        verifier_key: row.get(5)?,
        settings: row.get(6)?,
    })
}

/// Removes every row of the tenant, of whatever table; its number stays. Along each table's primary key.
pub(crate) fn forget(connection: &Connection, tenant: i64) -> rusqlite::Result<()> {
    let sql = "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND c.name = 'tenant'";
    let tables: Vec<String> = many(connection, sql, [], |row| row.get(0))?;
    tables.iter().try_for_each(|table| {
        connection.execute(&format!("DELETE FROM \"{table}\" WHERE tenant = ?1"), [tenant]).map(drop)
    })
}
