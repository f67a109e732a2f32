//! Erasure: the keys are gone, every route says so, and what stays is no longer about anybody.

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_vault::{ConsentVerb, ErrorKind, NewRequest, ReceiptForm, Terms, VaultError};
use candor_words::SubjectId;

use crate::support::record;
use crate::{Place, code, places};

#[tokio::test]
async fn after_an_erasure_the_keys_are_gone_and_nothing_is_left_to_open() {
    for place in places().await {
        let ada = place.ada().await;
        place.vault.put_record(&place.admin, ada, record("ticket", &[("description", "broken".into())])).await.unwrap();
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let n_keys = place.vault.store().keys(place.tenant, ada).await.unwrap().len();
        assert!(n_keys >= 2);
        let erased = place.vault.erase(&place.admin, ada, None).await.unwrap();
        assert_eq!(erased.n_keys_destroyed as usize, n_keys);

        let store = place.vault.store();
        assert!(store.keys(place.tenant, ada).await.unwrap().is_empty());
        assert!(store.records(place.tenant, ada, None, None, 10).await.unwrap().rows.is_empty());
        assert!(store.indexes(place.tenant, ada).await.unwrap().is_empty());
        assert!(store.events(place.tenant, ada, None, 10).await.unwrap().rows.is_empty());
        let row = store.subject(place.tenant, ada).await.unwrap().unwrap();
        assert_eq!((row.state, row.reference, row.erased_entry), (3, None, Some(erased.entry)));
        let found = place.vault.find(&place.admin, "service", "account.email", "ada@example.org").await.unwrap();
        assert_eq!(found, None);
    }
}

/// Every route about a subject, asked for one.
async fn every_route(place: &Place, subject: SubjectId) -> Vec<(&'static str, Result<(), VaultError>)> {
    let (vault, admin) = (&place.vault, &place.admin);
    let ask = place.ask(subject, "service", &["account"]);
    let new = || record("ticket", &[("description", "x".into())]);
    let request = NewRequest { right: RightKind::Access, country: None, received_at: None };
    let only = candor_vault::ONLY_RECORD;
    vec![
        ("read", vault.read(admin, &ask).await.map(drop)),
        ("why", vault.why(admin, &ask, None).await.map(drop)),
        ("why then", vault.why(admin, &ask, Some(place.now())).await.map(drop)),
        ("subject", vault.subject(admin, subject).await.map(drop)),
        ("records", vault.records(admin, subject, None, None, 10).await.map(drop)),
        ("put", vault.put_record(admin, subject, new()).await.map(drop)),
        ("patch", vault.patch_record(admin, subject, only, new()).await.map(drop)),
        ("close", vault.close_record(admin, subject, "account", only).await.map(drop)),
        ("delete", vault.delete_record(admin, subject, "account", only).await),
        ("rectify", vault.rectify(admin, subject, only, new(), None).await.map(drop)),
        ("consent", place.say(subject, "testimonials", ConsentVerb::Given).await.map(drop)),
        ("consents", vault.consents(admin, subject, None, 10).await.map(drop)),
        ("receipt", vault.consent_receipt(admin, subject, "testimonials", ReceiptForm::Dpv).await.map(drop)),
        ("object", vault.object(admin, subject, "security").await.map(drop)),
        ("preferences", vault.preferences(admin, subject).await.map(drop)),
        ("restrict", vault.restrict(admin, subject, Terms::default()).await.map(drop)),
        ("deactivate", vault.deactivate(admin, subject).await.map(drop)),
        ("reactivate", vault.reactivate(admin, subject).await.map(drop)),
        ("hold", vault.place_hold(admin, subject, "too late", None).await.map(drop)),
        ("holds", vault.holds(admin, subject).await.map(drop)),
        ("request", vault.open_request(admin, subject, request).await.map(drop)),
    ]
}

#[tokio::test]
async fn every_route_says_that_the_subject_was_erased() {
    for place in places().await {
        let ada = place.ada().await;
        place.read(ada, "service").await;
        let erased = place.vault.erase(&place.admin, ada, None).await.unwrap();
        for (route, answer) in every_route(&place, ada).await {
            let error = answer.expect_err(route);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Gone, "subject.erased"), "{route}");
            assert_eq!(error.details(), [("erased_entry", erased.entry.to_string())], "{route}");
        }
    }
}

#[tokio::test]
async fn erasing_again_gives_the_first_outcome() {
    for place in places().await {
        let ada = place.ada().await;
        let first = place.vault.erase(&place.admin, ada, None).await.unwrap();
        place.pass(1, candor_words::SpanUnit::Day);
        let size = place.vault.store().ledger_size(place.tenant).await.unwrap();
        let again = place.vault.erase(&place.admin, ada, None).await.unwrap();
        assert_eq!(again, first);
        assert_eq!(place.vault.store().ledger_size(place.tenant).await.unwrap(), size);
        let EntryBody::Erased { n_keys, request } = place.entry(first.entry).await.body else { panic!() };
        assert_eq!((n_keys, request), (first.n_keys_destroyed, first.request));
    }
}

#[tokio::test]
async fn an_erasure_always_has_a_request_and_a_letter() {
    for place in places().await {
        let ada = place.ada().await;
        let erased = place.vault.erase(&place.admin, ada, None).await.unwrap();
        let request = place.vault.request(&place.admin, erased.request.unwrap()).await.unwrap();
        assert_eq!((request.right.as_str(), request.state.as_str()), ("erasure", "answered"));
        assert_eq!((request.closed_at, request.n_keys_destroyed), (Some(erased.at), Some(erased.n_keys_destroyed)));
        let letter = place.vault.letter(&place.admin, request.id).await.unwrap();
        assert!(letter.text.contains("erasure of your data") && !letter.text.contains("ada"), "{}", letter.text);
        assert!(place.vault.store().jobs(place.tenant, None, 10).await.unwrap().rows.is_empty());
    }
}

#[tokio::test]
async fn an_erasure_answers_every_open_request_for_it() {
    for place in places().await {
        let ada = place.ada().await;
        let new = || NewRequest { right: RightKind::Erasure, country: Some("FR".into()), received_at: None };
        let one = place.vault.open_request(&place.admin, ada, new()).await.unwrap();
        let two = place.vault.open_request(&place.admin, ada, new()).await.unwrap();
        assert_eq!(code(place.vault.erase(&place.admin, ada, Some(two.id)).await), "request.identity_unproved");
        place.vault.prove_identity(&place.admin, two.id).await.unwrap();
        let erased = place.vault.erase(&place.admin, ada, Some(two.id)).await.unwrap();
        assert_eq!(erased.request, Some(two.id));
        for id in [one.id, two.id] {
            assert_eq!(place.vault.request(&place.admin, id).await.unwrap().state, "answered");
        }
    }
}

#[tokio::test]
async fn a_request_of_another_or_for_another_right_erases_nobody() {
    for place in places().await {
        let ada = place.ada().await;
        let grace = place.person("grace@example.org", "Grace Hopper").await;
        let open = |subject, right| {
            let new = NewRequest { right, country: None, received_at: None };
            place.vault.open_request(&place.admin, subject, new)
        };
        let of_grace = open(grace, RightKind::Erasure).await.unwrap();
        let access = open(ada, RightKind::Access).await.unwrap();
        assert_eq!(code(place.vault.erase(&place.admin, ada, Some(of_grace.id)).await), "request.unknown");
        assert_eq!(code(place.vault.erase(&place.admin, ada, Some(access.id)).await), "request.other_right");
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn an_erased_identifier_is_free_for_somebody_else() {
    for place in places().await {
        let ada = place.ada().await;
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        let other = place.person("ada@example.org", "Ada Byron").await;
        assert!(place.is_granted(other, "service").await);
        assert_ne!(other, ada);
    }
}
