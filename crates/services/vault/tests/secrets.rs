//! Secrets of a tenant: kept for one purpose and one recipient, lent to no other, gone once removed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_ledger::{EntryBody, EntryView, split_bundle};
use candor_store_sqlite::SqliteStore;
use candor_vault::{ErrorKind, LentSecret, NewKey, NewSecret, Scope, SecretAsk, VaultError};
use candor_words::Secret;
use support::{POLICY, World, world, world_over};

fn secret(name: &str, purpose: &str, recipient: &str) -> NewSecret {
    let parts = [("email", "service@sketch.example"), ("token", "token-planted-b05")];
    NewSecret {
        name: name.into(),
        purpose: purpose.into(),
        recipient: recipient.into(),
        parts: parts.map(|(name, part)| (name.to_owned(), Secret::new(part.to_owned()))).into(),
    }
}

async fn lend(world: &World, purpose: &str, recipient: &str) -> Result<LentSecret, VaultError> {
    world.vault.use_secret(SecretAsk { tenant: world.tenant, name: "cloud", purpose, recipient }).await
}

/// The ledger's entries about secrets: kind, and the reason of those that asked.
async fn told(world: &World) -> Vec<(&'static str, u16)> {
    let bundle = world.vault.store().bundle(world.tenant, 0).await.unwrap().unwrap();
    let entries = split_bundle(&bundle).unwrap();
    let bodies = entries.into_iter().map(|entry| EntryView::new(0, entry).unwrap().entry.body);
    let told = bodies.filter_map(|body| match body {
        EntryBody::SecretKept { .. } | EntryBody::SecretRemoved { .. } => Some((body.kind_name(), 0)),
        EntryBody::SecretAsked { reason, .. } => Some((body.kind_name(), reason)),
        _ => None,
    });
    told.collect()
}

#[tokio::test]
async fn a_secret_is_lent_for_its_purpose_and_recipient_and_refused_to_any_other() {
    let world = world().await;
    let kept = world.vault.put_secret(&world.admin, secret("cloud", "billing", "gateway")).await.unwrap();
    assert_eq!((kept.purpose.as_str(), kept.recipient.as_str()), ("billing", "gateway"));
    let lent = lend(&world, "billing", "gateway").await.unwrap();
    assert_eq!(lent.parts["token"].expose(), "token-planted-b05");
    assert!(!format!("{lent:?}").contains("planted"));

    for (purpose, recipient) in [
        ("support", "gateway"),
        ("billing", "expert"),
        ("expert_help", "expert"),
        ("nothing", "gateway"),
        ("billing", "nobody"),
    ] {
        let error = lend(&world, purpose, recipient).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Denied, "secret.bound_elsewhere"),
            "{purpose} {recipient}"
        );
    }
    let refused = ("secret_asked", 1);
    assert_eq!(
        told(&world).await,
        [("secret_kept", 0), ("secret_asked", 0), refused, refused, refused, refused, refused,]
    );
}

#[tokio::test]
async fn a_secret_serves_no_purpose_for_which_its_recipient_receives_nothing() {
    let world = world().await;
    for (purpose, recipient, code) in [
        ("support", "gateway", "recipient.not_shared"),
        ("orders", "police", "approval.missing"),
        ("nothing", "gateway", "purpose.undeclared"),
        ("billing", "nobody", "recipient.undeclared"),
    ] {
        let error = world.vault.put_secret(&world.admin, secret("cloud", purpose, recipient)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, code), "{purpose} {recipient}");
    }
    // A policy that takes the share away takes the secret's use away with it.
    world.vault.put_secret(&world.admin, secret("cloud", "expert_help", "expert")).await.unwrap();
    lend(&world, "expert_help", "expert").await.unwrap();
    let narrower = POLICY
        .replace("    share ticket.description with expert\n", "")
        .replace("version 2026-01-29", "version 2026-05-01");
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), narrower)]).await.unwrap();
    let error = lend(&world, "expert_help", "expert").await.unwrap_err();
    assert_eq!(error.code(), "recipient.not_shared");
    assert_eq!(told(&world).await.last(), Some(&("secret_asked", 502)));
}

#[tokio::test]
async fn only_administrators_keep_list_and_remove_and_bounds_hold() {
    let world = world().await;
    let scopes = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Admin).collect();
    let new = NewKey { label: "k".into(), scopes, recipient: None, purposes: None, expires_at: None };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let caller = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let denied = [
        world.vault.put_secret(&caller, secret("cloud", "billing", "gateway")).await.map(|_| ()),
        world.vault.secrets(&caller, None, 10).await.map(|_| ()),
        world.vault.remove_secret(&caller, "cloud").await,
    ];
    assert!(denied.into_iter().all(|answer| answer.unwrap_err().code() == "key.scope_missing"));
    for (name, parts, code) in [
        ("Cloud", vec![("a", 1)], "secret.name"),
        ("", vec![("a", 1)], "secret.name"),
        ("cloud", vec![("a b", 1)], "secret.name"),
        ("cloud", vec![], "secret.size"),
        ("cloud", vec![("a", 0)], "secret.size"),
        ("cloud", vec![("a", 4097)], "secret.size"),
        ("cloud", ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(|name| (name, 1)).to_vec(), "secret.size"),
    ] {
        let parts: BTreeMap<String, Secret<String>> =
            parts.into_iter().map(|(name, len)| (name.to_owned(), Secret::new("x".repeat(len)))).collect();
        let new = NewSecret { parts, ..secret(name, "billing", "gateway") };
        assert_eq!(world.vault.put_secret(&world.admin, new).await.unwrap_err().code(), code, "{name}");
    }
    assert_eq!(world.vault.remove_secret(&world.admin, "cloud").await.unwrap_err().code(), "secret.unknown");
    assert_eq!(lend(&world, "billing", "gateway").await.unwrap_err().code(), "secret.unknown");
}

#[tokio::test]
async fn a_secret_that_was_replaced_or_removed_left_no_key_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let world = world_over(store, POLICY).await;
    let row = || async { world.vault.store().secret(world.tenant, "cloud").await.unwrap().unwrap() };
    let holds = |bytes: &[u8]| {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .filter_map(|file| std::fs::read(file.unwrap().path()).ok())
            .any(|file| file.windows(bytes.len()).any(|window| window == bytes))
    };
    world.vault.put_secret(&world.admin, secret("cloud", "billing", "gateway")).await.unwrap();
    let first = row().await;
    // The log is moved into the database and cut off once no unit waits, right after the answer: a look at one file after the
    // other may miss what moves between them.
    let comes_to_be = |wanted: &dyn Fn() -> bool| {
        let began_at = std::time::Instant::now();
        while began_at.elapsed().as_secs() < 60 {
            if wanted() {
                return true;
            }
            std::thread::yield_now();
        }
        false
    };
    assert!(comes_to_be(&|| holds(&first.wrapped) && holds(&first.sealed)));
    world.vault.put_secret(&world.admin, secret("cloud", "billing", "gateway")).await.unwrap();
    let second = row().await;
    assert_ne!(first.id, second.id);
    // Several looks in a row, for one alone may miss it.
    let is_gone = |parts: &[&[u8]]| comes_to_be(&|| (0..5).all(|_| parts.iter().all(|part| !holds(part))));
    assert!(is_gone(&[&first.wrapped, &first.sealed]));
    world.vault.remove_secret(&world.admin, "cloud").await.unwrap();
    assert!(is_gone(&[&second.wrapped, &second.sealed, b"token-planted-b05"]));
    assert!(world.vault.secrets(&world.admin, None, 10).await.unwrap().rows.is_empty());
    assert_eq!(told(&world).await.last(), Some(&("secret_removed", 0)));
}
