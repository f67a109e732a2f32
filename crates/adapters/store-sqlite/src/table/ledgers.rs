//! One row per ledger: how long it is, and how far it is indexed by subject.

use rusqlite::{Connection, params};

use super::{change, one};
use crate::column::{count, whole};

/// Sets the ledger's size.
pub(crate) fn set_size(connection: &Connection, tenant: i64, size: u64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO ledgers (tenant, size) VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET size = ?2";
    change(connection, sql, params![tenant, whole(size)])
}

/// Moves forward the entry below which all are indexed.
pub(crate) fn set_indexed_to(connection: &Connection, tenant: i64, up_to: u64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO ledgers (tenant, indexed_to) VALUES (?1, ?2)
        ON CONFLICT (tenant) DO UPDATE SET indexed_to = max(indexed_to, ?2)";
    change(connection, sql, params![tenant, whole(up_to)])
}

/// The ledger's size. By the primary key.
pub(crate) fn size(connection: &Connection, tenant: i64) -> rusqlite::Result<u64> {
    let size = one(connection, "SELECT size FROM ledgers WHERE tenant = ?1", [tenant], |row| count(row, 0))?;
    Ok(size.unwrap_or(0))
}

/// Every entry below this one is indexed. By the primary key.
pub(crate) fn indexed_to(connection: &Connection, tenant: i64) -> rusqlite::Result<u64> {
    let sql = "SELECT indexed_to FROM ledgers WHERE tenant = ?1";
    Ok(one(connection, sql, [tenant], |row| count(row, 0))?.unwrap_or(0))
}
