//! Exports: everything of one person, nothing of another, and each value logged before it leaves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use candor_ledger::{Digest, Entry, EntryBody, VerifierKey};
use candor_store_memory::MemoryStore;
use candor_vault::{
    ConsentAct, ConsentVerb, EXPORT_PAGE_ROWS, ErrorKind, ExportEnd, ExportKind, ExportPart, ExportedRecord, NewKey,
    NewRecord, ONLY_RECORD, Scope,
};
use candor_words::{Span, SpanUnit, SubjectId};
use serde_json::json;
use support::{POLICY, World, record, world, world_over};

/// Pulls an export whole.
async fn pull(world: &World, subject: SubjectId, kind: ExportKind) -> Vec<ExportPart> {
    let mut export = world.vault.export(&world.admin, subject, kind).await.unwrap();
    let mut parts = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        parts.push(part);
    }
    parts
}

fn records(parts: &[ExportPart]) -> Vec<&ExportedRecord> {
    let mut records = Vec::new();
    for part in parts {
        if let ExportPart::Record(record) = part {
            records.push(record);
        }
    }
    records
}

fn end(parts: &[ExportPart]) -> &ExportEnd {
    match parts.last() {
        Some(ExportPart::End(end)) => end,
        other => panic!("the export does not end: {other:?}"),
    }
}

fn text(parts: &[ExportPart]) -> String {
    parts.iter().map(|part| String::from_utf8(part.to_line().unwrap()).unwrap()).collect()
}

fn ticket(source: &str, description: &str) -> NewRecord {
    NewRecord { source: source.into(), ..record("ticket", &[("description", description.into())]) }
}

async fn entry(world: &World, at: u64) -> Entry {
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    world.vault.inclusion(world.tenant, at, None).await.unwrap().verify(&key).unwrap()
}

#[tokio::test]
async fn an_access_export_holds_records_choices_recipients_and_accesses() {
    let world = world().await;
    let ada = world.ada().await;
    let act =
        ConsentAct { purpose: "newsletter".into(), act: ConsentVerb::Given, text: None, language: None, method: None };
    world.vault.consent(&world.admin, ada, act).await.unwrap();
    world.vault.read(&world.admin, &world.ask(ada, "billing", &["account.email"])).await.unwrap();
    let parts = pull(&world, ada, ExportKind::Access).await;
    assert!(matches!(&parts[0], ExportPart::Begin(head) if head.subject == ada && head.format == "candor-export/1"));
    let account = records(&parts)[0];
    assert_eq!(account.values["email"].value, json!("ada@example.org"));
    assert_eq!(account.values["domain"].source, "derived");
    let choices = parts.iter().find_map(|part| match part {
        ExportPart::Choices { choices } => Some(choices),
        _ => None,
    });
    let given = choices.unwrap().iter().find(|choice| choice.kind == "consent.given").unwrap();
    assert_eq!(given.text.as_deref(), Some("May we write to you about new products?"));
    let accesses = parts.iter().find_map(|part| match part {
        ExportPart::Accesses { accesses } => Some(accesses),
        _ => None,
    });
    let billing = accesses.unwrap().iter().find(|access| access.purpose.as_deref() == Some("billing")).unwrap();
    assert_eq!(
        (billing.fields.as_slice(), billing.actor_label.as_deref()),
        (&["account.email".to_owned()][..], Some("administrator"))
    );
    assert!(parts.iter().any(|part| matches!(part, ExportPart::Recipients { recipients } if recipients.len() == 3)));
}

#[tokio::test]
async fn the_last_part_names_the_entry_that_keeps_the_digest_of_all_before_it() {
    let world = world().await;
    let ada = world.ada().await;
    let parts = pull(&world, ada, ExportKind::Access).await;
    let end = end(&parts);
    let digest = Digest::of(text(&parts[..parts.len() - 1]).as_bytes());
    assert_eq!(end.digest, digest.to_string());
    assert_eq!(entry(&world, end.entry).await.body, EntryBody::Exported { digest, form: 1 });
}

#[tokio::test]
async fn an_export_contains_nothing_of_another_subject() {
    let world = world().await;
    let ada = world.ada().await;
    let eve = world.person("eve@elsewhere.example", "Eve Moneypenny").await;
    world.vault.put_record(&world.admin, eve, ticket("subject", "a secret of Eve")).await.unwrap();
    world.vault.put_record(&world.admin, ada, ticket("subject", "a question of Ada")).await.unwrap();
    for kind in [ExportKind::Access, ExportKind::Portability] {
        let text = text(&pull(&world, ada, kind).await);
        assert!(text.contains("a question of Ada"), "{kind:?}");
        let id = eve.to_string();
        for other in ["eve@", "elsewhere", "Moneypenny", "secret of Eve", id.as_str()] {
            assert!(!text.contains(other), "{kind:?}: {other}");
        }
    }
}

#[tokio::test]
async fn no_value_leaves_before_its_disclosure_is_in_the_ledger() {
    let world = world().await;
    let ada = world.ada().await;
    for n in 0..EXPORT_PAGE_ROWS {
        world.vault.put_record(&world.admin, ada, ticket("subject", &format!("ticket {n}"))).await.unwrap();
    }
    let store = world.vault.store();
    let mut export = world.vault.export(&world.admin, ada, ExportKind::Access).await.unwrap();
    let before = store.ledger_size(world.tenant).await.unwrap();
    let mut n_records = 0;
    while let Some(part) = export.next().await.unwrap() {
        if matches!(part, ExportPart::Record(_)) {
            n_records += 1;
            let logged = store.ledger_size(world.tenant).await.unwrap() - before;
            assert!(logged >= n_records, "{n_records} records left and {logged} were logged");
            assert!(logged <= n_records.next_multiple_of(EXPORT_PAGE_ROWS as u64), "no more than a page is read ahead");
        }
    }
    assert_eq!(n_records, EXPORT_PAGE_ROWS as u64 + 1);
}

#[tokio::test]
async fn promise_d22_portability_holds_only_what_the_subject_provided_on_consent_or_contract() {
    let world = world().await;
    let ada = world.ada().await;
    let linked =
        NewRecord { source: "linked:google".into(), ..record("account", &[("name", "Ada from Google".into())]) };
    world.vault.put_record(&world.admin, ada, linked).await.unwrap();
    let parts = pull(&world, ada, ExportKind::Portability).await;
    let account = records(&parts)[0];
    let given: Vec<&str> = account.values.keys().map(String::as_str).collect();
    assert_eq!(given, ["email"], "the job serves no such purpose, the domain is derived, the name is Google's");
    let why = |field: &str| account.withheld.iter().find(|one| one.field == field).unwrap().code;
    assert_eq!(why("account.name"), "value.not_provided");
    assert_eq!(why("account.job"), "field.not_portable");
    assert!(parts.iter().all(|part| !matches!(part, ExportPart::Accesses { .. } | ExportPart::Choices { .. })));
    let entry = entry(&world, end(&parts).entry).await;
    assert!(matches!(entry.body, EntryBody::Exported { form: 2, .. }));
}

#[tokio::test]
async fn promise_c31_what_others_wrote_about_others_is_withheld_with_its_reason() {
    let world = world().await;
    let ada = world.ada().await;
    world.vault.put_record(&world.admin, ada, ticket("subject", "my own words about Charles")).await.unwrap();
    world.vault.put_record(&world.admin, ada, ticket("other_users", "Charles says this of Ada")).await.unwrap();
    let parts = pull(&world, ada, ExportKind::Access).await;
    let text = text(&parts);
    assert!(text.contains("my own words about Charles"));
    assert!(!text.contains("Charles says"));
    let withheld: Vec<_> = records(&parts).into_iter().flat_map(|record| &record.withheld).collect();
    assert_eq!(withheld.len(), 1);
    assert_eq!((withheld[0].field.as_str(), withheld[0].code), ("ticket.description", "others.information"));
    let opened = world.vault.counters().fields_opened.load(Ordering::Relaxed);
    assert_eq!(opened, 5, "four of the account, one ticket: what is withheld is not even opened");
}

#[tokio::test]
async fn an_access_export_tells_corrected_values_too() {
    let world = world().await;
    let ada = world.ada().await;
    let change = record("account", &[("name", "Ada King".into())]);
    world.vault.rectify(&world.admin, ada, ONLY_RECORD, change, None).await.unwrap();
    let parts = pull(&world, ada, ExportKind::Access).await;
    let names: Vec<_> =
        records(&parts).iter().map(|record| (record.version, record.values["name"].value.clone())).collect();
    assert_eq!(names, [(2, json!("Ada King")), (1, json!("Ada Lovelace"))]);
    let text = text(&pull(&world, ada, ExportKind::Portability).await);
    assert!(!text.contains("Lovelace"), "portability is of the present");
}

#[tokio::test]
async fn an_erased_subject_is_gone_also_in_the_middle_of_an_export() {
    let world = world().await;
    let ada = world.ada().await;
    let mut export = world.vault.export(&world.admin, ada, ExportKind::Access).await.unwrap();
    assert!(matches!(export.next().await.unwrap(), Some(ExportPart::Begin(_))));
    world.vault.erase(&world.admin, ada, None).await.unwrap();
    assert_eq!(export.next().await.unwrap_err().kind(), ErrorKind::Gone);
    assert!(export.next().await.unwrap().is_none(), "it is over");
    let error = world.vault.export(&world.admin, ada, ExportKind::Access).await.err().unwrap();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Gone, "subject.erased"));
}

#[tokio::test]
async fn a_key_without_the_rights_scope_or_bound_to_a_recipient_exports_nothing() {
    let world = world().await;
    let ada = world.ada().await;
    let key = async |scopes: Vec<Scope>, recipient: Option<&str>| {
        let new = NewKey {
            label: "k".into(),
            scopes,
            recipient: recipient.map(str::to_owned),
            purposes: None,
            expires_at: None,
        };
        let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
        world.vault.authenticate(issued.secret.expose()).await.unwrap()
    };
    let reader = key(vec![Scope::Read, Scope::Audit], None).await;
    let gateway = key(vec![Scope::Rights], Some("gateway")).await;
    for (caller, code) in [(reader, "key.scope_missing"), (gateway, "key.recipient_foreign")] {
        let error = world.vault.export(&caller, ada, ExportKind::Access).await.err().unwrap();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, code));
    }
}

#[tokio::test]
async fn every_value_of_an_export_was_opened_against_a_permit() {
    let world = world().await;
    let ada = world.ada().await;
    let counters = world.vault.counters();
    let before = counters.permits.load(Ordering::Relaxed);
    let parts = pull(&world, ada, ExportKind::Access).await;
    assert_eq!(counters.permits.load(Ordering::Relaxed) - before, end(&parts).n_records);
    assert_eq!(counters.fields_opened.load(Ordering::Relaxed), end(&parts).n_values);
}

#[tokio::test]
async fn a_password_hash_is_named_and_not_given() {
    let policy = POLICY.replace(
        "    job: Job, optional\n",
        "    job: Job, optional\n    password: Password, optional, kept as hash\n",
    );
    let policy = policy.replacen(
        "uses account.name, account.email\n",
        "uses account.name, account.email, account.password\n",
        1,
    );
    let world = world_over(Arc::new(MemoryStore::new()), &policy).await;
    let ada = world.ada().await;
    let hash = "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
    world.vault.put_record(&world.admin, ada, record("account", &[("password", hash.into())])).await.unwrap();
    for kind in [ExportKind::Access, ExportKind::Portability] {
        let parts = pull(&world, ada, kind).await;
        assert!(!text(&parts).contains("$2b$"), "{kind:?}");
        let withheld = records(&parts)[0].withheld.iter().find(|one| one.field == "account.password");
        assert_eq!(withheld.unwrap().code, "field.hashed", "{kind:?}");
    }
}

#[tokio::test]
async fn a_field_that_the_policy_no_longer_declares_is_named_and_not_opened() {
    let world = world().await;
    let ada = world.ada().await;
    world.clock.advance(Span::new(1, SpanUnit::Day));
    let narrower = POLICY.replace("    job: Job, optional\n", "").replace("account.job, ", "");
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), narrower)]).await.unwrap();
    let parts = pull(&world, ada, ExportKind::Access).await;
    let account = records(&parts)[0];
    assert!(!account.values.contains_key("job"));
    let withheld = account.withheld.iter().find(|one| one.field == "account.job").unwrap();
    assert_eq!(withheld.code, "field.undeclared");
}
