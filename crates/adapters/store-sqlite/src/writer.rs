//! The thread that owns the writing connection: takes what waits, commits it as one group, answers.

use std::sync::Arc;

use candor_store::{CommitError, Committed, JobRow, StoreError, Unit};
use candor_words::Instant;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::group::Group;
use crate::ledger::Logs;
use crate::readers::Readers;
use crate::wal::Wal;

/// How much work may wait; whoever brings more waits for room.
pub(crate) const QUEUE_MAX: usize = 2_048;
/// How many units one group may hold.
const GROUP_UNITS_MAX: usize = 1_024;
/// A group is closed once it holds this many bytes.
const GROUP_BYTES_MAX: usize = 8 << 20;

/// What the writer is asked to do, and where to answer.
pub(crate) enum Work {
    Commit {
        unit: Unit,
        answer: oneshot::Sender<Result<Committed, CommitError>>,
    },
    Lease {
        now: Instant,
        until: Instant,
        limit: usize,
        answer: oneshot::Sender<Result<Vec<JobRow>, StoreError>>,
    },
    /// Stop after what was brought before.
    Close,
}

/// Done, but not durable: held back until the group is committed.
enum Done {
    Commit(Result<Committed, CommitError>, oneshot::Sender<Result<Committed, CommitError>>),
    Lease(Result<Vec<JobRow>, StoreError>, oneshot::Sender<Result<Vec<JobRow>, StoreError>>),
}

/// The writing connection and what is remembered beside it.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) readers: Arc<Readers>,
    pub(crate) wal: Wal,
    pub(crate) logs: Logs,
    /// The last group was not written, and somebody was told why.
    pub(crate) is_failing: bool,
}

impl Writer {
    /// Works until the queue is closed and empty, then leaves an empty log behind.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Work>) {
        self.wal.cut(&self.connection, &self.readers);
        let mut waiting = Vec::with_capacity(GROUP_UNITS_MAX);
        while queue.blocking_recv_many(&mut waiting, GROUP_UNITS_MAX) > 0 {
            let mut work = waiting.drain(..).peekable();
            while work.peek().is_some() {
                if self.commit_group(&mut work) {
                    queue.close();
                }
            }
            drop(work);
            self.wal.tend(&self.connection, &self.readers, queue.is_empty());
        }
        self.wal.cut(&self.connection, &self.readers);
    }

    /// Commits a group of what comes next and answers it; says whether it was asked to close.
    fn commit_group(&mut self, work: &mut impl Iterator<Item = Work>) -> bool {
        let mut closing = false;
        let mut done = Vec::new();
        let n_before = self.connection.total_changes();
        let committed = match Group::begin(&self.connection, &self.readers.numbers, &mut self.logs) {
            Ok(mut group) => {
                closing = fill(&mut group, work, &mut done);
                group.commit()
            }
            Err(error) => {
                self.tell(Some(&error));
                closing |= refuse(work, &error);
                return closing;
            }
        };
        if committed.is_ok() {
            self.readers.advance();
        }
        if committed == Ok(true) {
            self.wal.note_erasure();
        }
        let failure = committed.err();
        // A group that changed nothing does not show that the disk takes anything again.
        if failure.is_some() || self.connection.total_changes() > n_before {
            self.tell(failure.as_ref());
        }
        done.into_iter().for_each(|done| done.answer(failure.as_ref()));
        closing
    }

    /// Writes down why nothing is written any more, once, and when it is again: every caller is told that it was not,
    /// and only whoever looks after the disk can do something about it.
    fn tell(&mut self, failure: Option<&StoreError>) {
        match failure {
            Some(error) if !self.is_failing => {
                tracing::error!(%error, "the store does not write; nothing is acknowledged until it does again");
            }
            None if self.is_failing => tracing::info!("the store writes again"),
            _ => {}
        }
        self.is_failing = failure.is_some();
    }
}

/// Applies work until the group is large enough.
fn fill(group: &mut Group<'_>, work: &mut impl Iterator<Item = Work>, done: &mut Vec<Done>) -> bool {
    let mut closing = false;
    let mut bytes = 0;
    while bytes < GROUP_BYTES_MAX {
        match work.next() {
            Some(Work::Commit { unit, answer }) => {
                bytes += unit.bytes();
                done.push(Done::Commit(group.apply(unit), answer));
            }
            Some(Work::Lease { now, until, limit, answer }) => {
                done.push(Done::Lease(group.lease(now, until, limit), answer));
            }
            Some(Work::Close) => closing = true,
            None => break,
        }
    }
    closing
}

/// Answers everything with one failure.
fn refuse(work: &mut impl Iterator<Item = Work>, error: &StoreError) -> bool {
    let mut closing = false;
    for work in work {
        // Whoever no longer listens needs no answer.
        match work {
            Work::Commit { answer, .. } => drop(answer.send(Err(error.clone().into()))),
            Work::Lease { answer, .. } => drop(answer.send(Err(error.clone()))),
            Work::Close => closing = true,
        }
    }
    closing
}

impl Done {
    /// Answers; with the group's failure when it was not committed.
    fn answer(self, failure: Option<&StoreError>) {
        match (self, failure.cloned()) {
            (Self::Commit(result, answer), None) => drop(answer.send(result)),
            (Self::Commit(_, answer), Some(error)) => drop(answer.send(Err(error.into()))),
            (Self::Lease(result, answer), None) => drop(answer.send(result)),
            (Self::Lease(_, answer), Some(error)) => drop(answer.send(Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_words::TenantId;
    use tempfile::TempDir;

    use super::*;
    use crate::open::DATABASE_FILE;
    use crate::store::prepare;

    #[test]
    fn a_group_that_changes_nothing_does_not_end_what_keeps_others_from_being_written() {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join(DATABASE_FILE);
        let mut writer = Writer {
            connection: prepare(&file).unwrap(),
            readers: Arc::new(Readers::new(&file)),
            wal: Wal::found(),
            logs: Logs::default(),
            is_failing: true,
        };
        let now = Instant::from_millis(1);
        let (answer, leased) = oneshot::channel();
        writer.commit_group(&mut std::iter::once(Work::Lease { now, until: now, limit: 1, answer }));
        assert!(leased.blocking_recv().unwrap().unwrap().is_empty());
        assert!(writer.is_failing, "nothing was written");
        let (answer, committed) = oneshot::channel();
        let unit = Unit::of(TenantId::from_bytes([1; 16])).entry(vec![1]);
        writer.commit_group(&mut std::iter::once(Work::Commit { unit, answer }));
        committed.blocking_recv().unwrap().unwrap();
        assert!(!writer.is_failing);
    }
}
