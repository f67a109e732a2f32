//! What a person is shown of themself: every value decided and logged like any other read, with its end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_vault::{ContractAct, ErrorKind};
use candor_words::{RecordId, Span, SpanUnit};
use support::{record, world};

#[tokio::test]
async fn a_person_sees_what_is_held_and_the_looking_is_logged() {
    let world = world().await;
    let ada = world.ada().await;
    let person = world.vault.person(world.tenant, ada);
    let page = world.vault.held(&person, ada, None).await.unwrap();
    assert_eq!(page.next, None);
    let account = page.rows.iter().find(|held| held.record.group == "account").unwrap();
    assert_eq!(account.record.values["email"].value, "ada@example.org");
    assert_eq!(account.record.values["email"].source, "subject");
    let newest = &world.vault.accesses(&person, ada, None, 1).await.unwrap().rows[0];
    assert_eq!((newest.kind, newest.purpose.as_deref()), ("disclosure", Some("@access")));
    assert_eq!(newest.actor_label.as_deref(), Some("the person"));
}

#[tokio::test]
async fn the_end_of_a_value_follows_the_clock_of_its_rule() {
    let world = world().await;
    let ada = world.ada().await;
    let person = world.vault.person(world.tenant, ada);
    let ends = async || {
        let page = world.vault.held(&person, ada, None).await.unwrap();
        page.rows.into_iter().find(|held| held.record.group == "account").unwrap().ends
    };
    assert!(ends().await.is_empty(), "the contract runs");
    world.vault.contract(&world.admin, ada, ContractAct::End).await.unwrap();
    let after = ends().await;
    let now = world.vault.now();
    assert!(after["email"].ends_at >= now && after["email"].ends_at <= now.plus(Span::new(1, SpanUnit::Year)));
}

#[tokio::test]
async fn a_corrected_value_keeps_its_past() {
    let world = world().await;
    let ada = world.ada().await;
    let person = world.vault.person(world.tenant, ada);
    let only = world.vault.held(&person, ada, None).await.unwrap().rows[0].record.record;
    let new = record("account", &[("name", "Ada King".into())]);
    world.vault.rectify(&person, ada, only, new, None).await.unwrap();
    let (present, older) = world.vault.held_record(&person, ada, "account", only).await.unwrap();
    assert_eq!(present.record.values["name"].value, "Ada King");
    assert_eq!(older.len(), 1);
    assert_eq!(older[0].values["name"].value, "Ada Lovelace");
    assert!(older[0].replaced_at.is_some());
}

#[tokio::test]
async fn nobody_sees_what_is_held_about_somebody_else() {
    let world = world().await;
    let ada = world.ada().await;
    let bob = world.person("bob@example.org", "Bob").await;
    let person = world.vault.person(world.tenant, bob);
    let error = world.vault.held(&person, ada, None).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Missing, "subject.unknown"));
    let only = RecordId::from_bytes([0; 16]);
    let error = world.vault.held_record(&person, ada, "account", only).await.err().unwrap();
    assert_eq!(error.code(), "subject.unknown");
    assert_eq!(world.vault.holds(&person, ada).await.unwrap_err().kind(), ErrorKind::Denied);
    assert!(world.vault.holds(&person, bob).await.unwrap().is_empty());
}
