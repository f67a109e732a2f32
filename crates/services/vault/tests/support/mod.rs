//! A vault over a store, with a clock that stands still and chance that repeats.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_seal::{KeyVersion, RootKey};
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_vault::{Ask, Caller, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy, SubjectId, TenantId};
use serde_json::Value;

/// A small policy with one purpose of each kind.
pub const POLICY: &str = include_str!("policy.candor");

/// A vault with one tenant and its administrator.
pub struct World {
    pub vault: Arc<Vault>,
    pub clock: Arc<ManualClock>,
    pub tenant: TenantId,
    pub admin: Caller,
    pub verifier_key: String,
}

/// A world under the small policy, in memory.
pub async fn world() -> World {
    world_over(Arc::new(MemoryStore::new()), POLICY).await
}

/// A world under any policy, over any store.
pub async fn world_over(store: Arc<dyn Store>, policy: &str) -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let root = RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap();
    let parts = VaultParts {
        store,
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(42)),
        roots: vec![root],
        origin: "candor.test".into(),
    };
    let vault = Vault::open(parts).unwrap();
    let sources = vec![("policy.candor".to_owned(), policy.to_owned())];
    let new = NewTenant { slug: "sketch".into(), title: "Sketch".into(), sources };
    let created = vault.create_tenant(new).await.unwrap();
    let admin = vault.authenticate(created.administrator.secret.expose()).await.unwrap();
    World { vault, clock, tenant: created.tenant, admin, verifier_key: created.verifier_key }
}

/// Values for a record, given by the subject.
pub fn record(group: &str, values: &[(&str, Value)]) -> NewRecord {
    let values: BTreeMap<String, Value> =
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    NewRecord { group: group.into(), values, source: "subject".into() }
}

impl World {
    /// Ada, under contract.
    pub async fn ada(&self) -> SubjectId {
        self.person("ada@example.org", "Ada Lovelace").await
    }

    /// Somebody, under contract.
    pub async fn person(&self, email: &str, name: &str) -> SubjectId {
        let account = record("account", &[("email", email.into()), ("name", name.into()), ("job", "analyst".into())]);
        let new = NewSubject { records: vec![account], contract: Some(NewContract::default()) };
        self.vault.create_subject(&self.admin, new).await.unwrap().subject
    }

    /// A question about fields of somebody for a purpose.
    pub fn ask(&self, subject: SubjectId, purpose: &str, fields: &[&str]) -> Ask {
        Ask {
            subject,
            purpose: purpose.into(),
            recipient: None,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        }
    }
}
