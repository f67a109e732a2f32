//! A table of a template, written down without the prefix that its name has in an installation.

use candor_manifest::model::{Condition, Link, LinkStands, PlaceErasure};

use crate::map::{MappedColumn, MappedOwner, MappedPlace};

use super::names::Site;

/// A table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sketch {
    pub table: &'static str,
    pub key: &'static [&'static str],
    /// Only rows in which the column has one of the values.
    pub only: Option<(&'static str, &'static [&'static str])>,
    /// Whose; the second and further ones jointly.
    pub owned: &'static [Whose],
    pub columns: &'static [Known],
    pub end: End,
    /// All sites of an installation have it in common.
    pub is_shared: bool,
    /// It stands beside whatever else is said of the same table, for rows that are somebody's in another way.
    pub is_apart: bool,
}

/// Whose a row is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose {
    /// The person's whose address stands in the column.
    Address(&'static str),
    /// The person's whose identifier, known from another column of the site (`user.user_name`), stands in the column.
    Named { as_in: &'static str, column: &'static str },
    /// As the row of another table to which a column here refers.
    Of(&'static str, &'static str),
    /// As the row of another table that refers to the row here.
    Behind(&'static str, &'static str),
}

/// A column that holds personal data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    column: &'static str,
    identifies: bool,
    is_provided: bool,
    about_others: bool,
}

/// What erasure does.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// The row goes.
    Delete,
    /// The row stays, without the columns and without the link.
    DeIdentify,
    /// The row stays, on a ground.
    Keep(&'static str),
}

/// What most tables have in common.
pub(super) const TABLE: Sketch = Sketch {
    table: "",
    key: &["id"],
    only: None,
    owned: &[],
    columns: &[],
    end: End::Delete,
    is_shared: false,
    is_apart: false,
};

/// What the person wrote there themself.
pub(super) const fn given(column: &'static str) -> Known {
    Known { column, identifies: false, is_provided: true, about_others: false }
}

/// What the site noted of them.
pub(super) const fn noted(column: &'static str) -> Known {
    Known { column, identifies: false, is_provided: false, about_others: false }
}

/// What names them, and was chosen by them.
pub(super) const fn names(column: &'static str) -> Known {
    Known { column, identifies: true, is_provided: true, about_others: false }
}

impl Sketch {
    /// The place that the table is in an installation.
    pub(super) fn drawn(&self, site: &Site<'_>, email: &str) -> MappedPlace {
        let (on_erasure, kept_because) = match self.end {
            End::Delete => (PlaceErasure::Delete, None),
            End::DeIdentify => (PlaceErasure::DeIdentify, None),
            End::Keep(ground) => (PlaceErasure::Keep, Some(ground.to_owned())),
        };
        MappedPlace {
            name: site.table(self.table),
            key: self.key.iter().map(|&column| column.to_owned()).collect(),
            only_where: self.only.map(condition),
            owned_by: self.owned.iter().map(|whose| whose.drawn(site, email)).collect(),
            accessed_by: Vec::new(),
            columns: self.columns.iter().map(Known::drawn).collect(),
            on_erasure,
            kept_because,
            marks: Vec::new(),
            clocks: Vec::new(),
            calls: None,
        }
    }
}

impl Whose {
    fn drawn(&self, site: &Site<'_>, email: &str) -> MappedOwner {
        let link = |table: &str, through: &str, stands| {
            MappedOwner::Place(Link { place: site.table(table), through: through.to_owned(), stands })
        };
        match *self {
            Self::Address(column) => MappedOwner::Subject { field: email.to_owned(), column: column.to_owned() },
            Self::Named { as_in, column } => {
                let (table, of) = as_in.split_once('.').unwrap_or((as_in, ""));
                MappedOwner::Subject { field: format!("{}.{of}", site.table(table)), column: column.to_owned() }
            }
            Self::Of(table, column) => link(table, column, LinkStands::Here),
            Self::Behind(table, column) => link(table, column, LinkStands::There),
        }
    }
}

impl Known {
    fn drawn(&self) -> MappedColumn {
        MappedColumn {
            field: None,
            column: self.column.to_owned(),
            only_where: None,
            identifies: self.identifies,
            about_others: self.about_others,
            is_provided: self.is_provided,
        }
    }
}

fn condition((column, values): (&str, &[&str])) -> Condition {
    Condition { column: column.to_owned(), values: values.iter().map(|&value| value.to_owned()).collect() }
}
