//! The same people through the service: requests in a vault on disk, planned, approved, carried out, searched for again and
//! answered with receipts.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bench_erase_bed::{PostgresServer, address, email};
use candor_manifest::model::{RightKind, SystemKind};
use candor_rights::{Addresses, Approval, Batch, Rights, RightsParts, STEP_WAIT};
use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, NewRecord, NewRequest, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Secret, SubjectId, SystemClock};

use crate::timed::{Busy, Timing};

/// How many people are made at the same time.
const AT_ONCE: usize = 512;

/// A vault on disk, and the service over it.
pub struct Service {
    vault: Arc<Vault>,
    rights: Arc<Rights>,
    caller: Caller,
    busy: Arc<Mutex<Busy>>,
    people: Vec<SubjectId>,
    _folder: tempfile::TempDir,
}

/// What people cost.
pub struct Spent {
    /// From the first request to the last answer.
    pub whole: Duration,
    /// While the system was asked for anything.
    pub system: Duration,
    /// By part.
    pub busy: Busy,
}

struct At(String);

impl Addresses for At {
    fn address(&self, _: &str, env: &str) -> Option<Secret<String>> {
        (env == "SHOP_DATABASE").then(|| Secret::new(self.0.clone()))
    }

    fn may_lead_to(&self, _: &str, _: &str) -> bool {
        false
    }
}

impl Service {
    /// One that knows the first so many people of the shop in the database `run`.
    pub async fn over(server: &PostgresServer, n: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let parts = VaultParts {
            store: Arc::new(SqliteStore::open(folder.path()).expect("a store")),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).expect("a key")],
            origin: "candor.bench".into(),
        };
        let vault = Vault::open(parts).expect("a vault");
        let sources = vec![("shop.candor".to_owned(), bench_erase_bed::POLICY.to_owned())];
        let new = NewTenant { slug: "bench".into(), title: "Bench".into(), sources };
        let created = vault.create_tenant(new).await.expect("a tenant");
        let caller = vault.authenticate(created.administrator.secret.expose()).await.expect("a caller");
        let busy = Arc::default();
        let rights = Rights::open(RightsParts {
            vault: Arc::clone(&vault),
            connectors: vec![(SystemKind::Postgres, Arc::new(Timing(Arc::clone(&busy))))],
            addresses: Arc::new(At(address(server, "run"))),
            step_wait: STEP_WAIT,
        });
        let mut people = Vec::with_capacity(n);
        for first in (1..=n).step_by(AT_ONCE) {
            let some = first..(first + AT_ONCE).min(n + 1);
            let made: Vec<_> = some.map(|n| tokio::spawn(person(Arc::clone(&vault), caller.clone(), n))).collect();
            for person in made {
                people.push(person.await.expect("a person"));
            }
        }
        Self { vault, rights, caller, busy, people, _folder: folder }
    }

    /// All of them in one batch.
    pub async fn batch(&self) -> Spent {
        let batch = Batch {
            right: RightKind::Erasure,
            subjects: self.people.clone(),
            identity_proved: true,
            approve: true,
            plan: false,
        };
        self.spent(async {
            let opened = self.rights.open_batch(&self.caller, &batch).await.expect("a batch");
            assert_eq!(opened.n_refused, 0, "{:?}", opened.refused.first());
            self.until(self.people.len()).await;
        })
        .await
    }

    /// The first so many, one after the other.
    pub async fn one_by_one(&self, n: usize) -> Spent {
        self.spent(async {
            for (at, person) in self.people.iter().take(n).enumerate() {
                let new = NewRequest { right: RightKind::Erasure, country: None, received_at: None };
                let request = self.vault.open_request(&self.caller, *person, new).await.expect("a request").id;
                self.vault.prove_identity(&self.caller, request).await.expect("proved");
                self.rights.approve(&self.caller, request, Approval::default()).await.expect("approved");
                self.until(at + 1).await;
            }
        })
        .await
    }

    async fn spent(&self, work: impl Future<Output = ()>) -> Spent {
        *self.busy.lock().expect("times") = Busy::default();
        let begun = Instant::now();
        work.await;
        let whole = begun.elapsed();
        let busy = std::mem::take(&mut *self.busy.lock().expect("times"));
        Spent { whole, system: busy.whole, busy }
    }

    async fn until(&self, n_erased: usize) {
        let begun = Instant::now();
        while self.vault.counters().erasures.load(Ordering::Relaxed) < n_erased as u64 {
            assert!(begun.elapsed() < Duration::from_secs(1_800), "it does not end");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn person(vault: Arc<Vault>, caller: Caller, n: usize) -> SubjectId {
    let values = [("email", email(n)), ("name", format!("Person {n}"))];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let record = NewRecord { group: "person".into(), values, source: "subject".into() };
    let new = NewSubject { records: vec![record], contract: None };
    vault.create_subject(&caller, new).await.expect("a subject").subject
}
