//! The trait that a connector fulfils.

use std::sync::Arc;

use async_trait::async_trait;
use candor_places::sql::Needed;
use candor_places::{
    Catalogue, Foreseen, Found, Overdue, OverdueTask, Person, Preview, Report, SystemMap, Task, Trace,
};
use candor_words::Secret;

use crate::{ConnectError, Errand, Heard, HeardError, RowSink, by_people};

/// Makes connectors: one for each kind of system.
#[async_trait]
pub trait Connectors: Send + Sync + 'static {
    /// A connector to the system of a map, at the address that its environment variable or secret holds. It may connect at once or
    /// when it is first asked.
    ///
    /// # Errors
    /// Nothing is configured for the system; its address is malformed, or would show data on the way.
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError>;
}

/// Speaks with one system about people.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// What the system says of itself.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn catalogue(&self) -> Result<Catalogue, ConnectError>;

    /// Up to `limit` (1 to 1 000) values of a column, for the rules that recognise personal data. They stay in this process.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError>;

    /// Rights that the mapping needs and the account has not got, where the system can be asked.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn lacking(&self) -> Result<Vec<Needed>, ConnectError> {
        Ok(Vec::new())
    }

    /// Further identifiers of people that the system knows: what stands in mapped columns that identify, of rows that are
    /// theirs. They are asked for before anything is changed, so that a search afterwards looks for all of them. It is one step:
    /// rows that are found by what is told here are not looked at. Whoever asks may know that a value is another's, and goes on
    /// with the rest.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError>;

    /// What [`carry_out`](Self::carry_out) would do now. It changes nothing.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError>;

    /// The same, telling whose rows they are.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn foresee(&self, task: &Task) -> Result<Foreseen, ConnectError> {
        Ok(Foreseen { previews: self.preview(task).await?, shares: Vec::new() })
    }

    /// For how many people at most a task may be, so that [`carry_out`](Self::carry_out) and [`foresee`](Self::foresee) tell
    /// whose rows they are, and a task that fails has done nothing. One, unless the system has transactions.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn people_at_once(&self) -> Result<usize, ConnectError> {
        Ok(1)
    }

    /// Gives every row that is of the people or speaks of them, as one pass for all of them.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError>;

    /// Does what the task says. All of it or nothing, where the system has transactions; where it has none, a repetition
    /// does what is left.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError>;

    /// What [`end_overdue`](Self::end_overdue) would do now, and what stays though its time is over. It changes nothing.
    ///
    /// Without sets of its own, a system is asked for the people whose every field there is over, as for an erasure.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn preview_overdue(&self, task: &OverdueTask) -> Result<Vec<Overdue>, ConnectError> {
        by_people::preview(self, task).await
    }

    /// Ends every row that is over its time: all of them or none, where the system has transactions.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn end_overdue(&self, task: &OverdueTask) -> Result<Vec<Overdue>, ConnectError> {
        by_people::end(self, task).await
    }

    /// What [`carry_out`](Self::carry_out) does, as part of a request, for systems that take requests of their own: until there is an answer,
    /// [`ConnectError::Awaited`].
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn carry_out_for(&self, errand: &Errand, task: &Task) -> Result<Report, ConnectError> {
        let _ = errand;
        self.carry_out(task).await
    }

    /// Believes a call-back, or says why not. What is believed is asked for again all the same.
    ///
    /// # Errors
    /// See [`HeardError`].
    async fn heard(&self, heard: &Heard) -> Result<(), HeardError> {
        let _ = heard;
        Err(HeardError::Unexpected)
    }

    /// Looks for people everywhere in the system: in every table and every column that could hold one of their
    /// identifiers, mapped or not. What a place keeps on a ground is told too, as mapped.
    ///
    /// # Errors
    /// See [`ConnectError`].
    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError>;
}
