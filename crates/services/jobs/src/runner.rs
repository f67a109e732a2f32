//! One runner.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use candor_store::JobRow;
use candor_vault::{JobOutcome, Recurring, Vault, VaultError};
use candor_words::Instant;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::watch;

/// How many jobs run at the same time.
pub const JOBS_AT_ONCE: usize = 4;
/// How many jobs are leased at once.
const LEASED_AT_ONCE: usize = 32;
/// How many times one pass leases; what is left waits for the next.
const LEASES_PER_PASS: usize = 32;
/// How long a job is kept from other runners.
const LEASE_MS: i64 = 60_000;

/// Runs the jobs of every tenant.
pub struct Runner {
    vault: Arc<Vault>,
    interval: Duration,
    /// When each recurring job is looked at next, in the order of [`Recurring::ALL`].
    next_at: [Instant; Recurring::ALL.len()],
}

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pass {
    /// Recurring jobs that were written down.
    pub n_scheduled: u64,
    /// Jobs that were done.
    pub n_finished: u64,
    /// Jobs that failed and run again later.
    pub n_put_off: u64,
    /// Jobs that failed too often.
    pub n_parked: u64,
    /// Jobs whose outcome could not be written down; their leases run out.
    pub n_lost: u64,
}

impl Runner {
    /// Makes a runner that looks for work every `interval`. What recurs is due at its first pass.
    pub fn new(vault: Arc<Vault>, interval: Duration) -> Self {
        Self { vault, interval, next_at: [Instant::from_millis(i64::MIN); Recurring::ALL.len()] }
    }

    /// Runs until `stop` says true or its sender is gone; a pass that is under way ends first.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.tick().await {
                tracing::warn!(code = error.code(), "a pass over the jobs was cut short");
            }
            tokio::select! {
                () = tokio::time::sleep(self.interval) => {}
                // The sender is gone: nobody is left who could ask for more.
                stopped = stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    return;
                }
            }
        }
    }

    /// Does one pass: writes down what recurs, then runs what is due.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tick(&mut self) -> Result<Pass, VaultError> {
        let n_scheduled = self.schedule().await?;
        let counts = Counts::default();
        for _ in 0..LEASES_PER_PASS {
            let now = self.vault.now();
            let until = Instant::from_millis(now.as_millis().saturating_add(LEASE_MS));
            let jobs = self.vault.store().lease_jobs(now, until, LEASED_AT_ONCE).await?;
            if jobs.is_empty() {
                break;
            }
            stream::iter(&jobs).for_each_concurrent(JOBS_AT_ONCE, |job| self.run_one(job, &counts)).await;
        }
        Ok(Pass { n_scheduled, ..counts.read() })
    }

    async fn run_one(&self, job: &JobRow, counts: &Counts) {
        let counter = match self.vault.run_job(job).await {
            Ok(JobOutcome::Finished) => &counts.finished,
            Ok(JobOutcome::PutOff(_)) => &counts.put_off,
            Ok(JobOutcome::Parked) => &counts.parked,
            Ok(JobOutcome::Lost) => &counts.lost,
            Err(error) => {
                tracing::warn!(job.id = %job.id, job.kind, code = error.code(), "a job's outcome was not written down");
                &counts.lost
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    async fn schedule(&mut self) -> Result<u64, VaultError> {
        let now = self.vault.now();
        let mut n_scheduled = 0;
        for (recurring, next_at) in Recurring::ALL.into_iter().zip(&mut self.next_at) {
            if *next_at <= now {
                n_scheduled += self.vault.schedule(recurring).await?;
                *next_at = Instant::from_millis(now.as_millis().saturating_add(recurring.interval_ms()));
            }
        }
        Ok(n_scheduled)
    }
}

#[derive(Default)]
struct Counts {
    finished: AtomicU64,
    put_off: AtomicU64,
    parked: AtomicU64,
    lost: AtomicU64,
}

impl Counts {
    fn read(&self) -> Pass {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Pass {
            n_scheduled: 0,
            n_finished: read(&self.finished),
            n_put_off: read(&self.put_off),
            n_parked: read(&self.parked),
            n_lost: read(&self.lost),
        }
    }
}
