//! A unit: whole or not at all, in order, within its bounds.

use std::sync::Arc;

use crate::{
    Change, CommitError, Committed, Guard, SlipRow, Store, SubjectRow, UNIT_BYTES_MAX, UNIT_CHANGES_MAX, Unit,
};

use super::picture::picture;
use super::samples::{
    GROUP, api_key, at, commit, entry, event, hold, idempotency, job, put, record, reference, secret, slip, subject,
    subject_id, tenant, tenant_id, text, unit,
};
use super::wait;

/// With a guard that fails, nothing of a unit is there afterwards, whatever it would have done.
pub fn a_unit_is_applied_whole_or_not_at_all(store: &Arc<dyn Store>) {
    let everything = vec![
        Change::PutTenant(tenant(1)),
        Change::PutSubject(subject(1)),
        Change::AddEvent(event(1, 1, 1)),
        Change::PutRecord(record(1, GROUP, 1)),
        Change::PutHold(hold(1, 1)),
        Change::PutIndex([1; 32], subject_id(1)),
        Change::PutApiKey(api_key(1, 1)),
        Change::PutSecret(secret(1, 1)),
        Change::PutIdempotency(idempotency(1, 1)),
        Change::PutText(text(1)),
        Change::PutJob(job(1, 1, 1)),
        Change::IndexEntries { pairs: vec![(reference(1), 0)], up_to: 1 },
    ];
    let before = picture(store);
    let guard = Guard::SubjectVersion(subject_id(9), 1);
    let refused = Unit { changes: everything.clone(), ..unit() }.entry(entry(0)).guard(guard.clone());
    assert_eq!(commit(&**store, refused), Err(CommitError::Guard(guard)));
    assert_eq!(picture(store), before);

    // The last change is unfit: those before it are undone.
    put(&**store, [Change::AddEvent(event(2, 1, 1))]);
    let before = picture(store);
    let unfit = Unit { changes: everything.clone(), ..unit() }.entry(entry(0)).change(Change::AddEvent(event(2, 1, 1)));
    assert!(matches!(commit(&**store, unfit), Err(CommitError::Unfit { .. })));
    assert_eq!(picture(store), before);

    let applied = commit(&**store, Unit { changes: everything, ..unit() }.entry(entry(0)));
    assert_eq!(applied, Ok(Committed { first_entry: 0, size: 1 }));
    assert_eq!(wait(store.subject(tenant_id(1), subject_id(1))).unwrap(), Some(subject(1)));
    assert_eq!(wait(store.ledger_size(tenant_id(1))).unwrap(), 1);
}

/// A secret is put by its name, replaced by it, and gone once deleted; another tenant's of that name stays.
pub fn a_secret_is_kept_by_its_name(store: &Arc<dyn Store>) {
    let (of, name) = (tenant_id(1), secret(1, 1).name);
    put(&**store, [Change::PutSecret(secret(1, 1)), Change::PutSecret(secret(2, 1))]);
    commit(&**store, Unit::of(tenant_id(2)).change(Change::PutSecret(secret(1, 3)))).unwrap();
    put(&**store, [Change::PutSecret(secret(1, 2))]);
    assert_eq!(wait(store.secret(of, &name)).unwrap(), Some(secret(1, 2)));
    put(&**store, [Change::DeleteSecret(name.clone())]);
    assert_eq!(wait(store.secret(of, &name)).unwrap(), None);
    assert_eq!(wait(store.secrets(of, None, 10)).unwrap().rows, [secret(2, 1)]);
    assert_eq!(wait(store.secret(tenant_id(2), &name)).unwrap(), Some(secret(1, 3)));
}

/// A slip has its kind's own names, is replaced by the next of its name, and ends by itself, with its kind or its owner.
pub fn slips_are_kept_by_kind_and_name_and_end(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    let other = SlipRow { kind: 2, owner: Some(subject_id(1)), ..slip(2, 1) };
    put(&**store, [Change::PutSlip(slip(1, 1)), Change::PutSlip(slip(2, 1)), Change::PutSlip(other.clone())]);
    put(&**store, [Change::PutSlip(slip(1, 2)), Change::PutSlip(slip(3, 1)), Change::PutSlip(slip(4, 1))]);
    assert_eq!(wait(store.slip(of, 1, [1; 32])).unwrap(), Some(slip(1, 2)));
    assert_eq!(wait(store.slip(of, 3, [1; 32])).unwrap(), None);
    assert!(!wait(store.has_expired_slips(of, at(2))).unwrap());
    assert!(wait(store.has_expired_slips(of, at(3))).unwrap());
    put(&**store, [Change::DeleteSlipsOf(subject_id(1), 1)]);
    assert_eq!(wait(store.slips(of, 1, None, None, 9)).unwrap().rows, [slip(1, 2), slip(3, 1)]);
    assert_eq!(wait(store.slips(of, 2, None, None, 9)).unwrap().rows, std::slice::from_ref(&other));
    put(&**store, [Change::ExpireSlips(at(3))]);
    assert_eq!(wait(store.slips(of, 2, None, None, 9)).unwrap().rows, []);
    assert_eq!(wait(store.slip(of, 1, [3; 32])).unwrap(), Some(slip(3, 1)));
    let lasting = SlipRow { expires_at: None, ..other.clone() };
    put(&**store, [Change::PutSlip(lasting.clone()), Change::PutSlip(slip(1, 2))]);
    let first = wait(store.lasting_slips(of, None, 1)).unwrap();
    assert_eq!(first.rows, [slip(1, 2)], "of every kind, those that have no end");
    assert_eq!(wait(store.lasting_slips(of, first.next, 9)).unwrap().rows, [lasting]);
    put(&**store, [Change::DeleteSlip(2, [2; 32])]);
    put(&**store, [Change::ExpireSlips(at(200)), Change::DeleteSlip(2, [1; 32])]);
    assert_eq!(wait(store.slips(of, 1, None, None, 9)).unwrap().rows, [slip(1, 2)], "what has no end stays");
    put(&**store, [Change::DeleteSlip(1, [1; 32])]);
    assert_eq!(wait(store.slip(of, 1, [1; 32])).unwrap(), None);
}

/// Whatever is put reads back as it was, and putting it again replaces it.
pub fn a_put_inserts_and_then_replaces(store: &Arc<dyn Store>) {
    let of = tenant_id(1);
    let mut row = record(1, GROUP, 1);
    put(&**store, [Change::PutTenant(tenant(1)), Change::PutSubject(subject(1)), Change::PutRecord(row.clone())]);
    assert_eq!(wait(store.tenant(of)).unwrap(), Some(tenant(1)));
    assert_eq!(wait(store.tenant_by_slug("tenant-001")).unwrap(), Some(tenant(1)));
    assert_eq!(wait(store.record(of, row.subject, GROUP, row.id)).unwrap(), Some(row.clone()));

    let renamed = crate::TenantRow { slug: "other".to_owned(), ..tenant(1) };
    let deactivated = SubjectRow { version: 2, state: 1, reference: None, ..subject(1) };
    row = crate::RecordRow { version: 2, sealed: Vec::new(), closed_at: None, ..row };
    put(
        &**store,
        [Change::PutTenant(renamed.clone()), Change::PutSubject(deactivated.clone()), Change::PutRecord(row.clone())],
    );
    assert_eq!(wait(store.tenant(of)).unwrap(), Some(renamed));
    assert_eq!(wait(store.tenant_by_slug("tenant-001")).unwrap(), None);
    assert_eq!(wait(store.subject(of, subject_id(1))).unwrap(), Some(deactivated));
    assert_eq!(wait(store.record(of, row.subject, GROUP, row.id)).unwrap(), Some(row));
}

/// Within a unit, a later change sees the earlier ones.
pub fn changes_are_applied_in_order(store: &Arc<dyn Store>) {
    let changes = [
        Change::PutRecord(record(1, GROUP, 1)),
        Change::ForgetSubject(subject_id(1), None),
        Change::PutRecord(record(1, GROUP, 2)),
    ];
    put(&**store, changes);
    let page = wait(store.records(tenant_id(1), subject_id(1), None, None, 10)).unwrap();
    assert_eq!(page.rows, [record(1, GROUP, 2)]);
}

/// A unit beyond either bound is refused, with the bound in the error; one at the bound is not.
pub fn a_unit_too_large_is_refused(store: &Arc<dyn Store>) {
    let changes = |n| Unit { changes: vec![Change::FinishJob(super::samples::job_id(1)); n], ..unit() };
    assert!(commit(&**store, changes(UNIT_CHANGES_MAX)).is_ok());
    let refused = CommitError::TooLarge { count: UNIT_CHANGES_MAX + 1, max: UNIT_CHANGES_MAX };
    assert_eq!(commit(&**store, changes(UNIT_CHANGES_MAX + 1)), Err(refused));

    let row = crate::RecordRow { sealed: vec![0; UNIT_BYTES_MAX], ..record(1, GROUP, 1) };
    let refused = commit(&**store, unit().change(Change::PutRecord(row)));
    assert!(matches!(refused, Err(CommitError::TooLarge { max: UNIT_BYTES_MAX, .. })));
    assert!(wait(store.records(tenant_id(1), subject_id(1), None, None, 10)).unwrap().rows.is_empty());
}

/// Rows carry their tenant; it has to be the unit's.
pub fn a_unit_that_names_another_tenant_is_unfit(store: &Arc<dyn Store>) {
    for change in [Change::PutTenant(tenant(2)), Change::PutApiKey(api_key(1, 2)), Change::PutJob(job(1, 2, 1))] {
        assert!(matches!(commit(&**store, unit().change(change)), Err(CommitError::Unfit { .. })));
    }
    assert_eq!(wait(store.tenant(tenant_id(2))).unwrap(), None);
}

/// An event is history: it is not written over.
pub fn an_event_of_the_same_version_is_unfit(store: &Arc<dyn Store>) {
    put(&**store, [Change::AddEvent(event(1, 1, 1))]);
    let again = commit(&**store, unit().change(Change::AddEvent(event(1, 1, 2))));
    assert!(matches!(again, Err(CommitError::Unfit { .. })));
    let twice = unit().change(Change::AddEvent(event(1, 2, 2))).change(Change::AddEvent(event(1, 2, 3)));
    assert!(matches!(commit(&**store, twice), Err(CommitError::Unfit { .. })));
    let page = wait(store.events(tenant_id(1), subject_id(1), None, 10)).unwrap();
    assert_eq!(page.rows, [event(1, 1, 1)]);
}

/// Addresses are unique, whether the unit asked or not.
pub fn a_slug_of_another_tenant_is_refused(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutTenant(tenant(1))]);
    let row = crate::TenantRow { slug: tenant(1).slug, ..tenant(2) };
    let refused = commit(&**store, Unit::of(tenant_id(2)).change(Change::PutTenant(row)));
    assert_eq!(refused, Err(CommitError::Guard(Guard::TenantAbsent)));
    assert_eq!(wait(store.tenants(None, 10)).unwrap().rows, [tenant(1)]);
}

/// A key keeps its tenant.
pub fn an_api_key_of_another_tenant_is_unfit(store: &Arc<dyn Store>) {
    put(&**store, [Change::PutApiKey(api_key(1, 1))]);
    let taken = Unit::of(tenant_id(2)).change(Change::PutApiKey(api_key(1, 2)));
    assert!(matches!(commit(&**store, taken), Err(CommitError::Unfit { .. })));
    let revoked = crate::ApiKeyRow { revoked_at: Some(at(2)), ..api_key(1, 1) };
    put(&**store, [Change::PutApiKey(revoked.clone())]);
    assert_eq!(wait(store.api_key(revoked.id)).unwrap(), Some(revoked));
}

/// Events and erasures name the unit's entries from 0; reads name them by their place in the ledger.
pub fn entries_count_from_the_units_first(store: &Arc<dyn Store>) {
    let first = commit(&**store, unit().entry(entry(0)).entry(entry(1)).entry(entry(2))).unwrap();
    assert_eq!(first, Committed { first_entry: 0, size: 3 });
    let erased = SubjectRow { state: 3, reference: None, erased_entry: Some(0), ..subject(1) };
    let later = crate::EventRow { entry: 1, ..event(1, 7, 1) };
    let changes = unit().change(Change::PutSubject(erased)).change(Change::AddEvent(later));
    let second = commit(&**store, changes.entry(entry(3)).entry(entry(4))).unwrap();
    assert_eq!(second, Committed { first_entry: 3, size: 5 });
    let row = wait(store.subject(tenant_id(1), subject_id(1))).unwrap().unwrap();
    assert_eq!(row.erased_entry, Some(3));
    let page = wait(store.events(tenant_id(1), subject_id(1), None, 10)).unwrap();
    assert_eq!(page.rows[0].entry, 4);
    assert_eq!(commit(&**store, unit()).unwrap(), Committed { first_entry: 5, size: 5 });
}

/// A tenant that is forgotten leaves nothing, its ledger begins anew, and others keep theirs; one that is there is not
/// forgotten.
pub fn a_forgotten_tenant_leaves_nothing_and_begins_anew(store: &Arc<dyn Store>) {
    let fill = |n: u8| {
        let unit = Unit::of(tenant_id(n)).change(Change::PutSubject(subject(1))).change(Change::PutText(text(1)));
        commit(&**store, unit.entry(entry(1)).entry(entry(2))).unwrap();
    };
    let before = picture(store);
    fill(1);
    let forget = |n: u8| Unit::of(tenant_id(n)).guard(Guard::TenantAbsent).change(Change::ForgetTenant);
    commit(&**store, forget(1)).unwrap();
    assert_eq!(picture(store), before);
    let begun = commit(&**store, Unit::of(tenant_id(1)).entry(entry(7))).unwrap();
    assert_eq!(begun, Committed { first_entry: 0, size: 1 });

    fill(2);
    commit(&**store, Unit::of(tenant_id(2)).change(Change::PutTenant(tenant(2)))).unwrap();
    assert_eq!(commit(&**store, forget(2)), Err(CommitError::Guard(Guard::TenantAbsent)));
    let unguarded = Unit::of(tenant_id(1)).change(Change::ForgetTenant);
    assert!(matches!(commit(&**store, unguarded), Err(CommitError::Unfit { .. })));
    assert!(matches!(commit(&**store, forget(1).entry(entry(1))), Err(CommitError::Unfit { .. })));
    assert_eq!(wait(store.ledger_size(tenant_id(2))).unwrap(), 2);
}
