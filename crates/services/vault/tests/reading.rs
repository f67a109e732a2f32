//! Reading: only what the policy allows, only after it was logged.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_decision::Verdict;
use candor_vault::ErrorKind;
use serde_json::json;
use support::{record, world};

#[tokio::test]
async fn a_purpose_gets_the_fields_it_may_use_and_no_others() {
    let world = world().await;
    let ada = world.ada().await;
    let ask = world.ask(ada, "billing", &["account.email", "account.name", "account.job"]);
    let answer = world.vault.read(&world.admin, &ask).await.unwrap();
    assert_eq!(answer.verdict, Verdict::Partly);
    let values = &answer.records[0].values;
    assert_eq!(values["email"].value, json!("ada@example.org"));
    assert_eq!(values["name"].source, "subject");
    assert!(!values.contains_key("job"));
    assert_eq!(answer.refused[0].field, "account.job");
}

#[tokio::test]
async fn a_purpose_not_in_the_policy_is_refused_and_logged() {
    let world = world().await;
    let ada = world.ada().await;
    let before = world.vault.store().ledger_size(world.tenant).await.unwrap();
    let answer = world.vault.read(&world.admin, &world.ask(ada, "profiling", &["account.email"])).await.unwrap();
    assert_eq!(answer.verdict, Verdict::Refused);
    assert_eq!(answer.refused[0].code, "purpose.undeclared");
    assert!(answer.records.is_empty());
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), before + 1);
}

#[tokio::test]
async fn a_question_that_names_no_field_is_refused_and_logged_like_any_other() {
    let world = world().await;
    let ada = world.ada().await;
    let before = world.vault.store().ledger_size(world.tenant).await.unwrap();
    let empty = world.ask(ada, "billing", &[]);
    let read = world.vault.read(&world.admin, &empty);
    let answer = tokio::time::timeout(std::time::Duration::from_secs(60), read).await.expect("it is answered").unwrap();
    assert_eq!((answer.verdict, answer.records.len(), answer.entry), (Verdict::Refused, 0, before));
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), before + 1);

    // Among others it has its own answer and its own entry.
    let asks =
        [world.ask(ada, "billing", &["account.email"]), empty.clone(), world.ask(ada, "billing", &["account.name"])];
    let answers = world.vault.read_many(&world.admin, &asks).await.unwrap();
    let answers: Vec<_> =
        answers.into_iter().map(Result::unwrap).map(|answer| (answer.verdict, answer.entry)).collect();
    let (granted, refused) = (Verdict::Granted, Verdict::Refused);
    assert_eq!(answers, [(granted, before + 1), (refused, before + 2), (granted, before + 3)]);

    // The explanation says the same.
    let why = world.vault.why(&world.admin, &empty, None).await.unwrap();
    assert_eq!((why.verdict, why.granted.len()), (Verdict::Refused, 0));
}

#[tokio::test]
async fn a_whole_group_means_what_the_purpose_may_use_of_it() {
    let world = world().await;
    let ada = world.ada().await;
    let answer = world.vault.read(&world.admin, &world.ask(ada, "billing", &["account"])).await.unwrap();
    assert_eq!(answer.verdict, Verdict::Granted);
    assert_eq!(answer.records[0].values.len(), 2);
}

#[tokio::test]
async fn a_card_held_by_the_gateway_is_not_stored() {
    let world = world().await;
    let ada = world.ada().await;
    let card = record("account", &[("card", "4111111111111111".into())]);
    let error = world.vault.put_record(&world.admin, ada, card).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unprocessable, "field.held_elsewhere"));
}

#[tokio::test]
async fn an_identifier_finds_its_subject_and_belongs_to_one_only() {
    let world = world().await;
    let ada = world.ada().await;
    let find = |value: &'static str| world.vault.find(&world.admin, "billing", "account.email", value);
    assert_eq!(find(" ADA@example.org ").await.unwrap(), Some(ada));
    assert_eq!(find("eve@example.org").await.unwrap(), None);
    let same = record("account", &[("email", "Ada@Example.org".into()), ("name", "Eve".into())]);
    let new = candor_vault::NewSubject { records: vec![same], contract: None };
    let error = world.vault.create_subject(&world.admin, new).await.unwrap_err();
    assert_eq!(error.code(), "identifier.taken");
}

#[tokio::test]
async fn a_derived_field_follows_a_correction() {
    let world = world().await;
    let ada = world.ada().await;
    let change = record("account", &[("email", "ada@analytical.example".into())]);
    let done = world.vault.rectify(&world.admin, ada, candor_vault::ONLY_RECORD, change, None).await.unwrap();
    assert_eq!(done.derived, ["account.domain"]);
    let found = world.vault.find(&world.admin, "billing", "account.email", "ada@example.org").await.unwrap();
    assert_eq!(found, None, "the old spelling finds nobody any more");
}

#[tokio::test]
async fn an_optional_field_can_be_emptied_and_a_required_one_cannot() {
    let world = world().await;
    let ada = world.ada().await;
    let empty = |name: &'static str| record("account", &[(name, serde_json::Value::Null)]);
    world.vault.put_record(&world.admin, ada, empty("job")).await.unwrap();
    let error = world.vault.put_record(&world.admin, ada, empty("name")).await.unwrap_err();
    assert_eq!(error.code(), "field.required");
}

#[tokio::test]
async fn a_linked_service_gives_only_what_the_policy_permits() {
    let world = world().await;
    let ada = world.ada().await;
    let from_google = |name: &'static str| candor_vault::NewRecord {
        source: "linked:google".into(),
        ..record("account", &[(name, "x@example.org".into())])
    };
    world.vault.put_record(&world.admin, ada, from_google("name")).await.unwrap();
    let error = world.vault.put_record(&world.admin, ada, from_google("job")).await.unwrap_err();
    assert_eq!(error.code(), "field.source_undeclared");
}

#[tokio::test]
async fn an_empty_or_malformed_key_never_authenticates() {
    let world = world().await;
    let unknown = format!("candor_{}_{}", "0".repeat(32), "0".repeat(64));
    for presented in ["", "candor_", "candor__", "Bearer", unknown.as_str()] {
        let error = world.vault.authenticate(presented).await.unwrap_err();
        assert_eq!(error.code(), "key.refused", "{presented}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once() {
    let world = world().await;
    let new = candor_vault::NewKey {
        label: "support desk".into(),
        scopes: vec![candor_vault::Scope::Read],
        recipient: None,
        purposes: Some(vec!["billing".into()]),
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let caller = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let ada = world.ada().await;
    let foreign = world.vault.read(&caller, &world.ask(ada, "support", &["account.name"])).await.unwrap_err();
    assert_eq!(foreign.code(), "key.purpose_foreign");
    world.vault.revoke_key(&world.admin, issued.id).await.unwrap();
    let refused = world.vault.authenticate(issued.secret.expose()).await.unwrap_err();
    assert_eq!(refused.code(), "key.refused");
}

#[tokio::test]
async fn a_new_policy_decides_the_next_read() {
    let world = world().await;
    let ada = world.ada().await;
    let ask = world.ask(ada, "billing", &["account.email"]);
    assert_eq!(world.vault.read(&world.admin, &ask).await.unwrap().verdict, Verdict::Granted);
    let narrower = support::POLICY.replacen("uses account.name, account.email\n", "uses account.name\n", 1);
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), narrower)]).await.unwrap();
    assert_eq!(world.vault.read(&world.admin, &ask).await.unwrap().verdict, Verdict::Refused);
}
