//! Triggers that copy rows elsewhere while they are changed or go.

use crate::graph::Graph;
use crate::sql::sets::refilled;
use crate::sql::{Dialect, written};

use super::{Change, Echo, Obstacle};

/// For each mapped place that a trigger adds rows to: how its sets are filled again, and which changes are done once more.
pub(super) fn echoes(graph: &Graph, dialect: Dialect, changes: &[Change]) -> Result<Vec<Echo>, Vec<Obstacle>> {
    let (mut places, mut obstacles) = (Vec::new(), Vec::new());
    for node in &graph.nodes {
        let is_touched = |change: &Change| change.place == node.place.name && change.statement.is_some();
        if !changes.iter().any(is_touched) {
            continue;
        }
        for trigger in &node.table.triggers {
            let writes = written(&trigger.text);
            for to in writes.adds_to.iter().filter(|_| writes.on_change) {
                let found = graph.nodes.iter().position(|it| is_named(&it.table.name, to));
                let is_table = graph.catalogue.tables.iter().any(|table| is_named(&table.name, to));
                match found {
                    Some(n) if !places.contains(&n) => places.push(n),
                    // A name that is no table here is a variable, or another database's.
                    None if is_table => obstacles.push(Obstacle::TriggerCopies {
                        table: node.table.name.clone(),
                        trigger: trigger.name.clone(),
                        to: to.clone(),
                    }),
                    _ => {}
                }
            }
        }
    }
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let echo = |n: usize| {
        let name = graph.node(n).map(|node| node.place.name.clone()).unwrap_or_default();
        let again = changes.iter().enumerate().filter(|(_, change)| change.place == name && change.statement.is_some());
        Echo { refill: refilled(graph, dialect, n), again: again.map(|(at, _)| at).collect() }
    };
    Ok(places.into_iter().map(echo).collect())
}

/// Whether a trigger means a table: with its schema or without.
pub(crate) fn is_named(table: &str, written: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
    table.eq_ignore_ascii_case(written)
        || (last(table) == last(written) && (!table.contains('.') || !written.contains('.')))
}
