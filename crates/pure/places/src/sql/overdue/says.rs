//! Whether a row that stays still says something of somebody: what was emptied before is not emptied again.

use candor_manifest::model::PlaceErasure;

use crate::catalogue::{Column, ColumnKind};
use crate::graph::{EdgeKind, Graph, Node, Spot};
use crate::sql::Dialect;
use crate::sql::keys::one_of;

const UNTOLD: &str =
    "once its rows say nothing of anybody that could not be told from their columns; let one of them be empty";

/// True of a row `t` in which a column still holds something: of some fields, or of all and the links to people.
///
/// # Errors
/// No column tells.
pub(super) fn something(
    graph: &Graph,
    dialect: Dialect,
    node: &Node,
    fields: Option<&[&str]>,
) -> Result<String, String> {
    let mut told: Vec<String> = Vec::new();
    let is_meant = |field: Option<&str>| fields.is_none_or(|fields| field.is_some_and(|it| fields.contains(&it)));
    for (mapped, spot) in node.columns.iter().filter(|(mapped, _)| is_meant(mapped.field.as_deref())) {
        let Some(held) = held(dialect, spot) else { continue };
        let condition = mapped.only_where.as_ref().and_then(|it| {
            let spot = Spot::find(&node.table, &it.column).ok()?;
            Some(one_of(dialect, &spot.text(dialect, "t"), &it.values))
        });
        told.push(condition.map_or_else(|| held.clone(), |condition| format!("({condition} AND {held})")));
    }
    for edge in node.owners.iter().filter(|edge| fields.is_none() && edge.is_here()) {
        match &edge.kind {
            EdgeKind::Subject { .. } => told.extend(held(dialect, &edge.spot)),
            EdgeKind::Here { to, pairs } => {
                let stays = graph.node(*to).is_some_and(|other| other.place.on_erasure == PlaceErasure::DeIdentify);
                let columns = pairs.iter().filter_map(|(here, _)| node.table.column(here)).filter(|_| !stays);
                told.extend(
                    columns
                        .filter(|column| column.is_nullable)
                        .map(|column| format!("t.{} IS NOT NULL", dialect.quoted(&column.name))),
                );
            }
            EdgeKind::There { .. } => {}
        }
    }
    told.dedup();
    if told.is_empty() { Err(UNTOLD.to_owned()) } else { Ok(format!("({})", told.join(" OR "))) }
}

/// True of a row whose column was not emptied; nothing where that cannot be told.
fn held(dialect: Dialect, spot: &Spot) -> Option<String> {
    let value = spot.value(dialect, "t");
    if !spot.path.is_empty() || spot.column.is_nullable {
        return Some(format!("{value} IS NOT NULL"));
    }
    let Column { kind, default, is_generated, .. } = &spot.column;
    if *is_generated {
        return None;
    }
    let text = dialect.text(&value, kind);
    match kind {
        ColumnKind::Json => Some(format!("{text} <> '{{}}'")),
        ColumnKind::Array => Some(format!("cardinality({value}) > 0")),
        ColumnKind::Text { .. } => {
            // A pseudonym is known by its beginning or its end; a default by itself.
            let default = default.as_ref().filter(|it| !it.contains('(')).map(|it| format!(" AND {value} <> {it}"));
            Some(format!(
                "({text} NOT LIKE 'anon-%' AND {text} NOT LIKE '%@anonymous.invalid'{})",
                default.unwrap_or_default()
            ))
        }
        _ => default.as_ref().filter(|it| !it.contains('(')).map(|it| format!("{value} <> {it}")),
    }
}
