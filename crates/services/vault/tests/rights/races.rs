//! Two at once: whoever was told of a withdrawal or an erasure sees it in every read that begins afterwards.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use candor_decision::Verdict;
use candor_vault::{Ask, Caller, ConsentVerb, Vault};
use candor_words::SubjectId;

use crate::{Place, code, places};

/// Reads without pause; tells how many were granted that began after the change was acknowledged.
fn reader(place: &Place, ask: Ask, acknowledged: &Arc<AtomicBool>) -> tokio::task::JoinHandle<(u32, u32)> {
    let (vault, admin): (Arc<Vault>, Caller) = (Arc::clone(&place.vault), place.admin.clone());
    let acknowledged = Arc::clone(acknowledged);
    tokio::spawn(async move {
        let (mut n_before, mut n_granted_after, mut n_after) = (0, 0, 0);
        while n_after < 20 {
            let began_after = acknowledged.load(Ordering::SeqCst);
            let granted = vault.read(&admin, &ask).await.is_ok_and(|answer| answer.verdict == Verdict::Granted);
            n_after += u32::from(began_after);
            n_granted_after += u32::from(began_after && granted);
            n_before += u32::from(!began_after && granted);
            tokio::task::yield_now().await;
        }
        (n_before, n_granted_after)
    })
}

async fn race(place: &Place, subject: SubjectId, change: impl AsyncFnOnce()) {
    let acknowledged = Arc::new(AtomicBool::new(false));
    let ask = place.ask(subject, "testimonials", &["account.name"]);
    let readers: Vec<_> = (0..4).map(|_| reader(place, ask.clone(), &acknowledged)).collect();
    while place.vault.counters().permits.load(Ordering::Relaxed) < 40 {
        tokio::task::yield_now().await;
    }
    change().await;
    acknowledged.store(true, Ordering::SeqCst);
    for reader in readers {
        let (_, n_granted_after) = reader.await.unwrap();
        assert_eq!(n_granted_after, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_that_began_after_a_withdrawal_is_granted() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        race(&place, ada, async || {
            place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_that_began_after_an_erasure_is_granted() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        race(&place, ada, async || {
            place.vault.erase(&place.admin, ada, None).await.unwrap();
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_withdrawals_at_once_both_hold() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let withdraw = || place.say(ada, "testimonials", ConsentVerb::Withdrawn);
        let (one, two) = tokio::join!(withdraw(), withdraw());
        assert_ne!(one.unwrap().entry, two.unwrap().entry);
        assert!(!place.is_granted(ada, "testimonials").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_erasures_at_once_have_one_outcome() {
    for place in places().await {
        let ada = place.ada().await;
        let erase = || place.vault.erase(&place.admin, ada, None);
        let (one, two) = tokio::join!(erase(), erase());
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(place.vault.requests(&place.admin, Some(ada), None, 10).await.unwrap().rows.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_withdrawal_whose_caller_hung_up_is_still_seen_by_reads() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        assert!(place.is_granted(ada, "testimonials").await);
        let mut withdrawal = Box::pin(place.say(ada, "testimonials", ConsentVerb::Withdrawn));
        poll_fn(|context| {
            let _ = withdrawal.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        drop(withdrawal);
        let mut is_withdrawn = false;
        for _ in 0..10_000 {
            let said = place.vault.consents(&place.admin, ada, None, 10).await.unwrap().rows;
            is_withdrawn = said.last().is_some_and(|event| event.kind == "consent.withdrawn");
            if is_withdrawn {
                break;
            }
            tokio::task::yield_now().await;
        }
        // A second writer waits for the first, whether or not anybody waits for that one; this one changes nothing.
        assert_eq!(code(place.vault.object(&place.admin, ada, "service").await), "objection.not_possible");
        assert!(is_withdrawn && !place.is_granted(ada, "testimonials").await);
    }
}
