//! The ownership graph: a map laid over what the live system says of itself.
//!
//! Each place becomes a [`Node`] that knows its table, and each owner an [`Edge`] that knows by which columns two rows belong
//! together. What does not fit (a table that is not there, a key that names several rows) is a [`Misfit`], and a map with one
//! is not carried out.

mod edge;
mod order;
mod spot;

use std::collections::HashMap;

use candor_manifest::model::{Condition, PlaceErasure};

use crate::catalogue::{Catalogue, Table, TableKind};
use crate::map::{MappedColumn, MappedPlace, SystemMap};

pub(crate) use edge::{Edge, EdgeKind};
pub(crate) use order::{components, sorted};
pub(crate) use spot::Spot;

/// A map and a catalogue that fit together.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(crate) nodes: Vec<Node>,
    /// Groups of nodes: owners before what they own; more than one, or one that owns itself, where ownership goes in circles.
    pub(crate) groups: Vec<Vec<usize>>,
    pub(crate) catalogue: Catalogue,
    /// Columns of tables without a place by which rows refer to a site's accounts, and the accounts' node.
    pub(crate) implied: Vec<Implied>,
    /// What stands in a link of a site that leads to nobody.
    pub(crate) nobody: Option<&'static str>,
}

/// A reference that no foreign key tells, but the name of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Implied {
    pub table: String,
    pub column: String,
    pub to: usize,
}

/// One place with its table.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub place: MappedPlace,
    pub table: Table,
    pub columns: Vec<(MappedColumn, Spot)>,
    pub condition: Option<(Condition, Spot)>,
    pub owners: Vec<Edge>,
    pub accessors: Vec<Edge>,
    /// Its owner may be owned by itself in the end.
    pub is_looped: bool,
    /// A row has one owner at most, and goes whenever they go.
    pub is_sole: bool,
}

/// What of a map does not fit the live system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum Misfit {
    #[error("the table `{table}` is not there")]
    TableMissing { table: String },
    #[error("the table `{table}` has no column `{column}`")]
    ColumnMissing { table: String, column: String },
    #[error("`{table}` is a view; map the tables that it shows")]
    IsView { table: String },
    #[error("the key of `{table}` does not name one row: no primary key or unique constraint is on these columns")]
    KeyAmbiguous { table: String },
    #[error("the key column `{column}` of `{table}` may be empty, so that it does not name every row")]
    KeyMayBeEmpty { table: String, column: String },
    #[error("`{table}` refers to `{to}` by one of several columns of its key, so that several rows could be meant")]
    LinkAmbiguous { table: String, to: String },
    #[error("`{table}` is linked to `{to}`, which is no place of this system")]
    LinkUnknown { table: String, to: String },
}

impl Graph {
    /// Lays a map over a catalogue.
    ///
    /// # Errors
    /// Everything that does not fit.
    pub fn of(map: &SystemMap, catalogue: &Catalogue) -> Result<Self, Vec<Misfit>> {
        let mut misfits = Vec::new();
        let at: HashMap<&str, usize> =
            map.places.iter().enumerate().map(|(n, place)| (place.name.as_str(), n)).collect();
        let nodes: Vec<Option<Node>> = map
            .places
            .iter()
            .map(|place| match node(place, map, &at, catalogue) {
                Ok(node) => Some(node),
                Err(found) => {
                    misfits.extend(found);
                    None
                }
            })
            .collect();
        let Some(mut nodes) = nodes.into_iter().collect::<Option<Vec<Node>>>() else { return Err(misfits) };
        let owned: Vec<Vec<usize>> =
            nodes.iter().map(|node| node.owners.iter().filter_map(Edge::other).collect()).collect();
        let groups = components(&owned);
        for group in &groups {
            let is_looped = group.len() > 1 || group.iter().any(|n| owned.get(*n).is_some_and(|to| to.contains(n)));
            for n in group {
                let is_sole = !is_looped && is_sole(&nodes, *n);
                if let Some(node) = nodes.get_mut(*n) {
                    node.is_looped = is_looped;
                    node.is_sole = is_sole;
                }
            }
        }
        let implied = implied(map, &nodes, catalogue);
        Ok(Self { nodes, groups, catalogue: catalogue.clone(), implied, nobody: map.nobody() })
    }

    /// How far from their people the rows of a place are: what is owned is further away than its owners.
    pub fn distance(&self, place: &str) -> Option<usize> {
        let is_in =
            |group: &Vec<usize>| group.iter().any(|n| self.node(*n).is_some_and(|node| node.place.name == place));
        self.groups.iter().rposition(is_in)
    }

    /// The same, where which rows go is not told by whose they are: each place has a set of its own for that.
    pub(crate) fn loosened(&self) -> Self {
        let mut graph = self.clone();
        graph.nodes.iter_mut().for_each(|node| node.is_sole = false);
        graph
    }

    /// Whether a row of a place is what is kept of one person: found by what names them, or the one row that belongs to such a row.
    pub(crate) fn is_of_one(&self, n: usize) -> bool {
        let Some(node) = self.node(n).filter(|node| node.is_sole) else { return false };
        node.owners.iter().all(|edge| match &edge.kind {
            EdgeKind::Subject { .. } => true,
            EdgeKind::Here { to, pairs } => {
                matches!(&pairs[..], [(here, _)] if node.occurs_once(here)) && self.is_of_one(*to)
            }
            EdgeKind::There { .. } => false,
        })
    }

    pub(crate) fn node(&self, n: usize) -> Option<&Node> {
        self.nodes.get(n)
    }

    /// Which node a table is, if any.
    pub(crate) fn at(&self, table: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.table.name == table)
    }

    /// The places, by name.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.place.name.as_str())
    }

    /// Whether the map says what stands in a column: a field, or whose the row is.
    pub fn maps(&self, table: &str, column: &str) -> bool {
        self.nodes.iter().filter(|node| node.table.name == table).any(|node| {
            let edges = node.owners.iter().chain(&node.accessors).filter(|edge| edge.is_here());
            let spots = node.columns.iter().map(|(_, spot)| spot);
            spots.chain(edges.map(|edge| &edge.spot)).any(|spot| spot.column.name == column)
        })
    }

    /// The catalogue that the map was laid over.
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }
}

impl Node {
    pub(crate) fn deletes(&self) -> bool {
        self.place.on_erasure == PlaceErasure::Delete
    }

    /// A place whose rows are found by an identifier stands for people.
    pub(crate) fn is_of_people(&self) -> bool {
        self.owners.iter().any(|edge| matches!(edge.kind, EdgeKind::Subject { .. }))
    }

    /// Whether a value of a column stands in one row at most.
    pub(crate) fn occurs_once(&self, column: &str) -> bool {
        self.table.unique.iter().chain([&self.table.primary_key]).any(|set| matches!(&set[..], [it] if it == column))
    }

    /// Whether any unique constraint is on a column.
    pub(crate) fn is_unique(&self, column: &str) -> bool {
        self.table.unique.iter().chain([&self.table.primary_key]).any(|set| set.iter().any(|name| name == column))
    }
}

/// References to a site's accounts out of tables that nobody mapped, told by their names: sites declare no foreign keys, so
/// the database would let the accounts go and leave rows behind that nothing leads to any more.
fn implied(map: &SystemMap, nodes: &[Node], catalogue: &Catalogue) -> Vec<Implied> {
    let Some((accounts, prefix, names)) = map.referring() else { return Vec::new() };
    let Some(to) = nodes.iter().position(|node| node.table.name == accounts && node.place.key.len() == 1) else {
        return Vec::new();
    };
    let is_loose = |table: &&Table| {
        table.kind == TableKind::Table
            && table.name.starts_with(prefix)
            && nodes.iter().all(|node| node.table.name != table.name)
    };
    let mut found = Vec::new();
    for table in catalogue.tables.iter().filter(is_loose) {
        let is_enforced = |column: &str| table.foreign_keys.iter().any(|key| key.columns.iter().any(|it| it == column));
        for column in
            table.columns.iter().filter(|column| names.iter().any(|name| column.name.eq_ignore_ascii_case(name)))
        {
            if !is_enforced(&column.name) {
                found.push(Implied { table: table.name.clone(), column: column.name.clone(), to });
            }
        }
    }
    found
}

// The nodes before it in the order of ownership have been looked at.
fn is_sole(nodes: &[Node], n: usize) -> bool {
    let Some([edge]) = nodes.get(n).map(|node| node.owners.as_slice()) else { return false };
    match &edge.kind {
        EdgeKind::Subject { .. } => !edge.spot.is_array(),
        EdgeKind::Here { to, .. } => !edge.spot.is_array() && nodes.get(*to).is_some_and(|owner| owner.is_sole),
        EdgeKind::There { .. } => false,
    }
}

fn node(
    place: &MappedPlace,
    map: &SystemMap,
    at: &HashMap<&str, usize>,
    catalogue: &Catalogue,
) -> Result<Node, Vec<Misfit>> {
    let name = place.name.clone();
    let table = catalogue.table(&name).ok_or_else(|| vec![Misfit::TableMissing { table: name.clone() }])?;
    if table.kind != TableKind::Table {
        return Err(vec![Misfit::IsView { table: name }]);
    }
    let mut misfits = Vec::new();
    let mut columns = Vec::new();
    for column in &place.columns {
        match Spot::find(table, &column.column) {
            Ok(spot) => columns.push((column.clone(), spot)),
            Err(misfit) => misfits.push(misfit),
        }
        if let Some(Err(misfit)) = column.only_where.as_ref().map(|condition| Spot::find(table, &condition.column)) {
            misfits.push(misfit);
        }
    }
    let condition = match place.only_where.clone().map(|it| Spot::find(table, &it.column).map(|spot| (it, spot))) {
        Some(Err(misfit)) => {
            misfits.push(misfit);
            None
        }
        Some(Ok(condition)) => Some(condition),
        None => None,
    };
    for mark in place.marks.iter().filter(|mark| table.column(&mark.column).is_none()) {
        misfits.push(Misfit::ColumnMissing { table: name.clone(), column: mark.column.clone() });
    }
    misfits.extend(place.clocks.iter().filter_map(|clock| Spot::find(table, &clock.column).err()));
    let mut edges = |owners: &[crate::map::MappedOwner]| -> Vec<Edge> {
        let found = owners.iter().map(|owner| Edge::find(owner, place, table, map, at, catalogue));
        found.filter_map(|edge| edge.map_err(|misfit| misfits.push(misfit)).ok()).collect()
    };
    let (owners, accessors) = (edges(&place.owned_by), edges(&place.accessed_by));
    misfits.extend(key_misfits(place, table, &owners));
    if !misfits.is_empty() {
        return Err(misfits);
    }
    let (place, table) = (place.clone(), table.clone());
    Ok(Node { place, table, columns, condition, owners, accessors, is_looped: false, is_sole: false })
}

fn key_misfits(place: &MappedPlace, table: &Table, owners: &[Edge]) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let name = &table.name;
    for column in &place.key {
        match table.column(column) {
            None => misfits.push(Misfit::ColumnMissing { table: name.clone(), column: column.clone() }),
            Some(it) if it.is_nullable => {
                misfits.push(Misfit::KeyMayBeEmpty { table: name.clone(), column: column.clone() });
            }
            Some(_) => {}
        }
    }
    let mut sets = table.unique.iter().chain([&table.primary_key]).filter(|set| !set.is_empty());
    let is_unique = sets.any(|set| set.iter().all(|column| place.key.contains(column)));
    // A key that says whose the row is may stand for several rows: all of them are theirs.
    let is_theirs =
        owners.len() == 1 && owners.iter().any(|edge| edge.is_here() && place.key.contains(&edge.spot.column.name));
    if !is_unique && !is_theirs {
        misfits.push(Misfit::KeyAmbiguous { table: name.clone() });
    }
    misfits
}
