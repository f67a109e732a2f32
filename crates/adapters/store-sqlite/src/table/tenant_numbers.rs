//! The small numbers that stand for tenants in every other table.

use candor_words::TenantId;
use rusqlite::Connection;

use super::{change, one};

/// The number of a tenant. By the unique index on id.
pub(crate) fn find(connection: &Connection, tenant: TenantId) -> rusqlite::Result<Option<i64>> {
    one(connection, "SELECT number FROM tenant_numbers WHERE id = ?1", [tenant.as_bytes()], |row| row.get(0))
}

/// Gives a tenant the next number.
pub(crate) fn add(connection: &Connection, tenant: TenantId) -> rusqlite::Result<i64> {
    change(connection, "INSERT INTO tenant_numbers (id) VALUES (?1)", [tenant.as_bytes()])?;
    Ok(connection.last_insert_rowid())
}
