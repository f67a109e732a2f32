//! Which rows are whose, and which of them go: one `SELECT` for each place.

use std::collections::{BTreeSet, HashSet};

use crate::catalogue::{Column, ColumnKind};
use crate::graph::{Edge, EdgeKind, Graph, Node};

use super::keys::{accessed_set, going_set, owned_set};
use super::{Dialect, outside};

/// Sets that are made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The sets: name, how many columns of a key, and the `SELECT` that fills it.
    pub sets: Vec<(String, usize, String)>,
    /// Statements that are repeated until none of them changes a row: ownership goes in circles here.
    pub again: Vec<String>,
}

/// The sets of owned rows, and of rows that go, in an order in which each leans on those before it.
pub fn owned(graph: &Graph, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    for group in &graph.groups {
        steps.push(owned_within(graph, dialect, group));
        let going = going_within(graph, dialect, group);
        if !going.sets.is_empty() {
            steps.push(going);
        }
    }
    steps
}

/// The sets of owned rows of some places alone, and of those that they lean on.
pub fn whose<'a>(graph: &Graph, dialect: Dialect, places: impl IntoIterator<Item = &'a str>) -> Vec<Step> {
    let places: HashSet<&str> = places.into_iter().collect();
    let is_asked = |n: &usize| graph.node(*n).is_some_and(|node| places.contains(&*node.place.name));
    let mut open: Vec<usize> = (0..graph.nodes.len()).filter(is_asked).collect();
    let mut leant_on = BTreeSet::new();
    while let Some(n) = open.pop() {
        if leant_on.insert(n) {
            open.extend(graph.node(n).into_iter().flat_map(|node| &node.owners).filter_map(Edge::other));
        }
    }
    let groups = graph.groups.iter().filter(|group| group.iter().any(|n| leant_on.contains(n)));
    groups.map(|group| owned_within(graph, dialect, group)).collect()
}

/// The sets of owned rows of places that own each other.
fn owned_within(graph: &Graph, dialect: Dialect, group: &[usize]) -> Step {
    let mut step = Step { sets: Vec::new(), again: Vec::new() };
    for (n, node) in nodes(graph, group) {
        let (within, before): (Vec<&Edge>, Vec<&Edge>) = node.owners.iter().partition(|edge| is_within(group, edge));
        step.sets.push((owned_set(n), node.place.key.len(), rows(graph, dialect, node, &before)));
        for edge in within {
            step.again.push(added(node, &owned_set(n), &rows(graph, dialect, node, &[edge])));
        }
    }
    step
}

/// The sets of their rows that go, where that is not all of them.
fn going_within(graph: &Graph, dialect: Dialect, group: &[usize]) -> Step {
    let mut step = Step { sets: Vec::new(), again: Vec::new() };
    for (n, node) in nodes(graph, group).filter(|(_, node)| !node.is_sole) {
        let (within, before): (Vec<&Edge>, Vec<&Edge>) = node.owners.iter().partition(|edge| is_within(group, edge));
        step.sets.push((going_set(graph, n), node.place.key.len(), going(graph, dialect, n, node, &before)));
        if let Some(condition) = outside::any(graph, dialect, &within) {
            step.again.push(format!(
                "DELETE FROM {set} WHERE ({columns}) IN (SELECT {key} FROM {from} JOIN {rows} AS r ON {meets} WHERE {condition})",
                set = going_set(graph, n),
                columns = node.set_columns(),
                key = node.key(dialect, "t").trim_matches(['(', ')']),
                from = node.from(dialect, "t"),
                rows = owned_set(n),
                meets = node.meets(dialect, "r", "t"),
            ));
        }
    }
    step
}

fn nodes<'a>(graph: &'a Graph, group: &'a [usize]) -> impl Iterator<Item = (usize, &'a Node)> {
    group.iter().filter_map(|n| Some((*n, graph.node(*n)?)))
}

fn is_within(group: &[usize], edge: &Edge) -> bool {
    edge.other().is_some_and(|other| group.contains(&other))
}

/// The sets of rows that speak of people without being theirs. They lean on the sets of owned rows.
pub fn accessed(graph: &Graph, dialect: Dialect) -> Step {
    let sets = graph.nodes.iter().enumerate().filter(|(_, node)| !node.accessors.is_empty()).map(|(n, node)| {
        let select = rows(graph, dialect, node, &node.accessors.iter().collect::<Vec<_>>());
        (accessed_set(n), node.place.key.len(), select)
    });
    Step { sets: sets.collect(), again: Vec::new() }
}

/// What a trigger added to a place since its sets were made.
pub(super) fn refilled(graph: &Graph, dialect: Dialect, n: usize) -> Vec<String> {
    let Some(node) = graph.node(n) else { return Vec::new() };
    let owners: Vec<&Edge> = node.owners.iter().collect();
    let mut statements = vec![added(node, &owned_set(n), &rows(graph, dialect, node, &owners))];
    if !node.is_sole {
        let select = going(graph, dialect, n, node, &owners);
        let same: Vec<String> = (1..=node.place.key.len()).map(|k| format!("d.k{k} = s.k{k}")).collect();
        let (set, columns) = (going_set(graph, n), node.set_columns());
        statements.push(format!(
            "INSERT INTO {set} SELECT {columns} FROM ({select}) AS s WHERE NOT EXISTS (SELECT 1 FROM {set} AS d WHERE {})",
            same.join(" AND ")
        ));
    }
    statements
}

fn added(node: &Node, set: &str, select: &str) -> String {
    let same: Vec<String> = (1..=node.place.key.len()).map(|k| format!("d.k{k} = s.k{k}")).collect();
    format!(
        "INSERT INTO {set} SELECT s.person, {} FROM ({select}) AS s WHERE NOT EXISTS (SELECT 1 FROM {set} AS d WHERE d.person = s.person AND {})",
        (1..=node.place.key.len()).map(|n| format!("s.k{n}")).collect::<Vec<_>>().join(", "),
        same.join(" AND ")
    )
}

fn going(graph: &Graph, dialect: Dialect, n: usize, node: &Node, edges: &[&Edge]) -> String {
    let (key, from, rows, meets) =
        (node.key_as(dialect, "t"), node.from(dialect, "t"), owned_set(n), node.meets(dialect, "r", "t"));
    let condition = outside::any(graph, dialect, edges).map_or_else(String::new, |it| format!(" WHERE NOT ({it})"));
    format!("SELECT DISTINCT {key} FROM {from} JOIN {rows} AS r ON {meets}{condition}")
}

/// Whose the rows are that an edge gives to people, without those of them that go; of a link to rows of people, those that lead
/// to one that goes.
pub(super) fn shares_of_edge(graph: &Graph, dialect: Dialect, n: usize, node: &Node, edge: &Edge) -> Option<String> {
    let mut rows = one(graph, dialect, node, edge)?;
    if let EdgeKind::Here { to, .. } = &edge.kind {
        let (other, going) = (graph.node(*to)?, going_set(graph, *to));
        if going != owned_set(*to) {
            let same: Vec<String> = (1..=other.place.key.len()).map(|k| format!("x.k{k} = r.k{k}")).collect();
            let joined = if node.and_condition(dialect, "t").is_empty() { "WHERE" } else { "AND" };
            rows = format!("{rows} {joined} EXISTS (SELECT 1 FROM {going} AS x WHERE {})", same.join(" AND "));
        }
    }
    let rows = rows.replacen("SELECT", "SELECT DISTINCT", 1);
    let same: Vec<String> = (1..=node.place.key.len()).map(|k| format!("g.k{k} = q.k{k}")).collect();
    Some(format!(
        "SELECT q.person AS person, count(*) AS n FROM ({rows}) AS q WHERE NOT EXISTS (SELECT 1 FROM {} AS g WHERE {}) GROUP BY q.person",
        going_set(graph, n),
        same.join(" AND ")
    ))
}

/// The rows that edges give to people.
fn rows(graph: &Graph, dialect: Dialect, node: &Node, edges: &[&Edge]) -> String {
    let selects: Vec<String> = edges.iter().filter_map(|edge| one(graph, dialect, node, edge)).collect();
    match selects.as_slice() {
        [] => {
            let (key, from) = (node.key_as(dialect, "t"), node.from(dialect, "t"));
            format!("SELECT i.person AS person, {key} FROM {from} JOIN candor_ids AS i ON 1 = 0")
        }
        [one] => one.replacen("SELECT", "SELECT DISTINCT", 1),
        many => many.join(" UNION "),
    }
}

fn one(graph: &Graph, dialect: Dialect, node: &Node, edge: &Edge) -> Option<String> {
    let (key, from, condition) = (node.key_as(dialect, "t"), node.from(dialect, "t"), node.and_condition(dialect, "t"));
    Some(match &edge.kind {
        EdgeKind::Subject { field } => {
            let (value, field) = (edge.spot.value(dialect, "t"), dialect.literal(field));
            if edge.spot.is_array() {
                let names = dialect.folded("e.v::text");
                format!(
                    "SELECT i.person AS person, {key} FROM {from} CROSS JOIN LATERAL unnest({value}) AS e(v) JOIN candor_ids AS i ON i.field = {field} AND {names} = i.folded{}",
                    where_(&condition)
                )
            } else {
                let names = dialect.names(&value, &edge.spot.kind());
                format!(
                    "SELECT i.person AS person, {key} FROM {from} JOIN candor_ids AS i ON i.field = {field} AND {names}{}",
                    where_(&condition)
                )
            }
        }
        EdgeKind::Here { to, pairs } => {
            let (other, set) = (graph.node(*to)?, owned_set(*to));
            match within_key(other, pairs) {
                Some(at)
                    if !edge.spot.is_array()
                        && edge.spot.path.is_empty()
                        && fits(edge, pairs, other)
                        && dialect.compares_in_sets(&edge.spot.column.kind) =>
                {
                    let equal =
                        at.iter().zip(pairs).map(|(k, (here, _))| format!("t.{} = r.k{k}", dialect.quoted(here)));
                    let equal = equal.collect::<Vec<_>>().join(" AND ");
                    let from = dialect.beginning_with(&set, &[(&from, &equal)]);
                    format!("SELECT r.person AS person, {key} FROM {from}{}", where_(&condition))
                }
                _ => {
                    let (met, linked) = (other.meets(dialect, "r", "o"), linked(dialect, edge, pairs, "t", "o", other));
                    let from = dialect.beginning_with(&set, &[(&other.from(dialect, "o"), &met), (&from, &linked)]);
                    format!("SELECT r.person AS person, {key} FROM {from}{}", where_(&condition))
                }
            }
        }
        EdgeKind::There { from: other, pairs } => {
            let (other, set) = (graph.node(*other)?, owned_set(*other));
            let (met, linked) = (other.meets(dialect, "r", "o"), linked(dialect, edge, pairs, "o", "t", node));
            let from = dialect.beginning_with(&set, &[(&other.from(dialect, "o"), &met), (&from, &linked)]);
            format!("SELECT r.person AS person, {key} FROM {from}{}", where_(&condition))
        }
    })
}

/// How the row in which the column stands meets the row that it refers to.
pub(super) fn linked(
    dialect: Dialect,
    edge: &Edge,
    pairs: &[(String, String)],
    refers: &str,
    referred: &str,
    to: &Node,
) -> String {
    let value = edge.spot.value(dialect, refers);
    if let (true, Some((_, column))) = (edge.spot.is_array(), pairs.first()) {
        return format!("{referred}.{} = ANY({value})", dialect.quoted(column));
    }
    if let (false, Some((_, column))) = (edge.spot.path.is_empty(), pairs.first()) {
        let kind = to.table.column(column).map(|it| it.kind.clone());
        let text =
            dialect.text(&format!("{referred}.{}", dialect.quoted(column)), &kind.unwrap_or_else(|| edge.spot.kind()));
        return format!("{value} = {text}");
    }
    if !fits(edge, pairs, to)
        && let Some(there) = pairs.first().and_then(|(_, column)| to.table.column(column))
    {
        // `12ab` is not number 12, whatever a database makes of it.
        let text = dialect.text(&format!("{referred}.{}", dialect.quoted(&there.name)), &there.kind);
        return format!("{} = {text}", edge.spot.text(dialect, refers));
    }
    // In SQLite the first of two decides how texts compare: the one that is referred to, whose values are told apart by it.
    let equal =
        pairs.iter().map(|(from, to)| format!("{referred}.{} = {refers}.{}", dialect.quoted(to), dialect.quoted(from)));
    equal.collect::<Vec<_>>().join(" AND ")
}

/// Whether the column that refers and the one it refers to may be compared as they are.
fn fits(edge: &Edge, pairs: &[(String, String)], to: &Node) -> bool {
    let [(_, column)] = pairs else { return true };
    let is_number = |column: &Column| column.kind == ColumnKind::Number;
    to.table.column(column).is_none_or(|there| is_number(there) == is_number(&edge.spot.column))
}

/// Which columns of a key a link covers, counted from one; none unless it is the whole key.
pub(super) fn within_key(to: &Node, pairs: &[(String, String)]) -> Option<Vec<usize>> {
    let at = |column: &String| to.place.key.iter().position(|it| it == column).map(|n| n + 1);
    let found: Vec<usize> = pairs.iter().map(|(_, column)| at(column)).collect::<Option<_>>()?;
    (found.len() == to.place.key.len()).then_some(found)
}

fn where_(condition: &str) -> String {
    condition.strip_prefix(" AND ").map_or_else(String::new, |it| format!(" WHERE {it}"))
}
