//! The search: every table, every column, all people of a batch at once.

use std::collections::BTreeMap;

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_places::sql::{Dialect, Matcher, SearchTable, at_once, others_parameter, searched, without_others};
use candor_places::{Person, PersonIx, Trace};

use crate::connector::Known;
use crate::driver::{Access, Row, Rows, Session};

/// So many tables are asked for in one query.
const TABLES_AT_ONCE: usize = 25;
/// So many columns are looked at again for what is others' own; beyond, everything counts.
const LOOKS_AGAIN_MAX: usize = 200;

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
    // Where the database looks first, few rows come, and fewer questions are what is left to save.
    let n_at_once = if parameters.is_empty() { 1 } else { TABLES_AT_ONCE };
    for tables in tables.chunks(n_at_once) {
        let mut looking = Looking { matcher: &matcher, tables, counts: BTreeMap::new(), people: Vec::new() };
        // MariaDB numbers no parameters: each table's question takes its own.
        let parameters =
            if dialect == Dialect::Mariadb { parameters.repeat(tables.len()) } else { parameters.to_vec() };
        session.stream(&at_once(tables, dialect), &parameters, &mut looking).await?;
        for ((n, person, at), n_rows) in looking.counts {
            let Some((table, (column, _))) = tables.get(n).and_then(|it| Some((&it.table, it.columns.get(at)?))) else {
                continue;
            };
            let is_mapped = known.graph.maps(table, column);
            traces.push(Trace { person, place: table.clone(), column: column.clone(), n_rows, is_mapped });
        }
    }
    let traces = without_others_own(session, dialect, known, people, &matcher, traces).await?;
    session.rollback().await?;
    Ok(traces)
}

/// Looks again where something was found in a column whose cells may be another person's own, and leaves those out.
async fn without_others_own(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    people: &[Person],
    matcher: &Matcher,
    traces: Vec<Trace>,
) -> Result<Vec<Trace>, ConnectError> {
    let mut left = Vec::new();
    let mut n_looks = 0;
    for mut trace in traces {
        let at = (trace.place.as_str(), trace.column.as_str());
        let select = without_others(&known.graph, dialect, at, !matcher.patterns().is_empty());
        let person = usize::try_from(trace.person.0).ok().and_then(|n| people.get(n));
        let parameter = person.and_then(|person| others_parameter(person, matcher));
        if let (Some(select), Some(parameter)) = (select, parameter)
            && n_looks < LOOKS_AGAIN_MAX
        {
            n_looks += 1;
            let mut counting = Counting { matcher, person: trace.person, n_rows: 0, people: Vec::new() };
            session.stream(&select, &[&parameter], &mut counting).await?;
            trace.n_rows = counting.n_rows;
        }
        if trace.n_rows > 0 {
            left.push(trace);
        }
    }
    Ok(left)
}

/// Counts the rows that name one person.
struct Counting<'a> {
    matcher: &'a Matcher,
    person: PersonIx,
    n_rows: u64,
    people: Vec<PersonIx>,
}

#[async_trait]
impl Rows for Counting<'_> {
    async fn take(&mut self, row: Row) -> Result<(), ConnectError> {
        for value in row.into_iter().flatten() {
            self.matcher.named(&value, false, &mut self.people);
            self.n_rows += u64::from(self.people.contains(&self.person));
        }
        Ok(())
    }
}

struct Looking<'a> {
    matcher: &'a Matcher,
    tables: &'a [SearchTable],
    counts: BTreeMap<(usize, PersonIx, usize), u64>,
    people: Vec<PersonIx>,
}

#[async_trait]
impl Rows for Looking<'_> {
    async fn take(&mut self, row: Row) -> Result<(), ConnectError> {
        let mut row = row.into_iter();
        let n = row.next().flatten().and_then(|it| it.parse::<usize>().ok()).unwrap_or_default();
        let Some(table) = self.tables.get(n) else { return Ok(()) };
        for (at, (value, (_, is_number))) in row.zip(&table.columns).enumerate() {
            let Some(value) = value else { continue };
            self.matcher.named(&value, *is_number, &mut self.people);
            for person in &self.people {
                *self.counts.entry((n, *person, at)).or_default() += 1;
            }
        }
        Ok(())
    }
}
