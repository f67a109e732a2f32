//! The connector that rows make.

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, RowSink, SinkClosed};
use candor_places::sql::Matcher;
use candor_places::{
    Catalogue, Foreseen, Found, FoundRow, Identifier, MappedOwner, Person, Preview, Report, Role, Task, Trace,
    normalised,
};
use candor_words::Secret;

use crate::plan::{Work, plan};
use crate::rows::Rows;
use crate::search::Seen;
use crate::walk::Walk;

/// A connector over [`Rows`].
#[derive(Debug)]
pub struct ByRows<R>(pub R);

impl<R: Rows> ByRows<R> {
    /// What a task does here, each change of which the system can hold.
    async fn planned(&self, task: &Task) -> Result<Vec<Work>, ConnectError> {
        let map = self.0.map();
        let walk = Walk::of(&self.0, &task.people, None).await?;
        let works = plan(map, &walk, task)?;
        for work in &works {
            let Some(place) = map.places.get(work.place) else { continue };
            work.changes.iter().try_for_each(|change| self.0.can(place, &change.what))?;
        }
        Ok(works)
    }
}

#[async_trait]
impl<R: Rows> Connector for ByRows<R> {
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        self.0.catalogue().await
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        self.0.sample(table, column, limit.clamp(1, 1_000)).await
    }

    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        let mut identifiers = Identifiers { connector: self, people, found: Vec::new() };
        Walk::of(&self.0, people, Some(&mut identifiers)).await?;
        Ok(identifiers.found)
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        self.foresee(task).await.map(|foreseen| foreseen.previews)
    }

    async fn foresee(&self, task: &Task) -> Result<Foreseen, ConnectError> {
        let map = self.0.map();
        let mut foreseen = Foreseen::default();
        for work in self.planned(task).await? {
            let Some(place) = map.places.get(work.place) else { continue };
            foreseen.shares.extend(work.shares(foreseen.previews.len()));
            let mut statements = Vec::new();
            for change in &work.changes {
                for statement in self.0.statements(place, &change.what) {
                    if !statements.contains(&statement) {
                        statements.push(statement);
                    }
                }
            }
            foreseen.previews.push(Preview { would: work.report, statements });
        }
        Ok(foreseen)
    }

    async fn people_at_once(&self) -> Result<usize, ConnectError> {
        Ok(self.0.people_at_once())
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        Walk::of(&self.0, people, Some(rows)).await.map(|_| ())
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        let map = self.0.map();
        let mut report = Report::default();
        for work in self.planned(task).await? {
            report.shares.extend(work.shares(report.places.len()));
            if let Some(place) = map.places.get(work.place)
                && !work.changes.is_empty()
            {
                self.0.apply(place, work.changes).await?;
            }
            report.places.push(work.report);
        }
        Ok(report)
    }

    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        let matcher = Matcher::of(people).ok_or_else(|| ConnectError::Refused {
            why: "the people have too many identifiers to be looked for together; ask for fewer at a time".to_owned(),
        })?;
        let mut seen = Seen::of(self.0.map(), &matcher);
        self.0.sweep(people, &mut seen).await?;
        Ok(seen.traces())
    }
}

/// Picks out of rows what identifies their owners and was not known.
struct Identifiers<'a, R> {
    connector: &'a ByRows<R>,
    people: &'a [Person],
    found: Vec<Found>,
}

#[async_trait]
impl<R: Rows> RowSink for Identifiers<'_, R> {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        if row.role != Role::Owner {
            return Ok(());
        }
        let Some(place) = self.connector.0.map().place(&row.place) else { return Ok(()) };
        // What stands in rows of which a person may have many, such as an order's address for questions, may be somebody else's: it
        // leads to no further rows, and is searched for by where it stands. Rows that several people own tell nothing.
        let leads_on = match place.owned_by.as_slice() {
            [MappedOwner::Subject { .. }] => true,
            [MappedOwner::Place(_)] => false,
            _ => return Ok(()),
        };
        let person = usize::try_from(row.person.0).ok().and_then(|at| self.people.get(at));
        let identifies = |field: &str| {
            place.columns.iter().any(|column| column.field.as_deref() == Some(field) && column.identifies)
        };
        for value in row.values {
            let (Some(field), Some(text)) = (value.field, value.value) else { continue };
            if !identifies(&field) {
                continue;
            }
            let field = if leads_on { field } else { format!("{}.{}", row.place, value.column) };
            let is_known = |identifier: &Identifier| {
                (identifier.field == field || !leads_on) && normalised(identifier.value.expose()) == normalised(&text)
            };
            let known = person.into_iter().flat_map(|person| &person.identifiers);
            let before = self.found.iter().filter(|found| found.person == row.person).map(|found| &found.identifier);
            if !known.chain(before).any(is_known) {
                let identifier = Identifier { field, value: Secret::new(text) };
                self.found.push(Found { person: row.person, identifier });
            }
        }
        Ok(())
    }
}
