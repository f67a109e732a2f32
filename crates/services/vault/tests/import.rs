//! Rows of people: each carried out alone, none of them twice, consents with their evidence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_decision::Verdict;
use candor_vault::{ConsentVerb, ErrorKind, ImportedConsent, ImportedPerson, NewContract, NewKey, RowOutcome, Scope};
use candor_words::{Instant, Span, SpanUnit, SubjectId};
use support::{World, record, world};

const IMPORT: [u8; 32] = [9; 32];

fn person(row: u64, email: &str) -> ImportedPerson {
    let records = vec![record("account", &[("email", email.into()), ("name", "Ada".into())])];
    ImportedPerson { row, records, contract: Some(NewContract::default()), consents: Vec::new() }
}

fn consent(act: ConsentVerb) -> ImportedConsent {
    ImportedConsent {
        purpose: "newsletter".into(),
        act,
        at: Instant::from_date(2025, 5, 1),
        text: None,
        text_digest: Some([5; 32]),
        language: None,
        method: None,
    }
}

async fn import(world: &World, people: Vec<ImportedPerson>) -> Vec<RowOutcome> {
    let rows = world.vault.import_people(&world.admin, IMPORT, people).await.unwrap();
    rows.into_iter().map(|row| row.outcome).collect()
}

fn made(outcome: &RowOutcome) -> SubjectId {
    match outcome {
        RowOutcome::Made(subject) => *subject,
        other => panic!("not made: {other:?}"),
    }
}

fn refused(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Refused(error) => error.code(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_row_sent_again_is_known_and_makes_nobody() {
    let world = world().await;
    let people = || vec![person(1, "a@example.org"), person(2, "b@example.org")];
    let first: Vec<SubjectId> = import(&world, people()).await.iter().map(made).collect();
    for (outcome, subject) in import(&world, people()).await.iter().zip(&first) {
        assert!(matches!(outcome, RowOutcome::Known(known) if known == subject), "{outcome:?}");
    }
    // Under another import the same people are others, and their identifiers are taken.
    let other = world.vault.import_people(&world.admin, [8; 32], people()).await.unwrap();
    assert!(other.iter().all(|row| refused(&row.outcome) == "identifier.taken"));
    assert_eq!(world.vault.subjects(&world.admin, None, 100).await.unwrap().rows.len(), 2);
    world.clock.advance(Span::new(29, SpanUnit::Day));
    assert!(matches!(import(&world, people()).await[0], RowOutcome::Known(_)));
}

#[tokio::test]
async fn the_same_row_at_the_same_time_makes_one() {
    let world = world().await;
    let row = || ImportedPerson { records: vec![record("ticket", &[("description", "x".into())])], ..person(1, "") };
    let outcomes = import(&world, (0..8).map(|_| row()).collect()).await;
    let n_made = outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Made(_))).count();
    let n_known = outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Known(_))).count();
    assert_eq!((n_made, n_known), (1, 7));
}

#[tokio::test]
async fn a_row_that_is_refused_leaves_the_others() {
    let world = world().await;
    let undeclared = ImportedPerson { records: vec![record("account", &[("shoe", 43.into())])], ..person(2, "") };
    let empty_name =
        ImportedPerson { records: vec![record("account", &[("email", "c@example.org".into())])], ..person(3, "") };
    let outcomes =
        import(&world, vec![person(1, "a@example.org"), undeclared, empty_name, person(4, "a@example.org")]).await;
    made(&outcomes[0]);
    let codes: Vec<_> = outcomes[1..].iter().map(refused).collect();
    assert_eq!(codes, ["field.undeclared", "field.missing", "identifier.taken"]);
}

#[tokio::test]
async fn of_rows_with_one_identifier_the_first_has_it() {
    let world = world().await;
    let people: Vec<_> =
        (0..40).map(|n| person(n, if n % 2 == 0 { "Same@example.org" } else { "same@example.org" })).collect();
    let outcomes = import(&world, people).await;
    made(&outcomes[0]);
    assert!(outcomes[1..].iter().all(|outcome| refused(outcome) == "identifier.taken"));
}

#[tokio::test]
async fn a_consent_counts_from_when_it_was_given_and_needs_its_evidence() {
    let world = world().await;
    let with = |row, email: &str, consents| ImportedPerson { consents, ..person(row, email) };
    let unproved = ImportedConsent { at: None, ..consent(ConsentVerb::Given) };
    let future = ImportedConsent { at: Instant::from_date(2027, 1, 1), ..consent(ConsentVerb::Given) };
    let other = ImportedConsent { purpose: "billing".into(), ..consent(ConsentVerb::Given) };
    let outcomes = import(
        &world,
        vec![
            with(1, "a@example.org", vec![consent(ConsentVerb::Given)]),
            with(2, "b@example.org", vec![consent(ConsentVerb::Refused)]),
            with(3, "c@example.org", vec![unproved]),
            with(4, "d@example.org", vec![future]),
            with(5, "e@example.org", vec![other]),
        ],
    )
    .await;
    let (ada, bob) = (made(&outcomes[0]), made(&outcomes[1]));
    let codes: Vec<_> = outcomes[2..].iter().map(refused).collect();
    assert_eq!(codes, ["consent.evidence_missing", "consent.at_future", "consent.not_the_basis"]);

    for (subject, expected) in [(ada, Verdict::Granted), (bob, Verdict::Refused)] {
        let answer =
            world.vault.read(&world.admin, &world.ask(subject, "newsletter", &["account.email"])).await.unwrap();
        assert_eq!(answer.verdict, expected);
    }
    let said = world.vault.consents(&world.admin, ada, None, 10).await.unwrap().rows;
    assert_eq!((said[0].kind.as_str(), said[0].method.as_deref()), ("consent.given", Some("import")));
    assert_eq!((said[0].text.as_deref(), said[0].text_digest.as_str()), (None, "05".repeat(32).as_str()));
    let standing = world.vault.subject(&world.admin, ada).await.unwrap().standing.unwrap();
    assert_eq!(Some(standing.consents["newsletter"].at), Instant::from_date(2025, 5, 1));
}

#[tokio::test]
async fn who_may_not_write_or_consent_imports_nothing() {
    let world = world().await;
    let key = |scopes| async {
        let new = NewKey { label: "k".into(), scopes, recipient: None, purposes: None, expires_at: None };
        let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
        world.vault.authenticate(issued.secret.expose()).await.unwrap()
    };
    let reader = key(vec![Scope::Read]).await;
    let writer = key(vec![Scope::Write]).await;
    let people = vec![ImportedPerson { consents: vec![consent(ConsentVerb::Given)], ..person(1, "a@example.org") }];
    for caller in [&reader, &writer] {
        let error = world.vault.import_people(caller, IMPORT, people.clone()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, "key.scope_missing"));
    }
    let many = (0..501).map(|n| person(n, "x@example.org")).collect();
    assert_eq!(world.vault.import_people(&world.admin, IMPORT, many).await.unwrap_err().code(), "import.rows_too_many");
    assert!(world.vault.subjects(&world.admin, None, 10).await.unwrap().rows.is_empty());
}
