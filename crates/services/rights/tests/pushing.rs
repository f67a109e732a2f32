//! What is pushed to connected systems, what follows a correction there, and who is told, over systems in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_rights::{Approval, RunView};
use candor_vault::{
    Beyond as _, ConsentAct, ConsentVerb, NewContract, NewRecord, NewSubject, ONLY_RECORD, Resolution, Terms,
};
use candor_words::{Instant, RequestId, SubjectId};
use serde_json::{Value, json};
use support::outside::{HOSTER, Outside, pushes, receipt, settle, tick};
use support::{Fault, Patience, World, world_of};

const POLICY: &str = include_str!("support/pushing.candor");

async fn pushing() -> (World, Arc<Outside>, SubjectId) {
    let world = world_of(POLICY, &["SHOP", "FORUM", HOSTER]).await;
    let outside = Outside::of(&world);
    let values = [("email", "Ada@Example.org"), ("name", "Ada Lovelace"), ("score", "A")];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut record = NewRecord { group: "account".into(), values, source: "subject".into() };
    record.values.remove("score");
    let contract = Some(NewContract { until: None });
    let new = NewSubject { records: vec![record], contract };
    let ada = world.vault.create_subject(&world.admin, new).await.unwrap().subject;
    let columns = [
        ("email", "Ada@Example.org"),
        ("name", "Ada Lovelace"),
        ("initials", "AL"),
        ("domain", "example.org"),
        ("frozen", ""),
        ("wanted", ""),
    ];
    world.shop.put("users", &columns);
    world.shop.put("users", &[("email", "bob@example.org"), ("frozen", ""), ("wanted", "")]);
    world.forum.put("posts", &[("email", "Ada@Example.org"), ("name", "Ada Lovelace"), ("wanted", "")]);
    (world, outside, ada)
}

async fn say(world: &World, ada: SubjectId, act: ConsentVerb) {
    let act = ConsentAct { purpose: "news".into(), act, text: None, language: None, method: None };
    world.vault.consent(&world.admin, ada, act).await.unwrap();
    tick(world);
}

#[tokio::test]
async fn a_restriction_is_pushed_and_lifted_and_both_are_proved() {
    let (world, outside, ada) = pushing().await;
    world.vault.restrict(&world.admin, ada, Terms::default()).await.unwrap();
    tick(&world);
    settle(&world, ada).await;
    assert_eq!(
        (world.shop.rows("users")[0]["frozen"].as_str(), world.shop.rows("users")[1]["frozen"].as_str()),
        ("yes", "")
    );
    assert_eq!(outside.mails.lock().len(), 1);

    world.vault.lift_restriction(&world.admin, ada, "by letter").await.unwrap();
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "no", "what the policy says otherwise");
    let pushes = pushes(&world, ada).await;
    assert_eq!(
        pushes.iter().map(|push| (&push.purpose, push.state.as_str())).collect::<Vec<_>>(),
        [(&None, "answered"), (&None, "answered")]
    );
    let (set, lifted) = (receipt(&world, pushes[0].id).await, receipt(&world, pushes[1].id).await);
    let place = |receipt: &Value| (receipt["systems"][0]["places"][0]["did"].clone(), receipt["about"].clone());
    assert_eq!(place(&set), (json!("restricted"), json!({ "restriction": true })));
    assert_eq!(place(&lifted), (json!("lifted"), json!({ "restriction": true })));
    assert_eq!(set["systems"].as_array().unwrap().len(), 1, "the forum can hold no mark of it");
    let told = outside.mails.lock().last().unwrap().2.clone();
    assert!(told.contains("lifted"), "{told}");
    assert_eq!(world.vault.requests(&world.admin, Some(ada), None, 10).await.unwrap().rows, [], "nobody asked for it");
}

#[tokio::test]
async fn a_withdrawal_is_pushed_where_it_is_mapped_and_a_yes_takes_it_back() {
    let (world, outside, ada) = pushing().await;
    say(&world, ada, ConsentVerb::Given).await;
    assert_eq!(pushes(&world, ada).await, [], "a first yes takes nothing back");
    world.shop.fail(Fault::Down);
    say(&world, ada, ConsentVerb::Withdrawn).await;
    let open = pushes(&world, ada).await.remove(0);
    world.rights.go_on(world.tenant, open.id).await.unwrap();
    world.shop.fail(Fault::None);
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["wanted"], "no");
    assert_eq!(world.forum.rows("posts")[0]["wanted"], "", "the forum is mapped for another purpose");
    let told = receipt(&world, open.id).await;
    assert_eq!(
        (&told["about"], &told["systems"][0]["places"][0]["did"]),
        (&json!({ "purpose": "news" }), &json!("stopped"))
    );

    say(&world, ada, ConsentVerb::Given).await;
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["wanted"], "yes");
    say(&world, ada, ConsentVerb::Given).await;
    assert_eq!(pushes(&world, ada).await.len(), 2, "said again, nothing changes");
    assert!(outside.mails.lock().is_empty(), "Art. 19 does not speak of purposes");
}

#[tokio::test]
async fn an_objection_is_pushed_and_its_overriding_lifts_it() {
    let (world, _, ada) = pushing().await;
    world.vault.object(&world.admin, ada, "support").await.unwrap();
    tick(&world);
    settle(&world, ada).await;
    assert_eq!(
        (world.forum.rows("posts")[0]["wanted"].as_str(), world.shop.rows("users")[0]["wanted"].as_str()),
        ("no", "")
    );
    let ground = Resolution::Overridden { ground: "claims".into() };
    world.vault.resolve_objection(&world.admin, ada, "support", ground).await.unwrap();
    settle(&world, ada).await;
    assert_eq!(world.forum.rows("posts")[0]["wanted"], "", "nothing is said otherwise");
}

#[tokio::test]
async fn of_pushes_that_overtake_each_other_both_bring_what_holds() {
    let (world, _, ada) = pushing().await;
    world.vault.restrict(&world.admin, ada, Terms::default()).await.unwrap();
    tick(&world);
    world.vault.lift_restriction(&world.admin, ada, "by letter").await.unwrap();
    let mut open = pushes(&world, ada).await;
    open.reverse();
    for push in open {
        world.until(push.id, "answered").await;
    }
    assert_eq!(world.shop.rows("users")[0]["frozen"], "no");
}

#[tokio::test]
async fn what_ends_by_itself_is_pushed_then() {
    let (world, _, ada) = pushing().await;
    let end = Instant::from_millis(world.vault.now().as_millis() + 3_600_000);
    world.vault.restrict(&world.admin, ada, Terms { until: Some(end), ..Terms::default() }).await.unwrap();
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "yes");
    world.clock.set(end);
    for job in world.vault.store().lease_jobs(end, Instant::from_millis(i64::MAX), 100).await.unwrap() {
        world.vault.run_job(&job).await.unwrap();
    }
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "no");
}

#[tokio::test]
async fn a_dispute_is_pushed_and_its_override_lifts_it() {
    let (world, _, ada) = pushing().await;
    let request = world.request(ada, "rectification").await;
    world.vault.dispute_request(&world.admin, request).await.unwrap();
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "yes");
    world.vault.override_dispute(&world.admin, request, ("the claim has no basis", &[])).await.unwrap();
    settle(&world, ada).await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "no");
}

#[tokio::test]
async fn an_erasure_pushes_nothing_of_its_own_and_ends_what_is_on_its_way() {
    let (world, _, ada) = pushing().await;
    world.vault.object(&world.admin, ada, "support").await.unwrap();
    let push = pushes(&world, ada).await.remove(0);
    // A system in the way keeps the erasure from ending before it was looked at.
    *world.shop.holds_on_to.lock() = Some("ada@example.org".into());
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "waiting_for_somebody").await;
    assert_eq!(pushes(&world, ada).await.len(), 1);
    *world.shop.holds_on_to.lock() = None;
    world.rights.retry(&world.admin, request, "shop").await.unwrap();
    world.until(request, "answered").await;
    assert_eq!(world.rights.go_on(world.tenant, push.id).await.unwrap(), None);
    let gone = world.vault.pushes(&world.admin, ada, None, 100).await.unwrap_err();
    assert_eq!(gone.code(), "subject.erased");
    assert_eq!(world.vault.request(&world.admin, push.id).await.unwrap().state, "withdrawn");
}

#[tokio::test]
async fn recipients_are_told_of_an_erasure_by_what_they_know_and_the_rest_is_listed() {
    let (world, outside, ada) = pushing().await;
    *outside.n_refusals.lock() = 2;
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "answered").await;
    assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap_err().code(), "subject.erased");

    let told = receipt(&world, request).await;
    let states: Vec<(&str, &str)> = told["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| (told["name"].as_str().unwrap(), told["state"].as_str().unwrap()))
        .collect();
    // She never said yes to the news, so that the mailer never had her address.
    let asked = "to_be_asked_separately";
    assert_eq!(states, [("desk", "told"), ("hoster", "told"), ("mailer", asked), ("printer", asked)]);
    assert_eq!(told["recipients"][0]["named_by"], "account.email");
    assert!(told["recipients"][0]["told_at"].is_string());

    let mails = outside.mails.lock().clone();
    assert_eq!(mails.iter().map(|(_, to, _)| to.as_str()).collect::<Vec<_>>(), ["privacy@desk.example"]);
    assert!(
        mails[0].2.contains("Email address: Ada@Example.org") && !mails[0].2.contains("Lovelace"),
        "{}",
        mails[0].2
    );
    let posts = outside.posts.lock().clone();
    let body: Value = serde_json::from_slice(&posts[0].body).unwrap();
    assert_eq!(
        (posts.len(), posts[0].address.as_str()),
        (1, "https://hoster.example/told"),
        "tried until it was taken"
    );
    assert_eq!(
        (&body["data"]["right"], &body["data"]["person"]),
        (&json!("erasure"), &json!({ "field": "account.email", "value": "Ada@Example.org" }))
    );
    let header = |name: &str| posts[0].headers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    assert!(header("webhook-signature").starts_with("v1,") && header("webhook-id").contains("hoster"));
}

#[tokio::test]
async fn a_recipient_that_refuses_for_good_does_not_hold_the_answer_up() {
    let (world, outside, ada) = pushing().await;
    *outside.n_refusals.lock() = 1_000;
    let request = world.request(ada, "restriction").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    let patience = Patience::default();
    while patience.lasts() {
        world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 3_600_000));
        world.rights.go_on(world.tenant, request).await.unwrap();
        if world.rights.run(&world.admin, request).await.unwrap().state == "answered" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    world.until(request, "answered").await;
    let told = receipt(&world, request).await;
    assert_eq!(told["recipients"][1]["state"], "to_be_asked_separately");
    assert_eq!(told["recipients"][1]["because"], "recipient.not_taken");
    assert_eq!(world.shop.rows("users")[0]["frozen"], "yes");
    assert_eq!(pushes(&world, ada).await, [], "the request's own steps see to the systems");
}

async fn corrected(world: &World, ada: SubjectId, values: Value) -> (RequestId, RunView) {
    let request = world.request(ada, "rectification").await;
    let values = values.as_object().unwrap().clone().into_iter().collect();
    let new = NewRecord { group: "account".into(), values, source: "subject".into() };
    let approval = Approval { correction: Some((ONLY_RECORD, new)), terms: None };
    world.rights.approve(&world.admin, request, approval).await.unwrap();
    let view = world.until(request, "answered").await;
    (request, view)
}

#[tokio::test]
async fn what_is_derived_follows_a_correction_in_the_vault_and_in_systems() {
    let (world, outside, ada) = pushing().await;
    let (request, _) = corrected(&world, ada, json!({ "email": "Ada@King.example", "name": "Ada King" })).await;
    let row = world.shop.rows("users")[0].clone();
    assert_eq!(
        [row["email"].as_str(), row["name"].as_str(), row["initials"].as_str(), row["domain"].as_str()],
        ["Ada@King.example", "Ada King", "AK", "king.example"],
        "a copy of a copy too"
    );
    let told = receipt(&world, request).await;
    let fields: Vec<&str> =
        told["corrected"]["fields"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(fields, ["account.email", "account.name", "account.lower", "account.domain", "account.initials"]);
    assert_eq!(told["corrected"]["not_recomputed"][0]["field"], "account.score");
    // The recipient is told by the address that it knows, and of no new value.
    let mails = outside.mails.lock().clone();
    assert!(mails[0].2.contains("Ada@Example.org") && !mails[0].2.contains("King"), "{}", mails[0].2);
}

#[tokio::test]
async fn who_does_not_have_what_was_corrected_is_not_told() {
    let (world, outside, ada) = pushing().await;
    corrected(&world, ada, json!({ "name": "Ada King" })).await;
    assert_eq!(outside.mails.lock().iter().map(|mail| mail.1.clone()).collect::<Vec<_>>(), ["privacy@desk.example"]);
    assert!(outside.posts.lock().is_empty(), "the hoster has no name");
    let desk = world.vault.recipients(&world.admin, ada).await.unwrap().remove(0);
    assert_eq!((desk.name.as_str(), desk.told.len(), &desk.told[0].named_by[0][..]), ("desk", 1, "account.email"));
}
