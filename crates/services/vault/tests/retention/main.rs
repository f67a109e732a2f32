//! Keep rules carried out, over every store, by a clock that the test moves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod anonymous;
mod batches;
mod ends;
mod grace;
mod lengths;
mod onlooker;
mod transient;

use std::ops::Deref;
use std::sync::Arc;

use candor_decision::Verdict;
use candor_ledger::{Entry, EntryBody, split_bundle};
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_store_sqlite::SqliteStore;
use candor_vault::{
    Answer, ConsentAct, ConsentVerb, NewContract, NewRecord, NewSubject, ONLY_RECORD, RecordView, RetentionRun,
    VaultError,
};
use candor_words::{Span, SpanUnit, SubjectId};
use serde_json::Value;
use support::{World, record, world_over};
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
    let mut places = Vec::new();
    for is_file in [false, true] {
        let folder = TempDir::new().unwrap();
        let store: Arc<dyn Store> =
            if is_file { Arc::new(SqliteStore::open(folder.path()).unwrap()) } else { Arc::new(MemoryStore::new()) };
        places.push(Place { world: world_over(store, POLICY).await, _folder: folder });
    }
    places
}

pub(crate) fn account(email: &str) -> NewRecord {
    record("account", &[("email", email.into()), ("name", "Ada".into()), ("job", "analyst".into())])
}

pub(crate) fn observed(group: &str, values: &[(&str, Value)]) -> NewRecord {
    NewRecord { source: "observed".into(), ..record(group, values) }
}

impl Place {
    pub(crate) async fn made(&self, records: Vec<NewRecord>) -> SubjectId {
        let new = NewSubject { records, contract: Some(NewContract::default()) };
        self.vault.create_subject(&self.admin, new).await.unwrap().subject
    }

    pub(crate) async fn put(&self, subject: SubjectId, record: NewRecord) -> RecordView {
        self.vault.put_record(&self.admin, subject, record).await.unwrap()
    }

    pub(crate) async fn run(&self) -> RetentionRun {
        self.vault.run_retention(&self.admin).await.unwrap()
    }

    pub(crate) fn pass(&self, count: u32, unit: SpanUnit) {
        self.clock.advance(Span::new(count, unit));
    }

    pub(crate) async fn read(&self, subject: SubjectId, purpose: &str, field: &str) -> Answer {
        self.vault.read(&self.admin, &self.ask(subject, purpose, &[field])).await.unwrap()
    }

    /// How many records give a value of the field.
    pub(crate) async fn n_given(&self, subject: SubjectId, purpose: &str, field: &str) -> usize {
        let answer = self.read(subject, purpose, field).await;
        assert_eq!(answer.verdict, Verdict::Granted, "{:?}", answer.refused);
        answer.records.len()
    }

    pub(crate) async fn refusal(&self, subject: SubjectId, purpose: &str, field: &str) -> &'static str {
        let answer = self.read(subject, purpose, field).await;
        assert!(answer.records.is_empty() && answer.verdict == Verdict::Refused, "{answer:?}");
        answer.refused[0].code
    }

    /// How many records of a group the store holds of a subject.
    pub(crate) async fn n_stored(&self, subject: SubjectId, group: &str) -> usize {
        self.vault.store().records(self.tenant, subject, Some(group), None, 500).await.unwrap().rows.len()
    }

    pub(crate) async fn n_keys(&self, subject: SubjectId) -> usize {
        self.vault.store().keys(self.tenant, subject).await.unwrap().len()
    }

    pub(crate) async fn say(&self, subject: SubjectId, purpose: &str, act: ConsentVerb) {
        let act = ConsentAct { purpose: purpose.into(), act, text: None, language: None, method: None };
        self.vault.consent(&self.admin, subject, act).await.unwrap();
    }

    /// The last entries of the ledger.
    pub(crate) async fn entries(&self) -> Vec<EntryBody> {
        let size = self.vault.store().ledger_size(self.tenant).await.unwrap();
        let mut bodies = Vec::new();
        for bundle in 0..size.div_ceil(256) {
            let bundle = self.vault.store().bundle(self.tenant, bundle).await.unwrap().unwrap();
            bodies.extend(split_bundle(&bundle).unwrap().iter().map(|entry| Entry::decode(entry).unwrap().body));
        }
        bodies
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, VaultError>) -> &'static str {
    result.unwrap_err().code()
}

pub(crate) const ONLY: candor_words::RecordId = ONLY_RECORD;
