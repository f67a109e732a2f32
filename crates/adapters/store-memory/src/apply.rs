//! Carries out changes that were found fit: nothing here can fail.

use candor_store::{Change, EventRow, JobRow, SubjectRow};
use candor_words::{SubjectId, SubjectRef};

use crate::shelf::Shelf;

/// Applies one change; `first_entry` is where the unit's entries begin in the ledger.
pub(crate) fn apply(shelf: &mut Shelf, change: Change, first_entry: u64) {
    match change {
        Change::ForgetTenant => *shelf = Shelf::default(),
        Change::PutTenant(row) => shelf.row = Some(row),
        Change::PutPolicy(row) => {
            shelf.policies.entry((row.effective_at, row.digest)).or_insert(row);
        }
        Change::PutSubject(row) => {
            shelf.subjects.insert(row.id, placed_subject(row, first_entry));
        }
        Change::AddEvent(row) => {
            shelf.events.insert((row.subject, row.version), EventRow { entry: first_entry + row.entry, ..row });
        }
        Change::PutRecord(row) => {
            shelf.records.insert((row.subject, row.group.clone(), row.id), row);
        }
        Change::AddHistory(row) => {
            shelf.history.insert((row.subject, row.group.clone(), row.record, row.version), row);
        }
        Change::DeleteRecord(subject, group, record) => {
            shelf.history.retain(|(of, within, id, _), _| (*of, within, *id) != (subject, &group, record));
            shelf.records.remove(&(subject, group, record));
        }
        Change::PutKey(row) => {
            shelf.keys.insert((row.subject, row.class, row.version), row);
        }
        Change::DeleteKeys(subject, class) => shelf.keys.retain(|(of, kept, _), _| (*of, *kept) != (subject, class)),
        Change::PutIndex(index, subject) => {
            shelf.indexes.insert(index, subject);
        }
        Change::DeleteIndex(index, subject) => shelf.indexes.retain(|kept, of| (*kept, *of) != (index, subject)),
        Change::ForgetSubject(subject, reference) => forget_subject(shelf, subject, reference),
        Change::PutDue(subject, Some(at)) => {
            shelf.due.insert(subject, at);
        }
        Change::PutDue(subject, None) => {
            shelf.due.remove(&subject);
        }
        Change::HastenDue(subject, at) => {
            shelf.due.entry(subject).and_modify(|kept| *kept = at.min(*kept)).or_insert(at);
        }
        Change::PutRequest(row) => {
            shelf.requests.insert(row.id, row);
        }
        Change::PutHold(row) => {
            shelf.holds.insert((row.subject, row.id), row);
        }
        Change::DeleteHold(subject, hold) => {
            shelf.holds.remove(&(subject, hold));
        }
        Change::PutApiKey(row) => {
            shelf.api_keys.insert(row.id, row);
        }
        Change::PutSecret(row) => {
            shelf.secrets.insert(row.name.clone(), row);
        }
        Change::DeleteSecret(name) => {
            shelf.secrets.remove(&name);
        }
        Change::PutSlip(row) => {
            shelf.slips.insert((row.kind, row.name), row);
        }
        Change::DeleteSlip(kind, name) => {
            shelf.slips.remove(&(kind, name));
        }
        Change::DeleteSlipsOf(owner, kind) => {
            shelf.slips.retain(|_, row| (row.owner, row.kind) != (Some(owner), kind));
        }
        Change::ExpireSlips(before) => shelf.slips.retain(|_, row| row.expires_at.is_none_or(|end| end >= before)),
        Change::PutIdempotency(row) => {
            shelf.idempotency.insert(row.key, row);
        }
        Change::ExpireIdempotency(before) => shelf.idempotency.retain(|_, row| row.expires_at >= before),
        Change::PutText(row) => {
            shelf.texts.insert(row.digest, row);
        }
        Change::PutNotice(row) => {
            shelf.notices.insert((row.notice, row.channel, row.subject), row);
        }
        Change::PutJob(row) => put_job(shelf, row),
        Change::FinishJob(job) => {
            shelf.jobs.remove(&job);
        }
        Change::PutCheckpoint(row) => {
            shelf.checkpoints.insert(row.size, row);
        }
        Change::IndexEntries { pairs, up_to } => {
            shelf.entries_of.extend(pairs);
            shelf.indexed_to = shelf.indexed_to.max(up_to);
        }
    }
}

fn placed_subject(row: SubjectRow, first_entry: u64) -> SubjectRow {
    match row.state {
        3 => SubjectRow { erased_entry: row.erased_entry.map(|entry| first_entry + entry), ..row },
        _ => row,
    }
}

fn forget_subject(shelf: &mut Shelf, subject: SubjectId, reference: Option<SubjectRef>) {
    shelf.records.retain(|(of, ..), _| *of != subject);
    shelf.history.retain(|(of, ..), _| *of != subject);
    shelf.keys.retain(|(of, ..), _| *of != subject);
    shelf.indexes.retain(|_, of| *of != subject);
    shelf.events.retain(|(of, _), _| *of != subject);
    shelf.holds.retain(|(of, _), _| *of != subject);
    shelf.notices.retain(|(_, _, of), _| *of != subject);
    shelf.slips.retain(|_, row| row.owner != Some(subject));
    shelf.due.remove(&subject);
    if let Some(reference) = reference {
        shelf.entries_of.retain(|(of, _)| *of != reference);
    }
}

/// An unfinished job with the same unique key stays as it is.
fn put_job(shelf: &mut Shelf, row: JobRow) {
    if !shelf.jobs.values().any(|kept| kept.unique == row.unique) {
        shelf.jobs.insert(row.id, row);
    }
}
