//! The same road over the store that people run: SQLite in a folder, closed and opened again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_ledger::VerifierKey;
use candor_store_sqlite::SqliteStore;
use candor_vault::{Ask, ExportKind, ExportPart, Idempotency, JobOutcome, NewKey, Recurring, Scope};
use candor_words::{Instant, Span, SpanUnit};
use support::{POLICY, World, record, world_over};
use tempfile::TempDir;

async fn on_disk() -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    (world_over(store, POLICY).await, folder)
}

#[tokio::test]
async fn an_export_ends_with_an_entry_whose_receipt_verifies() {
    let (world, _folder) = on_disk().await;
    let ada = world.ada().await;
    for n in 0..70 {
        world
            .vault
            .put_record(&world.admin, ada, record("ticket", &[("description", format!("ticket {n}").into())]))
            .await
            .unwrap();
    }
    let mut export = world.vault.export(&world.admin, ada, ExportKind::Access).await.unwrap();
    let (mut n_records, mut last) = (0, None);
    while let Some(part) = export.next().await.unwrap() {
        n_records += usize::from(matches!(part, ExportPart::Record(_)));
        last = Some(part);
    }
    assert_eq!(n_records, 71);
    let Some(ExportPart::End(end)) = last else { panic!("no end") };
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let receipt = world.vault.inclusion(world.tenant, end.entry, None).await.unwrap();
    assert_eq!(receipt.verify(&key).unwrap().body.kind_name(), "exported");
    let page = world.vault.accesses(&world.admin, ada, None, 500).await.unwrap();
    assert_eq!(page.rows.iter().filter(|row| row.kind == "disclosure").count(), 71);
    assert_eq!(page.rows[0].kind, "exported");
}

#[tokio::test]
async fn two_people_approve_one_read() {
    let (world, _folder) = on_disk().await;
    let ada = world.ada().await;
    let new = NewKey {
        label: "second".into(),
        scopes: vec![Scope::Approve],
        recipient: None,
        purposes: None,
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let second = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    let ask = Ask { recipient: Some("police".into()), ..world.ask(ada, "orders", &["account.name"]) };
    let proposed = world.vault.propose_disclosure(&world.admin, &ask, "order 17").await.unwrap();
    world.vault.approve_disclosure(&second, proposed.id).await.unwrap();
    let ask = Ask { approval: Some(proposed.id), ..ask };
    let mut records = Vec::new();
    for _ in 0..2 {
        records.push(world.vault.read(&world.admin, &ask).await.unwrap().records.len());
    }
    assert_eq!(records, [1, 0]);
}

#[tokio::test]
async fn counts_and_answers_survive_the_way_to_the_disk_and_back() {
    let (world, _folder) = on_disk().await;
    for n in 0..4 {
        world.person(&format!("p{n}@example.org"), "Somebody").await;
    }
    let counted = world.vault.aggregate(&world.admin, "research", &["account.job".into()]).await.unwrap();
    assert_eq!((counted.groups[0].subjects, counted.suppressed_groups), (4, 0));
    let Idempotency::Fresh(token) = world.vault.idempotent(&world.admin, "k", [1; 32]).await.unwrap() else {
        panic!("known")
    };
    world.vault.remember(&world.admin, token, b"done".to_vec()).await.unwrap();
    let again = world.vault.idempotent(&world.admin, "k", [1; 32]).await.unwrap();
    assert!(matches!(again, Idempotency::Replay(answer) if answer == b"done"));
}

#[tokio::test]
async fn jobs_sign_expire_and_end() {
    let (world, _folder) = on_disk().await;
    let Idempotency::Fresh(token) = world.vault.idempotent(&world.admin, "k", [1; 32]).await.unwrap() else {
        panic!("known")
    };
    world.vault.remember(&world.admin, token, b"done".to_vec()).await.unwrap();
    world.clock.advance(Span::new(25, SpanUnit::Hour));
    for recurring in Recurring::ALL {
        world.vault.schedule(recurring).await.unwrap();
    }
    let now = world.vault.now();
    let leased = world.vault.store().lease_jobs(now, Instant::from_millis(now.as_millis() + 60_000), 10).await.unwrap();
    assert_eq!(leased.len(), 2, "the index is not far enough behind");
    for job in &leased {
        assert_eq!(world.vault.run_job(job).await.unwrap(), JobOutcome::Finished);
        assert_eq!(world.vault.run_job(job).await.unwrap(), JobOutcome::Lost, "its second run finds it done");
    }
    assert!(world.vault.store().jobs(world.tenant, None, 10).await.unwrap().rows.is_empty());
    assert!(world.vault.store().checkpoint(world.tenant).await.unwrap().is_some());
}

#[tokio::test]
async fn a_failing_job_is_written_down_anew_with_its_attempts() {
    let (world, _folder) = on_disk().await;
    world.vault.schedule(Recurring::IdempotencyExpiry).await.unwrap();
    let now = world.vault.now();
    let until = Instant::from_millis(now.as_millis() + 60_000);
    let mut job = world.vault.store().lease_jobs(now, until, 1).await.unwrap().remove(0);
    job.kind = "unheard.of".into();
    let outcome = world.vault.run_job(&job).await.unwrap();
    let again_at = Instant::from_millis(now.as_millis() + 5_000);
    assert_eq!(outcome, JobOutcome::PutOff(again_at));
    let kept = world.vault.store().jobs(world.tenant, None, 10).await.unwrap().rows.remove(0);
    assert_eq!((kept.id, kept.run_at, kept.attempts, kept.leased_until), (job.id, again_at, 1, None));
    assert!(world.vault.store().lease_jobs(now, until, 1).await.unwrap().is_empty());
    assert_eq!(world.vault.store().lease_jobs(again_at, until, 1).await.unwrap()[0].attempts, 2);
}
