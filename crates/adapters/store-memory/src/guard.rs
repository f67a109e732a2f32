//! Whether a unit's guards hold.

use candor_store::{Change, Guard, Unit};

use crate::shelf::{Shelf, Shelves};

/// Returns the first guard that does not hold.
pub(crate) fn failing_guard(shelves: &Shelves, unit: &Unit) -> Option<Guard> {
    let nothing = Shelf::default();
    let shelf = shelves.of.get(&unit.tenant).unwrap_or(&nothing);
    unit.guards.iter().find(|guard| !holds(shelves, shelf, unit, guard)).cloned()
}

fn holds(shelves: &Shelves, shelf: &Shelf, unit: &Unit, guard: &Guard) -> bool {
    match guard {
        Guard::TenantAbsent => shelf.row.is_none() && !slug_taken(shelves, unit),
        Guard::SubjectAbsent(subject) => !shelf.subjects.contains_key(subject),
        Guard::SubjectVersion(subject, version) => {
            shelf.subjects.get(subject).is_some_and(|row| row.version == *version)
        }
        Guard::IndexFree(index, subject) => shelf.indexes.get(index).is_none_or(|holder| holder == subject),
        Guard::IdempotencyFree(key, now, own) => {
            shelf.idempotency.get(key).is_none_or(|row| row.expires_at <= *now || row.answer == *own)
        }
        Guard::RequestVersion(request, version) => {
            shelf.requests.get(request).is_some_and(|row| row.version == *version)
        }
        Guard::JobAttempt(job, attempt) => {
            shelf.jobs.get(job).is_some_and(|row| row.leased_until.is_some() && row.attempts == *attempt)
        }
        Guard::ApiKeyLive(key) => shelf.api_keys.get(key).is_some_and(|row| row.revoked_at.is_none()),
        Guard::SubjectKnown(subject) => shelf.subjects.get(subject).is_some_and(|row| row.state < 3),
        Guard::SlipAbsent(kind, name, now) => {
            shelf.slips.get(&(*kind, *name)).is_none_or(|row| row.expires_at.is_some_and(|end| end <= *now))
        }
        Guard::SlipVersion(kind, name, version) => {
            shelf.slips.get(&(*kind, *name)).is_some_and(|row| row.version == *version)
        }
        Guard::LedgerSize(size) => shelf.log.size() == *size,
    }
}

/// Says whether another tenant has a slug that the unit puts.
pub(crate) fn slug_taken(shelves: &Shelves, unit: &Unit) -> bool {
    unit.changes.iter().any(|change| match change {
        Change::PutTenant(new) => shelves
            .of
            .iter()
            .any(|(id, shelf)| *id != unit.tenant && shelf.row.as_ref().is_some_and(|row| row.slug == new.slug)),
        _ => false,
    })
}
