//! A vault over a fresh SQLite file, with people in it.

use std::sync::Arc;

use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Ask, Caller, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Secret, SubjectId, SystemClock, TenantId};
use serde_json::json;

/// How many questions a batched call asks.
pub const BATCH: usize = 100;
const POLICY: &str = include_str!("policy.candor");

/// Everything a side needs.
pub struct World {
    pub vault: Arc<Vault>,
    pub caller: Caller,
    pub key: String,
    pub tenant: TenantId,
    pub subjects: Vec<SubjectId>,
    _folder: tempfile::TempDir,
}

impl World {
    /// Opens a store in a fresh folder and fills it.
    pub async fn with(n_subjects: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let parts = VaultParts {
            store: Arc::new(SqliteStore::open(folder.path()).expect("a store")),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).expect("a key")],
            origin: "candor.bench".into(),
        };
        let vault = Vault::open(parts).expect("a vault");
        let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
        let created = vault
            .create_tenant(NewTenant { slug: "bench".into(), title: "Bench".into(), sources })
            .await
            .expect("a tenant");
        let key = created.administrator.secret.expose().clone();
        let caller = vault.authenticate(&key).await.expect("a caller");
        let mut subjects = Vec::with_capacity(n_subjects);
        for first in (0..n_subjects).step_by(256) {
            let people = first..(first + 256).min(n_subjects);
            let made: Vec<_> = people.map(|n| tokio::spawn(person(vault.clone(), caller.clone(), n))).collect();
            for subject in made {
                subjects.push(subject.await.expect("a person"));
            }
        }
        Self { vault, caller, key, tenant: created.tenant, subjects, _folder: folder }
    }

    /// One purpose asking for two fields of somebody.
    pub fn ask(&self, at: usize) -> Ask {
        Ask {
            subject: self.subjects[at % self.subjects.len()],
            purpose: "billing".into(),
            recipient: None,
            fields: vec!["account.email".into(), "account.name".into()],
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        }
    }
}

async fn person(vault: Arc<Vault>, caller: Caller, n: usize) -> SubjectId {
    let values = [
        ("email", json!(format!("person{n}@people.example"))),
        ("name", json!(format!("Person Number {n}"))),
        ("organisation", json!("Example Works of the Northern Valley")),
        ("address", json!(format!("{n} Long Street, 10{n:05} Exampleton"))),
    ];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let record = NewRecord { group: "account".into(), values, source: "subject".into() };
    let new = NewSubject { records: vec![record], contract: Some(NewContract::default()) };
    vault.create_subject(&caller, new).await.expect("a subject").subject
}
