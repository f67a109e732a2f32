//! A batch: one right of many people, opened at once; each is then a request like any other, and what they have to do in a
//! system is done there together.

use std::collections::HashMap;

use candor_manifest::model::RightKind;
use candor_places::PlaceReport;
use candor_vault::{
    Caller, ErrorKind, NewRequest, OPEN_REQUESTS_MAX, RequestView, RunChange, Scope, VaultError, right_name,
};
use candor_words::{Instant, RequestId, SubjectId, TenantId};
use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;

use crate::Rights;
use crate::act::{is_carried_out, not_there};
use crate::approve::correction_missing;
use crate::joining::TOGETHER_MAX;
use crate::run::OfSystem;

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
    /// It is only said what would be done for all of them together, and kept with each; not with `approve`.
    pub plan: bool,
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
    /// What would be done for all of them, system by system, when that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreseen: Option<Vec<ForeseenSystem>>,
}

/// What a batch would do in one system.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ForeseenSystem {
    /// Its name in the policy.
    pub system: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: String,
    /// The organisation has to see to it itself otherwise.
    pub is_connected: bool,
    /// Of how many requests it could not be said.
    pub n_unforeseen: usize,
    /// Place by place, the rows of all of them; a row of several people counts for each.
    pub places: Vec<PlaceReport>,
}

/// Somebody whose request was not opened, or could not be planned.
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
        let (mut requests, mut refused) = (Vec::new(), Vec::new());
        for (at, opened) in opened.into_iter().enumerate() {
            match opened {
                Ok(request) => requests.push((at + 1, request)),
                Err(error) => refused.push(BatchRefusal { row: at + 1, code: error.code() }),
            }
        }
        let mut foreseen = None;
        if batch.approve {
            self.begin_soon(caller.tenant(), requests.iter().map(|(_, request)| *request).collect());
        } else if batch.plan {
            let mut unplanned = HashMap::new();
            for some in requests.chunks(TOGETHER_MAX) {
                let some = some.iter().map(|(_, request)| *request).collect();
                unplanned.extend(self.plan_all(caller, some).await.1);
            }
            requests.retain(|(row, request)| match unplanned.get(request) {
                Some(error) => {
                    refused.push(BatchRefusal { row: *row, code: error.code() });
                    false
                }
                None => true,
            });
            foreseen = Some(self.foreseen(caller.tenant(), &requests).await?);
        }
        refused.sort_by_key(|refused| refused.row);
        Ok(BatchOutcome {
            n_opened: requests.len(),
            n_refused: refused.len(),
            requests: requests.into_iter().map(|(_, request)| request).collect(),
            refused,
            foreseen,
        })
    }

    /// What planned requests would do together.
    async fn foreseen(
        &self,
        tenant: TenantId,
        requests: &[(usize, RequestId)],
    ) -> Result<Vec<ForeseenSystem>, VaultError> {
        let requests: Vec<RequestId> = requests.iter().map(|(_, request)| *request).collect();
        let mut read = stream::iter(requests).map(|request| self.kept(tenant, request)).buffered(AT_ONCE);
        let mut all: Vec<ForeseenSystem> = Vec::new();
        while let Some(kept) = read.next().await {
            let Some(run) = kept?.map(|kept| kept.run) else { continue };
            for (step, system) in run.progress.steps.iter().zip(&run.systems) {
                let at = all.iter().position(|known| known.system == step.system).unwrap_or(all.len());
                if at == all.len() {
                    all.push(ForeseenSystem {
                        system: step.system.clone(),
                        title: system.title.clone(),
                        kind: system.kind.clone(),
                        is_connected: step.is_connected,
                        ..ForeseenSystem::default()
                    });
                }
                if let Some(known) = all.get_mut(at) {
                    known.add(system, step.is_connected && step.act.trouble.is_some());
                }
            }
        }
        Ok(all)
    }

    async fn open_one(&self, caller: &Caller, batch: &Batch, subject: SubjectId) -> Result<RequestId, VaultError> {
        let open = match self.waiting_one(caller, subject, right_name(batch.right)).await? {
            Some(open) => open,
            None => {
                let new = NewRequest { right: batch.right, country: None, received_at: None };
                self.vault.open_request(caller, subject, new).await?
            }
        };
        let request = open.id;
        if batch.identity_proved && open.identity_proved_at.is_none() {
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

    /// The person's open request for the right that nobody has approved yet: a batch that is sent again, or was only planned
    /// before, opens no second one.
    async fn waiting_one(
        &self,
        caller: &Caller,
        subject: SubjectId,
        right: &str,
    ) -> Result<Option<RequestView>, VaultError> {
        let waits = |open: &RequestView| {
            open.closed_at.is_none()
                && open.right == right
                && !open.routed
                && matches!(open.state.as_str(), "received" | "identity_proved" | "planned")
        };
        let open = self.vault.requests(caller, Some(subject), None, OPEN_REQUESTS_MAX).await?;
        Ok(open.rows.into_iter().find(waits))
    }
}

impl ForeseenSystem {
    fn add(&mut self, system: &OfSystem, is_unforeseen: bool) {
        self.n_unforeseen += usize::from(is_unforeseen);
        for PlaceReport { place, did, n_rows, because } in system.previews.iter().map(|preview| &preview.would) {
            let is_it =
                |known: &&mut PlaceReport| known.place == *place && known.did == *did && known.because == *because;
            match self.places.iter_mut().find(is_it) {
                Some(known) => known.n_rows = known.n_rows.saturating_add(*n_rows),
                None => self.places.push(PlaceReport {
                    place: place.clone(),
                    did: *did,
                    n_rows: *n_rows,
                    because: because.clone(),
                }),
            }
        }
    }
}
