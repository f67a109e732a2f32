//! The rows of people, handed on as they come.

use async_trait::async_trait;
use candor_connect::{ConnectError, RowSink};
use candor_places::graph::Graph;
use candor_places::sql::{Dialect, ReadCase, ReadColumn, ReadPlan, Step, accessed, read as plans, read_at_once, whose};
use candor_places::{FoundRow, Person, PersonIx, RowValue};

use crate::connector::Known;
use crate::driver::{Access, Row, Rows, Session, numbered};
use crate::sets;

/// How a schema is read, worked out once.
pub(crate) struct Reading {
    steps: Vec<Step>,
    plans: Vec<ReadPlan>,
    single: Option<String>,
}

impl Reading {
    pub fn of(graph: &Graph, dialect: Dialect) -> Self {
        let mut steps = whose(graph, dialect, graph.places());
        steps.push(accessed(graph, dialect));
        let plans = plans(graph, dialect);
        Self { single: read_at_once(dialect, &steps, &plans), steps, plans }
    }
}

pub(crate) async fn read(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    people: &[Person],
    sink: &mut dyn RowSink,
) -> Result<(), ConnectError> {
    let Reading { steps, plans, single } = &known.reading;
    session.begin(Access::Read).await?;
    let asked = sets::people_of(people);
    if let (Some(single), true) = (single, people.len() <= sets::SINGLE_PEOPLE_MAX) {
        session.stream(single, &[&asked], &mut Sorting { plans, sink }).await?;
        return session.rollback().await;
    }
    sets::make(session, dialect, &asked, steps).await?;
    for plan in plans {
        session.stream(&plan.select, &[], &mut Handing { plan, sink: &mut *sink }).await?;
    }
    session.rollback().await
}

/// Tells by the first column which plan a row is of.
struct Sorting<'a> {
    plans: &'a [ReadPlan],
    sink: &'a mut dyn RowSink,
}

#[async_trait]
impl Rows for Sorting<'_> {
    async fn take(&mut self, row: Row) -> Result<(), ConnectError> {
        let (at, row) = numbered(row).ok_or_else(malformed)?;
        let plan = self.plans.get(at).ok_or_else(malformed)?;
        Handing { plan, sink: &mut *self.sink }.take(row).await
    }
}

fn malformed() -> ConnectError {
    ConnectError::Failed { why: "a row had not the columns that were asked for".to_owned() }
}

struct Handing<'a> {
    plan: &'a ReadPlan,
    sink: &'a mut dyn RowSink,
}

#[async_trait]
impl Rows for Handing<'_> {
    async fn take(&mut self, row: Row) -> Result<(), ConnectError> {
        let mut row = row.into_iter();
        let person = row.next().flatten().and_then(|it| it.parse().ok()).ok_or_else(malformed)?;
        let key = row.by_ref().take(self.plan.n_key).map(Option::unwrap_or_default).collect();
        let values: Vec<Option<String>> = row.by_ref().take(self.plan.columns.len()).collect();
        let cases: Vec<Option<&ReadCase>> = self.plan.columns.iter().map(|column| case(column, &values)).collect();
        let values = values
            .into_iter()
            .zip(&self.plan.columns)
            .zip(cases)
            .map(|((value, column), case)| {
                let mut is_said = || row.next().flatten().as_deref() == Some("1");
                let leads = !column.is_link || is_said();
                let is_too_long = column.is_long && is_said();
                let is_withheld = (value.is_some() || is_too_long) && (column.is_withheld || !leads);
                RowValue {
                    column: column.column.clone(),
                    field: case.map_or(&column.field, |case| &case.field).clone(),
                    value: value.filter(|_| !is_withheld),
                    is_withheld,
                    is_provided: case.map_or(column.is_provided, |case| case.is_provided),
                    is_too_long,
                }
            })
            .collect();
        let (place, role) = (self.plan.place.clone(), self.plan.role);
        self.sink.take(FoundRow { person: PersonIx(person), place, key, role, values }).await?;
        Ok(())
    }
}

/// What a column is in this row besides what it is in every one.
fn case<'a>(column: &'a ReadColumn, row: &[Option<String>]) -> Option<&'a ReadCase> {
    let is_met = |case: &&ReadCase| {
        let other = row.get(case.other).and_then(Option::as_ref);
        other.is_some_and(|other| case.values.contains(other))
    };
    column.cases.iter().find(is_met)
}
