//! One file per table: its rows, and one hand-written query per question.

pub(crate) mod api_keys;
pub(crate) mod blind_indexes;
pub(crate) mod checkpoints;
pub(crate) mod due;
pub(crate) mod entries_of_subject;
pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod holds;
pub(crate) mod idempotency;
pub(crate) mod jobs;
pub(crate) mod ledgers;
pub(crate) mod logs;
pub(crate) mod notices;
pub(crate) mod policies;
pub(crate) mod records;
pub(crate) mod requests;
pub(crate) mod secrets;
pub(crate) mod slips;
pub(crate) mod subject_keys;
pub(crate) mod subjects;
pub(crate) mod tenant_numbers;
pub(crate) mod tenants;
pub(crate) mod texts;

use rusqlite::{Connection, OptionalExtension, Params, Row};

/// Runs a statement that changes rows.
fn change(connection: &Connection, sql: &str, values: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// Asks for at most one row.
fn one<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    connection.prepare_cached(sql)?.query_row(values, read).optional()
}

/// Asks for rows in order.
fn many<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(values, read)?.collect()
}
