//! Looks for people in everything that a system has, and says where they are named; never by what.

use std::collections::BTreeMap;

use candor_places::sql::Matcher;
use candor_places::{MappedPlace, PersonIx, SystemMap, Trace};

use crate::row::is_column;
use crate::rows::Sweep;
use crate::walk::clause_column;

pub(crate) struct Seen<'a> {
    map: &'a SystemMap,
    matcher: &'a Matcher,
    traces: BTreeMap<(PersonIx, String, String), u64>,
    named: Vec<PersonIx>,
}

impl Sweep for Seen<'_> {
    fn row(&mut self, table: &str, cells: &[(String, String)]) {
        let mut hits: Vec<(PersonIx, &str)> = Vec::new();
        for (column, value) in cells {
            self.matcher.named(value, false, &mut self.named);
            hits.extend(self.named.iter().map(|person| (*person, column.as_str())));
        }
        hits.sort_unstable();
        hits.dedup();
        for (person, column) in hits {
            *self.traces.entry((person, table.to_owned(), column.to_owned())).or_default() += 1;
        }
    }
}

impl<'a> Seen<'a> {
    pub fn of(map: &'a SystemMap, matcher: &'a Matcher) -> Self {
        Self { map, matcher, traces: BTreeMap::new(), named: Vec::new() }
    }

    pub fn traces(self) -> Vec<Trace> {
        let map = self.map;
        let is_mapped = |place: &str, column: &str| map.place(place).is_some_and(|place| maps(place, column));
        let trace = |((person, place, column), n_rows): ((PersonIx, String, String), u64)| {
            let is_mapped = is_mapped(&place, &column);
            Trace { person, place, column, n_rows, is_mapped }
        };
        self.traces.into_iter().map(trace).collect()
    }
}

fn maps(place: &MappedPlace, column: &str) -> bool {
    let clauses = place.owned_by.iter().chain(&place.accessed_by).map(|clause| clause_column(place, clause));
    let columns = place.columns.iter().map(|mapped| mapped.column.as_str());
    columns.chain(clauses).any(|mapped| is_column(mapped, column))
}
