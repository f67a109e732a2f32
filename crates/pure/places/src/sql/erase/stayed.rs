//! What is as it was though it was changed: a trigger or a rule of the database may undo a change, or keep it from being made,
//! and say that all went well.
//!
//! A database without either does what it is told; nothing is asked there.

use crate::catalogue::Table;
use crate::sql::{Dialect, written};

use super::super::dialect::{ANONYMOUS_HEAD, ANONYMOUS_MAIL_TAIL};

/// Whether something of the database's own runs when rows of a table change.
pub(super) fn may_undo(table: &Table) -> bool {
    table.triggers.iter().any(|trigger| written(&trigger.text).on_change)
}

/// Counts the rows of a condition, which went.
pub(super) fn of_deleted(dialect: Dialect, table: &Table, condition: &str) -> Option<String> {
    may_undo(table).then(|| format!("SELECT count(*) FROM {} AS t WHERE {condition}", dialect.table(&table.name)))
}

/// Counts the rows of a condition in which a column holds something else than it was set to, as far as that can be told.
pub(super) fn of_updated(
    dialect: Dialect,
    table: &Table,
    settings: &[(String, String)],
    condition: &str,
) -> Option<String> {
    if !may_undo(table) {
        return None;
    }
    let holds: Vec<String> = settings.iter().filter_map(|(column, value)| holds(dialect, column, value)).collect();
    let rows = format!("SELECT count(*) FROM {} AS t WHERE {condition}", dialect.table(&table.name));
    (!holds.is_empty()).then(|| format!("{rows} AND NOT ({})", holds.join(" AND ")))
}

/// True of a row `t` whose column was emptied, or holds a pseudonym.
fn holds(dialect: Dialect, column: &str, value: &str) -> Option<String> {
    let column = format!("t.{}", dialect.quoted(column));
    let text = || dialect.folded(&dialect.plain_text(&column));
    if value == "NULL" {
        return Some(format!("{column} IS NULL"));
    }
    let begins_with = |literal: &str| value.starts_with(literal) || value.starts_with(&format!("concat({literal}"));
    if value.contains(&dialect.literal(ANONYMOUS_MAIL_TAIL)) && !value.contains("CASE") {
        return Some(format!("{} LIKE {}", text(), dialect.literal(&format!("%{ANONYMOUS_MAIL_TAIL}"))));
    }
    begins_with(&dialect.literal(ANONYMOUS_HEAD))
        .then(|| format!("{} LIKE {}", text(), dialect.literal(&format!("{ANONYMOUS_HEAD}%"))))
}
