//! Where in a row a value stands: a column, or a part of a JSON document in one.

use crate::catalogue::{Column, ColumnKind, Table};
use crate::sql::Dialect;

use super::Misfit;

/// A column, or a path into the document that stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub column: Column,
    /// Where in the document; empty for the whole column.
    pub path: Vec<String>,
}

impl Spot {
    /// Finds `column`, or `column.part.of.document`.
    pub(crate) fn find(table: &Table, word: &str) -> Result<Self, Misfit> {
        if let Some(column) = table.column(word) {
            return Ok(Self { column: column.clone(), path: Vec::new() });
        }
        let missing = || Misfit::ColumnMissing { table: table.name.clone(), column: word.to_owned() };
        let (column, path) = word.split_once('.').ok_or_else(missing)?;
        let column = table.column(column).ok_or_else(missing)?;
        match column.kind {
            ColumnKind::Json | ColumnKind::Text { .. } => {
                Ok(Self { column: column.clone(), path: path.split('.').map(str::to_owned).collect() })
            }
            _ => Err(missing()),
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        self.column.kind == ColumnKind::Array
    }

    /// What stands there in a row.
    pub(crate) fn value(&self, dialect: Dialect, row: &str) -> String {
        let column = format!("{row}.{}", dialect.quoted(&self.column.name));
        if self.path.is_empty() { column } else { dialect.json_at(&column, &self.path) }
    }

    /// What kind of value that is.
    pub(crate) fn kind(&self) -> ColumnKind {
        if self.path.is_empty() { self.column.kind.clone() } else { ColumnKind::Text { chars_max: None } }
    }

    /// The same as text.
    pub(crate) fn text(&self, dialect: Dialect, row: &str) -> String {
        dialect.text(&self.value(dialect, row), &self.kind())
    }

    /// The same; of an array all that stands in it, as a JSON array.
    pub(crate) fn texts(&self, dialect: Dialect, row: &str) -> String {
        if self.is_array() { dialect.array_text(&self.value(dialect, row)) } else { self.text(dialect, row) }
    }
}
