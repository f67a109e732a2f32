//! A log in memory, and entries to put in it.

use std::collections::BTreeMap;

use candor_ledger::{
    Appended, Appender, CHECKPOINT_PATH, CONTROLLER, CheckpointSigner, Digest, Entry, EntryBody, FetchError, FieldBits,
    LogSource, TileSource, tile_path,
};
use candor_words::{Entropy, Instant, RecordId, Secret, SeededEntropy, SubjectRef};

pub const ORIGIN: &str = "ledger.candor.example/test";

/// The files of a log, as a web server would give them.
#[derive(Default, Clone)]
pub struct MemoryLog {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl MemoryLog {
    /// Writes a log of the given entries, in batches of uneven sizes, and signs it.
    pub fn of<E: AsRef<[u8]>>(entries: &[E]) -> Self {
        let mut log = Self::default();
        let mut appender = Appender::new();
        let mut rest = entries;
        let mut batch = 1;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(batch.min(rest.len()));
            log.write(&appender.append(now).unwrap());
            rest = later;
            batch = batch * 3 % 389 + 1;
        }
        log.sign(&appender);
        log
    }

    pub fn write(&mut self, appended: &Appended) {
        for (path, bytes) in appended.files() {
            self.files.insert(path, bytes.to_vec());
        }
    }

    pub fn sign(&mut self, appender: &Appender) {
        let note = signer().sign(appender.size(), appender.root());
        self.files.insert(CHECKPOINT_PATH.to_owned(), note.into_bytes());
    }
}

impl TileSource for MemoryLog {
    fn tile(&self, level: u8, index: u64, width: u16) -> Option<Vec<u8>> {
        let exact = self.files.get(&tile_path(level, index, width));
        let wider = (width..=256).find_map(|wide| self.files.get(&tile_path(level, index, wide)));
        exact.or(wider).cloned()
    }
}

impl LogSource for MemoryLog {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        match self.files.get(path) {
            Some(bytes) if bytes.len() > bytes_max => Err(FetchError::new("too long")),
            found => Ok(found.cloned()),
        }
    }
}

pub fn signer() -> CheckpointSigner {
    CheckpointSigner::new(ORIGIN, &Secret::new([7; 32])).unwrap()
}

/// Bytes that differ from entry to entry.
pub fn blobs(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| format!("entry {i} {}", "x".repeat(i % 90)).into_bytes()).collect()
}

/// A real disclosure.
pub fn disclosure(n: u64) -> Entry {
    let entropy = SeededEntropy::new(n);
    let mut plan = [0; 32];
    entropy.fill(&mut plan);
    Entry {
        at: Instant::from_millis(1_795_000_000_000 + n as i64),
        subject: Some(SubjectRef::random(&entropy)),
        actor: None,
        plan: Digest(plan),
        body: EntryBody::Disclosure {
            purpose: 3,
            recipient: CONTROLLER,
            record: Some(RecordId::random(&entropy)),
            fields: [0, 7, 9, 40].into_iter().collect::<FieldBits>(),
            n_values: 4,
            ground: 1,
        },
    }
}

pub fn disclosures(n: u64) -> Vec<Vec<u8>> {
    (0..n).map(|i| disclosure(i).to_bytes()).collect()
}
