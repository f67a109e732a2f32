//! A machine whose clock was set back, while the server runs and between two runs: over SQLite, closed and opened again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::Arc;

use candor_decision::Verdict;
use candor_ledger::{Entry, split_bundle};
use candor_seal::{KeyVersion, RootKey};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, ConsentAct, ConsentVerb, NewKey, NewTenant, Scope, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy, Span, SpanUnit, SubjectId, TenantId};
use support::{POLICY, World};

/// One run of a server over a folder, with a clock of its own.
async fn run(folder: &Path, clock: &Arc<ManualClock>) -> Arc<Vault> {
    let parts = VaultParts {
        store: Arc::new(SqliteStore::open(folder).unwrap()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(clock_seed(clock))),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    Vault::open(parts).unwrap()
}

/// Each run draws other ids.
fn clock_seed(clock: &ManualClock) -> u64 {
    use candor_words::Clock;
    clock.now().as_millis().unsigned_abs()
}

async fn say(vault: &Vault, caller: &Caller, subject: SubjectId, act: ConsentVerb) {
    let act = ConsentAct { purpose: "newsletter".into(), act, text: None, language: None, method: None };
    vault.consent(caller, subject, act).await.unwrap();
}

async fn may_write(world: &World, vault: &Vault, caller: &Caller, subject: SubjectId) -> bool {
    let ask = world.ask(subject, "newsletter", &["account.name"]);
    vault.read(caller, &ask).await.unwrap().verdict == Verdict::Granted
}

async fn instants(vault: &Vault, tenant: TenantId) -> Vec<Instant> {
    let bundle = vault.store().bundle(tenant, 0).await.unwrap().unwrap();
    split_bundle(&bundle).unwrap().iter().map(|entry| Entry::decode(entry).unwrap().at).collect()
}

#[tokio::test]
async fn what_was_forbidden_stays_so_when_the_clock_is_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let begin = Instant::from_date(2026, 6, 1).unwrap();
    let clock = Arc::new(ManualClock::new(begin));
    let vault = run(folder.path(), &clock).await;
    let sources = |policy: &str| vec![("policy.candor".to_owned(), policy.to_owned())];
    let new = NewTenant { slug: "sketch".into(), title: "Sketch".into(), sources: sources(POLICY) };
    let created = vault.create_tenant(new).await.unwrap();
    let secret = created.administrator.secret.expose().clone();
    let admin = vault.authenticate(&secret).await.unwrap();
    let world = World {
        vault: Arc::clone(&vault),
        clock: clock.clone(),
        tenant: created.tenant,
        admin: admin.clone(),
        verifier_key: created.verifier_key,
    };
    let ada = world.ada().await;
    say(&vault, &admin, ada, ConsentVerb::Given).await;
    assert!(may_write(&world, &vault, &admin, ada).await);
    let day = Span::new(1, SpanUnit::Day);
    let expiring = NewKey {
        label: "for a day".into(),
        scopes: vec![Scope::Read],
        recipient: None,
        purposes: None,
        expires_at: Some(begin.plus(day)),
    };
    let expiring = vault.issue_key(&admin, expiring).await.unwrap().secret.expose().clone();
    vault.authenticate(&expiring).await.unwrap();

    // Two days on: consent is withdrawn, the key has expired, another policy is in force.
    clock.advance(Span::new(2, SpanUnit::Day));
    say(&vault, &admin, ada, ConsentVerb::Withdrawn).await;
    let stricter = POLICY.replace(
        "    uses account.name, account.email\n    share account.card",
        "    uses account.email\n    share account.card",
    );
    assert_ne!(stricter, POLICY);
    let stricter = vault.put_policy(&admin, sources(&stricter)).await.unwrap().digest;
    let billing = world.ask(ada, "billing", &["account.name"]);
    let in_force = vault.read(&admin, &billing).await.unwrap();
    assert_eq!((in_force.verdict, &in_force.plan), (Verdict::Refused, &stricter));

    // The clock is set back while the server runs …
    clock.set(begin);
    assert!(!may_write(&world, &vault, &admin, ada).await);
    assert_eq!(vault.authenticate(&expiring).await.unwrap_err().code(), "key.refused");
    assert_eq!(vault.read(&admin, &billing).await.unwrap().plan, stricter);

    // … and is still behind when it is started again.
    drop((world.vault, vault));
    let vault = run(folder.path(), &Arc::new(ManualClock::new(begin.minus(Span::new(1, SpanUnit::Year))))).await;
    assert_eq!(vault.authenticate(&expiring).await.unwrap_err().code(), "key.refused", "asked before anything else");
    let admin = vault.authenticate(&secret).await.unwrap();
    let world = World {
        vault: Arc::clone(&vault),
        clock,
        tenant: created.tenant,
        admin: admin.clone(),
        verifier_key: String::new(),
    };
    assert!(!may_write(&world, &vault, &admin, ada).await);
    let asked = vault.read(&admin, &billing).await.unwrap();
    assert_eq!((asked.verdict, &asked.plan), (Verdict::Refused, &stricter));
    say(&vault, &admin, ada, ConsentVerb::Refused).await;

    // What is written goes on from there: no instant lies before the one ahead of it.
    let at = instants(&vault, created.tenant).await;
    assert!(at.is_sorted(), "{at:?}");
    assert_eq!(at.last(), Some(&begin.plus(Span::new(2, SpanUnit::Day))));
}
