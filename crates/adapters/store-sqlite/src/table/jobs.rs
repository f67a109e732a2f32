//! Unfinished jobs.

use candor_store::{JobRow, page_rows};
use candor_words::{Instant, JobId, TenantId};
use rusqlite::{Connection, Row, params};

use super::{change, many, one};
use crate::column::{instant, maybe_instant, millis, page_and_one};

/// Inserts or replaces, unless an unfinished job has the same unique key (by jobs_by_unique_key).
pub(crate) fn put(connection: &Connection, tenant: i64, row: &JobRow) -> rusqlite::Result<()> {
    let known = "SELECT 1 FROM jobs WHERE tenant = ?1 AND unique_key = ?2";
    if one(connection, known, params![tenant, row.unique], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let sql = "INSERT INTO jobs (tenant, id, kind, unique_key, payload, run_at, attempts, leased_until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (tenant, id) DO UPDATE SET kind = ?3, unique_key = ?4, payload = ?5, run_at = ?6, attempts = ?7,
            leased_until = ?8";
    let values = params![
        tenant,
        row.id.as_bytes(),
        row.kind,
        row.unique,
        row.payload,
        row.run_at.as_millis(),
        row.attempts,
        millis(row.leased_until),
    ];
    change(connection, sql, values)
}

/// Removes a job that is done. By the primary key.
pub(crate) fn finish(connection: &Connection, tenant: i64, job: JobId) -> rusqlite::Result<()> {
    change(connection, "DELETE FROM jobs WHERE tenant = ?1 AND id = ?2", params![tenant, job.as_bytes()])
}

/// Says whether a job is leased under an attempt. By the primary key.
pub(crate) fn is_leased(connection: &Connection, tenant: i64, job: JobId, attempt: u32) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM jobs WHERE tenant = ?1 AND id = ?2 AND attempts = ?3 AND leased_until IS NOT NULL";
    Ok(one(connection, sql, params![tenant, job.as_bytes(), attempt], |_| Ok(()))?.is_some())
}

/// Leases what is due and free, oldest first, of every tenant. Along jobs_by_run_at.
pub(crate) fn lease(
    connection: &Connection,
    now: Instant,
    until: Instant,
    limit: usize,
) -> rusqlite::Result<Vec<JobRow>> {
    let due = "SELECT j.id, n.id, kind, unique_key, payload, run_at, attempts + 1, ?2, j.tenant
        FROM jobs j JOIN tenant_numbers n ON n.number = j.tenant
        WHERE run_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1) ORDER BY run_at, j.id, n.id LIMIT ?3";
    let values = params![now.as_millis(), until.as_millis(), page_rows(limit) as u32];
    let jobs = many(connection, due, values, |row| Ok((row.get::<_, i64>(8)?, job_row(row)?)))?;
    let mark = "UPDATE jobs SET attempts = ?3, leased_until = ?4 WHERE tenant = ?1 AND id = ?2";
    for (tenant, job) in &jobs {
        change(connection, mark, params![tenant, job.id.as_bytes(), job.attempts, until.as_millis()])?;
    }
    Ok(jobs.into_iter().map(|(_, job)| job).collect())
}

/// The tenant's jobs after an id. Along the primary key.
pub(crate) fn page(
    connection: &Connection,
    tenant: i64,
    after: Option<JobId>,
    limit: usize,
) -> rusqlite::Result<Vec<JobRow>> {
    let sql = "SELECT j.id, n.id, kind, unique_key, payload, run_at, attempts, leased_until
        FROM jobs j JOIN tenant_numbers n ON n.number = j.tenant
        WHERE j.tenant = ?1 AND j.id > ?2 ORDER BY j.id LIMIT ?3";
    let after = after.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]);
    many(connection, sql, params![tenant, after, page_and_one(limit)], job_row)
}

fn job_row(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        id: JobId::from_bytes(row.get(0)?),
        tenant: TenantId::from_bytes(row.get(1)?),
        kind: row.get(2)?,
        unique: row.get(3)?,
        payload: row.get(4)?,
        run_at: instant(row, 5)?,
        attempts: row.get(6)?,
        leased_until: maybe_instant(row, 7)?,
    })
}
