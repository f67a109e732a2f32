//! What a database's protocol has to do for a connector.

use std::collections::BTreeSet;

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_places::Catalogue;
use candor_places::sql::Dialect;

/// A row: each value as text, nothing for an empty one.
pub(crate) type Row = Vec<Option<String>>;

/// A row of several queries asked as one: the number of its query, which stands in front, and the rest.
pub(crate) fn numbered(mut row: Row) -> Option<(usize, Row)> {
    let at = (!row.is_empty()).then(|| row.remove(0)).flatten()?.parse().ok()?;
    Some((at, row))
}

/// Opens sessions with one database.
#[async_trait]
pub(crate) trait Driver: Send + Sync + 'static {
    /// How it writes SQL.
    fn dialect(&self) -> Dialect;

    /// A session that nobody else uses until it is dropped.
    async fn open(&self) -> Result<Box<dyn Session>, ConnectError>;
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything it reads is of one moment; only its own temporary tables are written.
    Read,
    /// It changes rows.
    Write,
}

/// One conversation with a database. What a session did without committing is undone when it is dropped.
#[async_trait]
pub(crate) trait Session: Send {
    /// Something that is another whenever the schema is; cheap to ask.
    async fn fingerprint(&mut self) -> Result<String, ConnectError>;

    /// The whole schema.
    async fn catalogue(&mut self) -> Result<Catalogue, ConnectError>;

    /// The tables in which a change stands at once, whatever becomes of the transaction; known when the catalogue was read.
    fn without_transactions(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Begins a transaction.
    async fn begin(&mut self, access: Access) -> Result<(), ConnectError>;

    /// Makes what was done durable.
    async fn commit(&mut self) -> Result<(), ConnectError>;

    /// Undoes what was done.
    async fn rollback(&mut self) -> Result<(), ConnectError>;

    /// Runs a statement and tells how many rows it changed.
    async fn execute(&mut self, statement: &str, parameters: &[&str]) -> Result<u64, ConnectError>;

    /// Runs a query whose answer is small.
    async fn query(&mut self, query: &str, parameters: &[&str]) -> Result<Vec<Row>, ConnectError>;

    /// Runs a query and hands its rows on one by one, however many there are.
    async fn stream(&mut self, query: &str, parameters: &[&str], rows: &mut dyn Rows) -> Result<(), ConnectError>;
}

/// Takes rows as they come.
#[async_trait]
pub(crate) trait Rows: Send {
    /// Takes one; an error ends the query.
    async fn take(&mut self, row: Row) -> Result<(), ConnectError>;
}
