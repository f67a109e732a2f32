//! Follow-up jobs: each can run twice, and ends in the unit that says it is done.
//!
//! A job that fails is put off, longer each time; after ten attempts an error is logged for somebody to act
//! on, and the job is parked where the store still lists it, unless it recurs: then it is tried hourly. What recurs is written down only when there is
//! something to do, so that an idle server writes nothing.

use candor_store::{Change, Guard, JobRow, PAGE_MAX, Unit};
use candor_words::{Instant, JobId, TenantId};

use crate::beyond::RUN_WATCH;
use crate::notices::NOTICE_MAIL;
use crate::push::PUSH_LATER;
use crate::requests::ESCALATE;
use crate::retention::{LOOK_AGAIN, RETAIN};
use crate::rotation::MOVE_KEYS;
use crate::{Vault, VaultError};

/// How often a job is tried before it is parked.
pub const JOB_ATTEMPTS_MAX: u32 = 10;
/// How long a job waits after its first failure; doubled after each other.
const BACK_OFF_MS: i64 = 5_000;
/// The longest wait between two attempts.
const BACK_OFF_MS_MAX: i64 = 3_600_000;
/// When a parked job would run: in the year 9999.
const PARKED: Instant = Instant::from_millis(253_370_764_800_000);
/// How far the index by subject may stay behind before a job catches it up.
const INDEX_LAG: u64 = 1_024;

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// Done, and gone from the list.
    Finished,
    /// Failed; it runs again then.
    PutOff(Instant),
    /// Failed too often; it stays in the list and is not run again.
    Parked,
    /// Somebody else took it over meanwhile; what was done here is theirs to do again.
    Lost,
}

/// What has to be done again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recurring {
    /// Signs the ledger's head when it grew.
    Checkpoint,
    /// Catches the index of entries by subject up when it is far behind.
    Index,
    /// Forgets idempotency keys that have expired.
    IdempotencyExpiry,
    /// Wraps the tenant's keys by the newest version of the root key.
    RootKey,
    /// Carries out keep rules that have ended.
    Retention,
    /// Removes slips that have ended.
    SlipExpiry,
}

impl Recurring {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Checkpoint, Self::Index, Self::IdempotencyExpiry, Self::RootKey, Self::Retention, Self::SlipExpiry];

    /// How long it waits from one time to the next.
    pub const fn interval_ms(self) -> i64 {
        match self {
            Self::Checkpoint => 10_000,
            Self::Index => 60_000,
            Self::IdempotencyExpiry => 3_600_000,
            Self::RootKey => 5_000,
            Self::Retention => 10_000,
            Self::SlipExpiry => 300_000,
        }
    }

    /// The kind of its jobs.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Checkpoint => "ledger.checkpoint",
            Self::Index => "ledger.index",
            Self::IdempotencyExpiry => "idempotency.expire",
            Self::RootKey => "keys.follow_root",
            Self::Retention => RETAIN,
            Self::SlipExpiry => "slips.expire",
        }
    }
}

impl Vault {
    /// Runs a job that was leased, and finishes it or puts it off.
    ///
    /// # Errors
    /// The store does not answer, so that not even the failure could be written down; the lease runs out and
    /// somebody takes the job again.
    pub async fn run_job(&self, job: &JobRow) -> Result<JobOutcome, VaultError> {
        if job.kind == NOTICE_MAIL {
            return self.run_mailing(job).await;
        }
        match self.carry_out(job).await {
            Ok(then) => {
                let mut unit = Unit::of(job.tenant).change(Change::FinishJob(job.id));
                unit.changes.extend(then.changes);
                unit.entries = then.entries;
                self.close_job(job, unit, JobOutcome::Finished).await
            }
            Err(error) => self.put_off(job, &error).await,
        }
    }

    /// Writes down a recurring job for each tenant that needs it; returns for how many.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn schedule(&self, recurring: Recurring) -> Result<u64, VaultError> {
        let mut n_scheduled = 0;
        let mut after = None;
        loop {
            let page = self.store.tenants(after, PAGE_MAX).await?;
            for row in page.rows {
                if self.is_due(row.id, recurring).await? {
                    self.commit(Unit::of(row.id).change(Change::PutJob(self.recurring_job(row.id, recurring)))).await?;
                    n_scheduled += 1;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(n_scheduled);
            }
        }
    }

    async fn is_due(&self, tenant: TenantId, recurring: Recurring) -> Result<bool, VaultError> {
        Ok(match recurring {
            Recurring::Checkpoint => {
                let signed = self.store.checkpoint(tenant).await?.map_or(0, |row| row.size);
                signed < self.store.ledger_size(tenant).await?
            }
            Recurring::Index => {
                let indexed = self.store.indexed_to(tenant).await?;
                indexed.saturating_add(INDEX_LAG) <= self.store.ledger_size(tenant).await?
            }
            Recurring::IdempotencyExpiry => true,
            Recurring::RootKey => match self.store.tenant(tenant).await? {
                Some(row) => self.is_behind_root(&row)?,
                None => false,
            },
            Recurring::SlipExpiry => self.store.has_expired_slips(tenant, self.now()).await?,
            Recurring::Retention => {
                self.transient.sweep(self.now());
                !self.store.due(tenant, self.now(), None, 1).await?.rows.is_empty()
            }
        })
    }

    fn recurring_job(&self, tenant: TenantId, recurring: Recurring) -> JobRow {
        JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: recurring.kind().to_owned(),
            unique: recurring.kind().to_owned(),
            payload: "{}".to_owned(),
            run_at: self.now(),
            attempts: 0,
            leased_until: None,
        }
    }

    /// Does the job's work; returns what is to be done in the unit that finishes it.
    async fn carry_out(&self, job: &JobRow) -> Result<Unit, VaultError> {
        let tenant = self.tenant(job.tenant).await?;
        let done = match job.kind.as_str() {
            MOVE_KEYS => return self.move_keys(job).await,
            RUN_WATCH => return self.watch_run(job).await,
            PUSH_LATER => return self.push_later(job).await,
            ESCALATE => self.escalate(job).await,
            "keys.follow_root" => self.follow_root(tenant.id()).await,
            LOOK_AGAIN => self.look_again(&tenant).await,
            RETAIN => self.retain(&tenant).await,
            "ledger.index" => self.index_entries(&tenant).await.map(drop),
            "ledger.checkpoint" => self.newest_checkpoint(&tenant).await.map(drop),
            "idempotency.expire" => {
                let unit = Unit::of(tenant.id()).change(Change::ExpireIdempotency(self.now()));
                self.commit(unit).await.map(drop)
            }
            "slips.expire" => {
                let unit = Unit::of(tenant.id()).change(Change::ExpireSlips(self.now()));
                self.commit(unit).await.map(drop)
            }
            _ => Err(VaultError::unprocessable("job.unknown", "the job was not run: this program knows no such kind")
                .help("run a program that does, or remove the job")),
        };
        done.map(|()| Unit::of(job.tenant))
    }

    pub(crate) async fn put_off(&self, job: &JobRow, error: &VaultError) -> Result<JobOutcome, VaultError> {
        let again_at = Instant::from_millis(self.now().as_millis().saturating_add(back_off_ms(job.attempts)));
        let (run_at, outcome) = match job.attempts {
            // A parked job keeps its unique key: one that recurs would never be written down again.
            JOB_ATTEMPTS_MAX.. if !recurs(&job.kind) => (PARKED, JobOutcome::Parked),
            _ => (again_at, JobOutcome::PutOff(again_at)),
        };
        if job.attempts >= JOB_ATTEMPTS_MAX {
            tracing::error!(job.id = %job.id, job.kind, code = error.code(), attempts = job.attempts, "a job failed too often");
        } else {
            tracing::warn!(job.id = %job.id, job.kind, code = error.code(), attempts = job.attempts, "a job failed and is put off");
        }
        // Finished and written down anew in one unit: a job that is not finished would stay as it is.
        let again = JobRow { run_at, leased_until: None, ..job.clone() };
        let unit = Unit::of(job.tenant).change(Change::FinishJob(job.id)).change(Change::PutJob(again));
        self.close_job(job, unit, outcome).await
    }

    pub(crate) async fn close_job(
        &self,
        job: &JobRow,
        unit: Unit,
        outcome: JobOutcome,
    ) -> Result<JobOutcome, VaultError> {
        match self.store.commit(unit.guard(Guard::JobAttempt(job.id, job.attempts))).await {
            Ok(_) => Ok(outcome),
            Err(candor_store::CommitError::Guard(_)) => Ok(JobOutcome::Lost),
            Err(error) => Err(error.into()),
        }
    }
}

fn recurs(kind: &str) -> bool {
    Recurring::ALL.iter().any(|recurring| recurring.kind() == kind)
}

pub(crate) fn back_off_ms(attempts: u32) -> i64 {
    let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(30)).unwrap_or(i64::MAX);
    BACK_OFF_MS.saturating_mul(doubled).min(BACK_OFF_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_last_up_to_an_hour() {
        assert_eq!([1, 2, 3].map(back_off_ms), [5_000, 10_000, 20_000]);
        assert_eq!(back_off_ms(u32::MAX), BACK_OFF_MS_MAX);
    }
}
