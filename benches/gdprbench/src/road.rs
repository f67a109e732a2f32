//! A road to the vault: in process, or over HTTP.

pub mod embedded;
pub mod http;

use candor_words::{RecordId, SubjectId};

use crate::data::Choices;

/// One request that concerns one person.
#[derive(Debug, Clone)]
pub enum Call {
    CreateSubject { group: String, texts: Vec<String> },
    PutRecord { subject: SubjectId, group: String, text: String },
    Patch { subject: SubjectId, group: String, record: RecordId, text: String },
    Delete { subject: SubjectId, group: String, record: RecordId },
    Erase(SubjectId),
    Records { subject: SubjectId, group: String },
    Object { subject: SubjectId, purpose: String },
    Consent { subject: SubjectId, purpose: String, given: bool },
    Instruct { subject: SubjectId, purpose: String, given: bool },
    View(SubjectId),
}

/// Its answer.
#[derive(Debug, Clone)]
pub enum Reply {
    Created(SubjectId, Vec<RecordId>),
    Written(RecordId),
    Done,
    Records(Vec<(String, RecordId)>),
    Choices(Choices),
    /// The subject is erased; the ledger entry that says so.
    Erased(u64),
    /// There is no such record.
    Missing,
}

/// One question of many.
#[derive(Debug, Clone)]
pub struct Asked {
    pub subject: SubjectId,
    pub purpose: String,
    pub fields: Vec<String>,
    pub record: Option<RecordId>,
}

/// How the vault is reached. `worker` is who asks: each has its own connections.
pub trait Road: Sync {
    /// Every subject that is not erased.
    fn subjects(&self, worker: usize) -> Vec<SubjectId>;
    /// Carries many requests out, side by side.
    fn all(&self, worker: usize, calls: Vec<Call>) -> Vec<Reply>;
    /// Asks at most 500 questions in one call; returns what each gives.
    fn read(&self, worker: usize, asked: Vec<Asked>) -> Vec<String>;
    /// A file of the ledger.
    fn ledger_file(&self, worker: usize, path: &str) -> Vec<u8>;
    /// A receipt of one entry, as JSON.
    fn receipt(&self, worker: usize, entry: u64) -> Vec<u8>;

    /// Carries one request out.
    fn one(&self, worker: usize, call: Call) -> Reply {
        self.all(worker, vec![call]).pop().expect("a reply")
    }
}

/// The choices that a standing in JSON tells.
pub fn choices_of(standing: &serde_json::Value) -> Choices {
    let objected = standing["objections"].as_object().is_some_and(|objections| !objections.is_empty());
    let consents = standing["consents"].as_object();
    let scored = consents.is_some_and(|consents| consents.values().any(|consent| consent["state"] == "given"));
    let shared = standing["instructions"].as_array().is_some_and(|instructions| !instructions.is_empty());
    Choices { objected, scored, shared }
}
