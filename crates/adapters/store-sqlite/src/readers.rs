//! Connections that read, used on the caller's own thread.
//!
//! A read takes some microseconds from memory, less than a hop to another thread. Each connection
//! keeps its snapshot open as long as nothing was committed since: beginning a transaction costs
//! about as much as a small read. A snapshot held for long would keep the write-ahead log from
//! being emptied, so the writer ends them all when it does that ([`Readers::hold`]).

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use candor_store::StoreError;
use candor_words::TenantId;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;

use crate::connection::open_reader;
use crate::failure::store_error;
use crate::numbers::Numbers;

/// A few read connections, opened when first needed.
pub(crate) struct Readers {
    file: PathBuf,
    seats: Box<[Mutex<Reader>]>,
    /// Counts commits; a snapshot taken at the present count sees all that was acknowledged.
    commits: AtomicU64,
    pub(crate) numbers: Numbers,
    /// One snapshot for good: nothing ends it.
    is_pinned: bool,
}

/// One connection, and the commit count at which its snapshot was taken.
#[derive(Default)]
struct Reader {
    connection: Option<Connection>,
    snapshot: Option<u64>,
}

impl Readers {
    /// Makes room for as many readers as the machine has cores, at least 2 and at most 8.
    pub(crate) fn new(file: &Path) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let seats = (0..cores).map(|_| Mutex::default()).collect();
        Self { file: file.to_owned(), seats, commits: AtomicU64::new(0), numbers: Numbers::default(), is_pinned: false }
    }

    /// One reader that sees the moment of its first question for as long as it lives.
    pub(crate) fn pinned(file: &Path) -> Self {
        Self { seats: [Mutex::default()].into(), is_pinned: true, ..Self::new(file) }
    }

    /// Asks a question at one moment, no earlier than the last acknowledged commit.
    pub(crate) fn read<T>(
        &self,
        operation: &'static str,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut reader = self.take_seat();
        // Before the snapshot is taken: what was committed until now must be in it.
        let commits = self.commits.load(Ordering::Acquire);
        let answer = reader.at(&self.file, commits).and_then(question);
        answer.map_err(|error| {
            if !self.is_pinned {
                reader.rest();
            }
            store_error(operation, &error)
        })
    }

    /// Asks a question about one tenant; an unknown one has nothing.
    pub(crate) fn ask<T: Default>(
        &self,
        operation: &'static str,
        tenant: TenantId,
        question: impl FnOnce(&Connection, i64) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.read(operation, |connection| match self.numbers.find(connection, tenant)? {
            Some(number) => question(connection, number),
            None => Ok(T::default()),
        })
    }

    /// Makes later reads take a new snapshot; the writer calls it before it acknowledges.
    pub(crate) fn advance(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Ends every snapshot that is not in use this instant.
    pub(crate) fn rest(&self) {
        for seat in &self.seats {
            seat.lock().rest();
        }
    }

    /// Ends every snapshot and keeps readers out until the guards are dropped.
    pub(crate) fn hold(&self) -> impl Drop + '_ {
        Held(
            self.seats
                .iter()
                .map(|seat| {
                    let mut reader = seat.lock();
                    reader.rest();
                    reader
                })
                .collect(),
        )
    }

    /// Prefers the seat this thread had before, and another free one to waiting.
    fn take_seat(&self) -> MutexGuard<'_, Reader> {
        let first = own_seat() % self.seats.len();
        let (before, from) = self.seats.split_at(first);
        let free = from.iter().chain(before).find_map(Mutex::try_lock);
        free.unwrap_or_else(|| self.seats[first].lock())
    }
}

/// The locks of all seats.
struct Held<'r>(Vec<MutexGuard<'r, Reader>>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.clear();
    }
}

impl Reader {
    /// Returns the connection with a snapshot of this commit count or a later one.
    fn at(&mut self, file: &Path, commits: u64) -> rusqlite::Result<&Connection> {
        if self.snapshot.is_some_and(|snapshot| snapshot != commits) {
            self.rest();
        }
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(open_reader(file)?),
        };
        if self.snapshot.is_none() {
            connection.prepare_cached("BEGIN")?.execute([])?;
            self.snapshot = Some(commits);
        }
        Ok(connection)
    }

    /// Ends the snapshot; a connection that cannot is closed.
    fn rest(&mut self) {
        if self.snapshot.take().is_none() {
            return;
        }
        let ended = self.connection.as_ref().is_none_or(|connection| {
            connection.is_autocommit()
                || connection.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([])).is_ok()
        });
        if !ended {
            self.connection = None;
        }
    }
}

/// A number of this thread's own, to spread threads over the seats.
fn own_seat() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static OWN: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed)));
    OWN.get()
}
