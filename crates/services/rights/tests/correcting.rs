//! A correction that is made at once reaches the systems and recipients that hold the field, over systems in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../vault/tests/support/mortal.rs"]
mod mortal;
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_rights::Approval;
use candor_store_memory::MemoryStore;
use candor_vault::{Beyond as _, NewRecord, NewSubject, ONLY_RECORD, PushView, Terms};
use candor_words::{RecordId, RequestId, SubjectId};
use mortal::Mortal;
use serde_json::{Value, json};
use support::outside::{HOSTER, Outside, pushes, receipt, settle, tick};
use support::{Fault, Patience, World, world_over};

const POLICY: &str = include_str!("support/correcting.candor");
/// More commits than a correction takes on its way through two systems and to two recipients.
const COMMITS_MAX: u64 = 60;

async fn correcting() -> (World, Arc<Outside>, SubjectId) {
    let world = world_over(Arc::new(MemoryStore::new()), POLICY, &["SHOP", "FORUM", HOSTER]).await;
    let outside = Outside::of(&world);
    let ada = ada(&world).await;
    (world, outside, ada)
}

fn record(group: &str, values: &Value) -> NewRecord {
    let values: BTreeMap<String, Value> = values.as_object().unwrap().clone().into_iter().collect();
    NewRecord { group: group.into(), values, source: "subject".into() }
}

/// Ada, whom each system knows by her address, and the shop's invoices by her number.
async fn ada(world: &World) -> SubjectId {
    let account = json!({ "email": "ada@example.org", "name": "Ada Lovelace", "customer": "C-77" });
    let addresses = json!({ "street": "1 Dorset Street" });
    let records = vec![record("account", &account), record("addresses", &addresses)];
    let ada = world.vault.create_subject(&world.admin, NewSubject { records, contract: None }).await.unwrap().subject;
    let name = [("email", "ada@example.org"), ("name", "Ada Lovelace"), ("initials", "AL"), ("frozen", "")];
    world.shop.put("users", &name);
    world.shop.put("users", &[("email", "bob@example.org"), ("name", "Bob"), ("initials", "B"), ("frozen", "")]);
    world.shop.put("invoices", &[("customer", "C-77")]);
    world.shop.put("parcels", &[("email", "ada@example.org"), ("street", "1 Dorset Street")]);
    world.forum.put("posts", &[("email", "ada@example.org")]);
    ada
}

async fn correct(world: &World, ada: SubjectId, values: Value) {
    world.vault.rectify(&world.admin, ada, ONLY_RECORD, record("account", &values), None).await.unwrap();
    tick(world);
}

async fn correct_in(world: &World, ada: SubjectId, of: RecordId, values: Value) {
    world.vault.rectify(&world.admin, ada, of, record("addresses", &values), None).await.unwrap();
    tick(world);
}

fn first(world: &World, place: &str, column: &str) -> String {
    let system = if place == "posts" { &world.forum } else { &world.shop };
    system.rows(place)[0][column].clone()
}

/// What is kept of what named somebody until their corrections.
async fn n_former(world: &World) -> usize {
    world.vault.store().slips(world.tenant, 62, None, None, 100).await.unwrap().rows.len()
}

#[tokio::test]
async fn a_correction_reaches_whoever_holds_the_field_and_is_proved() {
    let (world, outside, ada) = correcting().await;
    correct(&world, ada, json!({ "name": "Ada King" })).await;
    settle(&world, ada).await;
    let row = world.shop.rows("users")[0].clone();
    assert_eq!((row["name"].as_str(), row["initials"].as_str()), ("Ada King", "AK"), "a declared copy too");
    assert_eq!(world.shop.rows("users")[1]["name"], "Bob");

    let push = pushes(&world, ada).await.remove(0);
    assert_eq!((push.corrected, push.purpose), (vec!["account.name".to_owned()], None));
    let told = receipt(&world, push.id).await;
    assert_eq!(told["about"], json!({ "correction": true }));
    assert_eq!(told["corrected"]["fields"], json!(["account.name", "account.initials"]));
    assert_eq!(told["systems"].as_array().unwrap().len(), 1, "the forum has no name: {told:#}");
    assert_eq!(told["systems"][0]["places"][0]["did"], "corrected");
    // Who has the name hears of it once, by the address, and not of the value.
    let mails = outside.mails.lock().clone();
    assert_eq!(mails.iter().map(|mail| mail.1.as_str()).collect::<Vec<_>>(), ["privacy@desk.example"]);
    assert!(mails[0].2.contains("ada@example.org") && !mails[0].2.contains("King"), "{}", mails[0].2);
    assert!(outside.posts.lock().is_empty(), "the hoster has no name");
    assert_eq!(told["recipients"][0]["state"], "told");
    let asked = world.vault.requests(&world.admin, Some(ada), None, 10).await.unwrap().rows;
    assert_eq!(asked, [], "nobody asked for it");
}

#[tokio::test]
async fn what_nobody_outside_holds_is_pushed_nowhere() {
    let (world, _, ada) = correcting().await;
    correct(&world, ada, json!({ "note": "Countess" })).await;
    assert_eq!(pushes(&world, ada).await, []);
    let alone = world_over(Arc::new(MemoryStore::new()), POLICY, &[]).await;
    let ada = self::ada(&alone).await;
    let street = alone.vault.records(&alone.admin, ada, Some("addresses"), None, 9).await.unwrap().rows[0].record;
    correct_in(&alone, ada, street, json!({ "street": "12 St James's Square" })).await;
    assert_eq!(pushes(&alone, ada).await, [], "no system is connected, and no recipient has it");
}

#[tokio::test]
async fn of_corrections_that_overtake_each_other_the_newer_holds_everywhere() {
    let (world, outside, ada) = correcting().await;
    world.shop.fail(Fault::Down);
    correct(&world, ada, json!({ "name": "Ada Byron" })).await;
    let older = pushes(&world, ada).await.remove(0);
    world.rights.go_on(world.tenant, older.id).await.unwrap();
    correct(&world, ada, json!({ "name": "Ada King" })).await;
    let newer = pushes(&world, ada).await.remove(1);
    world.shop.fail(Fault::None);
    world.until(newer.id, "answered").await;
    world.until(older.id, "answered").await;
    let row = world.shop.rows("users")[0].clone();
    assert_eq!((row["name"].as_str(), row["initials"].as_str()), ("Ada King", "AK"));
    assert_eq!(outside.mails.lock().len(), 2, "each correction is told once");
}

#[tokio::test]
async fn an_older_request_does_not_overwrite_a_newer_correction() {
    let (world, _, ada) = correcting().await;
    world.shop.fail(Fault::Down);
    let request = world.request(ada, "rectification").await;
    let correction = Some((ONLY_RECORD, record("account", &json!({ "name": "Ada Byron" }))));
    world.rights.approve(&world.admin, request, Approval { correction, terms: None }).await.unwrap();
    assert_eq!(pushes(&world, ada).await, [], "the request's own steps see to the systems");
    correct(&world, ada, json!({ "name": "Ada King" })).await;
    world.shop.fail(Fault::None);
    settle(&world, ada).await;
    world.until(request, "answered").await;
    assert_eq!(first(&world, "users", "name"), "Ada King");
}

#[tokio::test]
async fn an_identifier_is_found_by_what_it_was_and_recipients_are_told_by_that() {
    let (world, outside, ada) = correcting().await;
    world.forum.fail(Fault::Down);
    correct(&world, ada, json!({ "email": "byron@example.org" })).await;
    let older = pushes(&world, ada).await.remove(0);
    world.rights.go_on(world.tenant, older.id).await.unwrap();
    correct(&world, ada, json!({ "email": "king@example.org" })).await;
    let newer = pushes(&world, ada).await.remove(1);
    world.forum.fail(Fault::None);
    world.until(newer.id, "answered").await;
    world.until(older.id, "answered").await;
    for place in ["users", "parcels", "posts"] {
        assert_eq!(first(&world, place, "email"), "king@example.org", "{place}");
    }
    let mut known: Vec<bool> = outside.mails.lock().iter().map(|mail| mail.2.contains("ada@example.org")).collect();
    known.sort_unstable();
    assert_eq!(known, [false, true], "each by what stood there until that correction");
    let posts: Vec<Value> =
        outside.posts.lock().iter().map(|post| serde_json::from_slice(&post.body).unwrap()).collect();
    let mut named: Vec<&str> = posts.iter().map(|post| post["data"]["person"]["value"].as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, ["ada@example.org", "byron@example.org"]);
    assert_eq!(n_former(&world).await, 0, "it goes with its push");
}

#[tokio::test]
async fn an_identifier_that_is_emptied_is_still_found_and_emptied_there() {
    let (world, _, ada) = correcting().await;
    world.shop.fail(Fault::Down);
    correct(&world, ada, json!({ "customer": null })).await;
    assert_eq!(n_former(&world).await, 1, "the vault's own history of it is gone");
    world.shop.fail(Fault::None);
    settle(&world, ada).await;
    assert_eq!((first(&world, "invoices", "customer").as_str(), n_former(&world).await), ("", 0));
}

#[tokio::test]
async fn what_is_on_its_way_follows_somebody_whose_address_changes() {
    let (world, _, ada) = correcting().await;
    world.shop.fail(Fault::Down);
    correct(&world, ada, json!({ "name": "Ada King" })).await;
    world.vault.restrict(&world.admin, ada, Terms::default()).await.unwrap();
    tick(&world);
    let erasure = world.request(ada, "erasure").await;
    world.rights.plan(&world.admin, erasure).await.unwrap();
    let before = pushes(&world, ada).await;
    for push in &before {
        world.rights.go_on(world.tenant, push.id).await.unwrap();
    }
    correct(&world, ada, json!({ "email": "king@example.org" })).await;
    let address = pushes(&world, ada).await.into_iter().find(|push| push.corrected == ["account.email"]).unwrap();
    world.shop.fail(Fault::None);
    world.until(address.id, "answered").await;
    assert_eq!(first(&world, "users", "email"), "king@example.org");
    settle(&world, ada).await;
    let row = world.shop.rows("users")[0].clone();
    assert_eq!((row["name"].as_str(), row["frozen"].as_str()), ("Ada King", "yes"));
    // An erasure that was planned by the old address finds her by the new one.
    world.rights.approve(&world.admin, erasure, Approval::default()).await.unwrap();
    world.until(erasure, "answered").await;
    assert_eq!((world.shop.rows("users").len(), world.forum.rows("posts").len()), (1, 0));
}

#[tokio::test]
async fn whose_address_changes_while_their_erasure_is_planned_is_erased_by_the_new_one() {
    let (world, _, ada) = correcting().await;
    let erasure = world.request(ada, "erasure").await;
    world.shop.fail(Fault::Hangs);
    let changing = async {
        until_asked(&world).await;
        world.shop.fail(Fault::None);
        correct(&world, ada, json!({ "email": "king@example.org" })).await;
        let push = pushes(&world, ada).await.remove(0);
        world.until(push.id, "answered").await;
    };
    let planning = world.rights.plan(&world.admin, erasure);
    let (planned, ()) = tokio::join!(planning, changing);
    assert_eq!(planned.unwrap().state, "planned");
    assert_eq!(first(&world, "users", "email"), "king@example.org");
    world.rights.approve(&world.admin, erasure, Approval::default()).await.unwrap();
    world.until(erasure, "answered").await;
    assert_eq!((world.shop.rows("users").len(), world.forum.rows("posts").len()), (1, 0));
}

/// Waits until the shop was asked something.
async fn until_asked(world: &World) {
    let patience = Patience::default();
    while patience.lasts() {
        if world.shop.n_asked.load(std::sync::atomic::Ordering::SeqCst) > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("the shop was asked nothing");
}

#[tokio::test]
async fn of_several_records_none_is_mistaken_for_another() {
    let (world, _, ada) = correcting().await;
    let street = world.vault.records(&world.admin, ada, Some("addresses"), None, 9).await.unwrap().rows[0].record;
    correct_in(&world, ada, street, json!({ "street": "12 St James's Square" })).await;
    settle(&world, ada).await;
    assert_eq!(first(&world, "parcels", "street"), "12 St James's Square", "there is but one");

    let second = record("addresses", &json!({ "street": "Ockham Park" }));
    world.vault.put_record(&world.admin, ada, second).await.unwrap();
    correct_in(&world, ada, street, json!({ "street": "Ashley Combe" })).await;
    settle(&world, ada).await;
    assert_eq!(first(&world, "parcels", "street"), "12 St James's Square");
    let push = pushes(&world, ada).await.remove(1);
    let told = receipt(&world, push.id).await;
    assert_eq!(told["corrected"]["not_recomputed"][0]["field"], "addresses.street", "{told:#}");
}

#[tokio::test]
async fn an_erasure_ends_a_correction_that_is_on_its_way() {
    let (world, _, ada) = correcting().await;
    world.forum.fail(Fault::Down);
    correct(&world, ada, json!({ "email": "king@example.org" })).await;
    let push = pushes(&world, ada).await.remove(0);
    world.rights.go_on(world.tenant, push.id).await.unwrap();
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.forum.fail(Fault::None);
    world.until(request, "answered").await;
    assert_eq!(world.rights.go_on(world.tenant, push.id).await.unwrap(), None);
    let state = world.vault.request(&world.admin, push.id).await.unwrap().state;
    assert!(matches!(state.as_str(), "withdrawn" | "answered"), "{state}");
    assert_eq!((n_former(&world).await, world.shop.rows("users").len(), world.forum.rows("posts").len()), (0, 1, 0));
}

/// Whether a push is where a process can be killed: opened and not over.
async fn the_push(world: &World, ada: SubjectId) -> Option<PushView> {
    pushes(world, ada).await.into_iter().next()
}

#[tokio::test]
async fn a_correction_whose_process_died_at_any_commit_is_carried_out_by_the_next() {
    let (mut n_died, mut n_unmade) = (0, 0);
    for applies_last in [false, true] {
        for n in 1..COMMITS_MAX {
            let store = Arc::new(MemoryStore::new());
            let before = world_over(store.clone(), POLICY, &["SHOP", "FORUM", HOSTER]).await;
            let ada = ada(&before).await;
            let mortal = Mortal::new(store.clone(), n, applies_last);
            let dying = before.anew(mortal.clone(), 1_000 + n).await;
            let _heard = Outside::of(&dying);
            let new = record("account", &json!({ "email": "king@example.org", "name": "Ada King" }));
            let _ = dying.vault.rectify(&dying.admin, ada, ONLY_RECORD, new, None).await;
            run_jobs_of(&dying, &mortal, ada).await;
            if !mortal.is_dead() {
                break;
            }
            drop(dying);
            n_died += 1;
            let world = before.anew(store, 2_000 + n).await;
            let outside = Outside::of(&world);
            world.rights.resume_all().await.unwrap();
            let Some(push) = the_push(&world, ada).await else {
                // It died before the vault's change was made: nothing of it is anywhere.
                n_unmade += 1;
                assert_eq!(first(&world, "users", "name"), "Ada Lovelace");
                continue;
            };
            until_jobs_end(&world, push.id).await;
            for (place, column, value) in [
                ("users", "name", "Ada King"),
                ("users", "email", "king@example.org"),
                ("posts", "email", "king@example.org"),
            ] {
                assert_eq!(first(&world, place, column), value, "died at commit {n}, applied: {applies_last}");
            }
            assert!(outside.posts.lock().len() <= 1);
            receipt(&world, push.id).await;
            assert_eq!(n_former(&world).await, 0);
        }
    }
    assert!(n_died > 12 && n_unmade > 0, "it died {n_died} times, {n_unmade} of them before anything was changed");
}

/// Runs what the runner of jobs would, until the process is dead or the push is over.
async fn run_jobs_of(world: &World, mortal: &Mortal, ada: SubjectId) {
    let patience = Patience::default();
    while patience.lasts() {
        let pushes = world.vault.pushes(&world.admin, ada, None, 9).await;
        let is_over = pushes.is_ok_and(|pushes| pushes.rows.iter().any(|push| push.closed_at.is_some()));
        if mortal.is_dead() || is_over {
            return;
        }
        run_due(world).await;
        if patience.wears_thin() {
            world.clock.set(candor_words::Instant::from_millis(world.vault.now().as_millis() + 2_000));
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("it neither died nor ended");
}

async fn run_due(world: &World) {
    let now = world.vault.now();
    let later = candor_words::Instant::from_millis(now.as_millis() + 60_000);
    let Ok(jobs) = world.vault.store().lease_jobs(now, later, 100).await else { return };
    for job in jobs {
        let _ = world.vault.run_job(&job).await;
    }
}

/// The next process has nothing but the jobs that the first one left.
async fn until_jobs_end(world: &World, push: RequestId) {
    let patience = Patience::default();
    while patience.lasts() {
        if world.rights.run(&world.admin, push).await.unwrap().state == "answered" {
            return;
        }
        let ahead = world.vault.now().as_millis() + 5_000;
        world.clock.set(candor_words::Instant::from_millis(ahead));
        run_due(world).await;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("not answered: {:#?}", world.rights.run(&world.admin, push).await.unwrap());
}
