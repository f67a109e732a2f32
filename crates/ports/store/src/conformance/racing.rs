//! Many threads at once: guards are respected, and what was acknowledged is seen.

use std::sync::Arc;

use candor_ledger::split_bundle;

use crate::{Change, CommitError, Guard, Store, SubjectRow};

use super::samples::{commit, entry, put, subject, subject_id, tenant_id, unit};
use super::wait;

const RACERS: usize = 16;
const ROUNDS: u64 = 20;

/// In each round all racers have read the same version; exactly one of them may write.
pub fn one_of_many_racing_on_a_version_wins(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutSubject(subject(1))]);
    for version in 1..=ROUNDS {
        let guard = Guard::SubjectVersion(subject_id(1), version);
        let row = SubjectRow { version: version + 1, ..subject(1) };
        let race = unit().guard(guard.clone()).change(Change::PutSubject(row)).entry(entry(0));
        let results = at_once(store, RACERS, |store, _| commit(&**store, race.clone()));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let lost = results.into_iter().filter_map(Result::err);
        assert!(lost.into_iter().all(|error| error == CommitError::Guard(guard.clone())));
    }
    assert_eq!(wait(store.ledger_size(tenant_id(1))).unwrap(), ROUNDS);
}

/// Every entry is where its unit was told it is.
pub fn concurrent_entries_get_places_of_their_own(store: &Arc<dyn Store>) {
    let placed = at_once(store, RACERS, |store, racer| {
        let place = |n| {
            let n = racer * 100 + n;
            (commit(&**store, unit().entry(entry(n))).unwrap().first_entry, entry(n))
        };
        (0..40).map(place).collect::<Vec<_>>()
    });
    let mut placed = placed.concat();
    placed.sort();
    let bundles: Vec<Vec<u8>> = (0..3).map(|index| wait(store.bundle(tenant_id(1), index)).unwrap().unwrap()).collect();
    let entries = bundles.iter().flat_map(|bundle| split_bundle(bundle).unwrap()).map(<[u8]>::to_vec);
    assert!(placed.into_iter().eq((0..).zip(entries)));
}

/// Each thread sees its own write at once, whatever the others do.
pub fn a_read_after_a_commit_sees_it(store: &Arc<dyn Store>) {
    at_once(store, RACERS, |store, racer| {
        let n = 1 + racer as u8;
        for version in 1..=ROUNDS {
            let row = SubjectRow { version, ..subject(n) };
            let committed = commit(&**store, unit().change(Change::PutSubject(row.clone())).entry(entry(0))).unwrap();
            assert_eq!(wait(store.subject(tenant_id(1), subject_id(n))).unwrap(), Some(row));
            assert!(wait(store.ledger_size(tenant_id(1))).unwrap() >= committed.size);
        }
    });
}

fn at_once<T: Send>(
    store: &Arc<dyn Store>,
    threads: usize,
    run: impl Fn(&Arc<dyn Store>, usize) -> T + Sync,
) -> Vec<T> {
    let run = &run;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|n| scope.spawn(move || run(store, n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
