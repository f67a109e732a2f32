//! By which columns a row belongs to somebody, or to a row of another place.

use std::collections::HashMap;

use candor_manifest::model::LinkStands;

use crate::catalogue::{Catalogue, Table};
use crate::map::{MappedOwner, MappedPlace, SystemMap};

use super::{Misfit, Spot};

/// One owner, or one whom a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub kind: EdgeKind,
    /// The column that refers; it stands in the other place for [`EdgeKind::There`].
    pub spot: Spot,
}

/// What it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EdgeKind {
    /// A value of an identifier.
    Subject { field: String },
    /// A row of the place `to`: columns here, and columns there that they equal.
    Here { to: usize, pairs: Vec<(String, String)> },
    /// A row of the place `from` refers to a row here: columns there, and columns here that they equal.
    There { from: usize, pairs: Vec<(String, String)> },
}

impl Edge {
    pub(super) fn find(
        owner: &MappedOwner,
        place: &MappedPlace,
        table: &Table,
        map: &SystemMap,
        at: &HashMap<&str, usize>,
        catalogue: &Catalogue,
    ) -> Result<Self, Misfit> {
        let link = match owner {
            MappedOwner::Subject { field, column } => {
                return Ok(Self { kind: EdgeKind::Subject { field: field.clone() }, spot: Spot::find(table, column)? });
            }
            MappedOwner::Place(link) => link,
        };
        let unknown = || Misfit::LinkUnknown { table: table.name.clone(), to: link.place.clone() };
        let n = *at.get(link.place.as_str()).ok_or_else(unknown)?;
        let other = map.places.get(n).ok_or_else(unknown)?;
        let other_table =
            catalogue.table(&other.name).ok_or_else(|| Misfit::TableMissing { table: other.name.clone() })?;
        match link.stands {
            LinkStands::Here => {
                let spot = Spot::find(table, &link.through)?;
                let pairs = pairs(table, &link.through, other_table, &other.key)?;
                Ok(Self { kind: EdgeKind::Here { to: n, pairs }, spot })
            }
            LinkStands::There => {
                let spot = Spot::find(other_table, &link.through)?;
                let pairs = pairs(other_table, &link.through, table, &place.key)?;
                Ok(Self { kind: EdgeKind::There { from: n, pairs }, spot })
            }
        }
    }

    /// The other place, if it is one.
    pub(crate) const fn other(&self) -> Option<usize> {
        match self.kind {
            EdgeKind::Subject { .. } => None,
            EdgeKind::Here { to, .. } => Some(to),
            EdgeKind::There { from, .. } => Some(from),
        }
    }

    /// Whether its column stands in the place that declares it.
    pub(crate) const fn is_here(&self) -> bool {
        !matches!(self.kind, EdgeKind::There { .. })
    }
}

/// Which columns of `from` equal which of `to`: as the foreign key says in which the column stands, else the column and the
/// key, when that is one column.
fn pairs(from: &Table, through: &str, to: &Table, key: &[String]) -> Result<Vec<(String, String)>, Misfit> {
    let keys = from.foreign_keys.iter().filter(|key| key.to == to.name && key.columns.iter().any(|it| it == through));
    if let Some(found) = keys.min_by_key(|key| key.columns.len()) {
        return Ok(found.columns.iter().cloned().zip(found.to_columns.iter().cloned()).collect());
    }
    match key {
        [one] => Ok(vec![(through.to_owned(), one.clone())]),
        _ => Err(Misfit::LinkAmbiguous { table: from.name.clone(), to: to.name.clone() }),
    }
}
