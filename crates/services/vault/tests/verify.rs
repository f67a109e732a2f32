//! Candidates are compared with what is kept as a hash: yes or no leaves, and nothing that tells more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_store_memory::MemoryStore;
use candor_vault::{ErrorKind, NewContract, NewKey, NewRecord, NewSubject, Scope, VaultError, Verified, Verify, Whose};
use candor_words::{Secret, Span, SpanUnit, SubjectId};
use serde_json::{Value, json};
use support::{POLICY, World, record, world_over};

const PASSWORD: &str = "correct horse battery staple";
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";
const HASHED: &str =
    "    password: Password, optional, kept as hash\n    codes: SecretText, as list, optional, kept as hash\n";
const SIGN_IN: &str = "purpose sign_in \"Sign in\" is IdentityAuthentication {\n    because contract\n    \
    uses account.email, account.password, account.codes\n}\n";

async fn signing_in() -> World {
    let fields = format!("    job: Job, optional\n{HASHED}");
    let policy = POLICY.replace("    job: Job, optional\n", &fields) + SIGN_IN;
    world_over(Arc::new(MemoryStore::new()), &policy).await
}

fn account(password: Value) -> NewRecord {
    record("account", &[("email", "ada@example.org".into()), ("name", "Ada".into()), ("password", password)])
}

async fn ada(world: &World, password: Value) -> SubjectId {
    let new = NewSubject { records: vec![account(password)], contract: Some(NewContract::default()) };
    world.vault.create_subject(&world.admin, new).await.unwrap().subject
}

fn holder(email: &str) -> Whose {
    Whose::Holder { field: "account.email".into(), value: email.into() }
}

async fn verify(world: &World, whose: Whose, field: &str, candidate: &str) -> Result<Verified, VaultError> {
    let ask = Verify {
        whose,
        purpose: "sign_in".into(),
        field: field.into(),
        record: None,
        candidate: Secret::new(candidate.to_owned()),
    };
    world.vault.verify(&world.admin, ask).await
}

async fn kinds(world: &World, subject: SubjectId) -> Vec<&'static str> {
    let page = world.vault.accesses(&world.admin, subject, None, 100).await.unwrap();
    page.rows.iter().map(|row| row.kind).collect()
}

const NO: Verified = Verified { matches: false, subject: None };

#[tokio::test]
async fn a_hash_of_another_program_is_verified_and_replaced_once() {
    let world = signing_in().await;
    let ada = ada(&world, BCRYPT.into()).await;
    let yes = Verified { matches: true, subject: Some(ada) };
    assert_eq!(verify(&world, holder("ada@example.org"), "account.password", "wrong").await.unwrap(), NO);
    assert_eq!(kinds(&world, ada).await[0], "verified");
    let before = world.vault.subject(&world.admin, ada).await.unwrap().version;

    assert_eq!(verify(&world, holder("ADA@example.org"), "account.password", PASSWORD).await.unwrap(), yes);
    assert_eq!(kinds(&world, ada).await[..2], ["record_written", "verified"], "replaced in the unit that says so");
    assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap().version, before + 1);

    // What stands there now is Argon2id: the same password matches, and nothing is written any more.
    assert_eq!(verify(&world, Whose::Subject(ada), "account.password", PASSWORD).await.unwrap(), yes);
    assert_eq!(verify(&world, Whose::Subject(ada), "account.password", "wrong").await.unwrap(), NO);
    assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap().version, before + 1);
    let read = world.vault.read(&world.admin, &world.ask(ada, "sign_in", &["account.password"])).await.unwrap();
    assert_eq!((read.records.len(), read.refused[0].code), (0, "field.hashed"));
}

#[tokio::test]
async fn a_plain_candidate_is_hashed_and_plain_text_as_a_hash_is_refused() {
    let world = signing_in().await;
    let ada = ada(&world, json!({ "plain": PASSWORD })).await;
    assert!(verify(&world, Whose::Subject(ada), "account.password", PASSWORD).await.unwrap().matches);
    for (value, code) in [
        (json!(PASSWORD), "field.hash_expected"),
        (json!(&BCRYPT[..59]), "hash.malformed"),
        (json!(BCRYPT.replace("$05$", "$19$")), "hash.too_costly"),
        (json!({ "plain": PASSWORD, "also": 1 }), "field.wrong_kind"),
        (json!({ "plain": "" }), "candidate.length"),
        (json!({ "plain": "x".repeat(1025) }), "candidate.length"),
    ] {
        let new = record("account", &[("password", value)]);
        let error = world.vault.put_record(&world.admin, ada, new).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!format!("{error:?}").contains(PASSWORD));
    }
    let many = record("account", &[("codes", vec![BCRYPT; 17].into())]);
    assert_eq!(world.vault.put_record(&world.admin, ada, many).await.unwrap_err().code(), "hash.too_many");
}

#[tokio::test]
async fn one_of_several_codes_matches() {
    let world = signing_in().await;
    let ada = ada(&world, Value::Null).await;
    assert_eq!(verify(&world, Whose::Subject(ada), "account.codes", "code-2").await.unwrap(), NO, "there is none");
    let codes = record("account", &[("codes", json!([{ "plain": "code-1" }, BCRYPT, { "plain": "code-2" }]))]);
    world.vault.put_record(&world.admin, ada, codes).await.unwrap();
    for (candidate, matches) in [("code-2", true), (PASSWORD, true), ("code-3", false), ("code-1", true)] {
        let verified = verify(&world, Whose::Subject(ada), "account.codes", candidate).await.unwrap();
        assert_eq!(verified.matches, matches, "{candidate}");
    }
    assert!(
        verify(&world, Whose::Subject(ada), "account.codes", PASSWORD).await.unwrap().matches,
        "replaced in its place"
    );
}

#[tokio::test]
async fn nobody_a_wrong_candidate_and_a_refusing_standing_are_answered_alike() {
    let world = signing_in().await;
    let new = NewSubject { records: vec![account(BCRYPT.into())], contract: None };
    let stranger = world.vault.create_subject(&world.admin, new).await.unwrap().subject;
    let size = || async { world.vault.store().ledger_size(world.tenant).await.unwrap() };
    for (whose, candidate) in
        [("nobody@example.org", PASSWORD), ("ada@example.org", "wrong"), ("ada@example.org", PASSWORD)]
    {
        let (before, began_at) = (size().await, std::time::Instant::now());
        assert_eq!(verify(&world, holder(whose), "account.password", candidate).await.unwrap(), NO);
        assert!(began_at.elapsed().as_millis() >= 500, "a no leaves at whole steps");
        assert_eq!(size().await, before + 1, "each has its entry");
    }
    // Who names the subject itself knows of it, and is told why.
    let error = verify(&world, Whose::Subject(stranger), "account.password", PASSWORD).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, "basis.contract_missing"));
    assert_eq!(kinds(&world, stranger).await[0], "refusal");
}

#[tokio::test]
async fn what_the_policy_does_not_let_compare_is_refused_whoever_is_named() {
    let world = signing_in().await;
    ada(&world, BCRYPT.into()).await;
    let ask = |purpose: &str, field: &str, whose| Verify {
        whose,
        purpose: purpose.into(),
        field: field.into(),
        record: None,
        candidate: Secret::new(PASSWORD.to_owned()),
    };
    for (purpose, field, code) in [
        ("billing", "account.password", "field.not_used"),
        ("sign_in", "account.email", "view.compared"),
        ("sign_in", "account.pin", "field.undeclared"),
        ("nothing", "account.password", "purpose.undeclared"),
        ("@storage", "account.password", "purpose.reserved"),
    ] {
        for email in ["ada@example.org", "nobody@example.org"] {
            let error = world.vault.verify(&world.admin, ask(purpose, field, holder(email))).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, code), "{purpose} {field}");
        }
    }
    let bound = NewKey {
        label: "gateway".into(),
        scopes: vec![Scope::Read],
        recipient: Some("gateway".into()),
        purposes: None,
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, bound).await.unwrap();
    let caller = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let error = world.vault.verify(&caller, ask("sign_in", "account.password", holder("ada@example.org"))).await;
    assert_eq!(error.unwrap_err().code(), "recipient.not_shared");
}

#[tokio::test]
async fn guessing_is_stopped_for_somebody_and_for_nobody() {
    let world = signing_in().await;
    ada(&world, BCRYPT.into()).await;
    for email in ["ada@example.org", "nobody@example.org"] {
        let tries = (0..10).map(|_| verify(&world, holder(email), "account.password", "wrong"));
        for tried in futures_util::future::join_all(tries).await {
            assert_eq!(tried.unwrap(), NO);
        }
        let error = verify(&world, holder(email), "account.password", PASSWORD).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::TooOften, "verify.too_often"));
    }
    world.clock.advance(Span::new(15, SpanUnit::Minute));
    assert!(verify(&world, holder("ada@example.org"), "account.password", PASSWORD).await.unwrap().matches);
}
