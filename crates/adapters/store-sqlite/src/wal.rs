//! Empties the write-ahead log into the database: when it has grown, and after an erasure.
//!
//! What was destroyed is still in the log until then, so an erasure is followed by this as soon as
//! no unit waits, and at the latest after [`ERASURE_WAIT`].

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::readers::Readers;

/// The log is emptied when it is larger than this.
const LOG_BYTES_MAX: u64 = 32 << 20;
/// How long a destroyed row may stay in the log while units keep coming.
const ERASURE_WAIT: Duration = Duration::from_millis(500);

/// Watches the log.
pub(crate) struct Wal {
    file: PathBuf,
    erased_since: Option<Instant>,
}

impl Wal {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file, erased_since: None }
    }

    /// Notes that the log holds something that was destroyed.
    pub(crate) fn note_erasure(&mut self) {
        self.erased_since.get_or_insert_with(Instant::now);
    }

    /// Empties the log if it is time; `idle` says that no unit waits.
    pub(crate) fn tend(&mut self, connection: &Connection, readers: &Readers, idle: bool) {
        let erasure_is_due = self.erased_since.is_some_and(|since| idle || since.elapsed() >= ERASURE_WAIT);
        if erasure_is_due || self.bytes() > LOG_BYTES_MAX {
            self.empty(connection, readers);
        }
    }

    /// Empties the log now. When another program holds it open, it is tried again after the next group.
    pub(crate) fn empty(&mut self, connection: &Connection, readers: &Readers) {
        match truncate(connection, readers) {
            Ok(true) => self.erased_since = None,
            Ok(false) => tracing::warn!("another program is reading the database; its log is emptied later"),
            Err(error) => tracing::warn!(code = ?error.sqlite_error_code(), "the database's log was not emptied"),
        }
    }

    fn bytes(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }
}

/// Copies the log into the database while readers go on, and only then holds them for the moment
/// it takes to cut the log off.
fn truncate(connection: &Connection, readers: &Readers) -> rusqlite::Result<bool> {
    readers.rest();
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    let _held = readers.hold();
    // No waiting here: whoever else has the file open would stop every reader.
    connection.busy_timeout(Duration::ZERO)?;
    let done = checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    connection.busy_timeout(crate::connection::BUSY)?;
    done
}

/// Returns whether the checkpoint ran through.
fn checkpoint(connection: &Connection, sql: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(|busy| busy == 0)
}
