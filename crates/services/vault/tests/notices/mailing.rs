//! Notice by mail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_notify::Undelivered;
use candor_store_sqlite::SqliteStore;
use candor_vault::JobOutcome;
use candor_words::{Instant, Span, SpanUnit};

use super::carrier::Sent;
use super::support::World;
use super::{SUPPORT, told_over, told_world};

fn addresses(sent: &[Sent]) -> BTreeSet<String> {
    sent.iter().map(|sent| sent.to.clone()).collect()
}

async fn people(world: &World, n: usize) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for at in 0..n {
        let email = format!("p{at}@people.example");
        world.person(&email, "Somebody").await;
        addresses.insert(email);
    }
    addresses
}

#[tokio::test]
async fn everybody_is_told_once_and_each_delivery_has_its_entries() {
    let (world, carrier) = told_world().await;
    let everybody = people(&world, 150).await;
    let put = world.put(&[SUPPORT]).await.unwrap();
    world.tell_everybody().await;
    let sent = carrier.sent();
    assert_eq!(sent.len(), 150);
    assert_eq!(addresses(&sent), everybody);
    assert_eq!(sent.iter().map(|sent| &sent.id).collect::<BTreeSet<_>>().len(), 150, "each message has its own id");
    assert!(sent.iter().all(|sent| !sent.id.contains("sub_") && !sent.id.contains('@')), "an id tells nobody");
    assert!(sent[0].text.contains("Support may now use account.job."), "{}", sent[0].text);
    assert!(sent[0].text.contains("https://privacy.example/sketch/compare/2026-01-29/2"), "{}", sent[0].text);
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.mailing, told.n_mailed, told.n_undeliverable, told.n_put_off), ("done", 150, 0, 0));

    // The address left the vault for the notice, before the entry that says that it was sent.
    let page = world.vault.store().subjects(world.tenant, None, 1).await.unwrap();
    let entries = world.vault.accesses(&world.admin, page.rows[0].id, None, 100).await.unwrap().rows;
    let at = |kind: &str| entries.iter().find(|entry| entry.kind == kind).unwrap().entry;
    assert!(at("disclosure") < at("notice_sent"));
    let read = entries.iter().find(|entry| entry.kind == "disclosure").unwrap();
    assert_eq!((read.purpose.as_deref(), &read.fields[..]), (Some("@notice"), &["account.email".to_owned()][..]));
    assert_eq!(read.actor, None);

    // Another run of the same job finds nothing to do.
    world.put(&[SUPPORT]).await.unwrap();
    world.tell_everybody().await;
    assert_eq!(carrier.sent().len(), 150);
}

#[tokio::test]
async fn what_is_not_taken_yet_is_tried_again_and_what_never_will_be_is_listed() {
    let (world, carrier) = told_world().await;
    let busy = world.person("busy@people.example", "B").await;
    let full = world.person("full@people.example", "F").await;
    let none = world.person("none@people.example", "N").await;
    let silent = world.vault.create_subject(&world.admin, candor_vault::NewSubject::default()).await.unwrap().subject;
    carrier.fail("busy@people.example", Undelivered::Later { code: 450 }, 2);
    carrier.fail("full@people.example", Undelivered::Later { code: 452 }, u32::MAX);
    carrier.fail("none@people.example", Undelivered::Never { code: 550 }, 1);
    let put = world.put(&[SUPPORT]).await.unwrap();
    world.run_jobs().await;
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.mailing, told.n_put_off, told.n_undeliverable), ("running", 2, 2));
    assert!(told.next_at.unwrap() > world.vault.now(), "it waits before it tries again");
    assert_eq!(world.run_jobs().await, [], "not at once");

    let rounds = world.tell_everybody().await;
    assert!((10..100).contains(&rounds), "{rounds}");
    assert_eq!(addresses(&carrier.sent()), BTreeSet::from(["busy@people.example".to_owned()]));
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.mailing, told.n_mailed, told.n_put_off, told.n_undeliverable), ("done", 1, 0, 3));
    let page = world.vault.undeliverable(&world.admin, &put.digest, None, 2).await.unwrap();
    let rest = world.vault.undeliverable(&world.admin, &put.digest, page.next, 2).await.unwrap();
    let reasons: BTreeMap<_, _> = page.rows.into_iter().chain(rest.rows).map(|row| (row.subject, row.reason)).collect();
    let expected = [(full, "relay_452"), (none, "relay_550"), (silent, "no_address")];
    assert_eq!(reasons, expected.map(|(subject, reason)| (subject, reason.to_owned())).into());
    let kinds =
        |entries: Vec<candor_vault::AccessView>| entries.into_iter().map(|entry| entry.kind).collect::<Vec<_>>();
    let entries = kinds(world.vault.accesses(&world.admin, none, None, 100).await.unwrap().rows);
    assert!(entries.contains(&"notice_failed"), "{entries:?}");
    let entries = kinds(world.vault.accesses(&world.admin, busy, None, 100).await.unwrap().rows);
    assert_eq!(entries.iter().filter(|kind| **kind == "notice_sent").count(), 1, "{entries:?}");
}

#[tokio::test]
async fn a_relay_that_is_away_is_waited_for_however_long_it_takes() {
    let (world, carrier) = told_world().await;
    let everybody = people(&world, 20).await;
    carrier.go_away(true);
    world.put(&[SUPPORT]).await.unwrap();
    for _ in 0..40 {
        world.run_jobs().await;
        world.clock.advance(Span::new(2, SpanUnit::Hour));
    }
    assert_eq!(carrier.sent(), []);
    carrier.go_away(false);
    world.tell_everybody().await;
    assert_eq!(addresses(&carrier.sent()), everybody);
    assert_eq!(carrier.sent().len(), 20);
}

#[tokio::test]
async fn who_left_is_told_of_changes_and_who_was_erased_is_not_written_to() {
    let (world, carrier) = told_world().await;
    let left = world.person("left@people.example", "L").await;
    let erased = world.person("erased@people.example", "E").await;
    world.person("here@people.example", "H").await;
    world.vault.deactivate(&world.admin, left).await.unwrap();
    world.vault.erase(&world.admin, erased, None).await.unwrap();
    let put = world.put(&[SUPPORT]).await.unwrap();
    world.tell_everybody().await;
    assert_eq!(
        addresses(&carrier.sent()),
        BTreeSet::from(["here@people.example".to_owned(), "left@people.example".to_owned()])
    );
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.n_mailed, told.n_withheld), (2, 0));
    // An erasure takes what is known of the notice along.
    let page = world.vault.store().subjects(world.tenant, None, 10).await.unwrap().rows;
    for row in page.iter().filter(|row| row.state != 3) {
        world.vault.erase(&world.admin, row.id, None).await.unwrap();
    }
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.n_mailed, told.n_withheld), (0, 0));
}

/// A process that dies in the midst of telling people: what was acknowledged is not sent again, and the few mails that
/// were on their way bear the same ids when they come twice.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_the_job_goes_on_and_only_mails_on_their_way_come_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (world, carrier) = told_over(Arc::new(SqliteStore::open(folder.path()).unwrap())).await;
    let everybody = people(&world, 200).await;
    world.put(&[SUPPORT]).await.unwrap();
    carrier.hang_after(90);
    let now = world.vault.now();
    let until = Instant::from_millis(now.as_millis() + 60_000);
    let jobs = world.vault.store().lease_jobs(now, until, 100).await.unwrap();
    let job = jobs.into_iter().find(|job| job.kind == "notice.mail").unwrap();
    let vault = Arc::clone(&world.vault);
    let running = tokio::spawn(async move { vault.run_job(&job).await });
    while carrier.sent().len() < 98 {
        tokio::task::yield_now().await;
    }
    // Dropped where it stands: nothing after this await ever happens, as in a process that is killed.
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    let on_their_way: BTreeSet<String> = carrier.sent().split_off(90).into_iter().map(|sent| sent.id).collect();

    carrier.hang_after(0);
    assert_eq!(world.run_jobs().await, [], "the lease has not run out");
    world.clock.advance(Span::new(2, SpanUnit::Minute));
    assert!(matches!(world.run_jobs().await[..], [JobOutcome::Finished]));
    let sent = carrier.sent();
    assert_eq!(addresses(&sent), everybody, "nobody is left out");
    let mut by_id = BTreeMap::<String, usize>::new();
    sent.iter().for_each(|sent| *by_id.entry(sent.id.clone()).or_default() += 1);
    let twice: BTreeSet<String> = by_id.into_iter().filter(|(_, n)| *n > 1).map(|(id, _)| id).collect();
    assert!(!twice.is_empty() && twice.is_subset(&on_their_way), "{} came twice", twice.len());
    let told =
        world.vault.told(&world.admin, &world.vault.policies(world.tenant).await.unwrap()[1].digest).await.unwrap();
    assert_eq!((told.mailing, told.n_mailed), ("done", 200));
}

#[tokio::test]
async fn the_notice_of_a_version_that_another_replaced_is_not_sent() {
    let (world, carrier) = told_world().await;
    people(&world, 3).await;
    world.put_dated(Some("2026-07-01"), &[SUPPORT]).await.unwrap();
    let other =
        ("uses account.name, account.email\n    share account.card", "uses account.name\n    share account.card");
    world.put_dated(Some("2026-07-01"), &[SUPPORT, other]).await.unwrap();
    world.tell_everybody().await;
    assert_eq!(carrier.sent().len(), 3, "of the one that will decide");
}

#[test]
fn an_entry_of_a_notice_names_no_person() {
    let body = EntryBody::NoticeSent { policy: candor_ledger::Digest([1; 32]), channel: 0 };
    assert_eq!(body.kind(), 34);
}
