//! Tenants never see each other.

use std::sync::Arc;

use crate::{Change, Store, Unit};

use super::picture::picture;
use super::samples::{
    GROUP, api_key, at, checkpoint, commit, entry, event, history, hold, idempotency, job, key, notice, policy, record,
    record_id, reference, request, request_id, secret, slip, subject, subject_id, tenant, tenant_id, text,
};
use super::wait;

/// Two tenants keep rows of the same ids; each sees its own, and destroying one's leaves the other's.
pub fn no_query_shows_another_tenants_rows(store: &Arc<dyn Store>) {
    commit(&**store, everything(2)).unwrap();
    let alone = of_second(store);
    commit(&**store, everything(1)).unwrap();
    assert_eq!(of_second(store), alone);
    let destroy = Unit::of(tenant_id(1))
        .change(Change::ForgetSubject(subject_id(1), Some(reference(1))))
        .change(Change::DeleteRecord(subject_id(1), GROUP.to_owned(), record_id(1)))
        .change(Change::DeleteKeys(subject_id(1), 1))
        .change(Change::DeleteIndex([1; 32], subject_id(1)))
        .change(Change::FinishJob(super::samples::job_id(2)))
        .change(Change::DeleteSlip(1, [1; 32]))
        .change(Change::DeleteSlipsOf(subject_id(1), 1))
        .change(Change::ExpireSlips(at(200)))
        .change(Change::ExpireIdempotency(at(200)));
    commit(&**store, destroy).unwrap();
    assert_eq!(of_second(store), alone);
}

/// Nobody's tenant: empty lists and nothing found, and no error.
pub fn an_unknown_tenant_has_nothing(store: &Arc<dyn Store>) {
    let nobody = tenant_id(9);
    assert_eq!(wait(store.tenant(nobody)).unwrap(), None);
    assert_eq!(wait(store.ledger_size(nobody)).unwrap(), 0);
    assert_eq!(wait(store.indexed_to(nobody)).unwrap(), 0);
    assert_eq!(wait(store.checkpoint(nobody)).unwrap(), None);
    assert_eq!(wait(store.bundle(nobody, 0)).unwrap(), None);
    assert_eq!(wait(store.subject_state(nobody, subject_id(1))).unwrap(), None);
    let page = wait(store.subjects(nobody, None, 10)).unwrap();
    assert!(page.rows.is_empty() && page.next.is_none());
    assert!(wait(store.ping()).is_ok());
}

fn everything(of: u8) -> Unit {
    let changes = vec![
        Change::PutTenant(tenant(of)),
        Change::PutPolicy(policy(of)),
        Change::PutSubject(subject(1)),
        Change::AddEvent(event(1, 1, of)),
        Change::PutRecord(record(1, GROUP, 1)),
        Change::AddHistory(history(1, GROUP, 1, 1)),
        Change::PutKey(key(1, 1, u32::from(of))),
        Change::PutIndex([1; 32], subject_id(1)),
        Change::PutRequest(request(1, 1)),
        Change::PutHold(hold(1, 1)),
        Change::PutApiKey(api_key(of, of)),
        Change::PutSecret(secret(1, of)),
        Change::PutSlip(slip(1, of)),
        Change::PutSlip(slip(2, 1)),
        Change::PutIdempotency(idempotency(1, 1)),
        Change::PutText(text(1)),
        Change::PutNotice(notice(1, 1)),
        Change::PutJob(job(2, of, 1)),
        Change::PutCheckpoint(checkpoint(of)),
        Change::IndexEntries { pairs: vec![(reference(1), 0)], up_to: 1 },
    ];
    Unit { changes, ..Unit::of(tenant_id(of)) }.entry(entry(usize::from(of)))
}

/// What the picture shows of tenant 2: its second half, after the lines of all tenants.
fn of_second(store: &Arc<dyn Store>) -> Vec<String> {
    assert!(wait(store.request(tenant_id(2), request_id(1))).unwrap().is_some());
    let lines = picture(store);
    let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("tenant: ")).collect();
    lines[starts[1]..].to_vec()
}
