//! What a column holds once the person has gone from its row.
//!
//! Nothing, where nothing may stand. Where something must: a pseudonym for texts, another in each row, so that a unique
//! constraint holds; the column's own default for the rest; else the erasure is refused before anything is done, and says why.

use crate::catalogue::{Column, ColumnKind};
use crate::graph::{Node, Spot};

use super::Dialect;
use super::dialect::UNIQUE_CHARS_MIN;

/// Why a column cannot be emptied.
pub(super) type Obstacle = &'static str;

/// What a column is to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It names them.
    Name,
    /// It says something of them.
    Something,
}

/// The expression of what `current` becomes; nothing when the system works the column out itself.
pub(super) fn emptied(
    dialect: Dialect,
    node: &Node,
    spot: &Spot,
    says: Says,
    current: &str,
) -> Result<Option<String>, Obstacle> {
    let column = &spot.column;
    if column.is_generated {
        return Ok(None);
    }
    if !spot.path.is_empty() {
        return Ok(Some(dialect.json_without(current, &spot.path)));
    }
    if column.kind == ColumnKind::Array && says == Says::Name {
        // The others that it names stay.
        let names = dialect.folded("e.v::text");
        return Ok(Some(format!(
            "coalesce((SELECT array_agg(e.v ORDER BY e.n) FROM unnest({current}) WITH ORDINALITY AS e(v, n) WHERE NOT EXISTS (SELECT 1 FROM candor_ids AS i WHERE {names} = i.folded)), '{{}}')"
        )));
    }
    if column.is_nullable {
        return Ok(Some("NULL".to_owned()));
    }
    let is_unique = node.is_unique(&column.name);
    filled(dialect, column, says, is_unique).map(Some)
}

/// What a column that refers to somebody's row becomes.
pub(super) fn unlinked(column: &Column) -> Result<String, Obstacle> {
    match (column.is_nullable, &column.default) {
        (true, _) => Ok("NULL".to_owned()),
        (false, Some(default)) => Ok(default.clone()),
        (false, None) => Err("it must refer to something"),
    }
}

fn filled(dialect: Dialect, column: &Column, says: Says, is_unique: bool) -> Result<String, Obstacle> {
    let default = column.default.clone().filter(|_| !is_unique);
    match &column.kind {
        ColumnKind::Text { chars_max } => match default {
            Some(default) if says == Says::Something => Ok(default),
            _ if is_unique && chars_max.is_some_and(|max| max < UNIQUE_CHARS_MIN) => {
                Err("it is unique, must hold something, and is too short for a pseudonym")
            }
            _ => Ok(dialect.pseudonym(column, *chars_max)),
        },
        ColumnKind::Json => Ok("'{}'".to_owned()),
        ColumnKind::Array => Ok("'{}'".to_owned()),
        ColumnKind::Bytes if !is_unique => Ok("''".to_owned()),
        ColumnKind::Uuid if says == Says::Name || is_unique => {
            dialect.random_uuid().map(str::to_owned).ok_or("it must hold something, and no UUID can be made there")
        }
        _ if is_unique => Err("it is unique and must hold something"),
        _ => default.ok_or("it must hold something and has no default"),
    }
}
