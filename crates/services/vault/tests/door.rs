//! The door: collections that are off, and scrubbers, before anything is stored.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_ledger::{Digest, Entry, EntryBody, split_bundle};
use candor_store_memory::MemoryStore;
use candor_vault::{ExportKind, NewKey, NewRecord, Scope, Switch, VaultError};
use candor_words::SubjectId;
use serde_json::{Value, json};
use support::{POLICY, World, record, world_over};

const CLAUSES: &str = r#"
collect tickets "Tickets" {
    covers ticket
    off, switched by administrators
}

collect derived "Derived" {
    covers account.domain
    off, switched by administrators
}

collect environments "Environments" {
    covers ticket.environment
    on, switched by administrators
}

scrub ticket.description by identifiers
scrub ticket.description by truncate to 12
scrub account.job by generalise to country
"#;

async fn world() -> World {
    world_under(CLAUSES).await
}

async fn world_under(clauses: &str) -> World {
    world_over(Arc::new(MemoryStore::new()), &format!("{POLICY}{clauses}")).await
}

async fn switch(world: &World, name: &str, switch: Switch) {
    let switched = world.vault.switch_collection(&world.admin, name, switch).await.unwrap();
    assert_eq!(switched.on, switch == Switch::On);
}

fn ticket(description: &str) -> NewRecord {
    record("ticket", &[("description", description.into())])
}

fn code<T: std::fmt::Debug>(result: Result<T, VaultError>) -> &'static str {
    result.unwrap_err().code()
}

/// Each value of a field that an export gives.
async fn kept(world: &World, subject: SubjectId, group: &str, field: &str) -> Vec<Value> {
    let mut export = world.vault.export(&world.admin, subject, ExportKind::Access).await.unwrap();
    let mut kept = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        let part = serde_json::to_value(&part).unwrap();
        if part["group"] == group {
            kept.extend(part["values"].get(field).map(|opened| opened["value"].clone()));
        }
    }
    kept
}

#[tokio::test]
async fn what_a_collection_that_is_off_covers_is_refused_whole() {
    let world = world().await;
    let ada = world.ada().await;
    let size = world.vault.store().ledger_size(world.tenant).await.unwrap();
    let error = world.vault.put_record(&world.admin, ada, ticket("help")).await.unwrap_err();
    assert_eq!(error.code(), "collection.off");
    let details = error.details();
    assert!(details.contains(&("collection", "tickets".to_owned())));
    assert!(details.contains(&("field", "ticket.description".to_owned())));
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), size);

    switch(&world, "tickets", Switch::On).await;
    let stored = world.vault.put_record(&world.admin, ada, ticket("help")).await.unwrap();
    switch(&world, "tickets", Switch::Off).await;
    assert_eq!(code(world.vault.put_record(&world.admin, ada, ticket("help")).await), "collection.off");
    let patched = world.vault.patch_record(&world.admin, ada, stored.record, ticket("more")).await;
    assert_eq!(code(patched), "collection.off");
    let rectified = world.vault.rectify(&world.admin, ada, stored.record, ticket("more"), None).await;
    assert_eq!(code(rectified), "collection.off");
    assert_eq!(kept(&world, ada, "ticket", "description").await, [json!("help")]);
}

#[tokio::test]
async fn one_of_two_collections_that_is_off_is_enough() {
    let world = world().await;
    let ada = world.ada().await;
    switch(&world, "tickets", Switch::On).await;
    switch(&world, "environments", Switch::Off).await;
    let new = NewRecord { source: "observed".into(), ..record("ticket", &[("environment", "php 9".into())]) };
    let error = world.vault.put_record(&world.admin, ada, new).await.unwrap_err();
    assert!(error.details().contains(&("collection", "environments".to_owned())), "{error:?}");
    world.vault.put_record(&world.admin, ada, ticket("help")).await.unwrap();
}

#[tokio::test]
async fn a_value_derived_into_a_collection_that_is_off_is_not_stored() {
    let world = world().await;
    let ada = world.ada().await;
    assert_eq!(kept(&world, ada, "account", "domain").await, [Value::Null; 0]);
    switch(&world, "derived", Switch::On).await;
    let bob = world.person("bob@looms.example", "Bob").await;
    assert_eq!(kept(&world, bob, "account", "domain").await, [json!("looms.example")]);
}

#[tokio::test]
async fn a_switch_stands_in_the_ledger_once_and_needs_an_administrator() {
    let world = world().await;
    let new = NewKey {
        label: "writer".into(),
        scopes: vec![Scope::Write],
        recipient: None,
        purposes: None,
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let writer = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let tried = world.vault.switch_collection(&writer, "tickets", Switch::On).await;
    assert_eq!(code(tried), "key.scope_missing");
    assert_eq!(code(world.vault.switch_collection(&world.admin, "hats", Switch::On).await), "collection.unknown");

    let before = world.vault.store().ledger_size(world.tenant).await.unwrap();
    for way in [Switch::On, Switch::On, Switch::Off] {
        switch(&world, "tickets", way).await;
    }
    let bundle = world.vault.store().bundle(world.tenant, 0).await.unwrap().unwrap();
    let entries = split_bundle(&bundle).unwrap();
    let entries: Vec<Entry> = entries[before as usize..].iter().map(|bytes| Entry::decode(bytes).unwrap()).collect();
    let payload = Digest::of(b"tickets");
    let bodies: Vec<&EntryBody> = entries.iter().map(|entry| &entry.body).collect();
    assert_eq!(bodies, [&EntryBody::Other { code: 16, payload }, &EntryBody::Other { code: 17, payload }]);
    assert!(entries.iter().all(|entry| entry.actor == Some(world.admin.key()) && entry.subject.is_none()));
}

#[tokio::test]
async fn switches_at_the_same_time_do_not_undo_each_other() {
    let world = world().await;
    let both = tokio::join!(
        world.vault.switch_collection(&world.admin, "tickets", Switch::On),
        world.vault.switch_collection(&world.admin, "derived", Switch::On),
    );
    assert!(both.0.is_ok() && both.1.is_ok());
    let collections = world.vault.collections(&world.admin).await.unwrap();
    assert!(collections.iter().all(|collection| collection.on), "{collections:?}");
    assert_eq!(collections.iter().map(|collection| collection.by_default).collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn a_switch_outlives_a_new_version_of_the_policy() {
    let world = world().await;
    switch(&world, "environments", Switch::Off).await;
    let text = format!("{POLICY}{CLAUSES}").replace("version 2026-01-29", "version 2026-02-01");
    world.vault.put_policy(&world.admin, vec![("policy.candor".to_owned(), text)]).await.unwrap();
    let collections = world.vault.collections(&world.admin).await.unwrap();
    assert!(collections.iter().all(|collection| !collection.on), "{collections:?}");
}

#[tokio::test]
async fn scrubbers_run_in_order_on_every_way_in() {
    let world = world().await;
    let ada = world.ada().await;
    switch(&world, "tickets", Switch::On).await;
    let stored = world.vault.put_record(&world.admin, ada, ticket("ask b@looms.example about it")).await.unwrap();
    assert_eq!(kept(&world, ada, "ticket", "description").await, [json!("ask … about ")]);
    let call = ticket("call +1 555 0101 234");
    world.vault.patch_record(&world.admin, ada, stored.record, call).await.unwrap();
    assert_eq!(kept(&world, ada, "ticket", "description").await, [json!("call …")]);
    world.vault.rectify(&world.admin, ada, stored.record, ticket("at 203.0.113.9"), None).await.unwrap();
    assert_eq!(kept(&world, ada, "ticket", "description").await, [json!("at …"), json!("call …")], "and its history");
}

#[tokio::test]
async fn what_cannot_be_made_coarser_is_dropped_and_takes_the_old_value_with_it() {
    let world = world().await;
    let ada = world.ada().await;
    // `analyst` is no place: nothing of it was stored, and nothing is missing.
    assert_eq!(kept(&world, ada, "account", "job").await, [Value::Null; 0]);
    let account = |job: &str| record("account", &[("job", job.into())]);
    world.vault.put_record(&world.admin, ada, account("Analyst, Great Britain")).await.unwrap();
    assert_eq!(kept(&world, ada, "account", "job").await, [json!("Great Britain")]);
    world.vault.put_record(&world.admin, ada, account("Analyst")).await.unwrap();
    assert_eq!(kept(&world, ada, "account", "job").await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_required_field_that_is_dropped_is_not_missed() {
    let world = world_under("scrub account.name by drop\n").await;
    let ada = world.ada().await;
    assert_eq!(kept(&world, ada, "account", "name").await, [Value::Null; 0]);
    let job = record("account", &[("job", "weaver".into())]);
    world.vault.put_record(&world.admin, ada, job).await.unwrap();
    assert_eq!(kept(&world, ada, "account", "job").await, [json!("weaver")]);
}

#[tokio::test]
async fn what_is_derived_follows_what_is_stored() {
    let clauses = "scrub account.work by hash\nscrub account.work by truncate to 8\n";
    let policy = format!("{POLICY}{clauses}").replace(
        "    job: Job, optional\n",
        "    job: Job, optional\n    work: Job, optional\n    works: Job, derived from account.work by copy\n",
    );
    let policy = policy.replace("uses account.job,", "uses account.work, account.works, account.job,");
    let world = world_over(Arc::new(MemoryStore::new()), &policy).await;
    let ada = world.ada().await;
    let work = record("account", &[("work", "weaving-77".into())]);
    world.vault.put_record(&world.admin, ada, work).await.unwrap();
    let stored = kept(&world, ada, "account", "work").await;
    assert_eq!(stored, kept(&world, ada, "account", "works").await);
    assert!(stored[0].as_str().is_some_and(|hash| hash.len() == 8 && hash != "weaving-"), "{stored:?}");
}

#[tokio::test]
async fn a_policy_with_a_pattern_that_cannot_be_run_is_not_put_into_force() {
    let world = world().await;
    let text = format!("{POLICY}scrub ticket.description by pattern \"a{{9999}}\" to \"-\"\n");
    let put = world.vault.put_policy(&world.admin, vec![("policy.candor".to_owned(), text)]).await;
    let error = put.unwrap_err();
    assert_eq!(error.code(), "policy.pattern_refused");
    assert!(error.details().contains(&("field", "ticket.description".to_owned())), "{error:?}");
    assert_eq!(world.vault.policies(world.tenant).await.unwrap().len(), 1);
    let text = format!("{POLICY}scrub ticket.description by pattern \"secret=[^ ]+\" to \"secret=…\"\n");
    world.vault.put_policy(&world.admin, vec![("policy.candor".to_owned(), text)]).await.unwrap();
    let ada = world.ada().await;
    world.vault.put_record(&world.admin, ada, ticket("my secret=x1, thanks")).await.unwrap();
    assert_eq!(kept(&world, ada, "ticket", "description").await, [json!("my secret=… thanks")]);
}
