//! The connector: a map, a driver, and the plan that fits the schema as it is now.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, RowSink};
use candor_places::graph::Graph;
use candor_places::sql::{self, Dialect, ErasePlan, Needed, Obstacle, erase, needed};
use candor_places::{
    Catalogue, Foreseen, Found, Overdue, OverdueTask, Person, Preview, Report, SystemMap, TASK_PEOPLE_MAX, Task, Trace,
};
use candor_words::Secret;
use parking_lot::Mutex;

use crate::driver::{Access, Driver, Session};
use crate::identify::Identifying;
use crate::read_out::Reading;
use crate::{carry_out, identify, look, overdue, read_out};

/// At most so many values of a column are shown to the rules that recognise personal data.
const SAMPLE_MAX: usize = 1_000;
/// So many rights are asked for at once.
const RIGHTS_AT_ONCE: usize = 500;

/// Speaks with one database about people.
pub struct SqlConnector {
    map: Arc<SystemMap>,
    driver: Box<dyn Driver>,
    known: Mutex<Option<Arc<Known>>>,
}

/// What was worked out for a schema.
pub(crate) struct Known {
    fingerprint: String,
    pub graph: Graph,
    pub erase: Result<ErasePlan, Vec<Obstacle>>,
    /// The erasure as one statement, where it can be said so.
    pub single: Option<Single>,
    pub identifying: Identifying,
    pub reading: Reading,
    /// Tables without transactions: a change stands at once.
    pub lasting: BTreeSet<String>,
}

/// An erasure as one statement.
pub(crate) struct Single {
    pub of_one: String,
    /// It tells whose rows were changed besides.
    pub of_each: String,
}

impl SqlConnector {
    pub(crate) fn new(map: Arc<SystemMap>, driver: Box<dyn Driver>) -> Self {
        Self { map, driver, known: Mutex::new(None) }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.driver.dialect()
    }

    /// A session, and what is known of the schema that it sees.
    async fn open(&self) -> Result<(Box<dyn Session>, Arc<Known>), ConnectError> {
        let mut session = self.driver.open().await?;
        let fingerprint = session.fingerprint().await?;
        let known = self.known.lock().clone();
        if let Some(known) = known.filter(|known| known.fingerprint == fingerprint) {
            return Ok((session, known));
        }
        let mut catalogue = session.catalogue().await?;
        let map = self.map.completed(&mut catalogue);
        let graph = Graph::of(&map, &catalogue).map_err(|misfits| {
            let all: Vec<String> = misfits.iter().map(ToString::to_string).collect();
            ConnectError::SchemaDiffers { what: all.join("; ") }
        })?;
        let dialect = self.dialect();
        let erase = erase(&graph, dialect);
        let single = erase.as_ref().ok().filter(|plan| plan.is_single);
        let single = single.map(|plan| Single { of_one: plan.single(dialect), of_each: plan.single_of_each(dialect) });
        let lasting = session.without_transactions();
        let (identifying, reading) = (Identifying::of(&graph, dialect), Reading::of(&graph, dialect));
        let known = Arc::new(Known { fingerprint, graph, erase, single, identifying, reading, lasting });
        *self.known.lock() = Some(known.clone());
        Ok((session, known))
    }
}

fn bounded(people: &[Person]) -> Result<(), ConnectError> {
    if people.is_empty() || people.len() > TASK_PEOPLE_MAX {
        return Err(ConnectError::Refused { why: format!("a task is for 1 to {TASK_PEOPLE_MAX} people") });
    }
    Ok(())
}

#[async_trait]
impl Connector for SqlConnector {
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        self.driver.open().await?.catalogue().await
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        let mut session = self.driver.open().await?;
        let catalogue = session.catalogue().await?;
        let differs = || ConnectError::SchemaDiffers { what: format!("`{table}` has no column `{column}`") };
        let kind = catalogue.table(table).and_then(|it| it.column(column)).map(|it| &it.kind).ok_or_else(differs)?;
        let dialect = self.dialect();
        let text = dialect.text(&format!("t.{}", dialect.quoted(column)), kind);
        let (from, limit) = (dialect.table(table), limit.clamp(1, SAMPLE_MAX));
        let query = format!("SELECT {text} FROM {from} AS t WHERE {text} <> '' LIMIT {limit}");
        let rows = session.query(&query, &[]).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).map(Secret::new).collect())
    }

    async fn lacking(&self) -> Result<Vec<Needed>, ConnectError> {
        let (mut session, known) = self.open().await?;
        let mut lacking = Vec::new();
        for some in needed(&known.graph).chunks(RIGHTS_AT_ONCE) {
            let Some(query) = sql::lacking(self.dialect(), some) else { break };
            for row in session.query(&query, &[]).await? {
                let at = row.into_iter().next().flatten().and_then(|it| it.parse::<usize>().ok());
                lacking.extend(at.and_then(|at| some.get(at)).cloned());
            }
        }
        Ok(lacking)
    }

    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        bounded(people)?;
        let (mut session, known) = self.open().await?;
        identify::identify(session.as_mut(), self.dialect(), &known, people).await
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        self.foresee(task).await.map(|foreseen| foreseen.previews)
    }

    async fn foresee(&self, task: &Task) -> Result<Foreseen, ConnectError> {
        bounded(&task.people)?;
        let (mut session, known) = self.open().await?;
        session.begin(Access::Read).await?;
        let foreseen = carry_out::preview(session.as_mut(), self.dialect(), &known, task).await?;
        session.rollback().await?;
        Ok(foreseen)
    }

    async fn people_at_once(&self) -> Result<usize, ConnectError> {
        let (_, known) = self.open().await?;
        Ok(if known.lasting.is_empty() { TASK_PEOPLE_MAX } else { 1 })
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        bounded(people)?;
        let (mut session, known) = self.open().await?;
        read_out::read(session.as_mut(), self.dialect(), &known, people, rows).await
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        bounded(&task.people)?;
        let (mut session, known) = self.open().await?;
        carry_out::carry_out(session.as_mut(), self.dialect(), &known, task).await
    }

    async fn preview_overdue(&self, task: &OverdueTask) -> Result<Vec<Overdue>, ConnectError> {
        let (mut session, known) = self.open().await?;
        session.begin(Access::Read).await?;
        let overdue = overdue::preview(session.as_mut(), self.dialect(), &known, task).await?;
        session.rollback().await?;
        Ok(overdue)
    }

    async fn end_overdue(&self, task: &OverdueTask) -> Result<Vec<Overdue>, ConnectError> {
        let (mut session, known) = self.open().await?;
        session.begin(Access::Write).await?;
        let overdue = overdue::end(session.as_mut(), self.dialect(), &known, task).await?;
        session.commit().await?;
        Ok(overdue)
    }

    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        bounded(people)?;
        let (mut session, known) = self.open().await?;
        look::search(session.as_mut(), self.dialect(), &known, people).await
    }
}
