//! Which rights in a database its mapping needs beyond reading, so that all that are missing are told at once.

use std::collections::BTreeMap;

use crate::graph::Graph;

use super::Dialect;

/// A right that is needed on a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The table.
    pub table: String,
    /// Of it this column; none for the right to delete rows.
    pub column: Option<String>,
    /// Corrections alone need it.
    pub is_for_corrections: bool,
}

/// The rights that erasure, marks and corrections need, each once.
pub fn needed(graph: &Graph) -> Vec<Needed> {
    let mut all = Vec::new();
    for node in &graph.nodes {
        let table = || node.table.name.clone();
        if node.deletes() {
            all.push(Needed { table: table(), column: None, is_for_corrections: false });
        }
        // A column that erasure empties or that holds a mark counts as such, whatever else is done to it.
        let mut columns: BTreeMap<&str, bool> = BTreeMap::new();
        let is_emptied = node.place.on_erasure == candor_manifest::model::PlaceErasure::DeIdentify;
        for (_, spot) in node.columns.iter().filter(|(_, spot)| !spot.column.is_generated) {
            *columns.entry(&spot.column.name).or_insert(true) &= !is_emptied;
        }
        for mark in &node.place.marks {
            columns.insert(&mark.column, false);
        }
        let needed = columns.into_iter().map(|(column, is_for_corrections)| Needed {
            table: table(),
            column: Some(column.to_owned()),
            is_for_corrections,
        });
        all.extend(needed);
    }
    all
}

/// Asks which of some rights the account has not got: gives the number of each. Only PostgreSQL can be asked so.
pub fn lacking(dialect: Dialect, needed: &[Needed]) -> Option<String> {
    if dialect != Dialect::Postgres || needed.is_empty() {
        return None;
    }
    let one = |(n, need): (usize, &Needed)| {
        let table = dialect.literal(&dialect.table(&need.table));
        let has = match &need.column {
            Some(column) => format!("has_column_privilege({table}, {}, 'UPDATE')", dialect.literal(column)),
            None => format!("has_table_privilege({table}, 'DELETE')"),
        };
        format!("SELECT '{n}' WHERE NOT {has}")
    };
    Some(needed.iter().enumerate().map(one).collect::<Vec<_>>().join(" UNION ALL "))
}
