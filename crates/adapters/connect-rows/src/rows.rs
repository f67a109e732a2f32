//! What an adapter says of its system.

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_places::{Catalogue, MappedPlace, Person, SystemMap};
use candor_words::Secret;

use crate::LiveRow;

/// A system that gives and changes rows one by one.
#[async_trait]
pub trait Rows: Send + Sync + 'static {
    /// What the manifest says of it.
    fn map(&self) -> &SystemMap;

    /// For how many people at most a task may be: one, where each row is a call of its own, and what was done stands when a
    /// later one fails.
    fn people_at_once(&self) -> usize {
        1
    }

    /// Gives the rows of a place in which one of the columns has one of its values. It may give more, and a row twice.
    ///
    /// # Errors
    /// See [`ConnectError`]; what `rows` returns.
    async fn find(&self, place: &MappedPlace, wants: &[Want], rows: &mut dyn RowTaker) -> Result<(), ConnectError>;

    /// Carries out changes, in their order. A row that is gone, or is so already, is done.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn apply(&self, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError>;

    /// Whether a place can hold a kind of change; else it is refused before anything is done.
    ///
    /// # Errors
    /// Why not.
    fn can(&self, place: &MappedPlace, what: &What) -> Result<(), ConnectError>;

    /// What a change is done with, with placeholders where values stand.
    fn statements(&self, place: &MappedPlace, what: &What) -> Vec<String>;

    /// Further columns of a place that [`apply`](Self::apply) needs of each row.
    fn columns_kept(&self, _place: &MappedPlace) -> Vec<String> {
        Vec::new()
    }

    /// Gives everything in the system in which one of their identifiers could stand, mapped or not.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn sweep(&self, people: &[Person], seen: &mut dyn Sweep) -> Result<(), ConnectError>;

    /// What the system says of itself.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn catalogue(&self) -> Result<Catalogue, ConnectError>;

    /// Up to `limit` values of a column.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError>;
}

/// Takes rows one by one.
#[async_trait]
pub trait RowTaker: Send {
    /// Takes a row.
    ///
    /// # Errors
    /// No more is wanted, or can be held.
    async fn take(&mut self, row: LiveRow) -> Result<(), ConnectError>;
}

/// Sees everything that could name somebody.
pub trait Sweep: Send {
    /// A row of a table, by everything that stands in it.
    fn row(&mut self, table: &str, cells: &[(String, String)]);
}

/// Values of a column that rows are wanted for.
#[derive(Debug)]
pub struct Want {
    /// The column.
    pub column: String,
    /// The values, as they are known; each once.
    pub values: Vec<Secret<String>>,
}

/// What is done with one row.
pub struct Change {
    /// What names it.
    pub key: Vec<String>,
    /// The state of it that was seen.
    pub version: Option<String>,
    /// What it says in the columns that the adapter keeps.
    pub kept: Vec<(String, String)>,
    /// What is done.
    pub what: What,
}

/// What is done.
#[derive(Clone)]
pub enum What {
    /// It goes.
    Delete,
    /// It stays, and says something else.
    Edit(Vec<Edit>),
}

/// How a row is changed in one column.
#[derive(Clone)]
pub enum Edit {
    /// The column is emptied.
    Blank {
        /// Which.
        column: String,
    },
    /// The link to some people is taken away: of several values theirs alone.
    Unlink {
        /// Which column.
        column: String,
        /// The values that go, as they stand there.
        values: Vec<String>,
    },
    /// The column gets another value: of several, the one that is known to be wrong.
    Put {
        /// Which column.
        column: String,
        /// The field, where one is mapped there.
        field: Option<String>,
        /// The person's known values, as look-ups compare them.
        known: Vec<String>,
        /// What stands there from then on.
        to: String,
    },
    /// The column gets the mark of a restriction, or loses it.
    Mark {
        /// Which column.
        column: String,
        /// What stands there from then on; nothing empties it.
        to: Option<String>,
    },
}

impl Edit {
    /// The column that it changes.
    pub fn column(&self) -> &str {
        match self {
            Self::Blank { column }
            | Self::Unlink { column, .. }
            | Self::Put { column, .. }
            | Self::Mark { column, .. } => column,
        }
    }
}

// What stands in rows is never printed.
impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delete => f.write_str("Delete"),
            Self::Edit(edits) => f.debug_list().entries(edits.iter().map(Edit::column)).finish(),
        }
    }
}
