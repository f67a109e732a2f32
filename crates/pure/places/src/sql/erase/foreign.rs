//! What refers to rows that go: which links are cut, what the database does by itself, and what stands in the way.

use candor_manifest::model::PlaceErasure;

use crate::catalogue::{ForeignKey, OnDelete, Table};
use crate::graph::{EdgeKind, Graph, Implied, Node, components};
use crate::report::Did;
use crate::sql::Dialect;
use crate::sql::keys::{going_set, owned_set, update_where};

use super::{Change, Guard, stayed};

const CUT: &str = "these rows stay and referred to rows that went";

/// Cuts and guards.
pub(super) struct Foreign {
    pub cuts: Vec<Change>,
    pub guards: Vec<Guard>,
}

pub(super) fn keys(graph: &Graph, dialect: Dialect) -> Foreign {
    let mut foreign = Foreign { cuts: Vec::new(), guards: Vec::new() };
    let circles = circles(graph);
    for child in &graph.catalogue.tables {
        for key in &child.foreign_keys {
            let Some(parent) = graph.at(&key.to) else { continue };
            let Some(to) = graph.node(parent).filter(|node| node.deletes()) else { continue };
            let link = Link { child, key, parent, to, refers: refers(graph, dialect, key, parent, to) };
            match graph.at(&child.name).and_then(|n| Some((n, graph.node(n)?))) {
                None => foreign.guards.extend(unmapped(graph, dialect, &link)),
                Some((n, node)) => mapped(graph, dialect, &link, n, node, &circles, &mut foreign),
            }
        }
    }
    foreign.guards.extend(graph.implied.iter().filter_map(|it| implied(graph, dialect, it)));
    foreign
}

/// Rows that only the name of a column says to refer to accounts which go: nothing would lead to them afterwards.
fn implied(graph: &Graph, dialect: Dialect, implied: &Implied) -> Option<Guard> {
    let to = graph.node(implied.to).filter(|node| node.deletes())?;
    let (table, column) = (dialect.table(&implied.table), dialect.quoted(&implied.column));
    Some(Guard {
        table: implied.table.clone(),
        columns: vec![implied.column.clone()],
        to: to.table.name.clone(),
        count: format!(
            "SELECT count(*) FROM {table} AS t WHERE t.{column} IN (SELECT k1 FROM {})",
            going_set(graph, implied.to)
        ),
        refuses: true,
        is_enforced: false,
        is_mapped: false,
    })
}

struct Link<'a> {
    child: &'a Table,
    key: &'a ForeignKey,
    parent: usize,
    to: &'a Node,
    refers: String,
}

impl Link<'_> {
    /// Whose the rows are that those under a condition refer to.
    fn shares(&self, dialect: Dialect, condition: &str) -> String {
        let (here, there) = (&self.key.columns, &self.key.to_columns);
        let equal: Vec<String> = here
            .iter()
            .zip(there)
            .map(|(here, there)| format!("t.{} = o.{}", dialect.quoted(here), dialect.quoted(there)))
            .collect();
        format!(
            "SELECT q.person AS person, count(*) AS n FROM {} AS t JOIN {} ON {} JOIN {} AS q ON {} WHERE {condition} GROUP BY q.person",
            dialect.table(&self.child.name),
            self.to.from(dialect, "o"),
            equal.join(" AND "),
            owned_set(self.parent),
            self.to.meets(dialect, "q", "o"),
        )
    }

    fn guard(&self, dialect: Dialect, condition: &str, refuses: bool, is_mapped: bool) -> Guard {
        Guard {
            table: self.child.name.clone(),
            columns: self.key.columns.clone(),
            to: self.to.table.name.clone(),
            count: format!("SELECT count(*) FROM {} AS t WHERE {condition}", dialect.table(&self.child.name)),
            refuses,
            is_enforced: self.key.on_delete == OnDelete::Refuse,
            is_mapped,
        }
    }
}

fn unmapped(graph: &Graph, dialect: Dialect, link: &Link<'_>) -> Option<Guard> {
    match link.key.on_delete {
        OnDelete::Refuse => Some(link.guard(dialect, &link.refers, true, false)),
        OnDelete::Cascade => Some(link.guard(dialect, &link.refers, takes_what_stays(graph, link.child), false)),
        OnDelete::SetNull | OnDelete::SetDefault => None,
    }
}

fn mapped(
    graph: &Graph,
    dialect: Dialect,
    link: &Link<'_>,
    n: usize,
    node: &Node,
    circles: &[(usize, usize)],
    foreign: &mut Foreign,
) {
    let in_circle = node.deletes() && circles.contains(&(n, link.parent));
    // What is kept still refers.
    let is_changed = node.place.on_erasure != PlaceErasure::Keep;
    let covered = is_changed && node.condition.is_none() && node.is_sole && owned_through(node, link);
    if covered && !in_circle {
        return;
    }
    let stays = if node.deletes() {
        format!("{} AND NOT {}", link.refers, node.is_in(dialect, "t", &going_set(graph, n)))
    } else {
        link.refers.clone()
    };
    let loose: Vec<(String, String)> = link
        .key
        .columns
        .iter()
        .filter(|name| link.child.column(name).is_some_and(|column| column.is_nullable && !column.is_generated))
        .map(|name| (name.clone(), "NULL".to_owned()))
        .collect();
    match link.key.on_delete {
        OnDelete::SetNull | OnDelete::SetDefault => {}
        OnDelete::Cascade if node.deletes() => {
            if !covered {
                foreign.guards.push(link.guard(dialect, &stays, takes_what_stays(graph, link.child), true));
            }
        }
        OnDelete::Cascade | OnDelete::Refuse if loose.is_empty() => {
            if !covered {
                foreign.guards.push(link.guard(dialect, &stays, true, true));
            }
        }
        OnDelete::Cascade | OnDelete::Refuse => {
            let whole = if in_circle { &link.refers } else { &stays };
            foreign.cuts.push(Change {
                place: node.place.name.clone(),
                did: Did::DeIdentified,
                because: Some(CUT.to_owned()),
                statement: Some(update_where(dialect, &link.child.name, &loose, whole)),
                single: (!covered).then(|| update_where(dialect, &link.child.name, &loose, &stays)),
                count: format!("SELECT count(*) FROM {} AS t WHERE {stays}", dialect.table(&link.child.name)),
                shares: link.shares(dialect, &stays),
                stayed: stayed::of_updated(dialect, link.child, &loose, whole),
                is_minor: true,
            });
        }
    }
}

/// Whether the database, once it takes rows of a table along, goes on to rows that the manifest lets stay.
pub(super) fn takes_what_stays(graph: &Graph, from: &Table) -> bool {
    let (mut seen, mut ahead) = (vec![from.name.as_str()], vec![from.name.as_str()]);
    while let Some(parent) = ahead.pop() {
        for child in &graph.catalogue.tables {
            let cascades = |key: &ForeignKey| key.to == parent && key.on_delete == OnDelete::Cascade;
            if !child.foreign_keys.iter().any(cascades) {
                continue;
            }
            if graph.at(&child.name).and_then(|n| graph.node(n)).is_some_and(|node| !node.deletes()) {
                return true;
            }
            if !seen.contains(&child.name.as_str()) {
                seen.push(&child.name);
                ahead.push(&child.name);
            }
        }
    }
    false
}

/// Whether a reference within a circle is emptied before rows go.
pub(super) fn is_cut(child: &Table, key: &ForeignKey) -> bool {
    let is_loose = |name: &String| child.column(name).is_some_and(|column| column.is_nullable && !column.is_generated);
    key.columns.iter().any(is_loose) && matches!(key.on_delete, OnDelete::Refuse | OnDelete::Cascade)
}

/// Whether every row that refers is owned through that very reference.
fn owned_through(node: &Node, link: &Link<'_>) -> bool {
    node.owners.iter().any(|edge| match &edge.kind {
        EdgeKind::Here { to, pairs } => {
            *to == link.parent && pairs.iter().map(|(here, _)| here).eq(link.key.columns.iter())
        }
        _ => false,
    })
}

/// True of a row `t` that refers to a row which goes.
fn refers(graph: &Graph, dialect: Dialect, key: &ForeignKey, parent: usize, to: &Node) -> String {
    let here: Vec<String> = key.columns.iter().map(|it| format!("t.{}", dialect.quoted(it))).collect();
    let going = going_set(graph, parent);
    if key.to_columns == to.place.key {
        return format!("({}) IN (SELECT {} FROM {going})", here.join(", "), to.set_columns());
    }
    let there: Vec<String> = key.to_columns.iter().map(|it| format!("o.{}", dialect.quoted(it))).collect();
    format!(
        "({}) IN (SELECT {} FROM {} JOIN {going} AS g ON {})",
        here.join(", "),
        there.join(", "),
        to.from(dialect, "o"),
        to.meets(dialect, "g", "o")
    )
}

/// Pairs of places, both deleted, of which one refers to the other within a circle.
pub(super) fn circles(graph: &Graph) -> Vec<(usize, usize)> {
    let referred: Vec<Vec<usize>> = graph
        .nodes
        .iter()
        .map(|node| {
            let to = node.table.foreign_keys.iter().filter_map(|key| graph.at(&key.to));
            to.filter(|n| node.deletes() && graph.node(*n).is_some_and(Node::deletes)).collect()
        })
        .collect();
    let mut pairs = Vec::new();
    for group in components(&referred) {
        for from in &group {
            for to in referred.get(*from).into_iter().flatten().filter(|to| group.contains(to)) {
                pairs.push((*from, *to));
            }
        }
    }
    pairs
}
