//! The process dies at each of its commits, that commit lost or applied and not acknowledged: whoever comes after it ends the
//! request right, or refuses it and leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../vault/tests/support/mortal.rs"]
mod mortal;
mod support;

use std::sync::Arc;

use candor_ledger::VerifierKey;
use candor_rights::Approval;
use candor_store_memory::MemoryStore;
use candor_vault::Beyond;
use candor_words::{Instant, RequestId, SubjectId};
use mortal::Mortal;
use serde_json::json;
use support::{Patience, World, world_over};

/// More commits than an erasure in two systems takes.
const COMMITS_MAX: u64 = 40;

/// What a process left that died at a commit.
struct Left {
    world: World,
    ada: SubjectId,
    request: RequestId,
}

/// An erasure that dies at its n-th commit, and the process that comes after it; none when it takes fewer.
async fn dies_at(n: u64, applies_last: bool) -> Option<Left> {
    let store = Arc::new(MemoryStore::new());
    let before = world_over(store.clone(), support::POLICY, &["SHOP", "FORUM"]).await;
    let ada = before.ada().await;
    let request = before.request(ada, "erasure").await;
    let mortal = Mortal::new(store.clone(), n, applies_last);
    let dying = before.anew(mortal.clone(), 1_000 + n).await;
    let approved = dying.rights.approve(&dying.admin, request, Approval::default()).await;
    assert!(approved.is_ok() || mortal.is_dead(), "{approved:?}");
    let patience = Patience::default();
    loop {
        let is_over = dying.rights.run(&dying.admin, request).await.is_ok_and(|run| run.state == "answered");
        if mortal.is_dead() || is_over {
            break;
        }
        assert!(patience.lasts(), "it neither died nor ended");
        if patience.wears_thin() {
            dying.clock.set(Instant::from_millis(dying.vault.now().as_millis() + 2_000));
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    if !mortal.is_dead() {
        return None;
    }
    drop(dying);
    Some(Left { world: before.anew(store, 2_000 + n).await, ada, request })
}

#[tokio::test]
async fn an_erasure_that_died_at_any_commit_is_ended_by_the_next_process() {
    let mut n_died = 0;
    for applies_last in [false, true] {
        for n in 1..COMMITS_MAX {
            let Some(Left { world, ada, request }) = dies_at(n, applies_last).await else { break };
            n_died += 1;
            world.rights.resume_all().await.unwrap();
            let state = world.rights.run(&world.admin, request).await.unwrap().state;
            if matches!(state, "none" | "planned") {
                // It died before anybody was told that it was approved.
                world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
            }
            world.until(request, "answered").await;
            assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap_err().code(), "subject.erased");
            assert_eq!((world.shop.rows("users").len(), &*world.forum.rows("posts")[0]["email"]), (1, "gone"));
            let receipt = world.vault.rights_receipt(&world.admin, request).await.unwrap();
            receipt.verify(&VerifierKey::parse(&world.verifier_key).unwrap()).unwrap();
            let told = receipt.rendering();
            assert_eq!(told["systems"][0]["places"][0]["n_rows_before"], 1, "{told}");
            assert_eq!(told["systems"][0]["search"]["found"], json!([]), "{told}");
        }
    }
    assert!(n_died > 12, "it died {n_died} times");
}

#[tokio::test]
async fn refused_after_it_died_at_any_commit_the_person_is_restricted_no_more() {
    let mut n_refused = 0;
    for applies_last in [false, true] {
        for n in 1..COMMITS_MAX {
            let Some(Left { world, ada, request }) = dies_at(n, applies_last).await else { break };
            if world.vault.request(&world.admin, request).await.unwrap().closed_at.is_some() {
                continue;
            }
            n_refused += 1;
            world.vault.refuse_request(&world.admin, request, "A17LegalClaims").await.unwrap();
            world.rights.go_on(world.tenant, request).await.unwrap();
            let standing = world.vault.subject(&world.admin, ada).await.unwrap().standing.unwrap();
            assert_eq!(standing.restriction, None, "died at commit {n}, which was applied: {applies_last}");
        }
    }
    assert!(n_refused > 10, "it was refused {n_refused} times");
}
