//! Jobs: unique while unfinished, leased to one worker at a time.

use std::sync::Arc;

use crate::{Change, CommitError, Guard, JobRow, Store, Unit};

use super::samples::{at, commit, job, job_id, put, tenant_id, unit};
use super::wait;

/// The second of two with the same unique key is dropped, until the first is finished.
pub fn an_unfinished_job_is_unique(store: &Arc<dyn Store>) {
    let again = JobRow { unique: job(1, 1, 1).unique, ..job(2, 1, 5) };
    put(&**store, [Change::PutJob(job(1, 1, 1)), Change::PutJob(again.clone())]);
    assert_eq!(jobs(store), [job(1, 1, 1)]);
    put(&**store, [Change::PutJob(JobRow { run_at: at(9), ..job(1, 1, 1) })]);
    assert_eq!(jobs(store), [job(1, 1, 1)]);
    put(&**store, [Change::FinishJob(job_id(1)), Change::PutJob(again.clone())]);
    assert_eq!(jobs(store), [again]);
    // Another tenant's job may have the same key.
    commit(&**store, Unit::of(tenant_id(2)).change(Change::PutJob(job(1, 2, 1)))).unwrap();
    assert_eq!(wait(store.jobs(tenant_id(2), None, 10)).unwrap().rows.len(), 1);
}

/// What one worker has, another does not get; what is not due, nobody gets.
pub fn a_leased_job_is_not_leased_twice(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutJob(job(1, 1, 2)), Change::PutJob(job(2, 1, 3))]);
    assert_eq!(wait(store.lease_jobs(at(1), at(9), 10)).unwrap(), []);
    let leased = JobRow { attempts: 1, leased_until: Some(at(9)), ..job(1, 1, 2) };
    assert_eq!(wait(store.lease_jobs(at(2), at(9), 10)).unwrap(), std::slice::from_ref(&leased));
    assert_eq!(wait(store.lease_jobs(at(2), at(9), 10)).unwrap(), []);
    assert_eq!(jobs(store), [leased, job(2, 1, 3)]);
}

/// A worker that was not heard of loses its job, and can no longer finish it.
pub fn a_job_is_leased_again_once_its_lease_ran_out(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutJob(job(1, 1, 1))]);
    wait(store.lease_jobs(at(1), at(5), 10)).unwrap();
    assert_eq!(wait(store.lease_jobs(at(4), at(9), 10)).unwrap(), []);
    let second = wait(store.lease_jobs(at(5), at(9), 10)).unwrap();
    assert_eq!(second, [JobRow { attempts: 2, leased_until: Some(at(9)), ..job(1, 1, 1) }]);
    let finish = |attempt| {
        let guard = Guard::JobAttempt(job_id(1), attempt);
        commit(&**store, unit().guard(guard).change(Change::FinishJob(job_id(1))))
    };
    assert_eq!(finish(1), Err(CommitError::Guard(Guard::JobAttempt(job_id(1), 1))));
    assert!(finish(2).is_ok());
    assert_eq!(jobs(store), []);
}

/// The oldest first, whose ever they are, and no more than asked for.
pub fn jobs_of_all_tenants_are_leased_oldest_first(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutJob(job(1, 1, 3)), Change::PutJob(job(2, 1, 1))]);
    commit(&**store, Unit::of(tenant_id(2)).change(Change::PutJob(job(3, 2, 2)))).unwrap();
    let first = wait(store.lease_jobs(at(9), at(20), 2)).unwrap();
    assert_eq!(
        first.iter().map(|job| (job.tenant, job.id)).collect::<Vec<_>>(),
        [(tenant_id(1), job_id(2)), (tenant_id(2), job_id(3)),]
    );
    let rest = wait(store.lease_jobs(at(9), at(20), 2)).unwrap();
    assert_eq!(rest.iter().map(|job| job.id).collect::<Vec<_>>(), [job_id(1)]);
}

fn jobs(store: &Arc<dyn Store>) -> Vec<JobRow> {
    wait(store.jobs(tenant_id(1), None, 10)).unwrap().rows
}
