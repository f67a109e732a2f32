//! A batch: one right of many people, opened at once; each is then a request like any other, and what they have to do in a
//! system is done there together.

use candor_manifest::model::RightKind;
use candor_vault::{Caller, ErrorKind, NewRequest, RunChange, Scope, VaultError, right_name};
use candor_words::{Instant, RequestId, SubjectId};
use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;

use crate::Rights;
use crate::act::{is_carried_out, not_there};
use crate::plan::correction_missing;

/// The most people of one batch.
pub const BATCH_MAX: usize = 10_000;
/// How many are opened at the same time, so that the store commits them in groups.
const AT_ONCE: usize = 128;
/// How soon a request of a batch is looked after that is not begun.
const WATCH_BATCH_MS: i64 = 60_000;

/// A right of many people.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which right.
    pub right: RightKind,
    /// Whose.
    pub subjects: Vec<SubjectId>,
    /// The caller has checked who is asking, for all of them.
    pub identity_proved: bool,
    /// Each is carried out in connected systems.
    pub approve: bool,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchOutcome {
    /// How many requests were opened.
    pub n_opened: usize,
    /// How many were not.
    pub n_refused: usize,
    /// Those that were, in the order of the batch.
    pub requests: Vec<RequestId>,
    /// Those that were not.
    pub refused: Vec<BatchRefusal>,
}

/// Somebody whose request was not opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchRefusal {
    /// Which of the batch, from 1.
    pub row: usize,
    /// Why: a stable code.
    pub code: &'static str,
}

impl Rights {
    /// Opens a request of each; when they are approved, they are planned and carried out together, each with its own outcome.
    ///
    /// # Errors
    /// The caller lacks the rights scope; more than [`BATCH_MAX`] people; a right that is not carried out in systems.
    pub async fn open_batch(&self, caller: &Caller, batch: &Batch) -> Result<BatchOutcome, VaultError> {
        caller.needs(Scope::Rights)?;
        if batch.subjects.len() > BATCH_MAX {
            return Err(VaultError::new(ErrorKind::TooLarge, "batch.too_many", "a batch holds at most 10 000 people")
                .detail("max", BATCH_MAX));
        }
        if batch.approve && !is_carried_out(batch.right) {
            return Err(not_there(right_name(batch.right)));
        }
        if batch.approve && batch.right == RightKind::Rectification {
            return Err(correction_missing());
        }
        // A write for each: none of them alone is the one that an idempotency key stands for.
        let caller = &caller.unmarked();
        let opened = stream::iter(batch.subjects.clone()).map(|subject| self.open_one(caller, batch, subject));
        let opened: Vec<Result<RequestId, VaultError>> = opened.buffered(AT_ONCE).collect().await;
        let mut outcome = BatchOutcome { n_opened: 0, n_refused: 0, requests: Vec::new(), refused: Vec::new() };
        for (at, opened) in opened.into_iter().enumerate() {
            match opened {
                Ok(request) => outcome.requests.push(request),
                Err(error) => outcome.refused.push(BatchRefusal { row: at + 1, code: error.code() }),
            }
        }
        if batch.approve {
            self.begin_soon(caller.tenant(), outcome.requests.clone());
        }
        (outcome.n_opened, outcome.n_refused) = (outcome.requests.len(), outcome.refused.len());
        Ok(outcome)
    }

    async fn open_one(&self, caller: &Caller, batch: &Batch, subject: SubjectId) -> Result<RequestId, VaultError> {
        let new = NewRequest { right: batch.right, country: None, received_at: None };
        let request = self.vault.open_request(caller, subject, new).await?.id;
        if batch.identity_proved {
            self.vault.prove_identity(caller, request).await?;
        }
        if batch.approve {
            // Only if this process ends before it begins them itself.
            let watch_at = Instant::from_millis(self.vault.now().as_millis().saturating_add(WATCH_BATCH_MS));
            let watch = RunChange { watch_at: Some(watch_at), ..RunChange::default() };
            self.vault.change_run(caller, request, watch).await?;
        }
        Ok(request)
    }
}
