//! What outlives a machine: backups and restores, renewed keys, tenants that move.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/mortal.rs"]
mod mortal;

mod backup;
mod rotation;
mod tenant_move;

use std::collections::HashMap;
use std::sync::Arc;

use candor_ledger::{FetchError, LogSource, log_paths};
use candor_seal::{KeyVersion, RootKey};
use candor_store::Store;
use candor_vault::{Caller, Choice, ConsentAct, ConsentVerb, Vault, VaultParts};
use candor_words::{Clock, ManualClock, Secret, SeededEntropy, SubjectId, TenantId};

pub(crate) const POLICY: &str = support::POLICY;

/// The root key that worlds begin with.
pub(crate) fn root(version: u16) -> RootKey {
    RootKey::new(KeyVersion::new(version), &Secret::new([6 + version as u8; 32])).unwrap()
}

/// Another vault over a store, with its own chance.
pub(crate) fn vault_over(
    store: Arc<dyn Store>,
    clock: &Arc<ManualClock>,
    seed: u64,
    roots: Vec<RootKey>,
) -> Arc<Vault> {
    let clock: Arc<dyn Clock> = clock.clone();
    let parts =
        VaultParts { store, clock, entropy: Arc::new(SeededEntropy::new(seed)), roots, origin: "candor.test".into() };
    Vault::open(parts).unwrap()
}

/// A ledger's files, as a mirror has them.
#[derive(Clone, Default)]
pub(crate) struct Mirror(pub HashMap<String, Vec<u8>>);

impl Mirror {
    pub(crate) async fn of(vault: &Vault, tenant: TenantId) -> Self {
        let (size, note) = vault.ledger_head(tenant).await.unwrap();
        let mut files = HashMap::from([("checkpoint".to_owned(), note.into_bytes())]);
        for path in log_paths(0, size) {
            let bytes = vault.ledger_file(tenant, &path).await.unwrap().unwrap();
            files.insert(path, bytes);
        }
        Self(files)
    }
}

impl LogSource for Mirror {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let found = self.0.get(path).cloned();
        assert!(found.as_ref().is_none_or(|bytes| bytes.len() <= bytes_max));
        Ok(found)
    }
}

pub(crate) async fn say(vault: &Vault, admin: &Caller, subject: SubjectId, purpose: &str, act: ConsentVerb) -> Choice {
    let act = ConsentAct { purpose: purpose.into(), act, text: None, language: None, method: None };
    vault.consent(admin, subject, act).await.unwrap()
}

/// The codes of the refusals of a read, or nothing when it was granted.
pub(crate) async fn refusal(vault: &Vault, admin: &Caller, ask: &candor_vault::Ask) -> Option<&'static str> {
    let answer = vault.read(admin, ask).await.unwrap();
    answer.refused.first().map(|refused| refused.code)
}

pub(crate) fn code<T>(result: Result<T, candor_vault::VaultError>) -> &'static str {
    result.err().expect("an error").code()
}
