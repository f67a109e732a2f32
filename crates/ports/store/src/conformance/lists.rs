//! Lists: paged, in order, with cursors that are exclusive.

use std::fmt::Debug;
use std::sync::Arc;

use candor_words::SubjectId;

use crate::{Change, NoticeRow, PAGE_MAX, Page, PolicyRow, RecordRow, SlipRow, Store, StoreError, SubjectRow, Unit};

use super::samples::{
    GROUP, api_key, at, checkpoint, commit, event, history, job, notice, policy, put, record, record_id, reference,
    request, secret, slip, subject, subject_id, tenant, tenant_id, text,
};
use super::wait;

/// Walks each list in pages of 2 and gets every row once, in the list's order.
pub fn every_list_is_paged_with_an_exclusive_cursor(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    for n in [3, 1, 5, 2, 4] {
        commit(&**store, Unit::of(tenant_id(n)).change(Change::PutTenant(tenant(n)))).unwrap();
        let index = Change::IndexEntries { pairs: vec![(reference(1), u64::from(n))], up_to: 9 };
        put(
            &**store,
            [
                Change::PutSubject(subject(n)),
                Change::AddEvent(event(1, u64::from(n), n)),
                Change::PutRecord(record(1, GROUP, n)),
                Change::PutRecord(record(n, "ticket", 1)),
                Change::AddHistory(history(1, GROUP, 1, u32::from(n))),
                Change::PutRequest(request(n, 1)),
                Change::PutApiKey(api_key(n, 1)),
                Change::PutNotice(NoticeRow { state: 1, ..notice(n, n) }),
                Change::PutSecret(secret(n, 1)),
                Change::PutSlip(slip(n, 1)),
                Change::PutSlip(SlipRow { kind: 2, ..slip(n, 1) }),
                Change::PutJob(job(n, 1, 9 - n)),
                Change::PutCheckpoint(checkpoint(n)),
                Change::PutText(text(n)),
                index,
            ],
        );
    }
    let up = [1, 2, 3, 4, 5];
    let down = [5, 4, 3, 2, 1];
    assert_eq!(walk(|after| wait(store.tenants(after, 2))), up.map(tenant));
    assert_eq!(walk(|after| wait(store.subjects(of, after, 2))), up.map(subject));
    assert_eq!(walk(|after| wait(store.events(of, subject_id(1), after, 2))), up.map(|n| event(1, u64::from(n), n)));
    assert_eq!(walk(|after| wait(store.requests(of, None, after, 2))), up.map(|n| request(n, 1)));
    assert_eq!(walk(|after| wait(store.requests(of, Some(subject_id(1)), after, 2))), up.map(|n| request(n, 1)));
    assert_eq!(walk(|after| wait(store.api_keys(of, after, 2))), up.map(|n| api_key(n, 1)));
    assert_eq!(walk(|after| wait(store.secrets(of, after, 2))), up.map(|n| secret(n, 1)));
    assert_eq!(walk(|after| wait(store.slips(of, 1, None, after, 2))), up.map(|n| slip(n, 1)));
    let owned = walk(|after| wait(store.slips(of, 1, Some(subject_id(1)), after, 1)));
    assert_eq!(owned, [2, 4].map(|n| slip(n, 1)));
    assert_eq!(walk(|after| wait(store.jobs(of, after, 2))), up.map(|n| job(n, 1, 9 - n)));
    let told = walk(|after| wait(store.notices(of, [1; 32], 0, 1, after, 2)));
    assert_eq!(told, up.map(|n| NoticeRow { state: 1, ..notice(n, n) }));
    assert_eq!(walk(|after| wait(store.texts(of, after, 2))), up.map(text));
    let contacts = walk(|after| wait(store.records(of, subject_id(1), Some(GROUP), after, 2)));
    assert_eq!(contacts, up.map(|n| record(1, GROUP, n)));
    let tickets = walk(|after| wait(store.records_of_group(of, "ticket", after, 2)));
    assert_eq!(tickets, up.map(|n| record(n, "ticket", 1)));
    let versions = walk(|before| wait(store.history(of, subject_id(1), GROUP, record_id(1), before, 2)));
    assert_eq!(versions, down.map(|n| history(1, GROUP, 1, u32::from(n))));
    assert_eq!(walk(|below| wait(store.checkpoints(of, below, 2))), down.map(checkpoint));
    assert_eq!(walk(|below| wait(store.entries_of(of, reference(1), below, 2))), down.map(u64::from));
    assert!(wait(store.requests(of, Some(subject_id(2)), None, 2)).unwrap().rows.is_empty());
}

/// Asking for more than a page holds gives a page; asking for none gives one row.
pub fn a_page_holds_at_most_the_most(store: &Arc<dyn Store>) {
    let rows = |range: std::ops::Range<u16>| range.map(|n| Change::PutSubject(numbered(n))).collect::<Vec<_>>();
    put(&**store, rows(0..PAGE_MAX as u16));
    let page = wait(store.subjects(tenant_id(1), None, usize::MAX)).unwrap();
    assert_eq!((page.rows.len(), page.next), (PAGE_MAX, None));
    put(&**store, rows(PAGE_MAX as u16..PAGE_MAX as u16 + 1));
    let page = wait(store.subjects(tenant_id(1), None, usize::MAX)).unwrap();
    assert_eq!((page.rows.len(), page.next), (PAGE_MAX, Some(numbered(PAGE_MAX as u16 - 1).id)));
    let last = wait(store.subjects(tenant_id(1), page.next, usize::MAX)).unwrap();
    assert_eq!((last.rows.len(), last.next), (1, None));
    assert_eq!(wait(store.subjects(tenant_id(1), None, 0)).unwrap().rows.len(), 1);
}

/// History is asked backwards from the present.
pub fn history_comes_newest_first(store: &Arc<dyn Store>) {
    put(&**store, [1, 2, 3].map(|version| Change::AddHistory(history(1, GROUP, 1, version))));
    put(&**store, [Change::AddHistory(history(1, GROUP, 2, 9)), Change::AddHistory(history(2, GROUP, 1, 9))]);
    let page = wait(store.history(tenant_id(1), subject_id(1), GROUP, record_id(1), Some(3), 10)).unwrap();
    assert_eq!(page.rows, [history(1, GROUP, 1, 2), history(1, GROUP, 1, 1)]);
    let page = wait(store.history(tenant_id(1), subject_id(1), GROUP, record_id(1), Some(u32::MAX), 1)).unwrap();
    assert_eq!((page.rows, page.next), (vec![history(1, GROUP, 1, 3)], Some(3)));
}

/// A subject's records over all groups, and a cursor in the middle of one.
pub fn records_come_by_group_and_id(store: &Arc<dyn Store>) {
    let of = |group, n| record(1, group, n);
    let rows = [of("b", 2), of("a", 2), of("b", 1), of("a", 1), record(2, "a", 1)];
    put(&**store, rows.map(Change::PutRecord));
    let all = walk(|after| wait(store.records(tenant_id(1), subject_id(1), None, after, 1)));
    assert_eq!(all, [of("a", 1), of("a", 2), of("b", 1), of("b", 2)]);
    let in_group = |group: &str, after: (&str, u8)| -> Vec<RecordRow> {
        let after = Some((after.0.to_owned(), record_id(after.1)));
        wait(store.records(tenant_id(1), subject_id(1), Some(group), after, 10)).unwrap().rows
    };
    assert_eq!(in_group("b", ("a", 2)), [of("b", 1), of("b", 2)]);
    assert_eq!(in_group("b", ("b", 1)), [of("b", 2)]);
    assert_eq!(in_group("a", ("b", 1)), []);
}

/// Policies come by when they take effect, and then by when they were put; each once.
pub fn policies_come_by_when_they_take_effect(store: &Arc<dyn Store>) {
    let later = PolicyRow { put_at: at(7), ..policy(2) };
    let other = PolicyRow { digest: [1; 32], put_at: at(8), ..policy(2) };
    let again = PolicyRow { put_at: at(9), ..policy(2) };
    put(&**store, [other.clone(), policy(3), later.clone(), policy(1), again].map(Change::PutPolicy));
    assert_eq!(wait(store.policies(tenant_id(1))).unwrap(), [policy(1), later, other, policy(3)]);
}

/// Follows the cursor to the end; pages are full but for the last.
fn walk<T: Debug, C>(ask: impl Fn(Option<C>) -> Result<Page<T, C>, StoreError>) -> Vec<T> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let page = ask(cursor).unwrap();
        let is_last = page.next.is_none();
        assert!(page.rows.len() <= 2 && (is_last || !page.rows.is_empty()), "a page of {:?}", page.rows);
        rows.extend(page.rows);
        cursor = page.next;
        if is_last {
            return rows;
        }
    }
}

/// A subject whose id sorts by its number.
fn numbered(n: u16) -> SubjectRow {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&n.to_be_bytes());
    SubjectRow { id: SubjectId::from_bytes(id), ..subject(1) }
}
