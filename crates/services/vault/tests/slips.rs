//! What the front door keeps: sealed, each in its place, gone with its owner and at its end; and who a person reaches.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_store::{Change, Unit};
use candor_store_sqlite::SqliteStore;
use candor_vault::{ErrorKind, Expect, NewSlip, NewSubject, Recurring, SlipChange};
use candor_words::{Instant, Span, SpanUnit, SubjectId};
use support::{POLICY, World, world, world_over};
use zeroize::Zeroizing;

const KIND: u16 = 900;

fn slip(n: u8, owner: Option<SubjectId>, body: &str) -> NewSlip {
    NewSlip { kind: KIND, name: [n; 32], owner, expires_at: None, body: Zeroizing::new(body.as_bytes().to_vec()) }
}

async fn put(world: &World, new: NewSlip, expect: Expect) -> Result<(), &'static str> {
    let door = world.vault.door(world.tenant);
    let put = world.vault.change_slips(&door, vec![SlipChange::Put(new, expect)], Vec::new()).await;
    put.map(drop).map_err(|error| error.code())
}

async fn body(world: &World, n: u8) -> Option<String> {
    let slip = world.vault.slip(world.tenant, KIND, [n; 32]).await.unwrap()?;
    Some(String::from_utf8(slip.body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_slip_is_put_once_replaced_by_its_version_and_taken_once() {
    let world = world().await;
    let ada = world.ada().await;
    for owner in [None, Some(ada)] {
        let n = u8::from(owner.is_some());
        assert_eq!(put(&world, slip(n, owner, "first"), Expect::Absent).await, Ok(()));
        assert_eq!(put(&world, slip(n, owner, "other"), Expect::Absent).await, Err("slip.changed"));
        assert_eq!(put(&world, slip(n, owner, "second"), Expect::Version(1)).await, Ok(()));
        assert_eq!(put(&world, slip(n, owner, "stale"), Expect::Version(1)).await, Err("slip.changed"));
        assert_eq!(body(&world, n).await.as_deref(), Some("second"));
        let door = world.vault.door(world.tenant);
        let take = || {
            let drop = SlipChange::Drop(KIND, [n; 32], Expect::Version(2));
            world.vault.change_slips(&door, vec![drop], vec![(owner, EntryBody::CredentialChanged { what: 1 })])
        };
        take().await.unwrap();
        assert_eq!(take().await.unwrap_err().code(), "slip.changed");
        assert_eq!(body(&world, n).await, None);
    }
}

#[tokio::test]
async fn one_that_ended_is_not_there_and_is_swept_away() {
    let world = world().await;
    let now = world.vault.now();
    let ends = NewSlip { expires_at: Some(Instant::from_millis(now.as_millis() + 3_600_000)), ..slip(1, None, "code") };
    put(&world, ends.clone(), Expect::Absent).await.unwrap();
    assert_eq!(body(&world, 1).await.as_deref(), Some("code"));
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    assert_eq!(body(&world, 1).await, None);
    assert!(world.vault.slips(world.tenant, KIND, None, None, 10).await.unwrap().rows.is_empty());
    put(&world, NewSlip { expires_at: None, ..ends.clone() }, Expect::Absent).await.unwrap();
    put(&world, NewSlip { name: [2; 32], ..ends }, Expect::Anything).await.unwrap();
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    assert_eq!(world.vault.schedule(Recurring::SlipExpiry).await.unwrap(), 1);
    let until = Instant::from_millis(world.vault.now().as_millis() + 1000);
    for job in world.vault.store().lease_jobs(world.vault.now(), until, 10).await.unwrap() {
        world.vault.run_job(&job).await.unwrap();
    }
    assert_eq!(world.vault.store().slips(world.tenant, KIND, None, None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_body_moved_to_another_name_or_owner_does_not_open() {
    let world = world().await;
    let (ada, bob) = (world.ada().await, world.person("bob@example.org", "Bob").await);
    put(&world, slip(1, Some(ada), "ada's"), Expect::Absent).await.unwrap();
    put(&world, slip(2, Some(bob), "bob's"), Expect::Absent).await.unwrap();
    put(&world, slip(3, None, "nobody's"), Expect::Absent).await.unwrap();
    let store = world.vault.store();
    for (from, to) in [(1, 2), (2, 1), (3, 1), (1, 3)] {
        let stolen = store.slip(world.tenant, KIND, [from; 32]).await.unwrap().unwrap();
        let place = store.slip(world.tenant, KIND, [to; 32]).await.unwrap().unwrap();
        let forged = candor_store::SlipRow { sealed: stolen.sealed, ..place.clone() };
        store.commit(Unit::of(world.tenant).change(Change::PutSlip(forged))).await.unwrap();
        let error = world.vault.slip(world.tenant, KIND, [to; 32]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal, "{from} in the place of {to}");
        store.commit(Unit::of(world.tenant).change(Change::PutSlip(place))).await.unwrap();
    }
    assert_eq!(body(&world, 1).await.as_deref(), Some("ada's"));
}

#[tokio::test]
async fn a_slip_goes_with_its_owner_and_none_is_put_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let world = world_over(store, POLICY).await;
    let ada = world.ada().await;
    put(&world, slip(1, Some(ada), "ada's"), Expect::Absent).await.unwrap();
    assert_eq!(world.vault.slips(world.tenant, KIND, Some(ada), None, 10).await.unwrap().rows.len(), 1);
    world.vault.erase(&world.admin, ada, None).await.unwrap();
    assert_eq!(body(&world, 1).await, None);
    assert_eq!(world.vault.store().slip(world.tenant, KIND, [1; 32]).await.unwrap(), None);
    assert!(put(&world, slip(1, Some(ada), "late"), Expect::Absent).await.is_err());
}

#[tokio::test]
async fn a_person_reaches_themself_and_nobody_else() {
    let world = world().await;
    let (ada, bob) = (world.ada().await, world.person("bob@example.org", "Bob").await);
    let person = world.vault.person(world.tenant, ada);
    let ask = |subject| world.ask(subject, "support", &["account.email"]);
    assert!(world.vault.subject(&person, ada).await.is_ok());
    assert!(world.vault.read(&person, &ask(ada)).await.is_ok());
    let strangers = [
        world.vault.subject(&person, bob).await.err(),
        world.vault.read(&person, &ask(bob)).await.err(),
        world.vault.accesses(&person, bob, None, 10).await.err(),
        world.vault.recipients(&person, bob).await.err(),
        world.vault.preferences(&person, bob).await.err(),
        world.vault.erase(&person, bob, None).await.err(),
        world.vault.requests(&person, Some(bob), None, 10).await.err(),
        world.vault.change_slips(&person, vec![SlipChange::DropAllOf(bob, KIND)], Vec::new()).await.err(),
    ];
    for (at, error) in strangers.into_iter().enumerate() {
        assert_eq!(error.unwrap_or_else(|| panic!("{at}")).code(), "subject.unknown", "{at}");
    }
    assert_eq!(world.vault.subjects(&person, None, 10).await.unwrap_err().code(), "caller.person");
    assert_eq!(world.vault.requests(&person, None, None, 10).await.unwrap_err().code(), "caller.person");
    assert_eq!(world.vault.keys(&person, None, 10).await.unwrap_err().code(), "key.scope_missing");
    assert_eq!(world.vault.create_subject(&person, NewSubject::default()).await.unwrap_err().code(), "caller.person");
}
