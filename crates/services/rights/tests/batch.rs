//! A batch acts in sets, and each of its requests keeps its own state, receipt and trouble.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::atomic::Ordering;

use candor_ledger::VerifierKey;
use candor_manifest::model::RightKind;
use candor_rights::Batch;
use candor_words::{RequestId, SubjectId};
use serde_json::Value;
use support::{Fault, World, world};

fn batch(right: RightKind, subjects: &[SubjectId]) -> Batch {
    Batch { right, subjects: subjects.to_vec(), identity_proved: true, approve: true, plan: false }
}

async fn receipt(world: &World, request: RequestId) -> Value {
    let receipt = world.vault.rights_receipt(&world.admin, request).await.unwrap();
    receipt.verify(&VerifierKey::parse(&world.verifier_key).unwrap()).unwrap();
    receipt.rendering().clone()
}

async fn opened(world: &World, right: RightKind, subjects: &[SubjectId]) -> Vec<RequestId> {
    let outcome = world.rights.open_batch(&world.admin, &batch(right, subjects)).await.unwrap();
    assert_eq!((outcome.n_opened, outcome.n_refused), (subjects.len(), 0));
    outcome.requests
}

/// How often a system was asked to act, and to search.
fn asked(memory: &support::Memory) -> (u32, u32) {
    (memory.n_acts.load(Ordering::SeqCst), memory.n_searches.load(Ordering::SeqCst))
}

#[tokio::test]
async fn many_are_erased_in_a_few_tasks_and_each_receipt_tells_of_its_own_rows() {
    let world = world().await;
    let people = world.crowd(200).await;
    let requests = opened(&world, RightKind::Erasure, &people).await;
    for request in &requests {
        world.until(*request, "answered").await;
    }
    assert!(world.shop.rows("users").is_empty());
    assert_eq!(world.shop.rows("invoices").len(), 200, "they are kept on a ground");
    let (n_acts, n_searches) = asked(&world.shop);
    assert!(n_acts <= 8 && n_searches <= 8, "{n_acts} acts, {n_searches} searches");
    for (n, request) in requests.iter().enumerate().step_by(17) {
        let told = receipt(&world, *request).await;
        let place = |system: usize, at: usize| told["systems"][system]["places"][at].clone();
        assert_eq!((place(0, 0)["did"].as_str(), place(0, 0)["n_rows"].as_u64()), (Some("deleted"), Some(1)));
        assert_eq!((place(0, 1)["did"].as_str(), place(0, 1)["n_rows"].as_u64()), (Some("kept"), Some(1)));
        let posts = place(1, 0);
        assert_eq!(
            (posts["n_rows"].as_u64(), posts["n_rows_before"].as_u64()),
            (Some(n as u64 % 3), Some(n as u64 % 3))
        );
        let kept = &told["systems"][0]["search"]["found_in_what_is_kept"];
        assert_eq!((kept[0]["place"].as_str(), kept[0]["n_rows"].as_u64()), (Some("invoices"), Some(1)));
    }
}

#[tokio::test]
async fn one_persons_trouble_holds_up_nobody_else() {
    let world = world().await;
    let people = world.crowd(100).await;
    *world.shop.holds_on_to.lock() = Some("p61@example.org".into());
    let requests = opened(&world, RightKind::Erasure, &people).await;
    for (n, request) in requests.iter().enumerate() {
        world.until(*request, if n == 61 { "waiting_for_somebody" } else { "answered" }).await;
    }
    assert_eq!(world.shop.rows("users").len(), 1);
    assert!(asked(&world.shop).0 <= 24, "found by halves: {:?}", asked(&world.shop));
    // Mended, and tried again.
    *world.shop.holds_on_to.lock() = None;
    world.rights.retry(&world.admin, requests[61], "shop").await.unwrap();
    world.until(requests[61], "answered").await;
    assert!(world.shop.rows("users").is_empty());
}

#[tokio::test]
async fn a_system_that_is_down_is_everybodys_trouble_and_passes() {
    let world = world().await;
    let people = world.crowd(50).await;
    world.forum.fail(Fault::Down);
    let requests = opened(&world, RightKind::Erasure, &people).await;
    while !world.shop.rows("users").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(asked(&world.forum), (0, 0));
    world.forum.fail(Fault::None);
    for request in &requests {
        world.until(*request, "answered").await;
    }
}

#[tokio::test]
async fn what_is_too_much_at_once_is_done_by_fewer_at_a_time() {
    let world = world().await;
    let people = world.crowd(40).await;
    *world.forum.people_max.lock() = Some(3);
    let requests = opened(&world, RightKind::Restriction, &people).await;
    for request in &requests {
        world.until(*request, "answered").await;
    }
}

#[tokio::test]
async fn a_process_that_dies_in_the_middle_of_a_batch_is_followed_by_one_that_ends_it() {
    let mut world = world().await;
    let people = world.crowd(60).await;
    world.shop.fail(Fault::LosesAnswers);
    let requests = opened(&world, RightKind::Erasure, &people).await;
    while asked(&world.shop).0 == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    // What was done is done, and nobody heard of it.
    world.die().await;
    world.shop.fail(Fault::None);
    world.rights.resume_all().await.unwrap();
    for request in &requests {
        world.until(*request, "answered").await;
    }
    assert!(world.shop.rows("users").is_empty());
    let told = receipt(&world, requests[7]).await;
    let users = &told["systems"][0]["places"][0];
    assert_eq!(users["n_rows_before"].as_u64(), Some(1), "{users}");
}

#[tokio::test]
async fn requests_that_nobody_began_are_begun_by_their_jobs() {
    let mut world = world().await;
    let people = world.crowd(10).await;
    let only_opened = Batch { approve: false, ..batch(RightKind::Erasure, &people) };
    let requests = world.rights.open_batch(&world.admin, &only_opened).await.unwrap().requests;
    world.die().await;
    for request in &requests {
        world.until(*request, "answered").await;
    }
}

#[tokio::test]
async fn two_requests_for_one_person_in_one_batch_end_as_one() {
    let world = world().await;
    let people = world.crowd(6).await;
    let twice: Vec<SubjectId> = people.iter().chain(&people).copied().collect();
    let requests = opened(&world, RightKind::Erasure, &twice).await;
    for request in &requests {
        world.until(*request, "answered").await;
    }
    assert_eq!(receipt(&world, requests[2]).await, receipt(&world, requests[8]).await);
}

#[tokio::test]
async fn where_a_system_has_no_transactions_each_acts_alone_and_all_are_searched_for_at_once() {
    let world = world().await;
    let people = world.crowd(30).await;
    world.forum.is_one_by_one.store(true, Ordering::SeqCst);
    let requests = opened(&world, RightKind::Erasure, &people).await;
    for request in &requests {
        world.until(*request, "answered").await;
    }
    let (n_acts, n_searches) = asked(&world.forum);
    assert!(n_acts >= 30 && n_searches <= 30, "{n_acts} acts, {n_searches} searches");
}

#[tokio::test]
async fn a_batch_that_would_need_a_correction_of_each_is_refused() {
    let world = world().await;
    let people = world.crowd(2).await;
    let refused = world.rights.open_batch(&world.admin, &batch(RightKind::Rectification, &people)).await;
    assert_eq!(refused.unwrap_err().code(), "correction.missing");
}

#[tokio::test]
async fn a_batch_is_planned_with_totals_and_the_same_requests_are_then_carried_out() {
    let world = world().await;
    let people = world.crowd(30).await;
    let only_planned = Batch { approve: false, plan: true, ..batch(RightKind::Erasure, &people) };
    let planned = world.rights.open_batch(&world.admin, &only_planned).await.unwrap();
    let foreseen = planned.foreseen.unwrap();
    let told: Vec<_> = foreseen
        .iter()
        .map(|of| {
            (&*of.system, of.is_connected, of.places.iter().map(|line| (&*line.place, line.n_rows)).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("shop", true, vec![("users", 30), ("invoices", 30)]),
            ("forum", true, vec![("posts", 30)]),
            ("paper", false, vec![])
        ]
    );
    assert_eq!((asked(&world.shop), world.shop.rows("users").len()), ((0, 0), 30));
    let requests = opened(&world, RightKind::Erasure, &people).await;
    assert_eq!(requests, planned.requests, "no second request is opened");
    for request in &requests {
        world.until(*request, "answered").await;
    }
}
