//! Further identifiers that a database knows of people.

use std::collections::HashSet;

use candor_connect::ConnectError;
use candor_places::graph::Graph;
use candor_places::sql::{Dialect, IDENTIFIER_BYTES_MAX, KnownColumn, Step, known as columns, known_at_once, whose};
use candor_places::{Found, Identifier, Person, PersonIx};
use candor_words::Secret;

use crate::connector::Known;
use crate::driver::{Access, Row, Session, numbered};
use crate::sets;

/// Where a schema tells further identifiers, worked out once.
pub(crate) struct Identifying {
    columns: Vec<KnownColumn>,
    /// The sets that these columns need, and no others: what a person has besides may be much.
    steps: Vec<Step>,
    single: Option<String>,
}

impl Identifying {
    pub fn of(graph: &Graph, dialect: Dialect) -> Self {
        let columns = columns(graph, dialect);
        let steps = whose(graph, dialect, columns.iter().map(|column| &*column.place));
        Self { single: known_at_once(dialect, &steps, &columns), columns, steps }
    }

    /// What the columns tell of some people, each with the number of its column.
    async fn ask(
        &self,
        session: &mut dyn Session,
        dialect: Dialect,
        people: &str,
        n_people: usize,
    ) -> Result<Vec<(usize, Row)>, ConnectError> {
        if let (Some(single), true) = (&self.single, n_people <= sets::SINGLE_PEOPLE_MAX) {
            return Ok(session.query(single, &[people]).await?.into_iter().filter_map(numbered).collect());
        }
        let mut all = Vec::new();
        session.begin(Access::Read).await?;
        sets::make(session, dialect, people, &self.steps).await?;
        for (at, column) in self.columns.iter().enumerate() {
            all.extend(session.query(&column.select, &[]).await?.into_iter().map(|row| (at, row)));
        }
        session.rollback().await?;
        Ok(all)
    }
}

pub(crate) async fn identify(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    people: &[Person],
) -> Result<Vec<Found>, ConnectError> {
    let Identifying { columns, .. } = &known.identifying;
    let mut found = Vec::new();
    if columns.is_empty() {
        return Ok(found);
    }
    let mut seen: HashSet<(u32, String, String)> = HashSet::new();
    for (n, person) in (0u32..).zip(people) {
        for identifier in &person.identifiers {
            seen.insert((n, identifier.field.clone(), identifier.value.expose().to_lowercase()));
        }
    }
    for (at, row) in known.identifying.ask(session, dialect, &sets::people_of(people), people.len()).await? {
        let mut values = row.into_iter().flatten();
        let (Some(person), Some(value)) = (values.next().and_then(|it| it.parse().ok()), values.next()) else {
            continue;
        };
        let Some(column) = columns.get(at) else { continue };
        if value.trim().is_empty() || value.len() > IDENTIFIER_BYTES_MAX {
            continue;
        }
        if seen.insert((person, column.field.clone(), value.to_lowercase())) {
            let identifier = Identifier { field: column.field.clone(), value: Secret::new(value) };
            found.push(Found { person: PersonIx(person), identifier });
        }
    }
    Ok(found)
}
