//! Verifies a whole log from its files: signature, every entry, every tile, root, and history.
//!
//! Promises: a report without faults means that the entries are exactly those that the log's key
//! has signed, and that they begin with those of an older checkpoint, if one was given. A fault
//! says what differs and where. Memory stays bounded, whatever the log holds.

mod fault;
mod walk;

use std::collections::BTreeMap;

use candor_words::Instant;

use crate::checkpoint::Checkpoint;
use crate::note::NOTE_BYTES_MAX;
use crate::path::CHECKPOINT_PATH;
use crate::{Digest, VerifierKey};

pub use fault::{Fault, Warning};

/// The most warnings that a report lists; more are counted.
pub(crate) const WARNINGS_MAX: usize = 100;
/// The most faults that a report lists; then the check stops.
pub(crate) const FAULTS_MAX: usize = 100;

/// Gives the files of a log: a folder, a web server.
pub trait LogSource {
    /// Returns a file's bytes; `None` when there is no such file.
    ///
    /// # Errors
    /// When the file cannot be read, or is longer than `bytes_max`.
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError>;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file was not read: {reason}")]
pub struct FetchError {
    reason: String,
}

impl FetchError {
    /// Says why, in a few words.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// What was checked, and what was found.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Report {
    /// The log's name.
    pub origin: String,
    /// The size that the checkpoint signs.
    pub size: u64,
    /// The root that the checkpoint signs.
    pub root: Digest,
    /// The size of the older checkpoint that was compared.
    pub old_size: Option<u64>,
    /// How many entries were read and hashed.
    pub n_entries: u64,
    /// How many tiles were computed anew and compared.
    pub n_tiles: u64,
    /// How many entries of each kind there are.
    pub n_by_kind: BTreeMap<&'static str, u64>,
    /// The first entry's instant.
    pub first_at: Option<Instant>,
    /// The last entry's instant.
    pub last_at: Option<Instant>,
    /// What does not verify; empty for a sound log.
    pub faults: Vec<Fault>,
    /// What is odd without being wrong.
    pub warnings: Vec<Warning>,
    /// How many warnings there were, listed or not.
    pub n_warnings: u64,
}

impl Report {
    /// Tells whether everything verified.
    pub fn is_verified(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Verifies the log, and that it still begins with what `old_checkpoint` (a signed note) states.
pub fn check_log(source: &dyn LogSource, key: &VerifierKey, old_checkpoint: Option<&[u8]>) -> Report {
    let mut report = Report::default();
    let Some(checkpoint) = signed_head(source, key, &mut report) else {
        return report;
    };
    let old = match old_checkpoint.map(|note| Checkpoint::open(note, key)).transpose() {
        Ok(old) => old,
        Err(error) => {
            report.faults.push(Fault::OldCheckpointRefused { reason: chain(&error) });
            return report;
        }
    };
    report.origin.clone_from(&checkpoint.origin);
    report.size = checkpoint.size;
    report.root = checkpoint.root;
    report.old_size = old.as_ref().map(|old| old.size);
    if let Some(old) = old.as_ref().filter(|old| old.size > checkpoint.size) {
        report.faults.push(Fault::Shrunk { old_size: old.size, size: checkpoint.size });
    }
    if let Some(old) = old.as_ref().filter(|old| old.size == checkpoint.size && old.root != checkpoint.root) {
        let (signed, also_signed) = (checkpoint.root, old.root);
        report.faults.push(Fault::Forked { size: old.size, signed, also_signed });
    }
    walk::walk(source, &checkpoint, old.as_ref(), &mut report);
    report
}

fn signed_head(source: &dyn LogSource, key: &VerifierKey, report: &mut Report) -> Option<Checkpoint> {
    let path = CHECKPOINT_PATH.to_owned();
    let fault = match source.fetch(&path, NOTE_BYTES_MAX) {
        Ok(Some(note)) => match Checkpoint::open(&note, key) {
            Ok(checkpoint) => return Some(checkpoint),
            Err(error) => Fault::CheckpointRefused { reason: chain(&error) },
        },
        Ok(None) => Fault::FileMissing { path },
        Err(error) => Fault::FileUnreadable { path, reason: error.reason },
    };
    report.faults.push(fault);
    None
}

/// Writes an error and what caused it on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
