//! Subjects: their state at one moment, their events, and forgetting them.

use std::sync::Arc;

use crate::{Change, HistoryRow, SlipRow, Store, SubjectRow, SubjectState};

use super::samples::{
    GROUP, at, event, history, hold, key, notice, put, record, record_id, reference, request, request_id, slip,
    subject, subject_id, tenant_id,
};
use super::wait;

/// The row, the newest key of each class, the last event, and every hold.
pub fn a_subjects_state_is_whole(store: &Arc<dyn Store>) {
    let keys = [key(1, 2, 1), key(1, 1, 1), key(1, 1, 2), key(2, 1, 9)];
    put(&**store, keys.map(Change::PutKey));
    assert_eq!(wait(store.subject_state(tenant_id(1), subject_id(1))).unwrap(), None);
    put(
        &**store,
        [
            Change::PutSubject(subject(1)),
            Change::AddEvent(event(1, 2, 5)),
            Change::AddEvent(event(1, 3, 4)),
            Change::AddEvent(event(2, 9, 9)),
            Change::PutHold(hold(2, 1)),
            Change::PutHold(hold(1, 1)),
            Change::PutHold(hold(3, 2)),
        ],
    );
    let state = SubjectState {
        row: subject(1),
        keys: vec![key(1, 1, 2), key(1, 2, 1)],
        last_event: Some(event(1, 3, 4)),
        holds: vec![hold(1, 1), hold(2, 1)],
    };
    assert_eq!(wait(store.subject_state(tenant_id(1), subject_id(1))).unwrap(), Some(state));
    put(&**store, [Change::DeleteHold(subject_id(1), super::samples::hold_id(1))]);
    assert_eq!(wait(store.holds(tenant_id(1), subject_id(1))).unwrap(), [hold(2, 1)]);
    let every = [key(1, 1, 1), key(1, 1, 2), key(1, 2, 1)];
    assert_eq!(wait(store.keys(tenant_id(1), subject_id(1))).unwrap(), every);
}

/// Before the first event there is none; of several at one instant, the last counts.
pub fn the_event_at_an_instant_is_the_last_before_it(store: &Arc<dyn Store>) {
    let events = [event(1, 1, 2), event(1, 2, 4), event(1, 3, 4), event(2, 4, 1)];
    put(&**store, events.map(Change::AddEvent));
    let standing = |n| wait(store.event_at(tenant_id(1), subject_id(1), at(n))).unwrap();
    assert_eq!(standing(1), None);
    assert_eq!(standing(2), Some(event(1, 1, 2)));
    assert_eq!(standing(3), Some(event(1, 1, 2)));
    assert_eq!(standing(4), Some(event(1, 3, 4)));
    assert_eq!(standing(9), Some(event(1, 3, 4)));
}

/// Only the row and the requests stay, and nothing of anybody else goes.
pub fn forgetting_a_subject_removes_everything_of_it(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    for n in [1, 2] {
        put(
            &**store,
            [
                Change::PutSubject(subject(n)),
                Change::AddEvent(event(n, 1, 1)),
                Change::PutRecord(record(n, GROUP, n)),
                Change::PutRecord(record(n, "ticket", n)),
                Change::AddHistory(history(n, GROUP, n, 1)),
                Change::PutKey(key(n, 1, 1)),
                Change::PutIndex([n; 32], subject_id(n)),
                Change::PutHold(hold(n, n)),
                Change::PutNotice(notice(n, n)),
                Change::PutSlip(SlipRow { owner: Some(subject_id(n)), ..slip(n, 1) }),
                Change::PutDue(subject_id(n), Some(at(n))),
                Change::PutRequest(request(n, n)),
                Change::IndexEntries { pairs: vec![(reference(n), u64::from(n))], up_to: u64::from(n) + 1 },
            ],
        );
    }
    let erased = SubjectRow { version: 2, state: 3, reference: None, ..subject(1) };
    put(&**store, [Change::ForgetSubject(subject_id(1), Some(reference(1))), Change::PutSubject(erased.clone())]);
    let kept = |n| {
        [
            !wait(store.events(of, subject_id(n), None, 10)).unwrap().rows.is_empty(),
            !wait(store.records(of, subject_id(n), None, None, 10)).unwrap().rows.is_empty(),
            !wait(store.history(of, subject_id(n), GROUP, record_id(n), None, 10)).unwrap().rows.is_empty(),
            !wait(store.keys(of, subject_id(n))).unwrap().is_empty(),
            !wait(store.indexes(of, subject_id(n))).unwrap().is_empty(),
            wait(store.subject_by_index(of, [n; 32])).unwrap().is_some(),
            !wait(store.holds(of, subject_id(n))).unwrap().is_empty(),
            wait(store.notice(of, [1; 32], 0, subject_id(n))).unwrap().is_some(),
            wait(store.slip(of, 1, [n; 32])).unwrap().is_some(),
            !wait(store.entries_of(of, reference(n), None, 10)).unwrap().rows.is_empty(),
            wait(store.due(of, at(9), None, 10)).unwrap().rows.iter().any(|row| row.subject == subject_id(n)),
        ]
    };
    assert_eq!(kept(1), [false; 11]);
    assert_eq!(kept(2), [true; 11]);
    let tickets = wait(store.records_of_group(of, "ticket", None, 10)).unwrap();
    assert_eq!(tickets.rows, [record(2, "ticket", 2)]);
    assert_eq!(wait(store.subject(of, subject_id(1))).unwrap(), Some(erased));
    assert_eq!(wait(store.request(of, request_id(1))).unwrap(), Some(request(1, 1)));
}

/// A record goes with its older versions; the subject's others stay, those of other groups with the same id too.
pub fn deleting_a_record_removes_its_history(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    let rows = [
        record(1, GROUP, 1),
        record(1, GROUP, 2),
        record(1, "profile", 2),
        record(1, "ticket", 3),
        record(2, "profile", 2),
    ];
    put(&**store, rows.map(Change::PutRecord));
    let kept = [history(1, "profile", 3, 1), history(1, "ticket", 3, 1), history(2, "profile", 2, 1)];
    put(&**store, kept.clone().map(Change::AddHistory));
    put(&**store, [1, 2].map(|version| Change::AddHistory(history(1, "profile", 2, version))));
    put(&**store, [Change::DeleteRecord(subject_id(1), "profile".to_owned(), record_id(2))]);
    let page = wait(store.records(of, subject_id(1), None, None, 10)).unwrap();
    assert_eq!(page.rows, [record(1, GROUP, 1), record(1, GROUP, 2), record(1, "ticket", 3)]);
    let versions = |subject, group, record| wait(store.history(of, subject, group, record, None, 10)).unwrap().rows;
    assert_eq!(versions(subject_id(1), "profile", record_id(2)), []);
    for row in &kept {
        assert_eq!(versions(row.subject, &row.group, row.record), std::slice::from_ref(row));
    }
    assert_eq!(wait(store.record(of, subject_id(2), "profile", record_id(2))).unwrap(), Some(record(2, "profile", 2)));
}

/// Records of two groups may share an id: neither's older versions replace the other's, nor go with them.
pub fn records_of_two_groups_with_one_id_keep_their_own_history(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    let row = |group: &str, version: u32| HistoryRow { sealed: group.into(), ..history(1, group, 1, version) };
    put(&**store, [record(1, GROUP, 1), record(1, "profile", 1)].map(Change::PutRecord));
    put(&**store, [row(GROUP, 1), row("profile", 1), row("profile", 2), row(GROUP, 2)].map(Change::AddHistory));
    let versions =
        |group, before| wait(store.history(of, subject_id(1), group, record_id(1), before, 10)).unwrap().rows;
    for group in [GROUP, "profile"] {
        assert_eq!(versions(group, None), [row(group, 2), row(group, 1)]);
        assert_eq!(versions(group, Some(2)), [row(group, 1)]);
    }
    put(&**store, [Change::DeleteRecord(subject_id(1), "profile".to_owned(), record_id(1))]);
    assert_eq!(versions("profile", None), []);
    assert_eq!(versions(GROUP, None), [row(GROUP, 2), row(GROUP, 1)]);
}

/// Destroying a keep-class takes all versions of its key, and no other.
pub fn deleting_the_keys_of_a_class_leaves_the_others(store: &Arc<dyn Store>) {
    let keys = [key(1, 1, 1), key(1, 1, 2), key(1, 2, 1), key(2, 1, 1)];
    put(&**store, keys.map(Change::PutKey));
    put(&**store, [Change::DeleteKeys(subject_id(1), 1)]);
    assert_eq!(wait(store.keys(tenant_id(1), subject_id(1))).unwrap(), [key(1, 2, 1)]);
    assert_eq!(wait(store.keys(tenant_id(1), subject_id(2))).unwrap(), [key(2, 1, 1)]);
}

/// Putting an index moves it; only its holder can give it up.
pub fn a_blind_index_belongs_to_one_subject(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    put(&**store, [Change::PutIndex([2; 32], subject_id(1)), Change::PutIndex([1; 32], subject_id(1))]);
    assert_eq!(wait(store.indexes(of, subject_id(1))).unwrap(), [[1; 32], [2; 32]]);
    put(&**store, [Change::DeleteIndex([1; 32], subject_id(2))]);
    assert_eq!(wait(store.subject_by_index(of, [1; 32])).unwrap(), Some(subject_id(1)));
    put(&**store, [Change::PutIndex([1; 32], subject_id(2))]);
    assert_eq!(wait(store.subject_by_index(of, [1; 32])).unwrap(), Some(subject_id(2)));
    assert_eq!(wait(store.indexes(of, subject_id(1))).unwrap(), [[2; 32]]);
    put(&**store, [Change::DeleteIndex([1; 32], subject_id(2))]);
    assert_eq!(wait(store.subject_by_index(of, [1; 32])).unwrap(), None);
}
