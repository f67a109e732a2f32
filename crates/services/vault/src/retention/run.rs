//! Running: batches of subjects that are due, each one unit.

use std::collections::HashSet;
use std::sync::Arc;

use candor_store::{Change, JobRow, PAGE_MAX, Unit};
use candor_words::{ApiKeyId, Instant, JobId, SubjectId, TenantId};
use serde::Serialize;
use tokio::sync::OwnedMutexGuard;

use super::carry_out::Acting;
use super::reckon::{Turn, reckon};
use crate::caller::{Caller, Scope};
use crate::live::LiveCache;
use crate::state::{ANONYMOUS, ERASED};
use crate::tenant::Tenant;
use crate::{Counters, Vault, VaultError};

/// The job that carries out keep rules.
pub(crate) const RETAIN: &str = "retention.run";
/// The job that lets every subject be looked at again, after the rules have changed.
pub(crate) const LOOK_AGAIN: &str = "retention.look_again";

/// How many subjects one unit is about: a durable write, and emptying the log of what was destroyed, cost the same
/// for one as for all of them.
const BATCH_SUBJECTS: usize = 2_000;
/// A batch takes no further subject once its unit is this large; with what one subject may add, it stays within what
/// the store takes.
const BATCH_CHANGES: usize = 6_000;
const BATCH_BYTES: usize = 4 << 20;
/// How many batches one call or job runs; what is left waits for the next.
const BATCHES_PER_RUN: usize = 13;

/// What was done to the subjects that were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LookedAt {
    pub n_subjects: u64,
    /// Records of which some value changed.
    pub n_records: u64,
    pub n_values_erased: u64,
    pub n_values_anonymised: u64,
    pub n_values_quarantined: u64,
    /// Sealed for a time of grace.
    pub n_values_set_aside: u64,
    pub n_values_found_again: u64,
    pub n_keys_destroyed: u64,
    /// Subjects of whom nothing is left.
    pub n_erased: u64,
    /// Subjects of whom nothing went although something was due.
    pub n_held: u64,
}

/// What a run did, and whether more is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionRun {
    /// Up to which instant.
    pub at: Instant,
    /// What was done.
    #[serde(flatten)]
    pub looked: LookedAt,
    /// How many subjects are still due.
    pub n_left: u64,
}

impl LookedAt {
    pub(super) fn count(&mut self, turn: Turn, n_values: u64) {
        *match turn {
            Turn::Erased => &mut self.n_values_erased,
            Turn::Anonymised => &mut self.n_values_anonymised,
            Turn::Quarantined => &mut self.n_values_quarantined,
            Turn::SetAside => &mut self.n_values_set_aside,
            Turn::FoundAgain => &mut self.n_values_found_again,
        } += n_values;
    }
}

impl Vault {
    /// Carries out what is due of the caller's tenant: up to 13 batches of at most 2 000 subjects, each one unit.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the store does not answer. What was committed before stays done.
    pub async fn run_retention(&self, caller: &Caller) -> Result<RetentionRun, VaultError> {
        caller.needs(Scope::Admin)?;
        self.run_retention_of(caller.tenant(), Some(caller.key())).await
    }

    /// The same on behalf of whoever holds the machine: `candor retention`.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn run_retention_of(&self, tenant: TenantId, by: Option<ApiKeyId>) -> Result<RetentionRun, VaultError> {
        let mut looked = LookedAt::default();
        let at = self.now();
        for _ in 0..BATCHES_PER_RUN {
            if !self.retain_batch(tenant, by, at, &mut looked).await? {
                break;
            }
        }
        let n_left = self.store.count_due(tenant, at).await?;
        Ok(RetentionRun { at, looked, n_left })
    }

    /// How many subjects are due now.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn n_due(&self, tenant: TenantId) -> Result<u64, VaultError> {
        Ok(self.store.count_due(tenant, self.now()).await?)
    }

    /// The job: one run; what is left is written down again when it next recurs.
    pub(crate) async fn retain(&self, tenant: &Tenant) -> Result<(), VaultError> {
        let run = self.run_retention_of(tenant.id(), None).await?;
        let LookedAt { n_subjects, n_erased, n_held, .. } = run.looked;
        tracing::info!(n_subjects, n_erased, n_held, n_left = run.n_left, "keep rules were carried out");
        Ok(())
    }

    /// Lets every subject be looked at again.
    pub(crate) async fn look_again(&self, tenant: &Tenant) -> Result<(), VaultError> {
        let _retaining = self.retaining.lock().await;
        let (now, mut after) = (self.now(), None);
        loop {
            let page = self.store.subjects(tenant.id(), after, PAGE_MAX).await?;
            let mut unit = Unit::of(tenant.id());
            let kept = page.rows.iter().filter(|row| !matches!(row.state, ERASED | ANONYMOUS));
            unit.changes.extend(kept.map(|row| Change::HastenDue(row.id, now)));
            if !unit.changes.is_empty() {
                self.commit(unit).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Looks at every subject and carries out whatever is due, to the end: what came back from a backup may be past its
    /// time.
    pub(crate) async fn keep_rules_anew(&self, tenant: &Tenant) -> Result<(), VaultError> {
        self.look_again(tenant).await?;
        loop {
            let run = self.run_retention_of(tenant.id(), None).await?;
            if run.n_left == 0 || run.looked.n_subjects == 0 {
                return Ok(());
            }
        }
    }

    /// The job that lets every subject be looked at again, once rules that `because` names are in force.
    pub(crate) fn look_again_job(&self, tenant: TenantId, because: &str, run_at: Instant) -> JobRow {
        JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: LOOK_AGAIN.to_owned(),
            unique: format!("{LOOK_AGAIN}:{because}"),
            payload: "{}".to_owned(),
            run_at,
            attempts: 0,
            leased_until: None,
        }
    }

    /// The subjects of one batch: those that have been due for longest.
    async fn first_due(&self, tenant: TenantId, at: Instant) -> Result<Vec<SubjectId>, VaultError> {
        let (mut subjects, mut after) = (Vec::new(), None);
        while subjects.len() < BATCH_SUBJECTS {
            let page = self.store.due(tenant, at, after, PAGE_MAX).await?;
            subjects.extend(page.rows.iter().map(|row| row.subject));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        // In the order of the store's keys, so that each of its pages is visited once.
        subjects.sort_unstable();
        Ok(subjects)
    }

    /// One batch in one unit; says whether there was one.
    async fn retain_batch(
        &self,
        id: TenantId,
        by: Option<ApiKeyId>,
        at: Instant,
        looked: &mut LookedAt,
    ) -> Result<bool, VaultError> {
        let _retaining = self.retaining.lock().await;
        let tenant = self.tenant(id).await?;
        let policy = Arc::clone(tenant.policy_at(at)?);
        let subjects = self.first_due(id, at).await?;
        if subjects.is_empty() {
            return Ok(false);
        }
        let writers = self.stripes.hold_all(subjects.iter().copied()).await;
        let acting = Acting { tenant: &tenant, policy: &policy, by, now: at };
        let mut unit = Unit::of(id);
        let mut changed = Vec::new();
        let mut bytes = 0;
        let mut missing: HashSet<SubjectId> = subjects.iter().copied().collect();
        let mut counted = *looked;
        for some in subjects.chunks(PAGE_MAX) {
            for retained in self.store.retained(id, some).await? {
                let subject = retained.state.row.id;
                missing.remove(&subject);
                if unit.changes.len() >= BATCH_CHANGES || bytes >= BATCH_BYTES {
                    // Still due: its turn comes with the next batch.
                    continue;
                }
                let records = self.all_records(&tenant, subject, &retained).await?;
                let reckoned = reckon(&policy.plan, &tenant.settings, retained, records, at)?;
                bytes += reckoned.bytes;
                self.owe_systems(acting, &mut unit, &reckoned).await?;
                if self.carry_out_in(acting, &mut unit, reckoned, &mut counted).await? {
                    changed.push(subject);
                }
            }
        }
        // A row without its subject says nothing.
        unit.changes.extend(missing.into_iter().map(|subject| Change::PutDue(subject, None)));
        let n_erased = counted.n_erased - looked.n_erased;
        let forgetting = ForgettingAll { live: Arc::clone(&self.live), tenant: id, changed, _writers: writers };
        let following = self.aftermath_of_all(&unit).await;
        self.commit_followed(unit, forgetting, following).await?;
        Counters::add(&self.counters().erasures, n_erased);
        *looked = counted;
        Ok(true)
    }
}

/// Forgets subjects when it is dropped, and only then lets their next writers in.
struct ForgettingAll {
    live: Arc<LiveCache>,
    tenant: TenantId,
    changed: Vec<SubjectId>,
    _writers: Vec<OwnedMutexGuard<()>>,
}

impl Drop for ForgettingAll {
    fn drop(&mut self) {
        // INVARIANT: as for a single subject, before anybody is told and on an error too.
        for subject in &self.changed {
            self.live.forget(self.tenant, *subject);
        }
    }
}
