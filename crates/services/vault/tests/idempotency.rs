//! A write sent twice happens once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_store_memory::MemoryStore;
use candor_vault::{ConsentAct, ConsentVerb, ErrorKind, Idempotency, IdempotencyToken, NewKey, Scope};
use candor_words::{Span, SpanUnit};
use support::{POLICY, World, world, world_over};

const REQUEST: [u8; 32] = [1; 32];

async fn fresh(world: &World, key: &str) -> IdempotencyToken {
    match world.vault.idempotent(&world.admin, key, REQUEST).await.unwrap() {
        Idempotency::Fresh(token) => token,
        other => panic!("not fresh: {other:?}"),
    }
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_for_a_day() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    world.vault.remember(&world.admin, token, b"created".to_vec()).await.unwrap();
    world.clock.advance(Span::new(23, SpanUnit::Hour));
    let again = world.vault.idempotent(&world.admin, "k", REQUEST).await.unwrap();
    assert!(matches!(again, Idempotency::Replay(answer) if answer == b"created"));
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    fresh(&world, "k").await;
}

#[tokio::test]
async fn a_key_used_for_another_request_is_a_mismatch() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    world.vault.remember(&world.admin, token, b"created".to_vec()).await.unwrap();
    let other = world.vault.idempotent(&world.admin, "k", [2; 32]).await.unwrap();
    assert!(matches!(other, Idempotency::Mismatch));
}

#[tokio::test]
async fn two_at_once_are_one_write() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    let error = world.vault.idempotent(&world.admin, "k", REQUEST).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "idempotency.in_progress"));
    drop(token);
    fresh(&world, "k").await;
}

#[tokio::test]
async fn one_callers_key_is_not_anothers() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    world.vault.remember(&world.admin, token, b"created".to_vec()).await.unwrap();
    let new =
        NewKey { label: "other".into(), scopes: vec![Scope::Write], recipient: None, purposes: None, expires_at: None };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let other = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    assert!(matches!(world.vault.idempotent(&other, "k", REQUEST).await.unwrap(), Idempotency::Fresh(_)));
}

#[tokio::test]
async fn an_answer_is_stored_sealed() {
    let store = Arc::new(MemoryStore::new());
    let world = world_over(store.clone(), POLICY).await;
    let token = fresh(&world, "order-17").await;
    world.vault.remember(&world.admin, token, b"a very plain answer".to_vec()).await.unwrap();
    // The store's own picture of itself, in which bytes stand as numbers.
    let picture = format!("{store:?}");
    for value in ["order-17", "a very plain answer"] {
        let bytes: Vec<String> = value.bytes().map(|byte| byte.to_string()).collect();
        assert!(!picture.contains(value) && !picture.contains(&bytes.join(", ")), "{value}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_remembered_is_not_an_error() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    let too_long = vec![0; 64 << 20];
    world.vault.remember(&world.admin, token, too_long).await.unwrap();
    fresh(&world, "k").await;
}

#[tokio::test]
async fn a_key_has_bounds() {
    let world = world().await;
    for key in [String::new(), "k".repeat(256)] {
        let error = world.vault.idempotent(&world.admin, &key, REQUEST).await.unwrap_err();
        assert_eq!(error.code(), "idempotency.malformed");
    }
}

#[tokio::test]
async fn a_write_whose_answer_was_never_remembered_is_not_done_again() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    let consenting = token.marking(&world.admin);
    let ada = world.ada().await;
    let act = || ConsentAct {
        purpose: "newsletter".into(),
        act: ConsentVerb::Given,
        text: None,
        language: None,
        method: None,
    };
    world.vault.consent(&consenting, ada, act()).await.unwrap();
    // As after a crash: what was in memory is gone, what the unit wrote is there.
    drop(token);
    let again = world.vault.idempotent(&world.admin, "k", REQUEST).await.unwrap();
    assert!(matches!(again, Idempotency::AnswerLost), "{again:?}");
}

#[tokio::test]
async fn a_write_of_several_units_has_one_key_and_another_write_has_not() {
    let world = world().await;
    let ada = world.ada().await;
    let act = |act| ConsentAct { purpose: "newsletter".into(), act, text: None, language: None, method: None };
    // Whoever asked went away, and what they asked for goes on; then they ask again.
    let first = fresh(&world, "k").await.marking(&world.admin);
    let second = fresh(&world, "k").await.marking(&world.admin);
    world.vault.consent(&second, ada, act(ConsentVerb::Given)).await.unwrap();
    world.vault.consent(&second, ada, act(ConsentVerb::Withdrawn)).await.unwrap();
    let error = world.vault.consent(&first, ada, act(ConsentVerb::Given)).await.unwrap_err();
    assert_eq!(error.code(), "idempotency.in_progress", "the store refuses a unit of another write under the same key");
    assert_eq!(world.vault.consents(&world.admin, ada, None, 10).await.unwrap().rows.len(), 2);
}

#[tokio::test]
async fn a_write_that_was_refused_leaves_its_key_free() {
    let world = world().await;
    let token = fresh(&world, "k").await;
    let ada = world.ada().await;
    let refused =
        ConsentAct { purpose: "billing".into(), act: ConsentVerb::Given, text: None, language: None, method: None };
    world.vault.consent(&token.marking(&world.admin), ada, refused).await.unwrap_err();
    drop(token);
    fresh(&world, "k").await;
}
