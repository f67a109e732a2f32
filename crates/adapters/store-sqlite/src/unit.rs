//! Carries out one unit's changes, whole or not at all.

use candor_store::{Change, Unit};
use candor_words::{SubjectId, SubjectRef};
use rusqlite::Connection;

use crate::failure::Refused;
use crate::table::{
    api_keys, blind_indexes, checkpoints, due, entries_of_subject, events, history, holds, idempotency, jobs, ledgers,
    notices, policies, records, requests, secrets, slips, subject_keys, subjects, tenants, texts,
};

/// Applies every change inside a savepoint; when one fails, those before it are undone.
pub(crate) fn apply_changes(
    connection: &Connection,
    tenant: i64,
    unit: &Unit,
    first_entry: u64,
) -> Result<(), Refused> {
    if unit.changes.is_empty() {
        return Ok(());
    }
    run(connection, "SAVEPOINT unit")?;
    let applied = unit.changes.iter().try_for_each(|change| apply(connection, tenant, change, first_entry));
    // A full disk may have ended the whole transaction already; the group finds that out.
    if applied.is_err() && !connection.is_autocommit() {
        undo(connection)?;
    }
    if !connection.is_autocommit() {
        run(connection, "RELEASE unit")?;
    }
    applied
}

/// Undoes the unit; if that fails, the whole group, so that no half of a unit is ever committed.
fn undo(connection: &Connection) -> rusqlite::Result<()> {
    let undone = run(connection, "ROLLBACK TO unit");
    if undone.is_err() {
        let _ = run(connection, "ROLLBACK");
    }
    undone
}

/// Says whether the unit destroys something, which then has to leave the write-ahead log too.
pub(crate) fn erases(unit: &Unit) -> bool {
    unit.changes.iter().any(|change| {
        matches!(
            change,
            Change::ForgetSubject(..)
                | Change::ForgetTenant
                | Change::DeleteKeys(..)
                | Change::DeleteRecord(..)
                // One put in the place of another destroys the other's key.
                | Change::PutSecret(_)
                | Change::DeleteSecret(_)
        )
    })
}

fn apply(connection: &Connection, tenant: i64, change: &Change, first_entry: u64) -> Result<(), Refused> {
    match change {
        Change::ForgetTenant => tenants::forget(connection, tenant)?,
        Change::PutTenant(row) => tenants::put(connection, tenant, row)?,
        Change::PutPolicy(row) => policies::add(connection, tenant, row)?,
        Change::PutSubject(row) => subjects::put(connection, tenant, row, first_entry)?,
        Change::AddEvent(row) => events::add(connection, tenant, row, first_entry)?,
        Change::PutRecord(row) => records::put(connection, tenant, row)?,
        Change::AddHistory(row) => history::add(connection, tenant, row)?,
        Change::DeleteRecord(subject, group, record) => {
            records::delete(connection, tenant, *subject, group, *record)?;
            history::delete(connection, tenant, *subject, group, *record)?;
        }
        Change::PutKey(row) => subject_keys::put(connection, tenant, row)?,
        Change::DeleteKeys(subject, class) => subject_keys::delete(connection, tenant, *subject, *class)?,
        Change::PutIndex(index, subject) => blind_indexes::put(connection, tenant, index, *subject)?,
        Change::DeleteIndex(index, subject) => blind_indexes::delete(connection, tenant, index, *subject)?,
        Change::ForgetSubject(subject, reference) => forget(connection, tenant, *subject, reference.as_ref())?,
        Change::PutDue(subject, Some(at)) => due::put(connection, tenant, *subject, *at)?,
        Change::PutDue(subject, None) => due::forget(connection, tenant, *subject)?,
        Change::HastenDue(subject, at) => due::hasten(connection, tenant, *subject, *at)?,
        Change::PutRequest(row) => requests::put(connection, tenant, row)?,
        Change::PutHold(row) => holds::put(connection, tenant, row)?,
        Change::DeleteHold(subject, hold) => holds::delete(connection, tenant, *subject, *hold)?,
        Change::PutApiKey(row) => api_keys::put(connection, tenant, row)?,
        Change::PutSecret(row) => secrets::put(connection, tenant, row)?,
        Change::DeleteSecret(name) => secrets::delete(connection, tenant, name)?,
        Change::PutSlip(row) => slips::put(connection, tenant, row)?,
        Change::DeleteSlip(kind, name) => slips::delete(connection, tenant, *kind, name)?,
        Change::DeleteSlipsOf(owner, kind) => slips::delete_of(connection, tenant, *owner, *kind)?,
        Change::ExpireSlips(before) => slips::expire(connection, tenant, *before)?,
        Change::PutIdempotency(row) => idempotency::put(connection, tenant, row)?,
        Change::ExpireIdempotency(before) => idempotency::expire(connection, tenant, *before)?,
        Change::PutText(row) => texts::put(connection, tenant, row)?,
        Change::PutNotice(row) => notices::put(connection, tenant, row)?,
        Change::PutJob(row) => jobs::put(connection, tenant, row)?,
        Change::FinishJob(job) => jobs::finish(connection, tenant, *job)?,
        Change::PutCheckpoint(row) => checkpoints::put(connection, tenant, row)?,
        Change::IndexEntries { pairs, up_to } => {
            for (subject, entry) in pairs {
                entries_of_subject::add(connection, tenant, subject, *entry)?;
            }
            ledgers::set_indexed_to(connection, tenant, *up_to)?;
        }
    }
    Ok(())
}

fn forget(
    connection: &Connection,
    tenant: i64,
    subject: SubjectId,
    reference: Option<&SubjectRef>,
) -> rusqlite::Result<()> {
    records::forget(connection, tenant, subject)?;
    history::forget(connection, tenant, subject)?;
    subject_keys::forget(connection, tenant, subject)?;
    blind_indexes::forget(connection, tenant, subject)?;
    events::forget(connection, tenant, subject)?;
    holds::forget(connection, tenant, subject)?;
    notices::forget(connection, tenant, subject)?;
    slips::forget(connection, tenant, subject)?;
    due::forget(connection, tenant, subject)?;
    match reference {
        Some(reference) => entries_of_subject::forget(connection, tenant, reference),
        None => Ok(()),
    }
}

pub(crate) fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
