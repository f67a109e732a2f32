//! Whether somebody who is not among the people also owns a row.

use candor_manifest::model::PlaceErasure;

use crate::graph::{Edge, EdgeKind, Graph, Node};

use super::Dialect;
use super::keys::going_set;
use super::sets::linked;

/// True of a row `t` that has an owner outside by any of the edges; nothing when there are none.
pub(super) fn any(graph: &Graph, dialect: Dialect, edges: &[&Edge]) -> Option<String> {
    let conditions: Vec<String> = edges.iter().filter_map(|edge| one(graph, dialect, edge)).collect();
    (!conditions.is_empty()).then(|| conditions.join(" OR "))
}

fn one(graph: &Graph, dialect: Dialect, edge: &Edge) -> Option<String> {
    Some(match &edge.kind {
        EdgeKind::Subject { field } => {
            let (value, field) = (edge.spot.value(dialect, "t"), dialect.literal(field));
            if edge.spot.is_array() {
                let names = dialect.folded("e.v::text");
                format!(
                    "EXISTS (SELECT 1 FROM unnest({value}) AS e(v) WHERE e.v IS NOT NULL AND NOT EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.field = {field} AND {names} = i.folded))"
                )
            } else {
                let names = dialect.names(&value, &edge.spot.kind());
                let text = edge.spot.text(dialect, "t");
                format!(
                    "({text} IS NOT NULL AND {text} <> '' AND {} AND NOT EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.field = {field} AND {names}))",
                    dialect.names_somebody(&text)
                )
            }
        }
        EdgeKind::Here { to, pairs } => {
            let other = graph.node(*to)?;
            // A site may have a row for whoever has no account.
            let somebody = match (&graph.nobody, pairs.as_slice()) {
                (Some(nobody), [(here, _)]) => {
                    format!(" AND t.{} <> {}", dialect.quoted(here), dialect.literal(nobody))
                }
                _ => String::new(),
            };
            format!(
                "EXISTS (SELECT 1 FROM {} WHERE {}{somebody}{}{} AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE {}))",
                other.from(dialect, "o"),
                linked(dialect, edge, pairs, "t", "o", other),
                other.and_condition(dialect, "o"),
                and_left(dialect, other),
                going_set(graph, *to),
                other.meets(dialect, "g", "o")
            )
        }
        EdgeKind::There { from, pairs } => {
            let other = graph.node(*from)?;
            let here = graph.nodes.iter().find(|node| node.owners.iter().any(|it| it == edge))?;
            format!(
                "EXISTS (SELECT 1 FROM {} WHERE {}{} AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE {}))",
                other.from(dialect, "o"),
                linked(dialect, edge, pairs, "o", "t", here),
                other.and_condition(dialect, "o"),
                going_set(graph, *from),
                other.meets(dialect, "g", "o")
            )
        }
    })
}

/// An account that was de-identified is still there, and is nobody's: what it owns with others goes with the last of these.
fn and_left(dialect: Dialect, owner: &Node) -> String {
    match owner.owners.as_slice() {
        [Edge { kind: EdgeKind::Subject { .. }, spot }]
            if owner.place.on_erasure == PlaceErasure::DeIdentify && !spot.is_array() && spot.path.is_empty() =>
        {
            format!(" AND {}", dialect.names_somebody(&spot.text(dialect, "o")))
        }
        _ => String::new(),
    }
}
