//! Further identifiers that a database knows of people.

use std::collections::HashSet;

use candor_connect::ConnectError;
use candor_places::sql::{Dialect, IDENTIFIER_BYTES_MAX, json_text, known as columns, owned};
use candor_places::{Found, Identifier, Person, PersonIx};
use candor_words::Secret;

use crate::connector::Known;
use crate::driver::{Access, Session};
use crate::sets;

/// An identifier leads to rows, which may tell another one, and so on so many times at most.
const ROUNDS_MAX: usize = 10;

pub(crate) async fn identify(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    people: &[Person],
) -> Result<Vec<Found>, ConnectError> {
    let columns = columns(&known.graph, dialect);
    let mut seen: HashSet<(u32, String, String)> = HashSet::new();
    let mut asked = String::new();
    for (n, person) in (0u32..).zip(people) {
        for identifier in &person.identifiers {
            seen.insert((n, identifier.field.clone(), identifier.value.expose().to_lowercase()));
        }
    }
    let mut found = Vec::new();
    if columns.is_empty() {
        return Ok(found);
    }
    for _ in 0..ROUNDS_MAX {
        session.begin(Access::Read).await?;
        let people = joined(&sets::people_of(people), &asked);
        sets::make(session, dialect, &people, &owned(&known.graph, dialect)).await?;
        let n_before = found.len();
        for column in &columns {
            for row in session.query(&column.select, &[]).await? {
                let mut values = row.into_iter().flatten();
                let (Some(person), Some(value)) = (values.next().and_then(|it| it.parse().ok()), values.next()) else {
                    continue;
                };
                if value.trim().is_empty() || value.len() > IDENTIFIER_BYTES_MAX {
                    continue;
                }
                if seen.insert((person, column.field.clone(), value.to_lowercase())) {
                    asked.push_str(&format!(",[{person},{},{}]", json_text(&column.field), json_text(&value)));
                    let identifier = Identifier { field: column.field.clone(), value: Secret::new(value) };
                    found.push(Found { person: PersonIx(person), identifier });
                }
            }
        }
        session.rollback().await?;
        if found.len() == n_before {
            break;
        }
    }
    Ok(found)
}

/// The people with what was found of them.
fn joined(people: &str, found: &str) -> String {
    let people = people.trim_end_matches(']');
    let people = if people.len() > 1 { format!("{people}]") } else { people.to_owned() };
    let all = format!("{people}{found}]");
    all.replacen("[,", "[", 1)
}
