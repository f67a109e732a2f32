//! Guards: each holds when it should, and fails alone when it should not.

use std::sync::Arc;

use crate::{ApiKeyRow, Change, CommitError, Guard, IdempotencyRow, JobRow, Store, SubjectRow, Unit};

use super::samples::{
    api_key, api_key_id, at, commit, entry, idempotency, job, job_id, put, request, request_id, slip, subject,
    subject_id, tenant, tenant_id, unit,
};
use super::wait;

/// The key of the samples is free at an instant, whoever asks.
fn free(now: u8) -> Guard {
    Guard::IdempotencyFree([1; 32], at(now), Vec::new())
}

/// Every kind of guard, before and after what it speaks of is there.
pub fn each_guard_holds_and_fails_as_it_says(store: &Arc<dyn Store>) {
    holds(store, Guard::TenantAbsent);
    holds(store, Guard::SubjectAbsent(subject_id(1)));
    fails(store, Guard::SubjectVersion(subject_id(1), 0));
    holds(store, Guard::IndexFree([1; 32], subject_id(1)));
    holds(store, free(1));
    fails(store, Guard::RequestVersion(request_id(1), 0));
    fails(store, Guard::JobAttempt(job_id(1), 0));
    fails(store, Guard::ApiKeyLive(api_key_id(1)));
    holds(store, Guard::LedgerSize(0));
    fails(store, Guard::LedgerSize(1));
    fails(store, Guard::SubjectKnown(subject_id(1)));
    holds(store, Guard::SlipAbsent(1, [2; 32], at(1)));
    fails(store, Guard::SlipVersion(1, [2; 32], 1));

    put(
        &**store,
        [
            Change::PutTenant(tenant(1)),
            Change::PutSubject(subject(1)),
            Change::PutIndex([1; 32], subject_id(1)),
            Change::PutIdempotency(idempotency(1, 2)),
            Change::PutRequest(request(1, 1)),
            Change::PutJob(job(1, 1, 1)),
            Change::PutJob(JobRow { attempts: 2, leased_until: Some(at(9)), ..job(2, 1, 1) }),
            Change::PutApiKey(api_key(1, 1)),
            Change::PutApiKey(ApiKeyRow { revoked_at: Some(at(1)), ..api_key(2, 1) }),
            Change::PutSubject(SubjectRow { state: 4, ..subject(3) }),
            Change::PutSlip(slip(1, 1)),
            Change::PutSlip(slip(2, 1)),
        ],
    );
    commit(&**store, unit().entry(entry(0))).unwrap();

    fails(store, Guard::TenantAbsent);
    fails(store, Guard::SubjectAbsent(subject_id(1)));
    holds(store, Guard::SubjectAbsent(subject_id(2)));
    holds(store, Guard::SubjectVersion(subject_id(1), 1));
    fails(store, Guard::SubjectVersion(subject_id(1), 2));
    holds(store, Guard::IndexFree([1; 32], subject_id(1)));
    fails(store, Guard::IndexFree([1; 32], subject_id(2)));
    fails(store, free(1));
    let own = idempotency(1, 2).answer;
    holds(store, Guard::IdempotencyFree([1; 32], at(1), own.clone()));
    fails(store, Guard::IdempotencyFree([1; 32], at(1), [&own[..], &[0]].concat()));
    holds(store, Guard::RequestVersion(request_id(1), 1));
    fails(store, Guard::RequestVersion(request_id(1), 2));
    fails(store, Guard::JobAttempt(job_id(1), 0));
    holds(store, Guard::JobAttempt(job_id(2), 2));
    fails(store, Guard::JobAttempt(job_id(2), 1));
    holds(store, Guard::ApiKeyLive(api_key_id(1)));
    fails(store, Guard::ApiKeyLive(api_key_id(2)));
    holds(store, Guard::SubjectKnown(subject_id(1)));
    fails(store, Guard::SubjectKnown(subject_id(2)));
    fails(store, Guard::SubjectKnown(subject_id(3)));
    fails(store, Guard::SlipAbsent(1, [1; 32], at(200)));
    fails(store, Guard::SlipAbsent(1, [2; 32], at(1)));
    holds(store, Guard::SlipAbsent(1, [2; 32], at(2)));
    holds(store, Guard::SlipVersion(1, [2; 32], 1));
    fails(store, Guard::SlipVersion(1, [2; 32], 2));
    holds(store, Guard::LedgerSize(1));
    fails(store, Guard::LedgerSize(0));

    // Another tenant's rows are no reason for a guard of this one.
    let other = |guard| commit(&**store, Unit::of(tenant_id(2)).guard(guard));
    assert!(other(Guard::SubjectAbsent(subject_id(1))).is_ok());
    assert!(other(Guard::IndexFree([1; 32], subject_id(2))).is_ok());
    assert!(other(Guard::ApiKeyLive(api_key_id(1))).is_err());
    let slug = Unit::of(tenant_id(2)).guard(Guard::TenantAbsent);
    let slug = slug.change(Change::PutTenant(crate::TenantRow { slug: tenant(1).slug, ..tenant(2) }));
    assert_eq!(commit(&**store, slug), Err(CommitError::Guard(Guard::TenantAbsent)));
}

/// The use of an idempotency key ends at its instant, and what has ended can be forgotten.
pub fn an_idempotency_key_is_free_again_once_expired(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutIdempotency(idempotency(1, 5)), Change::PutIdempotency(idempotency(2, 6))]);
    fails(store, free(4));
    holds(store, free(5));

    let again = IdempotencyRow { answer: vec![7], ..idempotency(1, 9) };
    put(&**store, [Change::PutIdempotency(again.clone())]);
    assert_eq!(wait(store.idempotency(tenant_id(1), [1; 32])).unwrap(), Some(again));

    put(&**store, [Change::ExpireIdempotency(at(6))]);
    assert_eq!(wait(store.idempotency(tenant_id(1), [2; 32])).unwrap(), Some(idempotency(2, 6)));
    put(&**store, [Change::ExpireIdempotency(at(7))]);
    assert_eq!(wait(store.idempotency(tenant_id(1), [2; 32])).unwrap(), None);
    assert!(wait(store.idempotency(tenant_id(1), [1; 32])).unwrap().is_some());
}

fn holds(store: &Arc<dyn Store>, guard: Guard) {
    let result = commit(&**store, unit().guard(guard.clone()));
    assert!(result.is_ok(), "{guard:?} should hold: {result:?}");
}

fn fails(store: &Arc<dyn Store>, guard: Guard) {
    assert_eq!(commit(&**store, unit().guard(guard.clone())), Err(CommitError::Guard(guard)));
}
