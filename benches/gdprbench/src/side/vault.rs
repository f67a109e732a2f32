//! Candor: every operation in the vault's own terms, whichever the road to it.
//!
//! The application keeps the ids that the vault gave, and nothing else. Where GDPRbench asks by a field of the
//! metadata, the vault has no set-wise operation: the subjects are listed and asked one by one, side by side.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;

use bench_bed::Opened;
use candor_ledger::{Checkpoint, EntryBody, Receipt, VerifierKey, bundle_path, split_bundle};
use candor_words::{RecordId, SubjectId};

use crate::data::{Choices, KINDS, PURPOSES, TENS, kind, n_users, text};
use crate::op::{By, Op, Outcome, Set};
use crate::road::{Asked, Call, Reply, Road};
use crate::side::Side;

/// The most questions of one call.
const QUESTIONS_MAX: usize = 500;
const BUNDLE_ENTRIES: u64 = 256;

/// A vault at the end of a road.
pub struct OfVault<R> {
    road: R,
    n_users: u64,
    key: VerifierKey,
    database: PathBuf,
    subjects: Mutex<HashMap<u64, SubjectId>>,
    records: Mutex<HashMap<u64, RecordId>>,
}

impl<R: Road> OfVault<R> {
    pub fn new(road: R, n_records: u64, verifier_key: &str, database: PathBuf) -> Self {
        let key = VerifierKey::parse(verifier_key).expect("a verifier key");
        let (subjects, records) = Default::default();
        Self { road, n_users: n_users(n_records), key, database, subjects, records }
    }

    fn subject(&self, user: u64) -> SubjectId {
        self.subjects.lock().expect("no panic meanwhile")[&user]
    }

    fn record(&self, key: u64) -> Option<RecordId> {
        self.records.lock().expect("no panic meanwhile").get(&key).copied()
    }

    fn keep(&self, user: u64, subject: SubjectId, made: impl IntoIterator<Item = (u64, RecordId)>) {
        self.subjects.lock().expect("no panic meanwhile").insert(user, subject);
        self.records.lock().expect("no panic meanwhile").extend(made);
    }

    fn create(&self, worker: usize, n: u64) -> Outcome {
        let (user, group) = (n % self.n_users, group(n % self.n_users));
        let call = Call::PutRecord { subject: self.subject(user), group: group.clone(), text: text(n, 0) };
        match self.road.one(worker, call) {
            Reply::Written(record) => self.keep(user, self.subject(user), [(n, record)]),
            Reply::Erased(_) => match self.road.one(worker, Call::CreateSubject { group, texts: vec![text(n, 0)] }) {
                Reply::Created(subject, records) => self.keep(user, subject, [(n, records[0])]),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
        Outcome::Changed(1)
    }

    /// The records that match, by subject: of every subject, those of the kinds that the manifest gives what is asked by.
    fn matching(&self, worker: usize, by: By) -> Vec<(SubjectId, Vec<(String, RecordId)>)> {
        let (subjects, kinds): (Vec<SubjectId>, Vec<u64>) = match by {
            By::Usr(user) => (vec![self.subject(user)], vec![kind(user)]),
            By::Key(key) => (vec![self.subject(key % self.n_users)], vec![kind(key % self.n_users)]),
            By::Pur(purpose) => (self.road.subjects(worker), vec![purpose, purpose + PURPOSES]),
            By::Ttl(ten) | By::Shr(ten) => {
                (self.road.subjects(worker), (0..KINDS).filter(|kind| kind % TENS == ten).collect())
            }
        };
        let only = if let By::Key(key) = by { Some(self.record(key)) } else { None };
        let asked = |subject: SubjectId, kind: u64| Call::Records { subject, group: format!("kind{kind}") };
        let calls = subjects.iter().flat_map(|subject| kinds.iter().map(move |kind| asked(*subject, *kind)));
        let replies = self.road.all(worker, calls.collect());
        let mut found = Vec::new();
        for (subject, replies) in subjects.into_iter().zip(replies.chunks(kinds.len())) {
            let mut records = Vec::new();
            for reply in replies {
                if let Reply::Records(of_kind) = reply {
                    let wanted = of_kind.iter().filter(|(_, record)| only.is_none_or(|only| only == Some(*record)));
                    records.extend(wanted.cloned());
                }
            }
            if !records.is_empty() {
                found.push((subject, records));
            }
        }
        found
    }

    fn delete(&self, worker: usize, by: By) -> Outcome {
        let found = self.matching(worker, by);
        let n = found.iter().map(|(_, records)| records.len()).sum();
        let calls = found.into_iter().flat_map(|(subject, records)| {
            records.into_iter().map(move |(group, record)| Call::Delete { subject, group, record })
        });
        let calls = match by {
            // The right to erasure is one operation.
            By::Usr(user) if n > 0 => vec![Call::Erase(self.subject(user))],
            _ => calls.collect(),
        };
        let done = self.road.all(worker, calls);
        assert!(done.iter().all(|reply| matches!(reply, Reply::Done)), "everything that matched was deleted");
        Outcome::Changed(n)
    }

    fn update_metadata(&self, worker: usize, by: By, set: Set) -> Outcome {
        let calls: Vec<Call> = self
            .matching(worker, by)
            .into_iter()
            .map(|(subject, records)| choose(subject, kind_of(&records[0].0), set))
            .collect();
        let n = calls.len();
        let done = self.road.all(worker, calls);
        assert!(done.iter().all(|reply| matches!(reply, Reply::Done)), "every choice was noted");
        Outcome::Changed(n)
    }

    fn update_data(&self, worker: usize, key: u64, edition: u64) -> Outcome {
        let Some(record) = self.record(key) else { return Outcome::Changed(0) };
        let user = key % self.n_users;
        let (subject, group) = (self.subject(user), group(user));
        match self.road.one(worker, Call::Patch { subject, group, record, text: text(key, edition) }) {
            Reply::Written(_) => Outcome::Changed(1),
            _ => Outcome::Changed(0),
        }
    }

    /// What a purpose gives of one user, of one record or of all.
    fn read_one(&self, worker: usize, user: u64, record: Option<Option<RecordId>>) -> Outcome {
        let (purpose, fields) = (format!("purpose{}", kind(user) % PURPOSES), vec![format!("{}.data", group(user))]);
        let record = match record {
            Some(None) => return Outcome::Texts(Vec::new()),
            record => record.flatten(),
        };
        texts(self.road.read(worker, vec![Asked { subject: self.subject(user), purpose, fields, record }]))
    }

    /// What a purpose gives of everybody.
    fn read_all(&self, worker: usize, purpose: &str, kinds: impl Iterator<Item = u64>) -> Outcome {
        let fields: Vec<String> = kinds.map(|kind| format!("kind{kind}.data")).collect();
        let mut found = Vec::new();
        for part in self.road.subjects(worker).chunks(QUESTIONS_MAX) {
            let ask = |subject: &SubjectId| Asked {
                subject: *subject,
                purpose: purpose.to_owned(),
                fields: fields.clone(),
                record: None,
            };
            found.extend(self.road.read(worker, part.iter().map(ask).collect()));
        }
        texts(found)
    }

    fn metadata(&self, worker: usize, by: By) -> Outcome {
        let user = match by {
            By::Key(key) => key % self.n_users,
            By::Usr(user) => user,
            _ => return Outcome::Metadata(None),
        };
        let subject = self.subject(user);
        let Reply::Records(records) = self.road.one(worker, Call::Records { subject, group: group(user) }) else {
            return Outcome::Metadata(None);
        };
        let is_there = match by {
            By::Key(key) => self.record(key).is_some_and(|key| records.iter().any(|(_, record)| *record == key)),
            _ => !records.is_empty(),
        };
        match self.road.one(worker, Call::View(subject)) {
            Reply::Choices(choices) if is_there => Outcome::Metadata(Some((choices, records.len()))),
            _ => Outcome::Metadata(None),
        }
    }

    /// The last entries of the ledger, from its files as an auditor fetches them.
    fn logs(&self, worker: usize, n: u64) -> Outcome {
        let note = self.road.ledger_file(worker, "checkpoint");
        let size = Checkpoint::open(&note, &self.key).expect("a checkpoint that verifies").size;
        let (first, mut n_entries) = (size.saturating_sub(n), 0);
        for bundle in first / BUNDLE_ENTRIES..size.div_ceil(BUNDLE_ENTRIES) {
            let width = (size - bundle * BUNDLE_ENTRIES).min(BUNDLE_ENTRIES);
            let file = self.road.ledger_file(worker, &bundle_path(bundle, width as u16));
            let entries = split_bundle(&file).expect("a bundle").len() as u64;
            n_entries += entries - first.saturating_sub(bundle * BUNDLE_ENTRIES).min(entries);
        }
        Outcome::Entries(n_entries)
    }

    /// The person cannot be found, and the ledger proves why.
    fn verify_deletion(&self, worker: usize, user: u64) -> Outcome {
        let subject = self.subject(user);
        let Reply::Erased(entry) = self.road.one(worker, Call::View(subject)) else { return Outcome::Deleted(false) };
        let receipt = Receipt::parse(&self.road.receipt(worker, entry)).expect("a receipt");
        let entry = receipt.verify(&self.key).expect("a receipt that verifies");
        Outcome::Deleted(matches!(entry.body, EntryBody::Erased { .. }))
    }

    fn load_user(&self, n_records: u64, user: u64) -> Call {
        let texts = (user..n_records).step_by(self.n_users as usize).map(|n| text(n, 0)).collect();
        Call::CreateSubject { group: group(user), texts }
    }
}

impl<R: Road> Side for OfVault<R> {
    fn load(&self, n_records: u64) {
        let users: Vec<u64> = (0..self.n_users).collect();
        let calls = users.iter().map(|user| self.load_user(n_records, *user)).collect();
        for (user, reply) in users.iter().zip(self.road.all(0, calls)) {
            let Reply::Created(subject, records) = reply else { panic!("{reply:?}") };
            self.keep(*user, subject, (*user..n_records).step_by(self.n_users as usize).zip(records));
        }
        let mut choices = Vec::new();
        for user in users {
            let Choices { objected, scored, .. } = Choices::at_first(user);
            let chosen = [(objected, Set::Objected), (scored, Set::Scored(true))].into_iter().filter(|(is, _)| *is);
            choices.extend(chosen.map(|(_, set)| choose(self.subject(user), kind(user), set)));
        }
        self.road.all(0, choices);
    }

    fn carry_out(&self, worker: usize, op: &Op) -> Outcome {
        match *op {
            Op::Create(n) => self.create(worker, n),
            Op::Delete(by) => self.delete(worker, by),
            Op::UpdateMetadata(by, set) => self.update_metadata(worker, by, set),
            Op::UpdateData { key, edition } => self.update_data(worker, key, edition),
            Op::ReadByKey(key) => self.read_one(worker, key % self.n_users, Some(self.record(key))),
            Op::ReadByUsr(user) => self.read_one(worker, user, None),
            Op::ReadByPur(purpose) => {
                self.read_all(worker, &format!("purpose{purpose}"), [purpose, purpose + PURPOSES].into_iter())
            }
            Op::ReadByObj(ten) => {
                self.read_all(worker, &format!("study{ten}"), (0..KINDS).filter(|kind| kind % TENS == ten))
            }
            Op::ReadByDec(ten) => {
                self.read_all(worker, &format!("scoring{ten}"), (0..KINDS).filter(|kind| kind % TENS == ten))
            }
            Op::MetadataByKey(key) => self.metadata(worker, By::Key(key)),
            Op::MetadataByUsr(user) => self.metadata(worker, By::Usr(user)),
            Op::Logs(n) => self.logs(worker, n),
            Op::VerifyDeletion(user) => self.verify_deletion(worker, user),
        }
    }

    fn settle(&self) -> PathBuf {
        self.database.clone()
    }
}

/// Runs what the server's jobs would do meanwhile, so that the space they take is counted.
pub async fn run_jobs(opened: &Opened) {
    let every = std::time::Duration::from_secs(1);
    candor_jobs::Runner::new(std::sync::Arc::clone(&opened.vault), every).tick().await.expect("a pass over the jobs");
}

/// The choice that a field of the metadata stands for.
fn choose(subject: SubjectId, kind: u64, set: Set) -> Call {
    match set {
        Set::Objected => Call::Object { subject, purpose: format!("study{}", kind % TENS) },
        Set::Scored(given) => Call::Consent { subject, purpose: format!("scoring{}", kind % TENS), given },
        Set::Shared(given) => Call::Instruct { subject, purpose: format!("purpose{}", kind % PURPOSES), given },
    }
}

fn group(user: u64) -> String {
    format!("kind{}", kind(user))
}

fn kind_of(group: &str) -> u64 {
    group.strip_prefix("kind").and_then(|kind| kind.parse().ok()).expect("a kind")
}

fn texts(mut texts: Vec<String>) -> Outcome {
    texts.sort_unstable();
    Outcome::Texts(texts)
}
