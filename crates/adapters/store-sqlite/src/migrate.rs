//! Brings the schema up to date: ordered SQL files, each applied once, remembered by checksum.
//!
//! A migration adds; moving over and removing come in later ones, so that the program before it
//! still works with the file.

use candor_ledger::Digest;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::connection::APPLICATION_ID;
use crate::failure::store_error;
use crate::open::OpenError;

/// Migration n is the n-th of these.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
    include_str!("schema/007.sql"),
];
const OPERATION: &str = "bring the schema up to date";

/// Applies what is missing, in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| sql(&error))?;
    let table = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT";
    transaction.execute_batch(table).map_err(|error| sql(&error))?;
    for (number, text) in (1..).zip(MIGRATIONS) {
        apply_once(&transaction, number, text)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(|error| sql(&error))?;
    transaction.pragma_update(None, "user_version", known_version()).map_err(|error| sql(&error))?;
    transaction.commit().map_err(|error| sql(&error))
}

fn apply_once(connection: &Connection, number: i32, text: &str) -> Result<(), OpenError> {
    let checksum = Digest::of(text.as_bytes()).0;
    // By the primary key of migrations.
    let applied = connection
        .query_row("SELECT checksum FROM migrations WHERE number = ?1", [number], |row| row.get::<_, [u8; 32]>(0))
        .optional()
        .map_err(|error| sql(&error))?;
    match applied {
        Some(applied) if applied == checksum => return Ok(()),
        Some(_) => return Err(OpenError::MigrationDiffers { number }),
        None => {}
    }
    connection.execute_batch(text).map_err(|error| sql(&error))?;
    let remember = "INSERT INTO migrations (number, checksum) VALUES (?1, ?2)";
    connection.execute(remember, (number, checksum)).map_err(|error| sql(&error))?;
    Ok(())
}

/// Refuses a file of another program or of a newer one, before anything is changed in it.
pub(crate) fn check_header(connection: &Connection) -> Result<(), OpenError> {
    let read =
        |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(|error| sql(&error));
    let (application, version) = (read("application_id")?, read("user_version")?);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| sql(&error))?;
    if application != APPLICATION_ID && tables > 0 {
        return Err(OpenError::Foreign { found: application });
    }
    if version > known_version() {
        return Err(OpenError::Newer { found: version, known: known_version() });
    }
    Ok(())
}

/// Refuses a file whose schema is not this program's own.
pub(crate) fn check_current(connection: &Connection) -> Result<(), OpenError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|error| sql(&error))?;
    if found < known_version() {
        return Err(OpenError::Older { found, known: known_version() });
    }
    Ok(())
}

pub(crate) fn known_version() -> i32 {
    MIGRATIONS.len() as i32
}

fn sql(error: &rusqlite::Error) -> OpenError {
    OpenError::Store(store_error(OPERATION, error))
}
