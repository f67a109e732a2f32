//! One moment of a data directory, read beside a server that goes on writing.
//!
//! The store that [`SqliteStore::snapshot`] gives reads everything as it was at its first question, for as long as it
//! is held, and commits nothing. It takes no lock: readers of a write-ahead log stand in nobody's way. While it is
//! held the log cannot be emptied, so that whoever holds it should not dawdle.
//!
//! [`SqliteStore::copy_data`] writes that moment into a new file without anything that opens a value or finds a
//! person: no key of a subject or tenant, no blind index, no remembered answer. The file is built row by row, so that
//! no freed page holds what was left out; it bears an application id of its own, so that no server starts over it.
//! [`SqliteStore::adopt`] makes a data directory of it again.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use candor_store::StoreError;
use parking_lot::Mutex;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc;

use crate::SqliteStore;
use crate::column::damaged;
use crate::connection::{APPLICATION_ID, PAGE_BYTES, open_reader, open_writer};
use crate::failure::store_error;
use crate::migrate::{check_current, check_header, known_version};
use crate::open::{DATABASE_FILE, OpenError, lock_directory, make_directory};
use crate::readers::Readers;

/// "CANB": a copy without keys, which no server starts over.
const COPY_APPLICATION_ID: i32 = 0x4341_4e42;
/// Their rows stay behind: keys and look-ups go into the key file, answers are soon forgotten anyway, and a secret of the
/// tenant holds its own key.
const LEFT_OUT: [&str; 4] = ["subject_keys", "blind_indexes", "idempotency", "secrets"];
/// The table of which what ends stays behind: nobody is signed in after a restore.
const ENDING: &str = "slips";
/// The columns that hold what is sealed: it passes the veil.
const SEALED: [(&str, &str); 2] = [("records", "sealed"), ("history", "sealed")];
/// The column of tenants that holds wrapped keys; it is copied as an empty list.
const TENANT_KEYS: (&str, &str) = ("tenants", "wrapped_keys");

impl SqliteStore {
    /// Opens a data directory to read one moment of it, whether or not a server has it open.
    ///
    /// # Errors
    /// There is no store; it belongs to another program, or to another version of this one.
    pub fn snapshot(directory: &Path) -> Result<Self, OpenError> {
        let file = directory.join(DATABASE_FILE);
        if !file.is_file() {
            return Err(OpenError::Missing { directory: directory.to_owned() });
        }
        let failed = |error| store_error("open the database", &error);
        let connection = open_reader(&file).map_err(failed)?;
        check_header(&connection)?;
        check_current(&connection)?;
        // Nobody listens: every commit is refused.
        let queue = mpsc::channel(1).0;
        Ok(Self { readers: Arc::new(Readers::pinned(&file)), queue, writer: Mutex::new(None), _lock: None })
    }

    /// True when there is a store in the directory.
    pub fn is_at(directory: &Path) -> bool {
        directory.join(DATABASE_FILE).is_file()
    }

    /// True when a server has the directory open.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn is_in_use(directory: &Path) -> Result<bool, OpenError> {
        match lock_directory(directory) {
            Ok(_) => Ok(false),
            Err(OpenError::InUse { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Writes this moment into a new file, without keys, blind indexes and remembered answers; durable when this
    /// returns. What records hold passes the veil, which takes out what the store does not know to be in it.
    ///
    /// # Errors
    /// The file is there already or cannot be written; a row cannot be read, or the veil finds it damaged.
    pub fn copy_data(&self, to: &Path, veil: &dyn Fn(&[u8]) -> Option<Vec<u8>>) -> Result<(), StoreError> {
        const OPERATION: &str = "copy the data";
        let unwritable =
            |reason: std::io::Error| StoreError::Unavailable { operation: OPERATION, reason: reason.to_string() };
        // Made here, for its owner alone, so that SQLite finds an empty file.
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(to).map_err(unwritable)?;
        self.readers.read(OPERATION, |source| copy(source, to, veil))?;
        file.sync_all().map_err(unwritable)
    }

    /// Makes a data directory of such a file. The keys are put in afterwards; until then no tenant opens.
    ///
    /// # Errors
    /// The directory is there already; the file is no such copy, damaged, or of a newer program.
    pub fn adopt(copy: &Path, directory: &Path) -> Result<(), OpenError> {
        if directory.exists() {
            return Err(OpenError::NotEmpty { directory: directory.to_owned() });
        }
        make_directory(directory)?;
        let file = directory.join(DATABASE_FILE);
        std::fs::copy(copy, &file)
            .map_err(|reason| OpenError::Directory { directory: directory.to_owned(), reason })?;
        let failed = |error: &rusqlite::Error| OpenError::Store(store_error("take a copy over", error));
        let connection = open_writer(&file).map_err(|error| failed(&error))?;
        let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        let (application, version) = read("application_id")
            .and_then(|application| Ok((application, read("user_version")?)))
            .map_err(|error| failed(&error))?;
        if application != COPY_APPLICATION_ID {
            return Err(OpenError::Foreign { found: application });
        }
        if version > known_version() {
            return Err(OpenError::Newer { found: version, known: known_version() });
        }
        let sound: String =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|error| failed(&error))?;
        if sound != "ok" {
            return Err(OpenError::Store(StoreError::Damaged { what: "copy of the data" }));
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(|error| failed(&error))
    }
}

/// Builds the copy: tables, then rows in their order, then indexes.
fn copy(source: &Connection, to: &Path, veil: &dyn Fn(&[u8]) -> Option<Vec<u8>>) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let target = Connection::open_with_flags(to, flags)?;
    target.pragma_update(None, "page_size", PAGE_BYTES)?;
    // A copy that is cut short is thrown away, and the whole is made durable at the end.
    target.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    target.pragma_update(None, "synchronous", "OFF")?;
    target.execute_batch("BEGIN")?;
    let tables = schema(source, "table")?;
    for (_, sql) in &tables {
        target.execute_batch(sql)?;
    }
    for (table, _) in &tables {
        if !LEFT_OUT.contains(&table.as_str()) {
            copy_rows(source, &target, table, veil)?;
        }
    }
    for (_, sql) in schema(source, "index")? {
        target.execute_batch(&sql)?;
    }
    target.execute_batch("COMMIT")?;
    let version: i32 = source.pragma_query_value(None, "user_version", |row| row.get(0))?;
    target.pragma_update(None, "user_version", version)?;
    target.pragma_update(None, "application_id", COPY_APPLICATION_ID)
}

/// Our own tables or indexes, with the statements that make them.
fn schema(source: &Connection, kind: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
        ORDER BY rowid";
    source.prepare(sql)?.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn copy_rows(
    source: &Connection,
    target: &Connection,
    table: &str,
    veil: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
) -> rusqlite::Result<()> {
    // Names come from our own schema.
    let kept = if table == ENDING { " WHERE expires_at IS NULL" } else { "" };
    let mut read = source.prepare(&format!("SELECT * FROM \"{table}\"{kept}"))?;
    let columns: Vec<String> = read.column_names().map(str::to_owned).collect();
    let places = vec!["?"; columns.len()].join(", ");
    let mut write = target.prepare(&format!("INSERT INTO \"{table}\" VALUES ({places})"))?;
    let blanked = columns.iter().position(|column| (table, column.as_str()) == TENANT_KEYS);
    let veiled = columns.iter().position(|column| SEALED.contains(&(table, column.as_str())));
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        for at in 0..columns.len() {
            if blanked == Some(at) {
                write.raw_bind_parameter(at + 1, &[0_u8; 0][..])?;
            } else if veiled == Some(at) {
                let sealed = veil(row.get_ref(at)?.as_blob()?).ok_or_else(|| damaged(at))?;
                write.raw_bind_parameter(at + 1, sealed)?;
            } else {
                write.raw_bind_parameter(at + 1, ToSqlOutput::Borrowed(row.get_ref(at)?))?;
            }
        }
        write.raw_execute()?;
    }
    Ok(())
}
