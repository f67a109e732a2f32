//! Requests: the clock, what stops it, what is told when.

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_vault::{NewRequest, RequestView, Seat, StaffReason, Terms, right_of};
use candor_words::{Span, SpanUnit, SubjectId};

use crate::support::record;
use crate::{Place, code, places};

async fn open(place: &Place, subject: SubjectId, right: RightKind, country: Option<&str>) -> RequestView {
    let new = NewRequest { right, country: country.map(str::to_owned), received_at: None };
    place.vault.open_request(&place.admin, subject, new).await.unwrap()
}

/// Leases what is due and runs it.
async fn run_due(place: &Place) -> usize {
    let due = place
        .vault
        .store()
        .lease_jobs(place.now(), place.now().plus(Span::new(1, SpanUnit::Minute)), 10)
        .await
        .unwrap();
    for job in &due {
        place.vault.escalate(job).await.unwrap();
        place.vault.escalate(job).await.unwrap();
    }
    due.len()
}

#[tokio::test]
async fn the_clock_is_the_policys_then_the_laws() {
    for place in places().await {
        let ada = place.ada().await;
        let due = |span| place.now().plus(span);
        let month = due(Span::new(1, SpanUnit::Month));
        let rectification = open(&place, ada, RightKind::Rectification, None).await;
        assert_eq!(rectification.due_at, due(Span::new(72, SpanUnit::Hour)));
        let french = open(&place, ada, RightKind::Access, Some("FR")).await;
        assert_eq!((french.due_at, french.law.as_str(), french.identity_first), (month, "gdpr", true));
        let unknown = open(&place, ada, RightKind::Access, None).await;
        assert_eq!((unknown.due_at, unknown.law.as_str()), (due(Span::new(20, SpanUnit::Day)), "dpdp"));
        let decision = open(&place, ada, RightKind::AutomatedDecision, None).await;
        assert_eq!((decision.due_at, decision.law.as_str()), (month, "gdpr"));
    }
}

#[tokio::test]
async fn a_request_cannot_be_opened_on_nothing() {
    for place in places().await {
        let ada = place.ada().await;
        let new =
            |right, country: Option<&str>| NewRequest { right, country: country.map(str::to_owned), received_at: None };
        let open = |new| place.vault.open_request(&place.admin, ada, new);
        assert_eq!(code(open(new(RightKind::SaleOptOut, None)).await), "right.not_given");
        assert_eq!(code(open(new(RightKind::Access, Some("Narnia"))).await), "country.unknown");
        let later = Some(place.now().plus(Span::new(1, SpanUnit::Minute)));
        let new = NewRequest { right: RightKind::Access, country: None, received_at: later };
        assert_eq!(code(open(new).await), "request.received_later");
    }
}

#[tokio::test]
async fn the_clock_runs_from_receipt() {
    for place in places().await {
        let ada = place.ada().await;
        let received_at = place.now().minus(Span::new(2, SpanUnit::Day));
        let new = NewRequest { right: RightKind::Rectification, country: None, received_at: Some(received_at) };
        let request = place.vault.open_request(&place.admin, ada, new).await.unwrap();
        assert_eq!(request.due_at, received_at.plus(Span::new(72, SpanUnit::Hour)));
        place.pass(2, SpanUnit::Day);
        assert!(place.vault.request(&place.admin, request.id).await.unwrap().overdue);
    }
}

#[tokio::test]
async fn a_rectification_is_answered_within_its_clock_and_what_follows_from_it_too() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Rectification, None).await;
        let corrected = record("account", &[("email", "ada@lovelace.example".into()), ("name", "Ada King".into())]);
        let done = place
            .vault
            .rectify(&place.admin, ada, candor_vault::ONLY_RECORD, corrected, Some(request.id))
            .await
            .unwrap();
        assert_eq!(done.derived, ["account.domain"]);
        let values = &place.read(ada, "service").await.records[0].values;
        assert_eq!(values["domain"].value, "lovelace.example");
        assert_eq!(values["name"].value, "Ada King");
        let request = place.vault.request(&place.admin, request.id).await.unwrap();
        assert_eq!((request.state.as_str(), request.closed_at), ("answered", Some(place.now())));
        place.pass(1, SpanUnit::Month);
        run_due(&place).await;
        assert_eq!(place.vault.request(&place.admin, request.id).await.unwrap().escalated_at, None);
    }
}

#[tokio::test]
async fn a_clock_that_runs_out_is_escalated_before_it_does() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Rectification, None).await;
        assert_eq!(request.escalates_at, Some(place.now().plus(Span::new(60, SpanUnit::Hour))));
        place.pass(59, SpanUnit::Hour);
        assert_eq!(run_due(&place).await, 0);
        place.pass(1, SpanUnit::Hour);
        let size = place.vault.store().ledger_size(place.tenant).await.unwrap();
        assert_eq!(run_due(&place).await, 1);
        let now = place.vault.request(&place.admin, request.id).await.unwrap();
        assert_eq!((now.state.as_str(), now.escalated_at, now.overdue), ("escalated", Some(place.now()), false));
        let entry = place.entry(size).await;
        assert!(matches!(entry.body, EntryBody::Request { state: 3, .. }) && entry.actor.is_none());
        assert_eq!(
            place.vault.store().ledger_size(place.tenant).await.unwrap(),
            size + 1,
            "running twice changes nothing"
        );
        place.pass(13, SpanUnit::Hour);
        assert!(place.vault.request(&place.admin, request.id).await.unwrap().overdue);
    }
}

#[tokio::test]
async fn a_clock_is_extended_once_with_a_reason_and_watched_anew() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Access, Some("FR")).await;
        let extend = |because: &'static str| place.vault.extend_request(&place.admin, request.id, because);
        assert_eq!(code(extend("busy").await), "justification.unknown");
        assert_eq!(code(extend("A17LegalClaims").await), "justification.foreign");
        let extended = extend("A12Complexity").await.unwrap();
        assert_eq!(extended.due_at, request.due_at.plus(Span::new(2, SpanUnit::Month)));
        assert_eq!(extended.extended_because.as_deref(), Some("JustificationA12Complexity"));
        assert_eq!(code(extend("A12HighVolume").await), "request.extended_before");
        let letter = place.vault.letter(&place.admin, request.id).await.unwrap();
        assert_eq!(letter.outcome, "extended");
        assert!(letter.text.contains("Complexity"), "{}", letter.text);

        place.clock.set(request.due_at);
        run_due(&place).await;
        assert_eq!(place.vault.request(&place.admin, request.id).await.unwrap().escalated_at, None);
        place.clock.set(extended.escalates_at.unwrap());
        run_due(&place).await;
        assert!(place.vault.request(&place.admin, request.id).await.unwrap().escalated_at.is_some());
    }
}

#[tokio::test]
async fn a_clock_that_may_not_be_extended_is_not() {
    for place in places().await {
        let ada = place.ada().await;
        let fixed = open(&place, ada, RightKind::Rectification, None).await;
        assert_eq!(
            code(place.vault.extend_request(&place.admin, fixed.id, "A12Complexity").await),
            "request.not_extendable"
        );
        let late = open(&place, ada, RightKind::Access, Some("FR")).await;
        place.pass(2, SpanUnit::Month);
        assert_eq!(code(place.vault.extend_request(&place.admin, late.id, "A12Complexity").await), "request.overdue");
    }
}

#[tokio::test]
async fn a_refusal_carries_its_reason() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Erasure, Some("FR")).await;
        let refuse = |because: &'static str| place.vault.refuse_request(&place.admin, request.id, because);
        assert_eq!(code(refuse("no").await), "justification.unknown");
        let refused = refuse("A17LegalClaims").await.unwrap();
        assert_eq!(
            (refused.state.as_str(), refused.refused_because.as_deref()),
            ("refused", Some("JustificationA17LegalClaims"))
        );
        assert_eq!(code(refuse("A17LegalClaims").await), "request.closed");
        let letter = place.vault.letter(&place.admin, request.id).await.unwrap();
        assert_eq!(letter.outcome, "refused");
        assert_eq!(letter.justification.unwrap().iri, "https://w3id.org/dpv/legal/eu/gdpr#JustificationA17LegalClaims");
        assert!(letter.text.contains("Legal Claims") && letter.text.contains("go to court"), "{}", letter.text);
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn no_request_is_answered_before_identity_is_proved() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Access, Some("FR")).await;
        assert_eq!(code(place.vault.complete_request(&place.admin, request.id).await), "request.identity_unproved");
        let proved = place.vault.prove_identity(&place.admin, request.id).await.unwrap();
        assert_eq!((proved.state.as_str(), proved.identity_proved_at), ("identity_proved", Some(place.now())));
        assert_eq!(place.vault.complete_request(&place.admin, request.id).await.unwrap().state, "answered");
        assert_eq!(code(place.vault.prove_identity(&place.admin, request.id).await), "request.closed");
    }
}

#[tokio::test]
async fn nobody_at_the_console_vouches_for_themself() {
    for place in places().await {
        let ada = place.ada().await;
        let grace = place.person("grace@example.org", "Grace Hopper").await;
        let request = open(&place, ada, RightKind::Access, Some("FR")).await.id;
        let seat = |subject| Seat { subject, is_administrator: true, purposes: Vec::new() };
        let at_desk =
            async |subject| place.vault.staff(place.admin.tenant(), &seat(subject), StaffReason::Right).await.unwrap();
        let herself = at_desk(ada).await;
        let by_documents = place.vault.prove_by_documents(&herself, request, "her passport, on a video call").await;
        assert_eq!(code(by_documents), "identity.own_word");
        assert_eq!(code(place.vault.prove_identity(&herself, request).await), "identity.own_word");
        let colleague = at_desk(grace).await;
        let seen = place.vault.prove_by_documents(&colleague, request, "her passport, on a video call").await.unwrap();
        assert_eq!(seen.state, "identity_proved");
    }
}

#[tokio::test]
async fn what_was_not_done_is_not_answered() {
    for place in places().await {
        let ada = place.ada().await;
        for right in [RightKind::Restriction, RightKind::Objection, RightKind::Withdrawal, RightKind::Rectification] {
            let request = open(&place, ada, right, None).await;
            assert_eq!(code(place.vault.complete_request(&place.admin, request.id).await), "request.not_carried_out");
        }
        let restriction = open(&place, ada, RightKind::Restriction, None).await;
        place.vault.restrict(&place.admin, ada, Terms::default()).await.unwrap();
        assert_eq!(place.vault.complete_request(&place.admin, restriction.id).await.unwrap().state, "answered");
    }
}

#[tokio::test]
async fn requests_are_listed_and_outlive_the_subject() {
    for place in places().await {
        let ada = place.ada().await;
        let grace = place.person("grace@example.org", "Grace Hopper").await;
        let access = open(&place, ada, RightKind::Access, Some("FR")).await;
        open(&place, grace, RightKind::Access, None).await;
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        let of_ada = place.vault.requests(&place.admin, Some(ada), None, 10).await.unwrap().rows;
        assert_eq!(of_ada.len(), 2);
        assert!(of_ada.iter().all(|request| right_of(&request.right).is_some()));
        assert_eq!(place.vault.requests(&place.admin, None, None, 10).await.unwrap().rows.len(), 3);
        let refused = place.vault.refuse_request(&place.admin, access.id, "A12IdentityFailure").await.unwrap();
        assert_eq!(refused.state, "refused");
    }
}

#[tokio::test]
async fn the_letter_names_the_authority_of_the_subjects_country() {
    for place in places().await {
        let ada = place.ada().await;
        for (country, authority) in [
            (Some("FR"), "CNIL"),
            (Some("DE"), "CNIL"),
            (Some("IN"), "Data Protection Board"),
            (Some("US"), "Data Protection Board"),
            (None, "Data Protection Board"),
        ] {
            let request = open(&place, ada, RightKind::Portability, country).await;
            assert_eq!(code(place.vault.letter(&place.admin, request.id).await), "request.open");
            place.vault.complete_request(&place.admin, request.id).await.unwrap();
            let letter = place.vault.letter(&place.admin, request.id).await.unwrap();
            assert_eq!(letter.authority.unwrap().name, authority, "{country:?}");
            assert!(letter.text.contains(authority) && letter.text.contains("GDPR Art. 20"), "{}", letter.text);
        }
    }
}

#[tokio::test]
async fn the_letter_of_an_erasure_reads_so() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Erasure, Some("FR")).await.id;
        place.vault.prove_identity(&place.admin, request).await.unwrap();
        place.pass(3, SpanUnit::Day);
        place.vault.erase(&place.admin, ada, Some(request)).await.unwrap();
        let letter = place.vault.letter(&place.admin, request).await.unwrap();
        let expected = format!(
            "Sketch Ltd
privacy@sketch.example

Your request {request}: erasure of your data (GDPR Art. 17)

We received your request on 2026-06-01 and had to answer it by 2026-07-01.

On 2026-06-04 we carried it out. Your data was erased, and the 1 key that could open it was destroyed, so that copies in backups cannot be read either.

If you are not content, you may complain to a supervisory authority. Yours is: CNIL, https://cnil.example.
You may also go to court. Neither costs you the other.
This answer is free of charge.
"
        );
        assert_eq!(letter.text, expected);
    }
}

#[tokio::test]
async fn a_request_is_unknown_to_another_tenant() {
    for place in places().await {
        let ada = place.ada().await;
        let request = open(&place, ada, RightKind::Access, None).await;
        let sources = vec![("policy.candor".to_owned(), crate::POLICY.to_owned())];
        let new = candor_vault::NewTenant { slug: "other".into(), title: "Other".into(), sources };
        let created = place.vault.create_tenant(new).await.unwrap();
        let other = place.vault.authenticate(created.administrator.secret.expose()).await.unwrap();
        assert_eq!(code(place.vault.request(&other, request.id).await), "request.unknown");
        assert_eq!(code(place.vault.letter(&other, request.id).await), "request.unknown");
        assert_eq!(code(place.vault.refuse_request(&other, request.id, "A12Delay").await), "request.unknown");
        assert_eq!(code(place.vault.erase(&other, ada, None).await), "subject.unknown");
    }
}
