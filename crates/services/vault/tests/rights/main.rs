//! What subjects may choose and ask for, over every store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod choices;
mod consent;
mod contested;
mod disputes;
mod erase;
mod holds;
mod races;
mod receipts;
mod requests;
mod vendors;

use std::ops::Deref;
use std::sync::Arc;

use candor_decision::Verdict;
use candor_ledger::{Entry, split_bundle};
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_store_sqlite::SqliteStore;
use candor_vault::{Answer, Choice, ConsentAct, ConsentVerb, VaultError};
use candor_words::{Instant, Span, SpanUnit, SubjectId};
use support::{World, world_over};
use tempfile::TempDir;

pub(crate) const POLICY: &str = include_str!("policy.candor");

/// A world, and the folder its store is in.
pub(crate) struct Place {
    world: World,
    _folder: TempDir,
}

impl Deref for Place {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// The same world over each store.
pub(crate) async fn places() -> Vec<Place> {
    places_under(POLICY).await
}

pub(crate) async fn places_under(policy: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for is_file in [false, true] {
        let folder = TempDir::new().unwrap();
        let store: Arc<dyn Store> =
            if is_file { Arc::new(SqliteStore::open(folder.path()).unwrap()) } else { Arc::new(MemoryStore::new()) };
        places.push(Place { world: world_over(store, policy).await, _folder: folder });
    }
    places
}

impl Place {
    pub(crate) async fn say(&self, subject: SubjectId, purpose: &str, act: ConsentVerb) -> Result<Choice, VaultError> {
        let act = ConsentAct { purpose: purpose.into(), act, text: None, language: None, method: None };
        self.vault.consent(&self.admin, subject, act).await
    }

    pub(crate) async fn read(&self, subject: SubjectId, purpose: &str) -> Answer {
        self.vault.read(&self.admin, &self.ask(subject, purpose, &["account"])).await.unwrap()
    }

    pub(crate) async fn is_granted(&self, subject: SubjectId, purpose: &str) -> bool {
        self.read(subject, purpose).await.verdict == Verdict::Granted
    }

    /// The code of the refusal.
    pub(crate) async fn refusal(&self, subject: SubjectId, purpose: &str) -> &'static str {
        let answer = self.read(subject, purpose).await;
        assert!(answer.records.is_empty() && answer.verdict == Verdict::Refused, "{answer:?}");
        answer.refused[0].code
    }

    /// An entry of the ledger.
    pub(crate) async fn entry(&self, position: u64) -> Entry {
        let bundle = self.vault.store().bundle(self.tenant, position / 256).await.unwrap().unwrap();
        Entry::decode(split_bundle(&bundle).unwrap()[position as usize % 256]).unwrap()
    }

    pub(crate) fn now(&self) -> Instant {
        self.vault.now()
    }

    pub(crate) fn pass(&self, count: u32, unit: SpanUnit) {
        self.clock.advance(Span::new(count, unit));
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, VaultError>) -> &'static str {
    result.unwrap_err().code()
}
