//! Disputes: what restricts, how far, and how it ends.

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_vault::{Caller, DisputeEnd, NewKey, NewRequest, Scope, Terms};
use candor_words::{RequestId, SubjectId};

use crate::{Place, code, places};

async fn open(place: &Place, subject: SubjectId) -> RequestId {
    let new = NewRequest { right: RightKind::Rectification, country: None, received_at: None };
    place.vault.open_request(&place.admin, subject, new).await.unwrap().id
}

async fn helper(place: &Place) -> Caller {
    let scopes = vec![Scope::Rights, Scope::Read];
    let new = NewKey { label: "desk".into(), scopes, recipient: None, purposes: None, expires_at: None };
    let issued = place.vault.issue_key(&place.admin, new).await.unwrap();
    place.vault.authenticate(issued.secret.expose()).await.unwrap()
}

/// The acts of the ledger's entries about disputes.
async fn acts(place: &Place) -> Vec<u8> {
    let size = place.vault.store().ledger_size(place.tenant).await.unwrap();
    let mut acts = Vec::new();
    for position in 0..size {
        if let EntryBody::Dispute { act, .. } = place.entry(position).await.body {
            acts.push(act);
        }
    }
    acts
}

#[tokio::test]
async fn of_two_disputes_the_last_one_that_ends_frees_the_data() {
    for place in places().await {
        let ada = place.ada().await;
        let (first, second) = (open(&place, ada).await, open(&place, ada).await);
        for request in [first, second, first] {
            place.vault.dispute_request(&place.admin, request).await.unwrap();
        }
        assert_eq!(place.vault.disputes(&place.admin, None, 10).await.unwrap().rows.len(), 2);
        place.vault.override_dispute(&place.admin, first, ("the claim has no basis", &[])).await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "restriction", "the other one restricts still");
        let left = place.vault.dispute(&place.admin, second).await.unwrap().unwrap();
        assert!(left.restricts && left.restriction.unwrap().allowed.is_empty());
        assert_eq!(place.vault.dispute(&place.admin, first).await.unwrap(), None);
        let end = DisputeEnd::Upheld;
        let settled = place.vault.settle_dispute(&place.admin, second, end, "letter of 1 June").await.unwrap();
        assert_eq!((settled.dispute_end, settled.disputed_at), (Some(end), None));
        assert!(place.is_granted(ada, "service").await);
        assert_eq!(acts(&place).await, [1, 1, 4, 2], "noting one twice is noting it once");
    }
}

#[tokio::test]
async fn what_was_agreed_for_another_reason_stays_and_the_end_of_the_dispute_is_logged_all_the_same() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada).await;
        let agreed = Terms { allowed_purposes: vec!["security".into()], ..Terms::default() };
        place.vault.restrict(&place.admin, ada, agreed).await.unwrap();
        place.vault.dispute_request(&place.admin, request).await.unwrap();
        assert!(!place.vault.dispute(&place.admin, request).await.unwrap().unwrap().restricts);
        let for_service = ("needed", ["service".to_owned()]);
        let eased = place.vault.override_dispute(&place.admin, request, (for_service.0, &for_service.1)).await;
        assert_eq!(code(eased), "dispute.not_restricting");
        place.vault.override_dispute(&place.admin, request, ("needed", &[])).await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        assert!(place.is_granted(ada, "security").await);
        assert_eq!(acts(&place).await, [1, 4]);
        let events = place.vault.store().events(place.tenant, ada, None, 100).await.unwrap().rows;
        assert!(events.last().unwrap().detail.contains("needed"), "the reason is kept with the event");
    }
}

#[tokio::test]
async fn a_dispute_is_overridden_by_the_administrator_and_settled_after_the_person_was_told() {
    for place in places().await {
        let ada = place.ada().await;
        let (request, helper) = (open(&place, ada).await, helper(&place).await);
        place.vault.dispute_request(&helper, request).await.unwrap();
        let all: &[String] = &[];
        assert_eq!(code(place.vault.override_dispute(&helper, request, ("x", all)).await), "key.scope_missing");
        assert_eq!(code(place.vault.override_dispute(&place.admin, request, (" ", all)).await), "dispute.because");
        let unknown = ["profiling".to_owned()];
        let overridden = place.vault.override_dispute(&place.admin, request, ("x", &unknown)).await;
        assert_eq!(code(overridden), "purpose.undeclared");
        let eased = Terms { allowed_purposes: vec!["service".into()], ..Terms::default() };
        assert_eq!(code(place.vault.restrict(&helper, ada, eased).await), "restriction.disputed");
        assert_eq!(code(place.vault.lift_restriction(&helper, ada, "letter").await), "restriction.disputed");
        let person = place.vault.person(place.tenant, ada);
        let by_person = place.vault.settle_dispute(&person, request, DisputeEnd::Rejected, "told").await;
        assert_eq!(code(by_person), "caller.person");
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        let untold = place.vault.settle_dispute(&helper, request, DisputeEnd::Rejected, "").await;
        assert_eq!(code(untold), "restriction.not_informed");

        // The person may want their data used again before it is settled; whoever notes the dispute again restricts it again.
        place.vault.lift_restriction(&person, ada, "by themself").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
        let shown = place.vault.dispute(&helper, request).await.unwrap().unwrap();
        assert_eq!((shown.restriction, shown.restricts), (None, false));
        place.vault.dispute_request(&helper, request).await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        place.vault.settle_dispute(&helper, request, DisputeEnd::Rejected, "letter").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
        let again = place.vault.settle_dispute(&helper, request, DisputeEnd::Rejected, "letter").await;
        assert_eq!(code(again), "request.not_disputed");
    }
}

#[tokio::test]
async fn nothing_is_disputed_of_somebody_who_is_gone() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada).await;
        place.vault.dispute_request(&place.admin, request).await.unwrap();
        place.vault.object(&place.admin, ada, "security").await.unwrap();
        assert_eq!(place.vault.pending_objections(&place.admin, None, 10).await.unwrap().rows.len(), 1);
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        assert!(place.vault.disputes(&place.admin, None, 10).await.unwrap().rows.is_empty());
        assert_eq!(place.vault.dispute(&place.admin, request).await.unwrap(), None);
        assert!(place.vault.pending_objections(&place.admin, None, 10).await.unwrap().rows.is_empty());
        let settled = place.vault.settle_dispute(&place.admin, request, DisputeEnd::Upheld, "letter").await;
        assert_eq!(code(settled), "subject.erased");
    }
}
