//! Who read what, and who receives what.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_vault::{Ask, ErrorKind, NewKey, Scope, UNDECLARED};
use candor_words::{Span, SpanUnit};
use support::{POLICY, world};

#[tokio::test]
async fn each_read_and_each_refusal_is_listed_newest_first_in_the_policys_names() {
    let world = world().await;
    let ada = world.ada().await;
    let read = async |purpose: &str, fields: &[&str]| {
        world.vault.read(&world.admin, &world.ask(ada, purpose, fields)).await.unwrap()
    };
    let billing = read("billing", &["account.email", "account.job"]).await;
    read("newsletter", &["account.email"]).await;
    read("profiling", &["account.email"]).await;
    let page = world.vault.accesses(&world.admin, ada, None, 100).await.unwrap();
    let said: Vec<_> = page.rows.iter().map(|row| (row.kind, row.purpose.as_deref(), row.reason)).collect();
    assert_eq!(
        said[..4],
        [
            ("refusal", Some(UNDECLARED), Some("purpose.undeclared")),
            ("refusal", Some("newsletter"), Some("basis.consent_missing")),
            ("refusal", Some("billing"), Some("field.not_used")),
            ("disclosure", Some("billing"), None),
        ]
    );
    let disclosed = &page.rows[3];
    assert_eq!((disclosed.entry, disclosed.fields.as_slice()), (billing.entry, &["account.email".to_owned()][..]));
    assert_eq!((disclosed.n_values, disclosed.ground.map(|ground| ground.code())), (Some(1), Some("contract")));
    assert_eq!((disclosed.actor, disclosed.actor_label.as_deref()), (Some(world.admin.key()), Some("administrator")));
    assert_eq!(disclosed.policy_version.as_deref(), Some("2026-01-29"));
    assert_eq!(page.rows.last().unwrap().kind, "subject_created");
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_over_many_bundles() {
    let world = world().await;
    let ada = world.ada().await;
    let eve = world.person("eve@example.org", "Eve").await;
    for n in 0..700 {
        let subject = if n % 2 == 0 { ada } else { eve };
        world.vault.read(&world.admin, &world.ask(subject, "billing", &["account.name"])).await.unwrap();
    }
    let (mut below, mut entries) = (None, Vec::new());
    loop {
        let page = world.vault.accesses(&world.admin, ada, below, 100).await.unwrap();
        entries.extend(page.rows.iter().filter(|row| row.kind == "disclosure").map(|row| row.entry));
        below = page.next;
        if below.is_none() {
            break;
        }
    }
    assert_eq!(entries.len(), 350);
    assert!(entries.is_sorted_by(|one, next| one > next));
}

#[tokio::test]
async fn an_entry_is_read_with_the_policy_of_its_time() {
    let world = world().await;
    let ada = world.ada().await;
    world.vault.read(&world.admin, &world.ask(ada, "billing", &["account.name"])).await.unwrap();
    let changed = POLICY.replace("purpose billing", "purpose invoices").replace("2026-01-29", "2026-06-02");
    world.clock.advance(Span::new(2, SpanUnit::Day));
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), changed)]).await.unwrap();
    world.vault.read(&world.admin, &world.ask(ada, "invoices", &["account.name"])).await.unwrap();
    let page = world.vault.accesses(&world.admin, ada, None, 2).await.unwrap();
    let purposes: Vec<_> = page.rows.iter().map(|row| row.purpose.as_deref().unwrap_or_default()).collect();
    assert_eq!(purposes, ["invoices", "billing"]);
}

#[tokio::test]
async fn accesses_need_the_audit_or_the_rights_scope_and_a_subject_that_is_there() {
    let world = world().await;
    let ada = world.ada().await;
    for (scope, may) in [(Scope::Audit, true), (Scope::Rights, true), (Scope::Read, false), (Scope::Admin, false)] {
        let new = NewKey { label: "k".into(), scopes: vec![scope], recipient: None, purposes: None, expires_at: None };
        let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
        let caller = world.vault.authenticate(issued.secret.expose()).await.unwrap();
        assert_eq!(world.vault.accesses(&caller, ada, None, 10).await.is_ok(), may, "{scope:?}");
        assert_eq!(world.vault.recipients(&caller, ada).await.is_ok(), may, "{scope:?}");
    }
    world.vault.erase(&world.admin, ada, None).await.unwrap();
    let error = world.vault.accesses(&world.admin, ada, None, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
}

#[tokio::test]
async fn promise_a07_recipients_are_shown_with_role_country_safeguard_policy_and_what_they_got() {
    let world = world().await;
    let ada = world.ada().await;
    let ask = Ask { recipient: Some("gateway".into()), ..world.ask(ada, "billing", &["account.name"]) };
    world.vault.read(&world.admin, &ask).await.unwrap();
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    world.vault.read(&world.admin, &ask).await.unwrap();
    let recipients = world.vault.recipients(&world.admin, ada).await.unwrap();
    let gateway = recipients.iter().find(|recipient| recipient.name == "gateway").unwrap();
    assert_eq!((gateway.title.as_str(), gateway.country.as_str()), ("Example Payments", "US"));
    assert_eq!(gateway.policy_url.as_deref(), Some("https://payments.example/privacy"));
    assert_eq!(
        serde_json::to_value((gateway.role, gateway.safeguard)).unwrap(),
        serde_json::json!(["processor", "scc"])
    );
    assert_eq!(gateway.declared[0].fields, ["account.card", "account.name"]);
    assert_eq!((gateway.n_disclosures, gateway.last_disclosure), (2, Some(world.vault.now())));
    let police = recipients.iter().find(|recipient| recipient.name == "police").unwrap();
    assert_eq!((police.n_disclosures, police.last_disclosure), (0, None));
}

#[tokio::test]
async fn a_recipient_that_the_policy_no_longer_names_is_still_shown_to_whom_it_concerns() {
    let world = world().await;
    let ada = world.ada().await;
    let ask = Ask { recipient: Some("gateway".into()), ..world.ask(ada, "billing", &["account.name"]) };
    world.vault.read(&world.admin, &ask).await.unwrap();
    let changed = POLICY.replace("gateway", "cashier");
    world.clock.advance(Span::new(1, SpanUnit::Day));
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), changed)]).await.unwrap();
    let recipients = world.vault.recipients(&world.admin, ada).await.unwrap();
    let gateway = recipients.iter().find(|recipient| recipient.name == "gateway").unwrap();
    assert_eq!((gateway.is_declared, gateway.n_disclosures), (false, 1));
    assert!(gateway.declared.is_empty());
}
