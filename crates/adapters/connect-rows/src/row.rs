//! A row as the system has it now.

use std::sync::Arc;

use candor_manifest::model::Condition;
use candor_places::{DocumentPath, MappedPlace, document_cells, normalised};
use serde_json::Value;

/// A row as the system has it now.
pub struct LiveRow {
    /// What names it: the values of its place's key, in order.
    pub key: Vec<String>,
    /// What tells this state of it from any other, where the system says.
    pub version: Option<String>,
    /// What it says.
    pub body: Body,
}

/// What a row says.
pub enum Body {
    /// A JSON document.
    Document(Value),
    /// Values under the names of columns.
    Cells(Arc<Vec<String>>, Vec<String>),
}

impl LiveRow {
    /// A row of a place; nothing, when a column of the key is empty or missing.
    pub fn of(place: &MappedPlace, body: Body, version: Option<String>) -> Option<Self> {
        let key = place.key.iter().map(|column| body.values(column).into_iter().next()).collect::<Option<_>>()?;
        Some(Self { key, version, body })
    }

    /// The values of a column; none when it is empty.
    pub fn values(&self, column: &str) -> Vec<String> {
        self.body.values(column)
    }

    /// Whether it is one of the rows that a condition means.
    pub(crate) fn meets(&self, condition: Option<&Condition>) -> bool {
        condition.is_none_or(|condition| {
            let values = self.values(&condition.column);
            condition.values.iter().any(|wanted| values.contains(wanted))
        })
    }
}

impl Body {
    /// The values of a column; none when it is empty.
    pub fn values(&self, column: &str) -> Vec<String> {
        match self {
            Self::Document(document) => {
                DocumentPath::parse(column).map(|path| path.values(document)).unwrap_or_default()
            }
            Self::Cells(names, cells) => {
                let at = names.iter().position(|name| name == column);
                at.and_then(|at| cells.get(at)).filter(|cell| !cell.is_empty()).cloned().into_iter().collect()
            }
        }
    }

    /// Every value with its column.
    pub fn cells(&self) -> Vec<(String, String)> {
        match self {
            Self::Document(document) => document_cells(document),
            Self::Cells(names, cells) => {
                names.iter().cloned().zip(cells.iter().cloned()).filter(|(_, cell)| !cell.is_empty()).collect()
            }
        }
    }
}

/// Whether a column of the manifest is a column of a row: what is chosen in brackets is one of several there.
pub(crate) fn is_column(mapped: &str, column: &str) -> bool {
    if !mapped.contains('[') {
        return mapped == column;
    }
    let steps = DocumentPath::parse(mapped);
    steps.is_some_and(|path| path.steps().map(|(name, _)| name).collect::<Vec<_>>().join(".") == column)
}

/// Whether two values are the same to a look-up.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    normalised(a) == normalised(b)
}
