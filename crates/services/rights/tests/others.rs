//! What identifies another is nobody's way to the other's rows: typed in as one's own, once one's own, or taken meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_rights::Approval;
use candor_vault::{Caller, NewRecord, NewSubject, ONLY_RECORD};
use candor_words::{RequestId, SubjectId};
use serde_json::{Value, json};
use support::{World, world_of};

/// Invoices go with whoever's customer number stands on them.
async fn world() -> World {
    let policy =
        support::POLICY.replace("on erasure keep \"Invoices are kept for ten years (HGB § 257)\"", "on erasure delete");
    world_of(&policy, &["SHOP", "FORUM"]).await
}

async fn person(world: &World, values: Value) -> SubjectId {
    let values = values.as_object().unwrap().clone().into_iter().collect();
    let record = NewRecord { group: "account".into(), values, source: "subject".into() };
    let new = NewSubject { records: vec![record], contract: None };
    world.vault.create_subject(&world.admin, new).await.unwrap().subject
}

/// Bob's rows: what of each system is his alone.
fn of_bob(world: &World) {
    world.shop.put("users", &[("email", "bob@example.org"), ("name", "Bob"), ("customer", "C-78"), ("frozen", "")]);
    world.shop.put("invoices", &[("customer", "C-78")]);
    world.forum.put("posts", &[("email", "bob@example.org"), ("name", "Bob")]);
}

fn left(world: &World) -> (usize, usize, usize) {
    let posts = world.forum.rows("posts");
    let of_bob = posts.iter().filter(|row| row["email"] == "bob@example.org").count();
    (world.shop.rows("users").len(), world.shop.rows("invoices").len(), of_bob)
}

async fn erased(world: &World, request: RequestId) {
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "answered").await;
}

async fn exported(world: &World, subject: SubjectId) -> Vec<Value> {
    let request = world.request(subject, "access").await;
    let mut export = world.vault.export_of_request(&world.admin, request).await.unwrap();
    let mut rows = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        let part = serde_json::to_value(&part).unwrap();
        if part["part"] == "row" {
            rows.push(part);
        }
    }
    rows
}

#[tokio::test]
async fn who_types_anothers_number_in_is_shown_nothing_of_theirs_and_takes_nothing_along() {
    let world = world().await;
    let ada = person(&world, json!({ "email": "ada@example.org", "name": "Ada" })).await;
    person(&world, json!({ "email": "bob@example.org", "name": "Bob", "customer": "C-78" })).await;
    world.shop.put("users", &[("email", "ada@example.org"), ("name", "Ada"), ("customer", " c-78 "), ("frozen", "")]);
    world.shop.put("users", &[("email", "ada@example.org"), ("name", "Ada"), ("customer", "C-78"), ("frozen", "")]);
    of_bob(&world);

    let given = exported(&world, ada).await;
    assert_eq!(given.iter().filter(|row| row["place"] == "users").count(), 2, "what is hers is given: {given:?}");
    assert_eq!(given.iter().filter(|row| row["place"] == "invoices").count(), 0, "{given:?}");

    let request = world.request(ada, "erasure").await;
    let planned = world.rights.plan(&world.admin, request).await.unwrap();
    let shop = planned.steps.iter().find(|step| step.system == "shop").unwrap();
    assert_eq!((shop.previews[0].would.n_rows, shop.previews[1].would.n_rows), (2, 0));
    erased(&world, request).await;
    assert_eq!(left(&world), (1, 1, 1));
}

#[tokio::test]
async fn an_address_that_is_anothers_by_now_leads_to_the_other_alone() {
    let world = world().await;
    let ada = person(&world, json!({ "email": "bob@example.org", "name": "Ada" })).await;
    let moved = json!({ "email": "ada@example.org" }).as_object().unwrap().clone().into_iter().collect();
    let record = NewRecord { group: "account".into(), values: moved, source: "subject".into() };
    world.vault.rectify_here(&world.admin, ada, ONLY_RECORD, record).await.unwrap();
    let bob = person(&world, json!({ "email": "bob@example.org", "name": "Bob", "customer": "C-78" })).await;
    world.shop.put("users", &[("email", "ada@example.org"), ("name", "Ada"), ("customer", "C-77"), ("frozen", "")]);
    of_bob(&world);

    assert!(exported(&world, ada).await.iter().all(|row| row["values"]["email"]["value"] != "bob@example.org"));
    let request = world.request(ada, "erasure").await;
    erased(&world, request).await;
    assert_eq!(left(&world), (1, 1, 1));

    let request = world.request(bob, "erasure").await;
    erased(&world, request).await;
    assert_eq!(left(&world), (0, 0, 0), "what is the other's goes with the other");
}

#[tokio::test]
async fn a_number_that_became_anothers_after_the_plan_leads_to_the_other_alone() {
    let world = world().await;
    let ada = person(&world, json!({ "email": "ada@example.org", "name": "Ada" })).await;
    world.shop.put("users", &[("email", "ada@example.org"), ("name", "Ada"), ("customer", "C-78"), ("frozen", "")]);
    let request = world.request(ada, "erasure").await;
    world.rights.plan(&world.admin, request).await.unwrap();
    person(&world, json!({ "email": "bob@example.org", "name": "Bob", "customer": "C-78" })).await;
    of_bob(&world);
    erased(&world, request).await;
    assert_eq!(left(&world), (1, 1, 1));
}

#[tokio::test]
async fn nobody_gives_themself_an_identifier_that_finds_rows() {
    let world = world().await;
    let ada = person(&world, json!({ "email": "ada@example.org", "name": "Ada" })).await;
    of_bob(&world);
    let herself = world.vault.person(world.tenant, ada);
    let write = async |caller: &Caller, values: Value| {
        let values = values.as_object().unwrap().clone().into_iter().collect();
        let record = NewRecord { group: "account".into(), values, source: "subject".into() };
        world.vault.rectify(caller, ada, ONLY_RECORD, record.clone(), None).await?;
        world.vault.put_record(caller, ada, record).await
    };
    let refused = write(&herself, json!({ "customer": "C-78" })).await.unwrap_err();
    assert_eq!(refused.code(), "identifier.unproved");
    let record = NewRecord {
        group: "account".into(),
        values: [("customer".to_owned(), "C-78".into())].into(),
        source: "subject".into(),
    };
    let refused = world.vault.patch_record(&herself, ada, ONLY_RECORD, record).await.unwrap_err();
    assert_eq!(refused.code(), "identifier.unproved");
    assert_eq!(exported(&world, ada).await, [] as [Value; 0], "nothing of Bob's is hers");

    // What finds nothing is hers to say, and what somebody looked at is taken.
    world.vault.rectify(&herself, ada, ONLY_RECORD, named("Ada Lovelace"), None).await.unwrap();
    let looked_at = json!({ "email": "ada@example.org", "name": "Ada", "customer": "C-77" });
    write(&world.admin, looked_at).await.unwrap();
    let gone = NewRecord {
        group: "account".into(),
        values: [("customer".to_owned(), Value::Null)].into(),
        source: "subject".into(),
    };
    world.vault.rectify(&herself, ada, ONLY_RECORD, gone, None).await.unwrap();
}

fn named(name: &str) -> NewRecord {
    let values = [("name".to_owned(), name.into())].into();
    NewRecord { group: "account".into(), values, source: "subject".into() }
}
