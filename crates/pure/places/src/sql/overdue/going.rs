//! Which rows may go: none that a row refers to which stays, and none without its owners.

use candor_manifest::model::PlaceErasure;

use crate::catalogue::{OnDelete, Table};
use crate::graph::{Edge, EdgeKind, Graph, Node};
use crate::sql::Dialect;
use crate::sql::erase::takes_what_stays;
use crate::sql::sets::linked;

/// True of a row `t` of a place in which no field stands: all whose it is are over.
pub(super) fn following(graph: &Graph, dialect: Dialect, node: &Node) -> Option<String> {
    if node.is_looped {
        return None;
    }
    let (mut over, mut not_over) = (Vec::new(), Vec::new());
    for edge in &node.owners {
        let p = edge.other()?;
        let other = graph.node(p)?;
        let on = meets(dialect, edge, node, other)?;
        let from = other.from(dialect, "o");
        let rows = if other.place.on_erasure == PlaceErasure::Keep { "x" } else { "o" };
        let is_over = other.is_in(dialect, "o", &format!("candor_{rows}{p}"));
        // The sets of owners that are kept are made later, and hold nothing.
        if rows == "o" {
            over.push(format!("EXISTS (SELECT 1 FROM {from} WHERE {on} AND {is_over})"));
            not_over.push(format!(
                "EXISTS (SELECT 1 FROM {from} WHERE {on}{} AND NOT {is_over})",
                other.and_condition(dialect, "o")
            ));
        } else {
            not_over.push(format!("EXISTS (SELECT 1 FROM {from} WHERE {on})"));
        }
    }
    (!over.is_empty()).then(|| format!("({}) AND NOT ({})", over.join(" OR "), not_over.join(" OR ")))
}

/// What is repeated until nothing changes: rows leave the sets of those that go.
pub(super) fn narrowing(graph: &Graph, dialect: Dialect, followers: &[usize]) -> Vec<String> {
    let mut again = Vec::new();
    for (p, parent) in graph.nodes.iter().enumerate().filter(|(_, node)| node.deletes()) {
        for (m, node) in graph.nodes.iter().enumerate() {
            for edge in node.owners.iter().filter(|edge| edge.other() == Some(p)) {
                let Some(on) = meets(dialect, edge, node, parent) else { continue };
                let from = format!("{} JOIN {} ON {on}", parent.from(dialect, "o"), node.from(dialect, "t"));
                let condition = node.and_condition(dialect, "t");
                let stays = staying(dialect, m, node);
                again.push(leave(dialect, p, parent, "o", &format!("{from} WHERE 1 = 1{condition}{stays}")));
                if followers.contains(&m) && node.place.on_erasure != PlaceErasure::Keep {
                    let alone = format!(
                        "{from} WHERE NOT {}{}",
                        parent.is_in(dialect, "o", &format!("candor_x{p}")),
                        parent.and_condition(dialect, "o")
                    );
                    again.push(leave(dialect, m, node, "t", &alone));
                }
            }
        }
        for child in &graph.catalogue.tables {
            again.extend(referring(graph, dialect, (p, parent), child));
        }
    }
    again
}

/// References that the database enforces and that do not say whose a row is.
fn referring(graph: &Graph, dialect: Dialect, (p, parent): (usize, &Node), child: &Table) -> Vec<String> {
    let mut again = Vec::new();
    let node = graph.at(&child.name).and_then(|m| Some((m, graph.node(m)?)));
    for key in child.foreign_keys.iter().filter(|key| key.to == parent.table.name) {
        let owns = |edge: &Edge| matches!(&edge.kind, EdgeKind::Here { to, pairs } if *to == p && pairs.iter().map(|(here, _)| here).eq(key.columns.iter()));
        let is_owned = node.is_some_and(|(_, node)| node.condition.is_none() && node.owners.iter().any(owns));
        let binds = match key.on_delete {
            OnDelete::SetNull | OnDelete::SetDefault => false,
            OnDelete::Refuse => true,
            OnDelete::Cascade => node.is_some() || takes_what_stays(graph, child),
        };
        if is_owned || !binds {
            continue;
        }
        let on: Vec<String> = key
            .columns
            .iter()
            .zip(&key.to_columns)
            .map(|(here, there)| format!("t.{} = o.{}", dialect.quoted(here), dialect.quoted(there)))
            .collect();
        let stays = node.map_or_else(String::new, |(m, node)| staying(dialect, m, node));
        let rows = format!(
            "{} JOIN {} AS t ON {} WHERE 1 = 1{stays}",
            parent.from(dialect, "o"),
            dialect.table(&child.name),
            on.join(" AND ")
        );
        again.push(leave(dialect, p, parent, "o", &rows));
    }
    again
}

/// That a row `t` stays, ready to follow other conditions.
fn staying(dialect: Dialect, m: usize, node: &Node) -> String {
    match node.place.on_erasure {
        PlaceErasure::Delete => format!(" AND NOT {}", node.is_in(dialect, "t", &format!("candor_x{m}"))),
        PlaceErasure::DeIdentify => format!(" AND NOT {}", node.is_in(dialect, "t", &format!("candor_o{m}"))),
        PlaceErasure::Keep => String::new(),
    }
}

fn leave(dialect: Dialect, n: usize, node: &Node, row: &str, rows: &str) -> String {
    let key = node.key(dialect, row);
    format!(
        "DELETE FROM candor_x{n} WHERE ({}) IN (SELECT {} FROM {rows})",
        node.set_columns(),
        key.trim_matches(['(', ')'])
    )
}

/// How a row `t` of a place and the row `o` of its owner meet.
fn meets(dialect: Dialect, edge: &Edge, node: &Node, other: &Node) -> Option<String> {
    match &edge.kind {
        EdgeKind::Subject { .. } => None,
        EdgeKind::Here { pairs, .. } => Some(linked(dialect, edge, pairs, "t", "o", other)),
        EdgeKind::There { pairs, .. } => Some(linked(dialect, edge, pairs, "o", "t", node)),
    }
}
