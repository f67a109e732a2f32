//! How connections are set up: one that writes, a few that read.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// "CAND": tells the file from any other SQLite database.
pub(crate) const APPLICATION_ID: i32 = 0x4341_4e44;
/// Pages of 8 KiB keep a record of up to 2 000 bytes whole in its page; with 4 KiB pages one of
/// more than 1 000 bytes would take an overflow page of its own.
pub(crate) const PAGE_BYTES: u32 = 8_192;
const WRITER_CACHE_KIB: i32 = 8_192;
const READER_CACHE_KIB: i32 = 2_048;
/// Readers map the file: a page that is in the system's cache is then read without a call and
/// without a copy. Address space only; the system takes the pages back when memory is short.
const READER_MAP_BYTES: i64 = 1 << 30;
/// How long to wait for another program that has the file open (a backup, a shell).
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// More than the statements we have, so that none is ever compiled twice.
const STATEMENTS_KEPT: usize = 128;

/// Opens the connection that writes, and makes the file when there is none; changes nothing in it.
pub(crate) fn open_writer(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags)
}

/// Sets up the connection that writes, once the file is known to be ours.
pub(crate) fn set_up_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Freed pages and deleted rows are overwritten: erased means gone from the file.
    connection.pragma_update(None, "secure_delete", true)?;
    // The writer checkpoints by itself, when no reader holds an old snapshot.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    set_up(connection, WRITER_CACHE_KIB)
}

/// Opens a connection that reads.
pub(crate) fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    set_up(&connection, READER_CACHE_KIB)?;
    connection.pragma_update_and_check(None, "mmap_size", READER_MAP_BYTES, |_| Ok(()))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn set_up(connection: &Connection, cache_kib: i32) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Else SQLite plans a statement with an ORDER BY anew at every run, for the values bound to it:
    // measured 6.7 µs instead of 0.4 µs for a look-up that finds nothing.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", false)
}
