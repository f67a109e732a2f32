//! Driving: begins what is to be done, and notes what came of it.
//!
//! One system that fails or hangs keeps no other from going on. Two requests for one person take turns in each system, and
//! what many want there at once is joined (`joining.rs`, `together.rs`). What is under way lives in this process alone: after a
//! crash it is begun again, for acts and searches may be repeated. A job looks after every request on its way
//! (`request.run`), so that none is forgotten.

use std::collections::BTreeMap;

use candor_ledger::EntryBody;
use candor_manifest::model::SystemKind;
use candor_places::{Report, Trace};
use candor_vault::{Caller, ErrorKind, Expect, Reach, SlipChange, VaultError};
use candor_words::{Instant, RequestId, TenantId};
use futures_util::stream::{self, StreamExt};

use crate::Rights;
use crate::joining::Due;
use crate::keep::With;
use crate::machine::{Left, Next, Outcome, PartState, Which};
use crate::named::Named;
use crate::opendsr::AWAITED;
use crate::plan::step_told;
use crate::recipients::{TELLING, Tells};
use crate::run::Run;
use crate::systems::word;
use crate::together::WRITES_AT_ONCE;

/// How soon a request on its way is looked after when nothing else happens.
pub(crate) const WATCH_MS: i64 = 5_000;
/// How soon one is looked after that this process is busy with.
const WATCH_FLYING_MS: i64 = 60_000;
/// How soon one is looked after that waits for somebody.
const WATCH_STUCK_MS: i64 = 3_600_000;

/// What a part brought besides its outcome.
pub(crate) enum Brought {
    Acted { n_named: u32, report: Report },
    Searched { n_acts: u32, left: Vec<Trace>, kept: Vec<Trace> },
    Failed(Outcome),
}

impl Rights {
    /// Goes on with a request on a task of its own.
    pub(crate) fn kick(&self, tenant: TenantId, request: RequestId) {
        self.kick_all(tenant, vec![request]);
    }

    /// Goes on with several requests on a task of their own.
    pub(crate) fn kick_all(&self, tenant: TenantId, requests: Vec<RequestId>) {
        let Some(this) = self.this.upgrade().filter(|_| !requests.is_empty()) else { return };
        tokio::spawn(async move { this.drive_all(tenant, requests).await });
    }

    /// Goes on with a request, and says when to look again.
    pub(crate) async fn watch(&self, tenant: TenantId, request: RequestId) -> Result<Option<Instant>, VaultError> {
        let office = self.vault.office(tenant);
        let now = self.vault.now().as_millis();
        let kept = self.kept(tenant, request).await?;
        let open = self.vault.request(&office, request).await?;
        // Nobody else approves a push: planned by a process that ended then, it would wait forever.
        let is_begun = kept.is_some_and(|kept| kept.run.approved_at.is_some() || !kept.run.is_push());
        if !is_begun && open.closed_at.is_none() {
            if self.vault.push_of(&office, request).await?.is_some() {
                if self.ended_push(&office, request, open.subject).await? {
                    return Ok(None);
                }
                self.approve(&office, request, crate::Approval::default()).await?;
            } else {
                // A batch was approved, and this request of it has not begun.
                match self.beginning.trouble_of(request) {
                    // An organisation decides about this one first: it is not forgotten, and not begun.
                    Some(error) if error.code() == "request.undecided" => {
                        return Ok(Some(Instant::from_millis(now.saturating_add(WATCH_STUCK_MS))));
                    }
                    Some(error) => return Err(error),
                    None => {}
                }
                self.begin_soon(tenant, vec![request]);
                return Ok(Some(Instant::from_millis(now.saturating_add(WATCH_MS))));
            }
        }
        let (next, dues) = self.look(tenant, request).await?;
        self.launch(tenant, dues);
        let is_flying = self.flying.lock().iter().any(|(flying, ..)| *flying == request);
        Ok(next.map(|next| {
            let wait_ms = match () {
                () if is_flying => WATCH_FLYING_MS,
                () if next.n_stuck > 0 && next.again_at.is_none() => WATCH_STUCK_MS,
                () => WATCH_MS,
            };
            let soon = next.again_at.filter(|_| !is_flying).map_or(now, Instant::as_millis);
            Instant::from_millis(soon.max(now.saturating_add(wait_ms)))
        }))
    }

    /// Goes on with requests; what they have to do in one system is joined there.
    async fn drive_all(&self, tenant: TenantId, requests: Vec<RequestId>) {
        let looks = stream::iter(requests).map(|request| self.look_at(tenant, request)).buffered(WRITES_AT_ONCE);
        let mut again: BTreeMap<Instant, Vec<RequestId>> = BTreeMap::new();
        let mut all = Vec::new();
        for (request, looked) in looks.collect::<Vec<_>>().await {
            match looked {
                Ok((next, dues)) => {
                    all.extend(dues);
                    if let Some(at) = next.and_then(|next| next.again_at) {
                        again.entry(at).or_default().push(request);
                    }
                }
                Err(error) => {
                    tracing::warn!(request.id = %request, code = error.code(), "a request was not carried on; it is tried again");
                }
            }
        }
        self.launch(tenant, all);
        for (again_at, requests) in again {
            self.kick_at(tenant, requests, again_at);
        }
    }

    async fn look_at(
        &self,
        tenant: TenantId,
        request: RequestId,
    ) -> (RequestId, Result<(Option<Next>, Vec<(String, Due)>), VaultError>) {
        (request, self.look(tenant, request).await)
    }

    /// What is to be done of a request now, by system; it is answered when nothing is. No `Next` when it is not on its way
    /// any more.
    async fn look(
        &self,
        tenant: TenantId,
        request: RequestId,
    ) -> Result<(Option<Next>, Vec<(String, Due)>), VaultError> {
        let office = self.vault.office(tenant);
        let turn = self.turns.take(&format!("drive {request}")).await;
        let Some(kept) = self.kept(tenant, request).await? else { return Ok((None, Vec::new())) };
        let run = kept.run;
        let open = self.vault.request(&office, request).await?;
        if open.closed_at.is_some() {
            self.clear_away(&office, &run, &open.state).await?;
            return Ok((None, Vec::new()));
        }
        if run.approved_at.is_none() {
            return Ok((None, Vec::new()));
        }
        if run.is_push() && self.ended_push(&office, request, run.subject).await? {
            return Ok((None, Vec::new()));
        }
        if open.paused_at.is_some() {
            return Ok((Some(Next::default()), Vec::new()));
        }
        let now = self.vault.now();
        let mut next = {
            let mut flying = self.flying.lock();
            let next = run.progress.next(now, |at, which| flying.contains(&(request, at, which)));
            flying.extend(next.begin.iter().map(|(at, which)| (request, *at, *which)));
            next
        };
        let dues = next.begin.iter().filter_map(|(at, which)| Due::of(&run, *at, *which)).collect();
        if next.may_answer {
            match run.tells(now) {
                Tells::Nothing => {}
                Tells::Now => {
                    let is_new = self.flying.lock().insert((request, TELLING, Which::Act));
                    if is_new {
                        self.launch_tellings(tenant, run);
                    }
                    return Ok((Some(next), dues));
                }
                Tells::Later(at) => {
                    next.again_at = Some(at);
                    self.kick_at(tenant, vec![request], at);
                    return Ok((Some(next), dues));
                }
            }
            let answered = self.conclude(&office, run).await;
            drop(turn);
            return answered.map(|is_answered| ((!is_answered).then_some(next), Vec::new()));
        }
        Ok((Some(next), dues))
    }

    /// Has parts that are due wait for their turn in their systems.
    fn launch(&self, tenant: TenantId, dues: Vec<(String, Due)>) {
        let mut lines: BTreeMap<String, Vec<Due>> = BTreeMap::new();
        for (system, due) in dues {
            lines.entry(system).or_default().push(due);
        }
        for (system, dues) in lines {
            let line = (tenant, system);
            self.joining.add(&line, dues);
            self.pump(&line);
        }
    }

    /// Goes on when failed parts may be tried again, sooner than the job would.
    fn kick_at(&self, tenant: TenantId, requests: Vec<RequestId>, again_at: Instant) {
        let Some(wait) = u64::try_from(again_at.as_millis() - self.vault.now().as_millis()).ok() else { return };
        if i64::try_from(wait).is_ok_and(|wait| wait > WATCH_MS) {
            return;
        }
        let this = self.this.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(wait.saturating_add(1))).await;
            if let Some(this) = this.upgrade() {
                this.kick_all(tenant, requests);
            }
        });
    }

    /// Notes what came of a part, with what the ledger says of it.
    pub(crate) async fn note(
        &self,
        tenant: TenantId,
        request: RequestId,
        at: usize,
        which: Which,
        brought: Brought,
    ) -> Result<(), VaultError> {
        let now = self.vault.now();
        let office = self.vault.office(tenant);
        let noted = self.change(&office, request, |run| {
            let told = note_in(run, at, which, &brought, now);
            Ok(With { told: told.into_iter().collect(), ..With::default() })
        });
        noted.await.map(drop)
    }

    /// Drops what was kept of a request that is closed without having been answered here.
    async fn clear_away(&self, office: &Caller, run: &Run, state: &str) -> Result<(), VaultError> {
        if state == "refused"
            && let Some(restricted) = &run.restricted
        {
            self.restrict_as_before(office, run, restricted).await?;
        }
        let dropped =
            SlipChange::Drop(candor_vault::RUN_SLIPS, candor_vault::request_slip(run.request), Expect::Anything);
        self.vault.change_slips(office, vec![dropped, Named::dropped(run.request)], Vec::new()).await.map(drop)
    }

    async fn restrict_as_before(
        &self,
        office: &Caller,
        run: &Run,
        restricted: &crate::run::Restricted,
    ) -> Result<(), VaultError> {
        let done = match &restricted.before {
            None => {
                let informed = "with the refusal of the request";
                self.vault.lift_restriction_in(office, run.subject, informed, Reach::Vault).await.map(drop)
            }
            Some(before) => {
                let terms = candor_vault::Terms {
                    allowed_purposes: before.allowed.clone(),
                    until: before.until.filter(|until| *until > self.vault.now()),
                    agreement: before.agreement.clone(),
                    reach: Reach::Vault,
                };
                self.vault.restrict(office, run.subject, terms).await.map(drop)
            }
        };
        match done {
            // Lifted by somebody meanwhile, or nobody is left.
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Conflict) => Ok(()),
            done => done,
        }
    }
}

/// Changes the request by what came of a part; what the ledger says of it, unless a passing failure repeats itself.
fn note_in(run: &mut Run, at: usize, which: Which, brought: &Brought, now: Instant) -> Option<EntryBody> {
    let request = run.request;
    let was_failing = run.progress.steps.get(at).is_some_and(|step| match which {
        Which::Act => step.act.attempts > 0,
        Which::Search => step.search.attempts > 0,
    });
    let system = run.systems.get_mut(at)?;
    let place = system.at;
    match brought {
        Brought::Acted { n_named, report } => {
            system.add(report.clone());
            let n_rows = report.places.iter().map(|place| place.n_rows).sum();
            run.progress.note(at, which, Outcome::Acted { n_named: *n_named }, now);
            Some(step_told(request, place, 1, n_rows))
        }
        Brought::Searched { n_acts, left, kept } => {
            (system.left, system.kept, system.searched_at) = (left.clone(), kept.clone(), Some(now));
            let n_rows = left.iter().map(|trace| trace.n_rows).sum();
            let (left, state) = match left.as_slice() {
                [] => (Left::Nothing, 4),
                traces if traces.iter().any(|trace| trace.is_mapped) => (Left::Mapped, 3),
                _ => (Left::Unmapped, 3),
            };
            // Nobody searches at another organisation: its word stands with the act.
            let is_searched = system.kind != word(SystemKind::Opendsr);
            run.progress.note(at, which, Outcome::Searched { n_acts: *n_acts, left }, now);
            is_searched.then(|| step_told(request, place, state, n_rows))
        }
        Brought::Failed(outcome) => {
            run.progress.note(at, which, outcome.clone(), now);
            let step = run.progress.steps.get(at)?;
            let is_stuck = step.act.state == PartState::Stuck || step.search.state == PartState::Stuck;
            let is_awaited = step.act.trouble.as_ref().is_some_and(|trouble| trouble.code == AWAITED);
            match (is_stuck, was_failing) {
                (false, false) if is_awaited => Some(step_told(request, place, 8, 0)),
                (true, _) => Some(step_told(request, place, 6, 0)),
                (false, false) => Some(step_told(request, place, 2, 0)),
                (false, true) => None,
            }
        }
    }
}

pub(crate) fn lost() -> VaultError {
    VaultError::new(ErrorKind::Gone, "request.not_on_its_way", "the request is not on its way any more")
}
