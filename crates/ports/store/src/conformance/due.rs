//! Retention: who is looked at when, and what is read of them at once.

use std::sync::Arc;

use crate::{Change, DueRow, Retained, Store};

use super::samples::{GROUP, at, event, history, hold, key, put, record, request, subject, subject_id, tenant_id};
use super::wait;

/// By instant, then by subject; hastening never puts off, putting does; nobody comes before their time.
pub fn who_is_due_comes_by_instant_and_is_put_off(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    let due = |n, until| DueRow { subject: subject_id(n), at: at(until) };
    let until = |n| wait(store.due(of, at(n), None, 10)).unwrap().rows;
    put(&**store, [Change::PutDue(subject_id(1), Some(at(5))), Change::HastenDue(subject_id(3), at(2))]);
    put(&**store, [Change::PutDue(subject_id(2), Some(at(2))), Change::HastenDue(subject_id(1), at(7))]);
    assert_eq!(until(1), []);
    assert_eq!(until(4), [due(2, 2), due(3, 2)]);
    assert_eq!(until(5), [due(2, 2), due(3, 2), due(1, 5)]);
    assert_eq!(wait(store.count_due(of, at(4))).unwrap(), 2);
    assert_eq!(wait(store.next_due(of, at(2))).unwrap(), Some(at(5)));
    assert_eq!(wait(store.next_due(of, at(5))).unwrap(), None);

    let page = wait(store.due(of, at(9), None, 1)).unwrap();
    assert_eq!((page.rows, page.next), (vec![due(2, 2)], Some((at(2), subject_id(2)))));
    let page = wait(store.due(of, at(9), page.next, 2)).unwrap();
    assert_eq!((page.rows, page.next), (vec![due(3, 2), due(1, 5)], None));

    put(&**store, [Change::HastenDue(subject_id(1), at(1)), Change::PutDue(subject_id(2), Some(at(8)))]);
    put(&**store, [Change::PutDue(subject_id(3), None), Change::PutDue(subject_id(4), None)]);
    assert_eq!(until(9), [due(1, 1), due(2, 8)]);
    assert_eq!(wait(store.due(tenant_id(2), at(9), None, 10)).unwrap().rows, []);
}

/// In the order asked for; who is not there is left out.
pub fn what_retention_needs_is_read_whole(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    put(&**store, [Change::PutSubject(subject(1)), Change::PutSubject(subject(2)), Change::PutKey(key(1, 1, 1))]);
    put(&**store, [Change::AddEvent(event(1, 1, 1)), Change::PutHold(hold(1, 1)), Change::PutRequest(request(1, 1))]);
    put(&**store, [record(1, "ticket", 2), record(1, "contact", 1), record(2, "ticket", 2)].map(Change::PutRecord));
    put(&**store, [Change::AddHistory(history(1, GROUP, 1, 1))]);
    let found = wait(store.retained(of, &[subject_id(2), subject_id(9), subject_id(1)])).unwrap();
    let [second, first] = <[Retained; 2]>::try_from(found).unwrap();
    assert_eq!(Some(first.state), wait(store.subject_state(of, subject_id(1))).unwrap());
    assert_eq!(first.records.rows, [record(1, "contact", 1), record(1, "ticket", 2)]);
    assert_eq!((first.has_history, first.has_open_request, first.records.next), (true, true, None));
    assert_eq!(Some(second.state), wait(store.subject_state(of, subject_id(2))).unwrap());
    assert_eq!((second.has_history, second.has_open_request), (false, false));
    let closed = crate::RequestRow { closed_at: Some(at(2)), ..request(1, 1) };
    put(&**store, [Change::PutRequest(closed)]);
    assert!(!wait(store.retained(of, &[subject_id(1)])).unwrap()[0].has_open_request);
}
