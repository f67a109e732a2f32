//! MariaDB and MySQL, over their own protocol.
//!
//! Each statement sees what was committed when it began; sets are made without locking what they are made of, so that a site
//! goes on writing meanwhile. No statement runs, or waits for a lock, longer than its bound.

mod address;
mod failure;
mod schema;
mod value;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector};
use candor_places::sql::Dialect;
use candor_places::{Catalogue, SystemMap};
use candor_words::Secret;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Opts, Params, Value};

use crate::SqlConnector;
use crate::driver::{Access, Driver, Row, Rows, Session};

const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// No statement takes longer.
pub(crate) const STATEMENT_SECONDS: u64 = 600;
/// What a session begins with. Quotes are written as `candor-places` writes them, whatever the server's mode; a value that does
/// not fit is an error, not cut off.
const BEGINNING: [&str; 4] = [
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', SESSION time_zone = '+00:00'",
    "SET SESSION innodb_lock_wait_timeout = 20, SESSION lock_wait_timeout = 20",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];
const NO_TABLE: &str = "SELECT 1 FROM `candor_no_such_table` LIMIT 0";
/// Another whenever tables, columns, keys, engines or triggers are.
const FINGERPRINT: &str = "SELECT CONCAT_WS('.', DATABASE(), \
    (SELECT CONCAT_WS('-', COUNT(*), SUM(CRC32(CONCAT_WS('|', TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA)))) \
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()), \
    (SELECT CONCAT_WS('-', COUNT(*), SUM(CRC32(CONCAT_WS('|', TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE)))) \
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()), \
    (SELECT CONCAT_WS('-', COUNT(*), SUM(CRC32(CONCAT_WS('|', CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME)))) \
        FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE()), \
    (SELECT CONCAT_WS('-', COUNT(*), SUM(CRC32(CONCAT_WS('|', TABLE_NAME, ENGINE)))) \
        FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()), \
    (SELECT CONCAT_WS('-', COUNT(*), SUM(CRC32(CONCAT_WS('|', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT)))) \
        FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()))";

/// A connector to a MariaDB or MySQL.
///
/// # Errors
/// The address is malformed, or would show data on the way.
pub fn mariadb(map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
    let options = address::options(&map.env, address)?;
    Ok(Arc::new(SqlConnector::new(map, Box::new(Mariadb { options }))))
}

struct Mariadb {
    options: Opts,
}

#[async_trait]
impl Driver for Mariadb {
    fn dialect(&self) -> Dialect {
        Dialect::Mariadb
    }

    async fn open(&self) -> Result<Box<dyn Session>, ConnectError> {
        let timed_out = ConnectError::TimedOut { seconds: CONNECT_WAIT.as_secs() };
        let conn = tokio::time::timeout(CONNECT_WAIT, Conn::new(self.options.clone())).await;
        let mut conn = conn.map_err(|_| timed_out)?.map_err(|error| failure::meaning(&error))?;
        let version: Option<String> = within(conn.query_first("SELECT VERSION()")).await?;
        let is_mariadb = version.is_some_and(|version| version.contains("MariaDB"));
        let bound = if is_mariadb {
            format!("SET SESSION max_statement_time = {STATEMENT_SECONDS}")
        } else {
            format!("SET SESSION max_execution_time = {}", STATEMENT_SECONDS * 1000)
        };
        for statement in BEGINNING.into_iter().chain([bound.as_str()]) {
            within(conn.query_drop(statement)).await?;
        }
        Ok(Box::new(Talk { conn, is_mariadb, without_transactions: BTreeSet::new() }))
    }
}

struct Talk {
    conn: Conn,
    is_mariadb: bool,
    without_transactions: BTreeSet<String>,
}

#[async_trait]
impl Session for Talk {
    async fn fingerprint(&mut self) -> Result<String, ConnectError> {
        self.sees_every_table().await?;
        let found: Option<String> = within(self.conn.query_first(FINGERPRINT)).await?;
        Ok(found.unwrap_or_default())
    }

    async fn catalogue(&mut self) -> Result<Catalogue, ConnectError> {
        let schema = within(schema::read(&mut self.conn, self.is_mariadb)).await?;
        self.without_transactions = schema.without_transactions;
        Ok(schema.catalogue)
    }

    fn without_transactions(&self) -> BTreeSet<String> {
        self.without_transactions.clone()
    }

    async fn begin(&mut self, _: Access) -> Result<(), ConnectError> {
        within(self.conn.query_drop("START TRANSACTION")).await
    }

    async fn commit(&mut self) -> Result<(), ConnectError> {
        within(self.conn.query_drop("COMMIT")).await
    }

    async fn rollback(&mut self) -> Result<(), ConnectError> {
        within(self.conn.query_drop("ROLLBACK")).await
    }

    async fn execute(&mut self, statement: &str, parameters: &[&str]) -> Result<u64, ConnectError> {
        let run = async {
            if parameters.is_empty() {
                self.conn.query_drop(statement).await?;
            } else {
                self.conn.exec_drop(statement, given(parameters)).await?;
            }
            Ok(self.conn.affected_rows())
        };
        within(run).await
    }

    async fn query(&mut self, query: &str, parameters: &[&str]) -> Result<Vec<Row>, ConnectError> {
        let run = async {
            let rows: Vec<mysql_async::Row> = if parameters.is_empty() {
                self.conn.query(query).await?
            } else {
                self.conn.exec(query, given(parameters)).await?
            };
            Ok(rows.iter().map(texts).collect())
        };
        within(run).await
    }

    async fn stream(&mut self, query: &str, parameters: &[&str], rows: &mut dyn Rows) -> Result<(), ConnectError> {
        if parameters.is_empty() {
            let mut found = within(self.conn.query_iter(query)).await?;
            while let Some(row) = within(found.next()).await? {
                rows.take(texts(&row)).await?;
            }
        } else {
            let mut found = within(self.conn.exec_iter(query, given(parameters))).await?;
            while let Some(row) = within(found.next()).await? {
                rows.take(texts(&row)).await?;
            }
        }
        Ok(())
    }
}

impl Talk {
    /// That no table is hidden from this account: the server's catalogue leaves out those of which it has no privilege, and a search
    /// would pass them over in silence. Of a table that is not there, an account is told so only where it may read all.
    async fn sees_every_table(&mut self) -> Result<(), ConnectError> {
        match within(self.conn.query_drop(NO_TABLE)).await {
            Err(ConnectError::PrivilegeMissing { .. }) => {
                Err(ConnectError::PrivilegeMissing { what: "SELECT on every table of the database".to_owned() })
            }
            // What is not there, is not there.
            Ok(()) | Err(ConnectError::SchemaDiffers { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn given(parameters: &[&str]) -> Params {
    Params::Positional(parameters.iter().map(|text| Value::Bytes(text.as_bytes().to_vec())).collect())
}

fn texts(row: &mysql_async::Row) -> Row {
    (0..row.len()).map(|n| schema::text(row, n)).collect()
}

/// What is asked of the server, within the bound: a server that hangs is not waited for.
async fn within<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, ConnectError> {
    // The server's own bound comes first, so that what it was doing is undone.
    let wait = Duration::from_secs(STATEMENT_SECONDS + 15);
    match tokio::time::timeout(wait, asked).await {
        Ok(answer) => answer.map_err(|error| failure::meaning(&error)),
        Err(_) => Err(ConnectError::TimedOut { seconds: STATEMENT_SECONDS }),
    }
}
