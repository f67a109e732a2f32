//! Erasure as a plan: which statements, in which order, and what stands in the way.
//!
//! Rows that stay lose the person first; links to rows that go are cut next; rows go last, what refers before what is referred
//! to. Where foreign keys go in circles, one of them that may be empty is emptied before. Everything is worked out from the
//! sets, which are made before the first change.

mod change;
mod foreign;
mod person_goes;
mod stayed;
mod trigger_copies;

use candor_manifest::model::PlaceErasure;

use crate::graph::{Graph, Node, sorted};

use super::keys::owned_set;
use super::sets::owned;
use super::{Dialect, Step};

pub use change::{Change, Echo, Guard, Obstacle};

/// A statement of more places than these would be planned longer than it is carried out.
const SINGLE_PLACES_MAX: usize = 64;

/// What an erasure does in one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasePlan {
    /// The sets, in order.
    pub steps: Vec<Step>,
    /// What refuses the erasure, or takes others' rows along, when a count is not zero.
    pub guards: Vec<Guard>,
    /// What is done, in order.
    pub changes: Vec<Change>,
    /// Rows that triggers add while this is done.
    pub echoes: Vec<Echo>,
    /// All of it can be said in one statement, where the database allows that (PostgreSQL).
    pub is_single: bool,
}

/// Plans it.
///
/// # Errors
/// Everything that stands in the way, before anything was looked at in the database.
pub fn erase(graph: &Graph, dialect: Dialect) -> Result<ErasePlan, Vec<Obstacle>> {
    let (mut obstacles, mut updates, mut deletes, mut kept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, node) in graph.nodes.iter().enumerate() {
        match node.place.on_erasure {
            PlaceErasure::Delete => {}
            PlaceErasure::DeIdentify => match person_goes::de_identified(graph, dialect, n, node) {
                Ok(change) => updates.push(change),
                Err(found) => obstacles.extend(found),
            },
            PlaceErasure::Keep => kept.push(Change::kept(node, &owned_set(n))),
        }
        if node.place.on_erasure != PlaceErasure::Keep {
            match person_goes::leaves(graph, dialect, n, node) {
                Ok(changes) => updates.extend(changes),
                Err(found) => obstacles.extend(found),
            }
        }
    }
    let foreign = foreign::keys(graph, dialect);
    updates.extend(foreign.cuts);
    for n in delete_order(graph) {
        if let Some(node) = graph.node(n) {
            deletes.push(Change::deleted(dialect, graph, n, node));
        }
    }
    let changes: Vec<Change> = updates.into_iter().chain(deletes).chain(kept).collect();
    let echoes = match trigger_copies::echoes(graph, dialect, &changes) {
        Ok(echoes) => echoes,
        Err(found) => {
            obstacles.extend(found);
            Vec::new()
        }
    };
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let steps = owned(graph, dialect);
    // Guards are asked between sets and changes: a single statement leaves that to the database.
    let is_guarded = foreign.guards.iter().all(|guard| !guard.refuses || guard.is_enforced);
    let is_single = dialect == Dialect::Postgres
        && graph.nodes.len() <= SINGLE_PLACES_MAX
        && steps.iter().all(|step| step.again.is_empty())
        && echoes.is_empty()
        && is_guarded
        && changes.iter().all(|change| change.stayed.is_none())
        && meet_once(&changes);
    Ok(ErasePlan { steps, guards: foreign.guards, changes, echoes, is_single })
}

/// Links that are emptied before rows go: where references go in circles.
pub(super) fn cuts(graph: &Graph, dialect: Dialect) -> Vec<Change> {
    foreign::keys(graph, dialect).cuts
}

/// Triggers that copy rows of places where nobody looks.
pub(super) fn copying(graph: &Graph, dialect: Dialect, changes: &[Change]) -> Vec<Obstacle> {
    trigger_copies::echoes(graph, dialect, changes).err().unwrap_or_default()
}

/// Whether the database, once it takes rows of a table along, goes on to rows that the manifest lets stay.
pub(super) fn takes_what_stays(graph: &Graph, from: &crate::catalogue::Table) -> bool {
    foreign::takes_what_stays(graph, from)
}

pub(super) use person_goes::{emptied_fields, emptying};

/// Places whose rows go: what refers before what it refers to.
pub(super) fn delete_order(graph: &Graph) -> Vec<usize> {
    let going: Vec<usize> = (0..graph.nodes.len()).filter(|n| graph.node(*n).is_some_and(Node::deletes)).collect();
    let circles = foreign::circles(graph);
    let referring: Vec<Vec<usize>> = going
        .iter()
        .map(|at| {
            let Some(parent) = graph.node(*at) else { return Vec::new() };
            let refers = |child: &usize| {
                let in_circle = circles.contains(&(*child, *at));
                let binds = |table, key| !(in_circle && foreign::is_cut(table, key));
                graph.node(*child).is_some_and(|Node { table, .. }| {
                    table.foreign_keys.iter().any(|key| key.to == parent.table.name && binds(table, key))
                })
            };
            (0..going.len()).filter(|at| going.get(*at).is_some_and(refers)).collect()
        })
        .collect();
    sorted(&referring).into_iter().filter_map(|at| going.get(at).copied()).collect()
}

/// Whether no row is changed twice: a single statement would do one of both.
fn meet_once(changes: &[Change]) -> bool {
    let mut updated: Vec<&str> = changes.iter().filter(|change| change.updates()).map(|it| it.place.as_str()).collect();
    let n_updates = updated.len();
    updated.sort_unstable();
    updated.dedup();
    updated.len() == n_updates
}
