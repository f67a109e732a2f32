//! Empties the write-ahead log into the database: when it has grown, and after an erasure.
//!
//! A log that has grown is begun anew in the same file, whose blocks are then overwritten: syncing
//! those is cheaper than syncing a file that grows. After an erasure the file is cut off, because
//! what was destroyed is still in it; that happens as soon as no unit waits, and at the latest
//! after [`ERASURE_WAIT`]. A log that is found at the start was left by a crash, perhaps right after an erasure:
//! it is cut off before anything else.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection::BUSY;
use crate::readers::Readers;

/// The log is begun anew when it holds more pages than this: 16 MiB.
const LOG_PAGES_MAX: i64 = 2_048;
/// How long a destroyed row may stay in the log while units keep coming.
const ERASURE_WAIT: Duration = Duration::from_millis(500);
/// How long to leave the log alone after another program (a backup) was found reading it.
const RETRY_WAIT: Duration = Duration::from_secs(1);

/// Watches the log.
pub(crate) struct Wal {
    erased_since: Option<Instant>,
    /// What stands in the way lasts, and is told once.
    is_told: bool,
    hindered_at: Option<Instant>,
}

impl Wal {
    /// The log as it is found: it may hold something that was destroyed.
    pub(crate) fn found() -> Self {
        Self { erased_since: Some(Instant::now()), is_told: false, hindered_at: None }
    }

    /// Notes that the log holds something that was destroyed.
    pub(crate) fn note_erasure(&mut self) {
        self.erased_since.get_or_insert_with(Instant::now);
    }

    /// Empties the log if it is time; `idle` says that no unit waits.
    pub(crate) fn tend(&mut self, connection: &Connection, readers: &Readers, idle: bool) {
        if self.hindered_at.is_some_and(|at| at.elapsed() < RETRY_WAIT) {
            return;
        }
        if self.erased_since.is_some_and(|since| idle || since.elapsed() >= ERASURE_WAIT) {
            self.cut(connection, readers);
        } else if pages(connection).is_ok_and(|pages| pages > LOG_PAGES_MAX) {
            let done = self.tell(empty(connection, readers, "PRAGMA wal_checkpoint(RESTART)"));
            self.note(done);
        }
    }

    /// Empties the log and cuts the file off now. When another program holds it open, it is tried
    /// again after a later group.
    pub(crate) fn cut(&mut self, connection: &Connection, readers: &Readers) {
        let done = self.tell(empty(connection, readers, "PRAGMA wal_checkpoint(TRUNCATE)"));
        if done {
            self.erased_since = None;
        }
        self.note(done);
    }

    fn note(&mut self, done: bool) {
        self.hindered_at = if done { None } else { Some(Instant::now()) };
    }

    /// Writes down what stood in the way, if anything did.
    fn tell(&mut self, done: rusqlite::Result<bool>) -> bool {
        let was_told = std::mem::replace(&mut self.is_told, !matches!(done, Ok(true)));
        match done {
            Ok(true) => return true,
            _ if was_told => {}
            Ok(false) => tracing::warn!("another program is reading the database; its log is emptied later"),
            Err(error) => {
                tracing::warn!(code = ?error.sqlite_error_code(), "the database's log was not emptied; it is tried again");
            }
        }
        false
    }
}

/// Copies the log into the database while readers go on, and only then holds them for the moment
/// it takes to begin the log anew.
fn empty(connection: &Connection, readers: &Readers, sql: &str) -> rusqlite::Result<bool> {
    readers.rest();
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    let _held = readers.hold();
    // No waiting here: whoever else has the file open would stop every reader.
    connection.busy_timeout(Duration::ZERO)?;
    let done = checkpoint(connection, sql);
    connection.busy_timeout(BUSY)?;
    done
}

/// Returns whether the checkpoint ran through.
fn checkpoint(connection: &Connection, sql: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(|busy| busy == 0)
}

/// Counts the pages in the log, and does nothing else.
fn pages(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_row([], |row| row.get(1))
}
