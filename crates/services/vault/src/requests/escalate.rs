//! Escalation: before a clock runs out, the request says so, in its own state and in the ledger, and somebody is written to.

use std::sync::Arc;

use async_trait::async_trait;
use candor_store::{Change, JobRow};
use candor_words::{Instant, JobId, RequestId, TenantId};
use serde::{Deserialize, Serialize};

use super::{OpenRequest, State, right_of, view};
use crate::{RequestView, Vault, VaultError};

/// Whoever is told that the clock of a request runs out: people who can still see to it.
#[async_trait]
pub trait Alarm: Send + Sync {
    /// Tells them; it may be told twice.
    ///
    /// # Errors
    /// They could not be told now: it is tried again.
    async fn raise(&self, tenant: TenantId, request: &RequestView) -> Result<(), VaultError>;
}

/// The kind of the job that watches a clock.
pub(crate) const ESCALATE: &str = "request.escalate";

#[derive(Serialize, Deserialize)]
struct Watch {
    request: RequestId,
    due_at: Instant,
}

impl Vault {
    /// The job that raises the alarm for the clock as it now runs.
    pub(crate) fn escalation(&self, tenant: TenantId, open: &OpenRequest) -> Change {
        let watch = Watch { request: open.row.id, due_at: open.row.due_at };
        Change::PutJob(JobRow {
            id: JobId::random(self.entropy.as_ref()),
            tenant,
            kind: ESCALATE.to_owned(),
            unique: format!("{ESCALATE} {} {}", open.row.id, open.row.due_at.as_millis()),
            payload: serde_json::to_string(&watch).unwrap_or_default(),
            run_at: open.form.escalates_at.unwrap_or(open.row.due_at),
            attempts: 0,
            leased_until: None,
        })
    }

    /// Runs the job: a request that is still open, whose clock is still the one watched, escalates once. It may run
    /// twice; the second time finds nothing to do. Whoever runs jobs finishes it afterwards.
    ///
    /// # Errors
    /// The job's payload cannot be read; the store does not answer.
    pub async fn escalate(&self, job: &JobRow) -> Result<(), VaultError> {
        let watch: Watch = serde_json::from_str(&job.payload).map_err(|_| VaultError::damaged("job"))?;
        let tenant = self.tenant(job.tenant).await?;
        let Some(row) = self.store.request(tenant.id(), watch.request).await? else { return Ok(()) };
        if row.closed_at.is_some() || row.due_at != watch.due_at || right_of(&row.kind).is_none() {
            return Ok(());
        }
        let mut change = self.change_of(Arc::clone(&tenant), OpenRequest::of(row)?, None).await?;
        if change.open.form.paused_at.is_some() {
            return Ok(());
        }
        let escalated = if change.open.form.escalated_at.is_none() {
            change.open.form.escalated_at = Some(change.now);
            let escalated = self.conclude_request(change, State::Escalated).await?;
            tracing::warn!(request.id = %escalated.id, right = escalated.right, due_at = %escalated.due_at, "a request is about to be overdue");
            escalated
        } else {
            // Said before, and not to everybody yet: the job runs again because somebody could not be told.
            view(&change.open.row, change.open.form, change.now)
        };
        match self.alarm.get() {
            Some(alarm) => alarm.raise(tenant.id(), &escalated).await,
            None => Ok(()),
        }
    }

    /// Names who is told that the clock of a request runs out; the first one named stays.
    pub fn alarmed_by(&self, alarm: Arc<dyn Alarm>) {
        let _ = self.alarm.set(alarm);
    }
}
