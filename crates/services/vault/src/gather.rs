//! Ledger entries that change nothing else, gathered: many reads, one unit.
//!
//! A read waits until its entry is durable, and a durable write costs the same for one entry as for a
//! thousand. While one unit is being committed, the entries of the reads that come meanwhile gather
//! for the next.

use std::sync::Arc;

use candor_store::{Committed, Store, Unit};
use candor_words::TenantId;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::VaultError;

/// The most entries of one unit; what is more waits for the next.
const GATHERED_MAX: usize = 4_096;

/// What waits to be committed, of one tenant.
pub(crate) struct Gather {
    tenant: TenantId,
    store: Arc<dyn Store>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    batch: Batch,
    is_committing: bool,
}

#[derive(Default)]
struct Batch {
    entries: Vec<Vec<u8>>,
    /// Where each reader's entries begin, and how it is told.
    readers: Vec<(u64, oneshot::Sender<Result<u64, VaultError>>)>,
}

impl Gather {
    pub(crate) fn new(tenant: TenantId, store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { tenant, store, waiting: Mutex::default() })
    }

    /// Appends entries to the ledger; returns the position of the first once all are durable.
    pub(crate) async fn append(self: &Arc<Self>, entries: Vec<Vec<u8>>) -> Result<u64, VaultError> {
        // INVARIANT: no answer leaves without an entry; and a reader who brought none would be told by nobody.
        if entries.is_empty() {
            return Err(VaultError::damaged("ledger"));
        }
        let (tell, told) = oneshot::channel();
        let must_begin = {
            let mut waiting = self.waiting.lock();
            let first = waiting.batch.entries.len() as u64;
            waiting.batch.entries.extend(entries);
            waiting.batch.readers.push((first, tell));
            !std::mem::replace(&mut waiting.is_committing, true)
        };
        if must_begin {
            // On a task of its own, so that a reader who hangs up leaves nobody else waiting.
            tokio::spawn(Arc::clone(self).commit_all());
        }
        told.await.unwrap_or_else(|_| Err(VaultError::damaged("ledger")))
    }

    async fn commit_all(self: Arc<Self>) {
        let mut done: Option<(Batch, Result<Committed, VaultError>)> = None;
        loop {
            let batch = self.take();
            let commit = async {
                if batch.entries.is_empty() {
                    return None;
                }
                let unit = Unit { entries: batch.entries, ..Unit::of(self.tenant) };
                Some(self.store.commit(unit).await.map_err(VaultError::from))
            };
            // The readers of the last unit are told while the next is on its way.
            let tell = async {
                if let Some((batch, committed)) = done.take() {
                    batch.tell(&committed);
                }
            };
            let (committed, ()) = futures_util::future::join(commit, tell).await;
            let Some(committed) = committed else { return };
            done = Some((Batch { entries: Vec::new(), readers: batch.readers }, committed));
        }
    }

    /// Takes what waits; when nothing does, whoever comes next begins anew.
    fn take(&self) -> Batch {
        let mut waiting = self.waiting.lock();
        if waiting.batch.entries.is_empty() {
            waiting.is_committing = false;
            return Batch::default();
        }
        if waiting.batch.entries.len() <= GATHERED_MAX {
            return std::mem::take(&mut waiting.batch);
        }
        waiting.batch.split_off_first()
    }
}

impl Batch {
    /// Splits between two readers, at or soon after the bound.
    fn split_off_first(&mut self) -> Self {
        let fits = self.readers.iter().position(|(first, _)| *first >= GATHERED_MAX as u64);
        let n_readers = fits.unwrap_or(self.readers.len());
        let n_entries =
            self.readers.get(n_readers).map_or(self.entries.len(), |(first, _)| usize::try_from(*first).unwrap_or(0));
        let later = Self { entries: self.entries.split_off(n_entries), readers: self.readers.split_off(n_readers) };
        let mut first = std::mem::replace(self, later);
        for (at, _) in &mut self.readers {
            *at -= n_entries as u64;
        }
        first.entries.shrink_to_fit();
        first
    }

    fn tell(self, committed: &Result<Committed, VaultError>) {
        for (first, reader) in self.readers {
            // Whoever no longer listens needs no answer.
            let _ =
                reader.send(committed.as_ref().map(|committed| committed.first_entry + first).map_err(Clone::clone));
        }
    }
}
