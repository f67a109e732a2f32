//! Values that are put right, and marks that rows carry.

use std::collections::BTreeSet;

use crate::graph::{Graph, Node, Spot};
use crate::report::Did;
use crate::{Mark, Turn};

use super::Dialect;
use super::erase::Change;
use super::keys::{one_of, owned_set, shares_of};

const NO_MARK: &str = "the manifest says no `on restriction set` for this place";
const NOT_WRITABLE: &str = "the column is worked out by the system, or holds several values";

/// Puts values right: in every column of the people's rows that a corrected field is mapped to. It leans on the sets of owned
/// rows and on `candor_new` (person, field, value).
pub fn rectify(graph: &Graph, dialect: Dialect, fields: &BTreeSet<&str>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        let mut spots: Vec<(&str, &Spot, Option<String>)> = Vec::new();
        for (mapped, spot) in &node.columns {
            let condition = mapped.only_where.as_ref().and_then(|it| {
                let other = Spot::find(&node.table, &it.column).ok()?;
                Some(one_of(dialect, &other.text(dialect, "t"), &it.values))
            });
            if let Some(field) = mapped.field.as_deref() {
                spots.push((field, spot, condition));
            }
        }
        for edge in node.owners.iter().filter(|edge| edge.is_here()) {
            if let crate::graph::EdgeKind::Subject { field } = &edge.kind
                && !spots.iter().any(|(it, spot, _)| it == field && **spot == edge.spot)
            {
                spots.push((field, &edge.spot, None));
            }
        }
        for (field, spot, condition) in spots.into_iter().filter(|(field, ..)| fields.contains(field)) {
            changes.push(corrected(dialect, n, node, field, spot, condition));
        }
    }
    changes
}

fn corrected(dialect: Dialect, n: usize, node: &Node, field: &str, spot: &Spot, condition: Option<String>) -> Change {
    let (set, literal) = (owned_set(n), dialect.literal(field));
    let whose =
        format!("(SELECT r.* FROM {set} AS r JOIN candor_new AS n ON n.person = r.person AND n.field = {literal})");
    let key = node.key(dialect, "t");
    let asked = (1..=node.place.key.len()).map(|k| format!("q.k{k}")).collect::<Vec<_>>().join(", ");
    let mut rows = format!("{key} IN (SELECT {asked} FROM {whose} AS q)");
    if let Some(condition) = condition {
        rows = format!("{rows} AND {condition}");
    }
    let count = format!("SELECT count(*) FROM {} WHERE {rows}", node.from(dialect, "t"));
    let shares = format!(
        "SELECT q.person AS person, count(*) AS n FROM {whose} AS q JOIN {} ON {} WHERE {rows} GROUP BY q.person",
        node.from(dialect, "t"),
        node.meets(dialect, "q", "t")
    );
    let (mut statement, mut did, mut because) = (None, Did::Corrected, None);
    if spot.column.is_generated || spot.is_array() {
        (did, because) = (Did::CannotHold, Some(NOT_WRITABLE.to_owned()));
    } else {
        let value = format!(
            "(SELECT n.value FROM candor_new AS n JOIN {set} AS r ON r.person = n.person WHERE n.field = {literal} AND {} LIMIT 1)",
            node.meets(dialect, "r", "t")
        );
        let value = if spot.path.is_empty() {
            dialect.typed(&node.table.name, &spot.column, &value)
        } else {
            dialect.json_with(&format!("t.{}", dialect.quoted(&spot.column.name)), &spot.path, &value)
        };
        let settings = [(spot.column.name.clone(), value)];
        statement = Some(super::keys::update_where(dialect, &node.table.name, &settings, &rows));
    }
    Change {
        place: node.place.name.clone(),
        did,
        because,
        single: None,
        statement,
        count,
        shares,
        stayed: None,
        is_minor: false,
    }
}

/// Sets a mark in the people's rows, or takes it away. What a place cannot hold is told of a restriction, which is meant for all
/// places; a no concerns those alone that are mapped for its purpose.
pub fn mark(graph: &Graph, dialect: Dialect, of: &Mark, turn: Turn) -> Vec<Change> {
    let of_node = |(n, node): (usize, &Node)| {
        let set = owned_set(n);
        let mut change = Change {
            place: node.place.name.clone(),
            did: Did::CannotHold,
            because: Some(NO_MARK.to_owned()),
            single: None,
            statement: None,
            count: node.count(&set),
            shares: shares_of(&set),
            stayed: None,
            is_minor: true,
        };
        let Some(mark) = node.place.mark(of) else { return (*of == Mark::Restriction).then_some(change) };
        let Some(column) = node.table.column(&mark.column) else { return Some(change) };
        let value = match (turn, &mark.otherwise, &column.default, column.is_nullable) {
            (Turn::Set, ..) => dialect.literal(&mark.to),
            (Turn::Lifted, Some(otherwise), ..) => dialect.literal(otherwise),
            (Turn::Lifted, None, Some(default), _) => default.clone(),
            (Turn::Lifted, None, None, true) => "NULL".to_owned(),
            (Turn::Lifted, None, None, false) => {
                let name = &mark.column;
                change.because = Some(format!(
                    "`{name}` can neither be empty nor has a default to go back to: say `otherwise` in the policy"
                ));
                return Some(change);
            }
        };
        change.did = of.did(turn);
        change.because = None;
        change.is_minor = false;
        change.statement = Some(node.update(dialect, &[(mark.column.clone(), value)], &set, ""));
        Some(change)
    };
    graph.nodes.iter().enumerate().filter_map(of_node).collect()
}
