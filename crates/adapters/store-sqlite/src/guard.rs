//! Whether a unit's guards hold, inside the transaction that will apply it.

use candor_store::{Change, Guard, Unit};
use rusqlite::Connection;

use crate::table::{api_keys, blind_indexes, idempotency, jobs, requests, slips, subjects, tenants};

/// Stands for a tenant that has no number: no row has it.
const NO_TENANT: i64 = -1;

/// Returns the first guard that does not hold; `size` is the ledger's, with what the group has
/// appended so far.
pub(crate) fn failing_guard(
    connection: &Connection,
    tenant: Option<i64>,
    size: u64,
    unit: &Unit,
) -> rusqlite::Result<Option<Guard>> {
    let tenant = tenant.unwrap_or(NO_TENANT);
    for guard in &unit.guards {
        if !holds(connection, tenant, size, unit, guard)? {
            return Ok(Some(guard.clone()));
        }
    }
    // A slug is unique, asked for or not.
    Ok(if takes_a_slug(connection, tenant, unit)? { Some(Guard::TenantAbsent) } else { None })
}

fn holds(connection: &Connection, tenant: i64, size: u64, unit: &Unit, guard: &Guard) -> rusqlite::Result<bool> {
    Ok(match guard {
        Guard::TenantAbsent => !tenants::exists(connection, tenant)? && !takes_a_slug(connection, tenant, unit)?,
        Guard::SubjectAbsent(subject) => subjects::version(connection, tenant, *subject)?.is_none(),
        Guard::SubjectVersion(subject, version) => subjects::version(connection, tenant, *subject)? == Some(*version),
        Guard::IndexFree(index, subject) => {
            blind_indexes::holder(connection, tenant, index)?.is_none_or(|holder| holder == *subject)
        }
        Guard::IdempotencyFree(key, now, own) => {
            idempotency::get(connection, tenant, key)?.is_none_or(|row| row.expires_at <= *now || row.answer == *own)
        }
        Guard::RequestVersion(request, version) => requests::version(connection, tenant, *request)? == Some(*version),
        Guard::JobAttempt(job, attempt) => jobs::is_leased(connection, tenant, *job, *attempt)?,
        Guard::ApiKeyLive(key) => api_keys::is_live(connection, tenant, *key)?,
        Guard::SubjectKnown(subject) => subjects::is_known(connection, tenant, *subject)?,
        Guard::SlipAbsent(kind, name, now) => {
            slips::get(connection, tenant, *kind, name)?.is_none_or(|row| row.expires_at.is_some_and(|end| end <= *now))
        }
        Guard::SlipVersion(kind, name, version) => {
            slips::get(connection, tenant, *kind, name)?.is_some_and(|row| row.version == *version)
        }
        Guard::LedgerSize(expected) => size == *expected,
    })
}

fn takes_a_slug(connection: &Connection, tenant: i64, unit: &Unit) -> rusqlite::Result<bool> {
    for change in &unit.changes {
        let Change::PutTenant(row) = change else { continue };
        if tenants::another_has_slug(connection, tenant, &row.slug)? {
            return Ok(true);
        }
    }
    Ok(false)
}
