//! Texts that were shown to people.

use candor_store::TextRow;
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::page_and_one;

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &TextRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO texts (tenant, digest, language, text) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (tenant, digest) DO UPDATE SET language = ?3, text = ?4";
    change(connection, sql, params![tenant, row.digest, row.language, row.text])
}

/// One text. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, digest: &[u8; 32]) -> rusqlite::Result<Option<TextRow>> {
    let sql = "SELECT digest, language, text FROM texts WHERE tenant = ?1 AND digest = ?2";
    one(connection, sql, params![tenant, digest], text_row)
}

/// The tenant's texts after a digest. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<[u8; 32]>,
    limit: usize,
) -> rusqlite::Result<Vec<TextRow>> {
    let sql = "SELECT digest, language, text FROM texts WHERE tenant = ?1 AND digest > ?2 ORDER BY digest LIMIT ?3";
    let after = after.as_ref().map_or(&[][..], |digest| &digest[..]);
    many(connection, sql, params![tenant, after, page_and_one(limit)], text_row)
}

fn text_row(row: &Row<'_>) -> rusqlite::Result<TextRow> {
    Ok(TextRow { digest: row.get(0)?, language: row.get(1)?, text: row.get(2)? })
}
