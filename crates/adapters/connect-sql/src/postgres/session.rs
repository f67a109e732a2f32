//! One conversation with PostgreSQL.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_places::Catalogue;
use futures_util::TryStreamExt as _;
use parking_lot::Mutex;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

use super::catalogue;
use super::failure::{STATEMENT_SECONDS, failure};
use crate::driver::{Access, Row, Rows, Session};

/// So many prepared queries are kept in a session.
const PREPARED_MAX: usize = 256;
/// The server ends a statement that takes too long; this is for a server that does not even do that.
const ANSWER_WAIT: Duration = Duration::from_secs(STATEMENT_SECONDS + 15);

/// A connection, with the queries that it has prepared.
pub(super) struct Live {
    pub client: Client,
    prepared: HashMap<String, Statement>,
}

impl Live {
    pub(super) fn new(client: Client) -> Self {
        Self { client, prepared: HashMap::new() }
    }

    async fn prepare(&mut self, query: &str, n_parameters: usize) -> Result<Statement, ConnectError> {
        if let Some(statement) = self.prepared.get(query) {
            return Ok(statement.clone());
        }
        let types = vec![Type::TEXT; n_parameters];
        let statement = self.client.prepare_typed(query, &types).await.map_err(|error| failure(&error))?;
        if self.prepared.len() >= PREPARED_MAX {
            self.prepared.clear();
        }
        self.prepared.insert(query.to_owned(), statement.clone());
        Ok(statement)
    }
}

pub(super) struct PostgresSession {
    live: Option<Live>,
    idle: Arc<Mutex<Vec<Live>>>,
    idle_max: usize,
    /// Something was begun and has not been ended.
    is_open: bool,
}

impl PostgresSession {
    pub(super) fn new(live: Live, idle: Arc<Mutex<Vec<Live>>>, idle_max: usize) -> Self {
        Self { live: Some(live), idle, idle_max, is_open: false }
    }

    fn live(&mut self) -> Result<&mut Live, ConnectError> {
        self.live.as_mut().ok_or_else(|| ConnectError::Unreachable { why: "the session ended".to_owned() })
    }

    async fn batch(&mut self, statements: &str) -> Result<(), ConnectError> {
        let live = self.live()?;
        answered(live.client.batch_execute(statements)).await
    }
}

/// Waits for an answer, but not for ever.
async fn answered<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, ConnectError> {
    match tokio::time::timeout(ANSWER_WAIT, answer).await {
        Ok(answer) => answer.map_err(|error| failure(&error)),
        Err(_) => Err(ConnectError::TimedOut { seconds: ANSWER_WAIT.as_secs() }),
    }
}

fn refs<'a>(parameters: &'a [&'a str]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|it| it as &(dyn ToSql + Sync)).collect()
}

fn texts(row: &tokio_postgres::Row) -> Result<Row, ConnectError> {
    (0..row.len()).map(|at| row.try_get(at).map_err(|error| failure(&error))).collect()
}

#[async_trait]
impl Session for PostgresSession {
    async fn fingerprint(&mut self) -> Result<String, ConnectError> {
        let rows = self.query(catalogue::FINGERPRINT, &[]).await?;
        Ok(rows.into_iter().flatten().flatten().collect::<Vec<_>>().join(":"))
    }

    async fn catalogue(&mut self) -> Result<Catalogue, ConnectError> {
        catalogue::read(self).await
    }

    async fn begin(&mut self, access: Access) -> Result<(), ConnectError> {
        self.is_open = true;
        self.batch(match access {
            Access::Write => "BEGIN",
            // An export is as long as whoever takes it is slow.
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = '6h'",
        })
        .await
    }

    async fn commit(&mut self) -> Result<(), ConnectError> {
        self.batch("COMMIT").await?;
        self.is_open = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), ConnectError> {
        self.batch("ROLLBACK").await?;
        self.is_open = false;
        Ok(())
    }

    async fn execute(&mut self, statement: &str, parameters: &[&str]) -> Result<u64, ConnectError> {
        let live = self.live()?;
        let typed: Vec<(&(dyn ToSql + Sync), Type)> =
            parameters.iter().map(|it| (it as &(dyn ToSql + Sync), Type::TEXT)).collect();
        answered(live.client.execute_typed(statement, &typed)).await
    }

    async fn query(&mut self, query: &str, parameters: &[&str]) -> Result<Vec<Row>, ConnectError> {
        let was_open = std::mem::replace(&mut self.is_open, true);
        let live = self.live()?;
        let statement = live.prepare(query, parameters.len()).await?;
        let rows = answered(live.client.query(&statement, &refs(parameters))).await?;
        self.is_open = was_open;
        rows.iter().map(texts).collect()
    }

    async fn stream(&mut self, query: &str, parameters: &[&str], rows: &mut dyn Rows) -> Result<(), ConnectError> {
        let live = self.live()?;
        let statement = live.prepare(query, parameters.len()).await?;
        let parameters: Vec<String> = parameters.iter().map(|it| (*it).to_owned()).collect();
        let found = answered(live.client.query_raw(&statement, parameters)).await?;
        let mut found = std::pin::pin!(found);
        while let Some(row) = answered(found.try_next()).await? {
            rows.take(texts(&row)?).await?;
        }
        Ok(())
    }
}

impl Drop for PostgresSession {
    fn drop(&mut self) {
        let Some(live) = self.live.take() else { return };
        if self.is_open || live.client.is_closed() {
            return;
        }
        let mut idle = self.idle.lock();
        if idle.len() < self.idle_max {
            idle.push(live);
        }
    }
}
