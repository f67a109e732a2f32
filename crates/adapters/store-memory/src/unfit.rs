//! What a unit may not do, looked for before anything is changed.
//!
//! INVARIANT: whatever could fail fails here, so that applying the changes cannot.

use std::collections::BTreeSet;

use candor_store::{Change, CommitError, Guard, Unit};
use candor_words::SubjectId;

use crate::guard::slug_taken;
use crate::shelf::Shelves;

/// Refuses a unit that contradicts itself or what is kept.
pub(crate) fn refuse_unfit(shelves: &Shelves, unit: &Unit) -> Result<(), CommitError> {
    if slug_taken(shelves, unit) {
        return Err(CommitError::Guard(Guard::TenantAbsent));
    }
    if unit.changes.iter().any(|change| takes_an_api_key(shelves, unit, change)) {
        return Err(CommitError::Unfit { reason: "another tenant has an API key of this id" });
    }
    if adds_an_event_twice(shelves, unit) {
        return Err(CommitError::Unfit { reason: "the subject has an event of this version already" });
    }
    Ok(())
}

fn takes_an_api_key(shelves: &Shelves, unit: &Unit, change: &Change) -> bool {
    let Change::PutApiKey(row) = change else { return false };
    shelves.of.iter().any(|(id, shelf)| *id != unit.tenant && shelf.api_keys.contains_key(&row.id))
}

/// Events that the unit itself forgets first may be added again.
fn adds_an_event_twice(shelves: &Shelves, unit: &Unit) -> bool {
    let kept = shelves.of.get(&unit.tenant).map(|shelf| &shelf.events);
    let mut forgotten = BTreeSet::<SubjectId>::new();
    let mut added = BTreeSet::<(SubjectId, u64)>::new();
    for change in &unit.changes {
        match change {
            Change::ForgetSubject(subject, _) => {
                forgotten.insert(*subject);
                added.retain(|(of, _)| of != subject);
            }
            Change::AddEvent(row) => {
                let place = (row.subject, row.version);
                let was_kept = !forgotten.contains(&row.subject) && kept.is_some_and(|kept| kept.contains_key(&place));
                if was_kept || !added.insert(place) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
