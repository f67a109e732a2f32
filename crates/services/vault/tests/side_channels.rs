//! What a caller may not know, the time of an answer does not tell either.
//!
//! Two kinds of question are asked in turns over the store that people run, and compared by rank: how often does a
//! call of the one kind take longer than a call of the other? A half means that the time tells nothing. Ranks do
//! not mind a machine that is busy, which slows both kinds alike; the margin is generous, for the classes that
//! would tell (a walk through the store more or less) lie far outside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use candor_store_sqlite::SqliteStore;
use candor_vault::VaultError;
use support::{POLICY, World, world_over};
use tempfile::TempDir;

const ROUNDS: usize = 3_000;
const WARM_UP_ROUNDS: usize = 200;
const PEOPLE: usize = 300;
/// How far from a half the share may be.
const MARGIN: f64 = 0.35;

async fn on_disk() -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    (world_over(store, POLICY).await, folder)
}

/// Asks both kinds in turns, the round's number in hand; in which share of pairs the first took longer.
async fn first_is_slower(mut ask: impl AsyncFnMut(bool, usize)) -> f64 {
    let mut waits = [Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS)];
    for round in 0..WARM_UP_ROUNDS + ROUNDS {
        // Which kind goes first changes too, so that neither always finds what the other left in the caches.
        for kind in [round % 2, 1 - round % 2] {
            let began = Stopwatch::now();
            ask(kind == 0, round).await;
            let wait = began.elapsed();
            if round >= WARM_UP_ROUNDS {
                waits[kind].push(wait);
            }
        }
    }
    let [first, mut second] = waits;
    second.sort_unstable();
    let below = first.iter().map(|wait| {
        let (shorter, not_longer) =
            (second.partition_point(|other| other < wait), second.partition_point(|other| other <= wait));
        (shorter + not_longer) as f64 / 2.0
    });
    below.sum::<f64>() / (ROUNDS * ROUNDS) as f64
}

#[track_caller]
fn tells_nothing(share: f64) {
    println!("share {share:.3}");
    assert!((share - 0.5).abs() < MARGIN, "the time tells the two apart: share {share:.3}");
}

#[tokio::test]
async fn a_look_up_takes_as_long_whether_or_not_somebody_holds_the_identifier() {
    let (world, _folder) = on_disk().await;
    for at in 0..PEOPLE {
        world.person(&format!("person{at}@people.example"), "Somebody").await;
    }
    let share = first_is_slower(async |is_known, round| {
        let host = if is_known { "people.example" } else { "nobody.example" };
        let email = format!("person{}@{host}", round % PEOPLE);
        let found = world.vault.find(&world.admin, "billing", "account.email", &email).await.unwrap();
        assert_eq!(found.is_some(), is_known);
    });
    tells_nothing(share.await);
}

#[tokio::test]
async fn a_refused_look_up_takes_as_long_and_says_the_same_of_everybody() {
    let (world, _folder) = on_disk().await;
    world.ada().await;
    let said = |error: VaultError| (error.kind(), error.code(), error.message().to_owned(), error.advice());
    let ask = async |is_known: bool| {
        let email = if is_known { "ada@example.org" } else { "eve@example.org" };
        said(world.vault.find(&world.admin, "profiling", "account.email", email).await.unwrap_err())
    };
    assert_eq!(ask(true).await, ask(false).await);
    tells_nothing(first_is_slower(async |is_known, _| drop(ask(is_known).await)).await);
}

#[tokio::test]
async fn a_key_is_refused_after_the_same_time_whether_its_id_or_its_secret_is_wrong() {
    let (world, _folder) = on_disk().await;
    let id = candor_words::to_hex(world.admin.key().as_bytes());
    let ids = [format!("candor_{id}_{}", "0".repeat(64)), format!("candor_{}_{}", "0".repeat(32), "0".repeat(64))];
    let said = |error: VaultError| (error.kind(), error.code(), error.message().to_owned(), error.advice());
    let ask = async |is_known: bool| said(world.vault.authenticate(&ids[usize::from(!is_known)]).await.unwrap_err());
    assert_eq!(ask(true).await, ask(false).await);
    tells_nothing(first_is_slower(async |is_known, _| drop(ask(is_known).await)).await);
}

#[tokio::test]
async fn a_subject_of_another_tenant_is_unknown_after_the_same_time_as_none() {
    let (world, _folder) = on_disk().await;
    let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
    let new = candor_vault::NewTenant { slug: "other".into(), title: "Other".into(), sources };
    let other = world.vault.create_tenant(new).await.unwrap();
    let other = world.vault.authenticate(other.administrator.secret.expose()).await.unwrap();
    let (ada, nobody) = (world.ada().await, candor_words::SubjectId::from_bytes([7; 16]));
    let said = |error: VaultError| (error.kind(), error.code(), error.message().to_owned(), error.advice());
    let ask = async |is_theirs: bool| {
        let subject = if is_theirs { ada } else { nobody };
        said(world.vault.read(&other, &world.ask(subject, "billing", &["account.email"])).await.unwrap_err())
    };
    assert_eq!(ask(true).await, ask(false).await);
    tells_nothing(first_is_slower(async |is_theirs, _| drop(ask(is_theirs).await)).await);
}
