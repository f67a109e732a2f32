//! Keep rules carried out beside one hand-written DELETE of the same rows.
//!
//! `cargo xtask bench retention [SUBJECTS]`: a million when not given, each under contract and with one visit; those of
//! one in ten are due. `candor` finds who is due, reckons each of them anew, and removes the visit, its key and its
//! history, with the due dates and two ledger entries a subject, in durable units. `sql` is `DELETE FROM records WHERE …`
//! of the same rows in a copy of the same file, set up alike (WAL, full durability, deleted rows overwritten), and leaves
//! keys, due dates and ledger as they were. The last line is the ratio of their rows a second.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, Span, SpanUnit, TenantId};
use rusqlite::Connection;
use serde_json::json;

const POLICY: &str = include_str!("policy.candor");
const FILE: &str = "candor.db";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let n_subjects = std::env::args().skip(1).find_map(|arg| arg.parse::<usize>().ok()).unwrap_or(1_000_000);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 1, 1).expect("a day")));
    let begun = Stopwatch::now();
    let (tenant, n_due) = runtime.block_on(fill(folder.path(), &clock, n_subjects));
    println!(
        "{n_subjects} subjects with a visit each, {n_due} of them due; made in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let until = Instant::from_date(2026, 1, 1).expect("a day");
    let by_hand = tempfile::tempdir().expect("a folder");
    std::fs::copy(folder.path().join(FILE), by_hand.path().join(FILE)).expect("a copy");

    let sql = delete_by_hand(&by_hand.path().join(FILE), until, n_due);
    let candor = runtime.block_on(carry_out(folder.path(), &clock, tenant, n_due));
    println!("sql    {n_due} rows in {:.2} s, {:.0} rows/s", sql, n_due as f64 / sql);
    println!("candor {n_due} rows in {:.2} s, {:.0} rows/s", candor, n_due as f64 / candor);
    println!("retention ratio={:.3} goal=0.200", sql / candor);
}

fn open(folder: &Path, clock: &Arc<ManualClock>) -> (Arc<Vault>, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(folder).expect("a store"));
    let parts = VaultParts {
        store: store.clone(),
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).expect("a key")],
        origin: "candor.bench".into(),
    };
    (Vault::open(parts).expect("a vault"), store)
}

/// One in ten on the first day, the others sixty days later; then ninety days after the first.
async fn fill(folder: &Path, clock: &Arc<ManualClock>, n_subjects: usize) -> (TenantId, usize) {
    let (vault, store) = open(folder, clock);
    let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
    let new = NewTenant { slug: "bench".into(), title: "Bench".into(), sources };
    let created = vault.create_tenant(new).await.expect("a tenant");
    let caller = vault.authenticate(created.administrator.secret.expose()).await.expect("a caller");
    let n_due = n_subjects / 10;
    make(&vault, &caller, n_due).await;
    clock.advance(Span::new(60, SpanUnit::Day));
    make(&vault, &caller, n_subjects - n_due).await;
    clock.advance(Span::new(30, SpanUnit::Day));
    drop((vault, caller));
    store.close().await;
    (created.tenant, n_due)
}

async fn make(vault: &Arc<Vault>, caller: &Caller, n: usize) {
    for first in (0..n).step_by(1_024) {
        let people = first..(first + 1_024).min(n);
        let made: Vec<_> = people.map(|n| tokio::spawn(person(Arc::clone(vault), caller.clone(), n))).collect();
        for person in made {
            person.await.expect("a person");
        }
    }
}

async fn person(vault: Arc<Vault>, caller: Caller, n: usize) {
    let values = [
        ("page", json!(format!("/articles/{n}/on-the-northern-valley"))),
        ("browser", json!("Firefox 140 on Linux, 1920 by 1080, English and Welsh")),
        ("address", json!(format!("203.0.{}.{}", n / 256 % 256, n % 256))),
    ];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let record = NewRecord { group: "visit".into(), values, source: "subject".into() };
    let new = NewSubject { records: vec![record], contract: Some(NewContract::default()) };
    vault.create_subject(&caller, new).await.expect("a subject");
}

/// Seconds for one DELETE of what was made until an instant, durable when it returns.
fn delete_by_hand(file: &Path, until: Instant, n_due: usize) -> f64 {
    let connection = Connection::open(file).expect("a connection");
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).expect("a log");
    for (name, value) in [("synchronous", 2), ("secure_delete", 1), ("wal_autocheckpoint", 0), ("cache_size", -8_192)] {
        connection.pragma_update(None, name, value).expect("a setting");
    }
    let begun = Stopwatch::now();
    let sql = r#"DELETE FROM records WHERE tenant = 1 AND "group" = 'visit' AND created_at <= ?1"#;
    let n_deleted = connection.execute(sql, [until.as_millis()]).expect("a deletion");
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(n_deleted, n_due);
    seconds
}

/// Seconds for all that is due, each batch durable.
async fn carry_out(folder: &Path, clock: &Arc<ManualClock>, tenant: TenantId, n_due: usize) -> f64 {
    let (vault, store) = open(folder, clock);
    let begun = Stopwatch::now();
    let mut n_records = 0;
    loop {
        let run = vault.run_retention_of(tenant, None).await.expect("a run");
        n_records += run.looked.n_records;
        if run.n_left == 0 {
            break;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(n_records, n_due as u64);
    drop(vault);
    store.close().await;
    seconds
}
