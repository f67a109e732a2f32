//! Aggregates: counts of people, never people.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use candor_ledger::{Entry, EntryBody, VerifierKey};
use candor_vault::{ErrorKind, NewKey, NewRecord, NewSubject, ResearchRow, Scope};
use candor_words::SubjectId;
use serde_json::{Value, json};
use support::{World, record, world};

async fn person(world: &World, n: usize, job: Option<&str>) -> SubjectId {
    let mut values = vec![("email", json!(format!("p{n}@x{}.example", n % 2))), ("name", json!(format!("Person {n}")))];
    values.extend(job.map(|job| ("job", json!(job))));
    let new = NewSubject { records: vec![record("account", &values)], contract: None };
    world.vault.create_subject(&world.admin, new).await.unwrap().subject
}

/// Five analysts, three clerks, two pilots, a sailor, one without a job.
async fn crowd(world: &World) -> Vec<SubjectId> {
    let mut subjects = Vec::new();
    let jobs = [("analyst", 5), ("clerk", 3), ("pilot", 2), ("sailor", 1)]
        .into_iter()
        .flat_map(|(job, n)| std::iter::repeat_n(Some(job), n));
    for (n, job) in jobs.chain([None]).enumerate() {
        subjects.push(person(world, n, job).await);
    }
    subjects
}

fn names(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

async fn count(world: &World, by: &[&str]) -> Result<(Vec<(Value, u64)>, u64), &'static str> {
    let found = world.vault.aggregate(&world.admin, "research", &names(by)).await.map_err(|error| error.code())?;
    let groups = found.groups.into_iter().map(|group| (json!(group.values), group.subjects));
    Ok((groups.collect(), found.suppressed_groups))
}

#[tokio::test]
async fn promise_a02_small_groups_are_suppressed_and_only_their_number_is_told() {
    let world = world().await;
    crowd(&world).await;
    let (groups, suppressed) = count(&world, &["account.job"]).await.unwrap();
    assert_eq!(groups, [(json!({"account.job": "analyst"}), 5), (json!({"account.job": "clerk"}), 3)]);
    assert_eq!(suppressed, 2, "the pilots and the sailor");
}

#[tokio::test]
async fn promise_a02_what_is_suppressed_cannot_be_had_from_totals() {
    let world = world().await;
    let subjects = crowd(&world).await;
    // Without the sailor two pilots alone would be hidden, and everybody less the others is two.
    world.vault.object(&world.admin, subjects[10], "research").await.unwrap();
    let (groups, suppressed) = count(&world, &["account.job"]).await.unwrap();
    assert_eq!(groups, [(json!({"account.job": "analyst"}), 5)]);
    assert_eq!(suppressed, 2, "the clerks are hidden with the pilots");
    let rows = world.vault.research(&world.admin, "research", &names(&["account.job"]), None, 100).await.unwrap().rows;
    assert_eq!(rows.len(), 5, "rows keep the same secret");
}

#[tokio::test]
async fn promise_a02_no_identifier_can_be_counted_by() {
    let world = world().await;
    crowd(&world).await;
    let before = world.vault.store().ledger_size(world.tenant).await.unwrap();
    assert_eq!(count(&world, &["account.email"]).await.unwrap_err(), "field.not_used");
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), before + 1, "the attempt is logged");
    assert_eq!(count(&world, &["account.job", "account.name"]).await.unwrap_err(), "field.not_used");
    assert_eq!(count(&world, &["account.shoe"]).await.unwrap_err(), "field.undeclared");
    assert_eq!(count(&world, &[]).await.unwrap_err(), "aggregate.fields_count");
    assert_eq!(count(&world, &["account.job", "ticket.environment"]).await.unwrap_err(), "aggregate.groups_mixed");
}

#[tokio::test]
async fn a_purpose_that_is_not_de_identified_is_refused() {
    let world = world().await;
    crowd(&world).await;
    for (purpose, code) in
        [("billing", "purpose.identified"), ("@access", "purpose.reserved"), ("none", "purpose.undeclared")]
    {
        let error = world.vault.aggregate(&world.admin, purpose, &names(&["account.name"])).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, code));
        let error = world.vault.research(&world.admin, purpose, &names(&["account.name"]), None, 10).await.unwrap_err();
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn whoever_objected_or_is_restricted_is_not_counted() {
    let world = world().await;
    let subjects = crowd(&world).await;
    world.vault.object(&world.admin, subjects[0], "research").await.unwrap();
    assert_eq!(count(&world, &["account.job"]).await.unwrap().0[0].1, 4);
    world.vault.erase(&world.admin, subjects[1], None).await.unwrap();
    let (groups, suppressed) = count(&world, &["account.job"]).await.unwrap();
    assert_eq!((groups[0].1, suppressed), (3, 2));
    world.vault.object(&world.admin, subjects[5], "research").await.unwrap();
    let (groups, suppressed) = count(&world, &["account.job"]).await.unwrap();
    assert_eq!((groups.len(), suppressed), (1, 3), "the clerks have become too few");
}

#[tokio::test]
async fn a_person_with_many_records_is_one_person() {
    let world = world().await;
    let subjects = crowd(&world).await;
    let seen = |environment: &str| NewRecord {
        source: "observed".into(),
        ..record("ticket", &[("environment", environment.into())])
    };
    for _ in 0..20 {
        world.vault.put_record(&world.admin, subjects[0], seen("linux")).await.unwrap();
    }
    world.vault.put_record(&world.admin, subjects[1], seen("linux")).await.unwrap();
    assert_eq!(count(&world, &["ticket.environment"]).await.unwrap(), (vec![], 1), "two people make no group of three");
    world.vault.put_record(&world.admin, subjects[2], seen("linux")).await.unwrap();
    let (groups, _) = count(&world, &["ticket.environment"]).await.unwrap();
    assert_eq!(groups, [(json!({"ticket.environment": "linux"}), 3)]);
}

#[tokio::test]
async fn one_entry_without_a_subject_covers_the_whole_answer() {
    let world = world().await;
    crowd(&world).await;
    let before = world.vault.store().ledger_size(world.tenant).await.unwrap();
    let found = world.vault.aggregate(&world.admin, "research", &names(&["account.job"])).await.unwrap();
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), before + 1);
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let entry: Entry = world.vault.inclusion(world.tenant, found.entry, None).await.unwrap().verify(&key).unwrap();
    assert_eq!((entry.subject, entry.actor), (None, Some(world.admin.key())));
    assert!(matches!(entry.body, EntryBody::Disclosure { record: None, n_values: 2, .. }));
}

#[tokio::test]
async fn more_groups_than_the_bound_are_refused_with_the_number() {
    let world = world().await;
    let ada = world.ada().await;
    for n in 0..candor_vault::AGGREGATE_GROUPS_MAX.div_ceil(100) + 1 {
        let new = |at: usize| NewRecord {
            source: "observed".into(),
            ..record("ticket", &[("environment", format!("{n}/{at}").into())])
        };
        for at in 0..100 {
            world.vault.put_record(&world.admin, ada, new(at)).await.unwrap();
        }
    }
    let error = world.vault.aggregate(&world.admin, "research", &names(&["ticket.environment"])).await.unwrap_err();
    assert_eq!(error.code(), "aggregate.groups_too_many");
    assert!(error.message().contains("10 000"));
}

#[tokio::test]
async fn promise_c13_research_rows_name_nobody_and_stand_in_the_order_of_their_values() {
    let world = world().await;
    let subjects = crowd(&world).await;
    let page = world.vault.research(&world.admin, "research", &names(&["account.job"]), None, 100).await.unwrap();
    let row = |job: &str| ResearchRow { values: BTreeMap::from([("account.job".to_owned(), json!(job))]) };
    let expected = [vec![row("analyst"); 5], vec![row("clerk"); 3]].concat();
    assert_eq!((page.rows.clone(), page.next), (expected, None));
    let text = serde_json::to_string(&page.rows).unwrap();
    assert!(subjects.iter().all(|subject| !text.contains(&subject.to_string())));
}

#[tokio::test]
async fn research_pages_follow_each_other() {
    let world = world().await;
    crowd(&world).await;
    let whole = world.vault.research(&world.admin, "research", &names(&["account.job"]), None, 100).await.unwrap().rows;
    let (mut after, mut rows) = (None, Vec::new());
    loop {
        let page = world.vault.research(&world.admin, "research", &names(&["account.job"]), after, 2).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(!whole.is_empty());
    assert_eq!(rows, whole);
}

#[tokio::test]
async fn a_key_bound_to_another_purpose_counts_nothing() {
    let world = world().await;
    crowd(&world).await;
    let new = NewKey {
        label: "billing".into(),
        scopes: vec![Scope::Read],
        recipient: None,
        purposes: Some(vec!["billing".into()]),
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let caller = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let error = world.vault.aggregate(&caller, "research", &names(&["account.job"])).await.unwrap_err();
    assert_eq!(error.code(), "key.purpose_foreign");
}
