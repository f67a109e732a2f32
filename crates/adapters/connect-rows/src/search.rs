//! Looks for people in everything that a system has, and says where they are named; never by what.

use std::collections::BTreeMap;

use candor_places::{MappedPlace, Needles, SystemMap, Trace};

use crate::row::is_column;
use crate::rows::Sweep;
use crate::walk::clause_column;

pub(crate) struct Seen<'a> {
    pub map: &'a SystemMap,
    pub needles: &'a Needles,
    pub traces: BTreeMap<(String, String), u64>,
}

impl Sweep for Seen<'_> {
    fn row(&mut self, table: &str, cells: &[(String, String)]) {
        let mut columns: Vec<&str> =
            cells.iter().filter(|(_, value)| self.needles.is_in(value)).map(|(column, _)| column.as_str()).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            *self.traces.entry((table.to_owned(), column.to_owned())).or_default() += 1;
        }
    }
}

impl Seen<'_> {
    pub fn traces(self) -> Vec<Trace> {
        let map = self.map;
        let is_mapped = |place: &str, column: &str| map.place(place).is_some_and(|place| maps(place, column));
        let traces = self.traces.into_iter();
        traces
            .map(|((place, column), n_rows)| Trace { is_mapped: is_mapped(&place, &column), place, column, n_rows })
            .collect()
    }
}

fn maps(place: &MappedPlace, column: &str) -> bool {
    let clauses = place.owned_by.iter().chain(&place.accessed_by).map(|clause| clause_column(place, clause));
    let columns = place.columns.iter().map(|mapped| mapped.column.as_str());
    columns.chain(clauses).any(|mapped| is_column(mapped, column))
}
