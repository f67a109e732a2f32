//! SQLite: a file on this machine.
//!
//! A session is a connection of its own on a blocking thread. What is deleted is overwritten (`secure_delete`), and the
//! write-ahead log is emptied after a change, so that the file no longer holds it.

mod catalogue;
mod failure;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector};
use candor_places::sql::Dialect;
use candor_places::{Catalogue, SystemMap};
use candor_words::Secret;
use parking_lot::Mutex;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use crate::SqlConnector;
use crate::driver::{Access, Driver, Row, Rows, Session};
use failure::failure;

/// How long a session waits for others who write.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// So many rows wait for whoever takes them.
const ROWS_WAITING_MAX: usize = 64;
/// Nor more bytes of them, but for one row that is longer by itself.
const BYTES_WAITING_MAX: usize = 256 << 10;

/// A connector to the SQLite file at an absolute path, which may stand behind `sqlite:`.
///
/// # Errors
/// The address is no absolute path.
pub fn sqlite(map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
    let path = address.expose().strip_prefix("sqlite:").unwrap_or_else(|| address.expose());
    // `sqlite:///path` is written too.
    let path = if let Some(path) = path.strip_prefix("//") { path } else { path };
    if !path.starts_with('/') {
        return Err(ConnectError::AddressMalformed { env: map.env.clone(), why: "write the file's absolute path" });
    }
    Ok(Arc::new(SqlConnector::new(map, Box::new(Sqlite { path: PathBuf::from(path) }))))
}

struct Sqlite {
    path: PathBuf,
}

#[async_trait]
impl Driver for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn open(&self) -> Result<Box<dyn Session>, ConnectError> {
        let path = self.path.clone();
        let connection = blocking(move || open(&path)).await?;
        Ok(Box::new(SqliteSession { connection: Arc::new(Mutex::new(connection)), wrote: false }))
    }
}

fn open(path: &std::path::Path) -> Result<Connection, ConnectError> {
    // A file that is not there is not made.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| failure(&error))?;
    let ready = || -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = ON;",
        )?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function("candor_fold", 1, flags, |call| {
            Ok(call.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
        })
    };
    ready().map_err(|error| failure(&error))?;
    Ok(connection)
}

struct SqliteSession {
    connection: Arc<Mutex<Connection>>,
    wrote: bool,
}

impl SqliteSession {
    async fn on<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ConnectError> {
        let connection = self.connection.clone();
        blocking(move || work(&connection.lock()).map_err(|error| failure(&error))).await
    }

    async fn batch(&self, statements: &'static str) -> Result<(), ConnectError> {
        self.on(move |connection| connection.execute_batch(statements)).await
    }
}

#[async_trait]
impl Session for SqliteSession {
    async fn fingerprint(&mut self) -> Result<String, ConnectError> {
        self.on(|connection| connection.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0)))
            .await
            .map(|version| version.to_string())
    }

    async fn catalogue(&mut self) -> Result<Catalogue, ConnectError> {
        self.on(catalogue::read).await
    }

    async fn begin(&mut self, access: Access) -> Result<(), ConnectError> {
        self.wrote = access == Access::Write;
        self.batch(if self.wrote { "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON;" } else { "BEGIN" }).await
    }

    async fn commit(&mut self) -> Result<(), ConnectError> {
        self.batch("COMMIT").await?;
        if self.wrote {
            // Readers may be in the way; then the log is emptied at the next occasion.
            let _ = self.batch("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        self.wrote = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), ConnectError> {
        self.wrote = false;
        self.batch("ROLLBACK").await
    }

    async fn execute(&mut self, statement: &str, parameters: &[&str]) -> Result<u64, ConnectError> {
        let (statement, parameters) = owned(statement, parameters);
        self.on(move |connection| {
            let before = connection.total_changes();
            let n_rows = connection.prepare(&statement)?.execute(params_from_iter(parameters))?;
            // A statement that makes a table leaves the number of the last change standing.
            Ok(if connection.total_changes() == before { 0 } else { n_rows as u64 })
        })
        .await
    }

    async fn query(&mut self, query: &str, parameters: &[&str]) -> Result<Vec<Row>, ConnectError> {
        let (query, parameters) = owned(query, parameters);
        self.on(move |connection| {
            let mut statement = connection.prepare(&query)?;
            let n = statement.column_count();
            let rows = statement.query_map(params_from_iter(parameters), |row| texts(row, n))?;
            rows.collect()
        })
        .await
    }

    async fn stream(&mut self, query: &str, parameters: &[&str], rows: &mut dyn Rows) -> Result<(), ConnectError> {
        let (query, parameters) = owned(query, parameters);
        let (send, mut received) = tokio::sync::mpsc::channel::<Vec<Row>>(1);
        let connection = self.connection.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let connection = connection.lock();
            let mut statement = connection.prepare(&query)?;
            let n = statement.column_count();
            let mut found = statement.query(params_from_iter(parameters))?;
            let (mut page, mut n_bytes) = (Vec::new(), 0);
            while let Some(row) = found.next()? {
                let row = texts(row, n)?;
                n_bytes += row.iter().flatten().map(String::len).sum::<usize>();
                page.push(row);
                if page.len() >= ROWS_WAITING_MAX || n_bytes >= BYTES_WAITING_MAX {
                    n_bytes = 0;
                    if send.blocking_send(std::mem::take(&mut page)).is_err() {
                        return Ok(());
                    }
                }
            }
            // Nobody may wait for them any more.
            let _ = send.blocking_send(page);
            Ok::<(), rusqlite::Error>(())
        });
        while let Some(page) = received.recv().await {
            for row in page {
                rows.take(row).await?;
            }
        }
        reading.await.map_err(|_| ended())?.map_err(|error| failure(&error))
    }
}

fn owned(statement: &str, parameters: &[&str]) -> (String, Vec<String>) {
    (statement.to_owned(), parameters.iter().map(|it| (*it).to_owned()).collect())
}

fn texts(row: &rusqlite::Row<'_>, n: usize) -> rusqlite::Result<Row> {
    (0..n)
        .map(|at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Real(number) => Some(number.to_string()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            })
        })
        .collect()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectError> + Send + 'static,
) -> Result<T, ConnectError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ended())?
}

fn ended() -> ConnectError {
    ConnectError::Unreachable { why: "the session ended".to_owned() }
}
