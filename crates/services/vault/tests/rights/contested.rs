//! What people say is not right about themselves: what it restricts, how often, what is kept of their words, how it ends.

use candor_ledger::EntryBody;
use candor_vault::{
    Caller, Contested, DISPUTES_MAX, DisputeEnd, DisputeWords, Disputed, NewDispute, NewKey, Scope, Terms, VaultError,
};
use candor_words::{RecordId, SpanUnit, SubjectId};

use crate::{POLICY, Place, code, places, places_under};

fn about(field: Option<&str>, record: Option<RecordId>) -> NewDispute {
    let contested = Contested { group: "account".into(), record, field: field.map(str::to_owned) };
    let words = DisputeWords { reason: Some(" I never\r\nworked there ".into()), proposed: Some("Ada King".into()) };
    NewDispute { contested, words }
}

fn person(place: &Place, ada: SubjectId) -> Caller {
    place.vault.person(place.tenant, ada)
}

async fn dispute(place: &Place, ada: SubjectId, new: NewDispute) -> Result<Disputed, VaultError> {
    place.vault.dispute_held(&person(place, ada), ada, new).await
}

async fn record_of(place: &Place, ada: SubjectId) -> RecordId {
    place.vault.records(&place.admin, ada, None, None, 10).await.unwrap().rows[0].record
}

#[tokio::test]
async fn what_somebody_disputes_is_restricted_at_once_has_a_clock_and_is_taken_back_whole() {
    for place in places().await {
        let ada = place.ada().await;
        let record = record_of(&place, ada).await;
        assert!(place.is_granted(ada, "service").await);
        let opened = dispute(&place, ada, about(Some("account.name"), Some(record))).await.unwrap();
        let request = opened.request;
        assert!(opened.is_new && request.disputed_at == Some(place.now()) && request.due_at > place.now());
        let contested = request.contested.clone().unwrap();
        assert!(contested.covers(("account", record), "account.name"));
        assert!(!contested.covers(("account", record), "account.email"));
        assert_eq!((request.right.as_str(), request.routed), ("rectification", false));
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        assert!(place.vault.dispute(&place.admin, request.id).await.unwrap().unwrap().restricts);

        // Sent twice, it is one; what was written first stays.
        let again = dispute(&place, ada, about(Some("account.name"), Some(record))).await.unwrap();
        assert_eq!((again.is_new, again.request.id), (false, request.id));
        let words = place.vault.dispute_words(&person(&place, ada), request.id).await.unwrap();
        assert_eq!(words.reason.as_deref(), Some("I never\nworked there"));

        // Taken back: used again, closed, and nothing of what was written is left. Twice is once.
        for _ in 0..2 {
            let back = place.vault.withdraw_dispute(&person(&place, ada), request.id).await.unwrap();
            assert_eq!((back.state.as_str(), back.dispute_end), ("withdrawn", Some(DisputeEnd::Withdrawn)));
        }
        assert!(place.is_granted(ada, "service").await);
        let left = place.vault.dispute_words(&place.admin, request.id).await.unwrap();
        assert!(left == DisputeWords::default());
        assert_eq!(code(place.vault.withdraw_dispute(&place.admin, other()).await), "request.unknown");
    }
}

/// A key that sees to rights, and administers nothing.
async fn desk(place: &Place) -> Caller {
    let scopes = vec![Scope::Rights];
    let new = NewKey { label: "desk".into(), scopes, recipient: None, purposes: None, expires_at: None };
    let issued = place.vault.issue_key(&place.admin, new).await.unwrap();
    place.vault.authenticate(issued.secret.expose()).await.unwrap()
}

fn other() -> candor_words::RequestId {
    candor_words::RequestId::from_bytes([7; 16])
}

#[tokio::test]
async fn somebody_elses_dispute_is_out_of_reach_and_a_key_takes_none_back() {
    for place in places().await {
        let (ada, bob) = (place.ada().await, place.person("bob@people.example", "Bob").await);
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request.id;
        assert_eq!(
            code(dispute(&place, ada, about(None, Some(RecordId::from_bytes([9; 16])))).await),
            "record.unknown"
        );
        let held = place.vault.dispute_held(&person(&place, bob), ada, about(None, None)).await;
        assert_eq!(code(held), "subject.unknown");
        assert_eq!(code(place.vault.withdraw_dispute(&person(&place, bob), request).await), "subject.unknown");
        assert!(place.vault.dispute_words(&person(&place, bob), request).await.is_err());
        let desk = desk(&place).await;
        assert_eq!(code(place.vault.withdraw_dispute(&desk, request).await), "key.scope_missing");
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        assert!(place.is_granted(bob, "service").await);

        // Whoever else reads what was written, the ledger says so first.
        let size = place.vault.store().ledger_size(place.tenant).await.unwrap();
        assert!(place.vault.dispute_words(&desk, request).await.unwrap().proposed.as_deref() == Some("Ada King"));
        assert!(matches!(place.entry(size).await.body, EntryBody::StaffAccess { .. }));
    }
}

#[tokio::test]
async fn many_disputes_of_one_person_are_refused_also_where_each_is_taken_back() {
    for place in places().await {
        let ada = place.ada().await;
        let field = |name: &str| about(Some(name), None);
        for at in 0..DISPUTES_MAX {
            let new = if at % 2 == 0 { field("account.name") } else { field("account.job") };
            let opened = dispute(&place, ada, new).await.unwrap();
            if at % 3 != 0 {
                place.vault.withdraw_dispute(&person(&place, ada), opened.request.id).await.unwrap();
            }
            // Those that stand are of some record each, so that none is the same.
            if at % 3 == 0 {
                place
                    .vault
                    .settle_dispute(&place.admin, opened.request.id, DisputeEnd::Rejected, "told")
                    .await
                    .unwrap();
            }
        }
        assert_eq!(code(dispute(&place, ada, field("account.email")).await), "dispute.too_many");
        assert!(place.is_granted(ada, "service").await);
        place.pass(1, SpanUnit::Day);
        assert!(dispute(&place, ada, field("account.email")).await.unwrap().is_new);
    }
}

#[tokio::test]
async fn what_is_said_is_within_bounds_and_names_what_the_policy_declares() {
    for place in places().await {
        let ada = place.ada().await;
        let mut long = about(None, None);
        long.words.reason = Some("ü".repeat(501));
        let mut odd = about(None, None);
        odd.words.proposed = Some("a\u{7}".into());
        for refused in [long, odd] {
            assert_eq!(code(dispute(&place, ada, refused).await), "dispute.words");
        }
        assert_eq!(code(dispute(&place, ada, about(Some("ticket.description"), None)).await), "field.undeclared");
        assert_eq!(code(dispute(&place, ada, about(Some("account.shoe"), None)).await), "field.undeclared");
        let mut unknown = about(None, None);
        unknown.contested.group = "shoes".into();
        assert_eq!(code(dispute(&place, ada, unknown).await), "group.undeclared");
        assert!(place.is_granted(ada, "service").await);
        let mut most = about(None, None);
        most.words.reason = Some("ü".repeat(500));
        assert!(dispute(&place, ada, most).await.unwrap().is_new);
    }
}

#[tokio::test]
async fn what_restricts_already_stays_and_a_dispute_said_again_restricts_what_was_lifted() {
    for place in places().await {
        let ada = place.ada().await;
        let me = person(&place, ada);
        place.vault.restrict(&me, ada, Terms::default()).await.unwrap();
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request.id;
        assert!(!place.vault.dispute(&place.admin, request).await.unwrap().unwrap().restricts);
        assert!(place.vault.dispute_words(&me, request).await.unwrap().reason.is_some(), "kept under a key of its own");
        place.vault.lift_restriction(&me, ada, "by themself").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
        let again = dispute(&place, ada, about(None, None)).await.unwrap();
        assert_eq!((again.is_new, again.request.id), (false, request));
        assert_eq!(place.refusal(ada, "service").await, "restriction");
    }
}

#[tokio::test]
async fn what_the_person_restricted_before_is_lifted_by_nobody_else_while_they_dispute_something() {
    for place in places().await {
        let ada = place.ada().await;
        let me = person(&place, ada);
        place.vault.restrict(&me, ada, Terms::default()).await.unwrap();
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request.id;
        let desk = desk(&place).await;
        assert_eq!(code(place.vault.lift_restriction(&desk, ada, "letter").await), "restriction.disputed");
        let eased = Terms { allowed_purposes: vec!["service".into()], ..Terms::default() };
        assert_eq!(code(place.vault.restrict(&desk, ada, eased).await), "restriction.disputed");
        place.vault.withdraw_dispute(&me, request).await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "restriction", "it was theirs before");
        place.vault.lift_restriction(&desk, ada, "letter").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn a_request_taken_back_takes_its_dispute_back_and_one_that_is_carried_out_goes_on() {
    for place in places().await {
        let ada = place.ada().await;
        let me = person(&place, ada);
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request.id;
        let back = place.vault.withdraw_request(&me, request).await.unwrap();
        assert_eq!((back.dispute_end, back.disputed_at), (Some(DisputeEnd::Withdrawn), None));
        assert!(place.is_granted(ada, "service").await);

        // A refused request leaves its dispute; taking that back changes nothing of the answer.
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request.id;
        place.vault.refuse_request(&place.admin, request, "A12ManifestlyUnfounded").await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        let back = place.vault.withdraw_dispute(&me, request).await.unwrap();
        assert_eq!((back.state.as_str(), back.dispute_end), ("refused", Some(DisputeEnd::Withdrawn)));
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn where_an_organisation_decides_use_stops_all_the_same_and_nobody_settles_before_it() {
    let managed =
        format!("{POLICY}\norganisations {{\n    claim accounts after notice of 14 days\n    decide requests\n}}\n");
    for place in places_under(&managed).await {
        let ada = place.ada().await;
        place.vault.set_managed(&place.admin, ada, true).await.unwrap();
        let request = dispute(&place, ada, about(None, None)).await.unwrap().request;
        assert!(request.routed && request.decided_at.is_none());
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        let early = place.vault.settle_dispute(&place.admin, request.id, DisputeEnd::Rejected, "told").await;
        assert_eq!(code(early), "request.undecided");
        let because = "A12ManifestlyUnfounded";
        place.vault.decide_request(&place.admin, request.id, candor_vault::Decision::Refuse { because }).await.unwrap();
        place.vault.settle_dispute(&place.admin, request.id, DisputeEnd::Rejected, "told").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn of_two_at_once_one_is_opened() {
    for place in places().await {
        let ada = place.ada().await;
        let (one, two) = tokio::join!(dispute(&place, ada, about(None, None)), dispute(&place, ada, about(None, None)));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.request.id, two.request.id);
        assert!(one.is_new != two.is_new);
        assert_eq!(place.vault.disputes(&place.admin, None, 10).await.unwrap().rows.len(), 1);
    }
}
