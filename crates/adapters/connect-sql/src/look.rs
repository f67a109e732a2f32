//! The search: every table, every column, all people of a batch at once.

use std::collections::BTreeMap;

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_places::sql::{Dialect, Matcher, SearchTable, searched};
use candor_places::{Person, PersonIx, Trace};

use crate::connector::Known;
use crate::driver::{Access, Row, Rows, Session};

pub(crate) async fn search(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    people: &[Person],
) -> Result<Vec<Trace>, ConnectError> {
    let matcher = Matcher::of(people).ok_or_else(|| ConnectError::Refused {
        why: "the people have too many identifiers; ask for fewer at once".to_owned(),
    })?;
    let patterns: Vec<&str> = matcher.patterns().iter().map(String::as_str).collect();
    let tables = searched(known.graph.catalogue(), dialect, patterns.len());
    let parameters: &[&str] = if dialect == Dialect::Sqlite { &[] } else { &patterns };
    session.begin(Access::Read).await?;
    let mut traces = Vec::new();
    for table in &tables {
        let mut looking = Looking { matcher: &matcher, table, counts: BTreeMap::new(), people: Vec::new() };
        session.stream(&table.select, parameters, &mut looking).await?;
        for ((person, at), n_rows) in looking.counts {
            let Some((column, _)) = table.columns.get(at) else { continue };
            traces.push(Trace {
                person,
                place: table.table.clone(),
                column: column.clone(),
                n_rows,
                is_mapped: known.graph.maps(&table.table, column),
            });
        }
    }
    session.rollback().await?;
    Ok(traces)
}

struct Looking<'a> {
    matcher: &'a Matcher,
    table: &'a SearchTable,
    counts: BTreeMap<(PersonIx, usize), u64>,
    people: Vec<PersonIx>,
}

#[async_trait]
impl Rows for Looking<'_> {
    async fn take(&mut self, row: Row) -> Result<(), ConnectError> {
        for (at, value) in row.into_iter().enumerate() {
            let (Some(value), Some((_, is_number))) = (value, self.table.columns.get(at)) else { continue };
            self.matcher.named(&value, *is_number, &mut self.people);
            for person in &self.people {
                *self.counts.entry((*person, at)).or_default() += 1;
            }
        }
        Ok(())
    }
}
