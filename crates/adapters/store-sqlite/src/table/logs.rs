//! The ledger's own tables: tiles, bundles, and the tail that is not a full bundle yet.
//!
//! Full tiles of level 0 are not kept: they are the hashes of the entries, and the entries are there.

use candor_ledger::{BUNDLE_ENTRIES_MAX, hash_leaf, split_bundle};
use rusqlite::{Connection, params};

use super::{change, many, one};
use crate::column::{damaged, whole};
use crate::packed_bundle::{pack, unpack};

/// Inserts a tile, or replaces its narrower state.
pub(crate) fn put_tile(
    connection: &Connection,
    tenant: i64,
    level: u8,
    index: u64,
    hashes: &[u8],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO tiles (tenant, level, position, hashes) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (tenant, level, position) DO UPDATE SET hashes = ?4";
    change(connection, sql, params![tenant, level, whole(index), hashes])
}

/// Inserts a full bundle.
pub(crate) fn put_bundle(connection: &Connection, tenant: i64, index: u64, entries: &[u8]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO bundles (tenant, position, entries) VALUES (?1, ?2, ?3)";
    change(connection, sql, params![tenant, whole(index), pack(entries)])
}

/// Adds a piece to the tail.
pub(crate) fn add_tail(
    connection: &Connection,
    tenant: i64,
    first_entry: u64,
    hashes: &[u8],
    entries: &[u8],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO ledger_tail (tenant, entry, hashes, entries) VALUES (?1, ?2, ?3, ?4)";
    change(connection, sql, params![tenant, whole(first_entry), hashes, entries])
}

/// Removes the pieces of a tail that has become a full bundle. By the primary key.
pub(crate) fn clear_tail(connection: &Connection, tenant: i64) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM ledger_tail WHERE tenant = ?1", [tenant])
}

/// A tile at its present width. By the primary key; of level 0 from the bundle, the partial one from the tail.
pub(crate) fn tile(connection: &Connection, tenant: i64, level: u8, index: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT hashes FROM tiles WHERE tenant = ?1 AND level = ?2 AND position = ?3";
    // Level 0 too: an older program wrote those.
    let full = one(connection, sql, params![tenant, level, whole(index)], |row| row.get(0))?;
    if full.is_some() || level > 0 {
        return Ok(full);
    }
    if let Some(bundle) = full_bundle(connection, tenant, index)? {
        let entries = split_bundle(&bundle).map_err(|_| damaged(0))?;
        return Ok(Some(entries.into_iter().flat_map(|entry| hash_leaf(entry).0).collect()));
    }
    let pieces = "SELECT hashes FROM ledger_tail WHERE tenant = ?1 AND entry >= ?2 AND entry < ?3 ORDER BY entry";
    tail(connection, pieces, tenant, index)
}

/// A bundle at its present width. By the primary key; the partial one from the tail.
pub(crate) fn bundle(connection: &Connection, tenant: i64, index: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    if let Some(full) = full_bundle(connection, tenant, index)? {
        return Ok(Some(full));
    }
    let pieces = "SELECT entries FROM ledger_tail WHERE tenant = ?1 AND entry >= ?2 AND entry < ?3 ORDER BY entry";
    tail(connection, pieces, tenant, index)
}

/// A full bundle. By the primary key.
fn full_bundle(connection: &Connection, tenant: i64, index: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT entries FROM bundles WHERE tenant = ?1 AND position = ?2";
    let packed = one(connection, sql, params![tenant, whole(index)], |row| row.get(0))?;
    packed.map(|packed| unpack(packed).ok_or_else(|| damaged(0))).transpose()
}

/// The pieces of one bundle's range in one. Along the primary key: at most 255 rows.
fn tail(connection: &Connection, sql: &str, tenant: i64, index: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    let width = BUNDLE_ENTRIES_MAX as u64;
    let start = index.saturating_mul(width);
    let range = params![tenant, whole(start), whole(start.saturating_add(width))];
    let pieces: Vec<Vec<u8>> = many(connection, sql, range, |row| row.get(0))?;
    Ok(if pieces.is_empty() { None } else { Some(pieces.concat()) })
}
