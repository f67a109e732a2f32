//! Further identifiers that a database knows of people.

use std::collections::HashSet;

use candor_connect::ConnectError;
use candor_places::graph::Graph;
use candor_places::sql::{
    Dialect, IDENTIFIER_BYTES_MAX, KnownColumn, Step, json_text, known as columns, known_at_once, whose,
};
use candor_places::{Found, Identifier, Person, PersonIx};
use candor_words::Secret;

use crate::connector::Known;
use crate::driver::{Access, Row, Session, numbered};
use crate::sets;

/// An identifier leads to rows, which may tell another one, and so on so many times at most.
const ROUNDS_MAX: u32 = 10;
/// So many values of one array are taken up.
const VALUES_MAX: usize = 1_000;

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
    let mut seen: HashSet<(u32, String, String)> = HashSet::new();
    let mut by_value: HashSet<(u32, String)> = HashSet::new();
    let mut asked = String::new();
    for (n, person) in (0u32..).zip(people) {
        for identifier in &person.identifiers {
            by_value.insert((n, identifier.value.expose().to_lowercase()));
            seen.insert((n, identifier.field.clone(), identifier.value.expose().to_lowercase()));
        }
    }
    let mut found = Vec::new();
    if columns.is_empty() {
        return Ok(found);
    }
    for hops in 0..ROUNDS_MAX {
        let asking = joined(&sets::people_of(people), &asked);
        let n_before = found.len();
        for (at, row) in known.identifying.ask(session, dialect, &asking, people.len()).await? {
            let mut values = row.into_iter().flatten();
            let (Some(person), Some(value)) = (values.next().and_then(|it| it.parse().ok()), values.next()) else {
                continue;
            };
            let Some(column) = columns.get(at) else { continue };
            for value in each(value) {
                if value.trim().is_empty() || value.len() > IDENTIFIER_BYTES_MAX {
                    continue;
                }
                let is_known = !by_value.insert((person, value.to_lowercase()));
                if is_known && !column.leads_on {
                    continue;
                }
                if seen.insert((person, column.field.clone(), value.to_lowercase())) {
                    asked.push_str(&format!(",[{person},{},{}]", json_text(&column.field), json_text(&value)));
                    let identifier = Identifier { field: column.field.clone(), value: Secret::new(value) };
                    found.push(Found { person: PersonIx(person), identifier, hops });
                }
            }
        }
        if found.len() == n_before {
            break;
        }
    }
    Ok(found)
}

/// A value, or each text of a JSON array of them.
fn each(value: String) -> Vec<String> {
    if !value.starts_with('[') {
        return vec![value];
    }
    match serde_json::from_str::<Vec<serde_json::Value>>(&value) {
        Ok(all) => all.iter().take(VALUES_MAX).filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        Err(_) => vec![value],
    }
}

/// The people with what was found of them.
fn joined(people: &str, found: &str) -> String {
    let people = people.trim_end_matches(']');
    let people = if people.len() > 1 { format!("{people}]") } else { people.to_owned() };
    let all = format!("{people}{found}]");
    all.replacen("[,", "[", 1)
}
