//! Texts that were shown to people.

use candor_store::TextRow;
use rusqlite::{Connection, params};

use super::{change, one};

/// Inserts or replaces.
pub(crate) fn put(connection: &Connection, tenant: i64, row: &TextRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO texts (tenant, digest, language, text) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (tenant, digest) DO UPDATE SET language = ?3, text = ?4";
    change(connection, sql, params![tenant, row.digest, row.language, row.text])
}

/// One text. By the primary key.
pub(crate) fn get(connection: &Connection, tenant: i64, digest: &[u8; 32]) -> rusqlite::Result<Option<TextRow>> {
    let sql = "SELECT digest, language, text FROM texts WHERE tenant = ?1 AND digest = ?2";
    one(connection, sql, params![tenant, digest], |row| {
        Ok(TextRow { digest: row.get(0)?, language: row.get(1)?, text: row.get(2)? })
    })
}
