//! Driving: begins what is to be done, each part on a task of its own, and notes what came of it.
//!
//! One system that fails or hangs keeps no other from going on. Two requests for one person take turns in each system. What is
//! under way lives in this process alone: after a crash it is begun again, for acts and searches may be repeated. A job looks
//! after every request on its way (`request.run`), so that none is forgotten.

use candor_ledger::EntryBody;
use candor_manifest::model::{PlaceErasure, SystemKind};
use candor_places::{PersonIx, Report, SystemMap, Trace};
use candor_vault::{Caller, ErrorKind, Expect, SlipChange, VaultError};
use candor_words::{Instant, RequestId, TenantId};
use futures_util::FutureExt;

use crate::Rights;
use crate::act::task;
use crate::keep::With;
use crate::machine::{Left, Next, Outcome, PartState, Which};
use crate::named::Named;
use crate::opendsr::AWAITED;
use crate::plan::step_told;
use crate::run::Run;
use crate::systems::word;
use crate::trouble::{failed, vault_failed};

/// How soon a request on its way is looked after when nothing else happens.
pub(crate) const WATCH_MS: i64 = 5_000;
/// How soon one is looked after that waits for somebody.
const WATCH_STUCK_MS: i64 = 3_600_000;
/// How many requests act in one system at the same time.
const AT_ONCE: usize = 4;

/// What a part brought besides its outcome.
enum Brought {
    Acted { n_named: u32, report: Report },
    Searched { n_acts: u32, left: Vec<Trace>, kept: Vec<Trace> },
    Failed(Outcome),
}

impl Rights {
    /// Goes on with a request on a task of its own.
    pub(crate) fn kick(&self, tenant: TenantId, request: RequestId) {
        let Some(this) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            if let Err(error) = this.drive(tenant, request).await {
                tracing::warn!(request.id = %request, code = error.code(), "a request was not carried on; it is tried again");
            }
        });
    }

    /// Goes on with a request, and says when to look again.
    pub(crate) async fn watch(&self, tenant: TenantId, request: RequestId) -> Result<Option<Instant>, VaultError> {
        let office = self.vault.office(tenant);
        let is_planned = self.kept(tenant, request).await?.is_some();
        if !is_planned && self.vault.request(&office, request).await?.closed_at.is_none() {
            // A batch was approved, and this request of it has not begun.
            self.approve(&office, request, crate::Approval::default()).await?;
        }
        let next = self.drive(tenant, request).await?;
        let now = self.vault.now().as_millis();
        let is_flying = self.flying.lock().iter().any(|(flying, ..)| *flying == request);
        Ok(next.map(|next| {
            let soon = next.again_at.map_or(now, Instant::as_millis).max(now.saturating_add(WATCH_MS));
            let is_stuck = next.n_stuck > 0 && next.again_at.is_none() && !is_flying;
            Instant::from_millis(if is_stuck { now.saturating_add(WATCH_STUCK_MS) } else { soon })
        }))
    }

    /// Begins what is to be done now. `None` when the request is not on its way any more.
    async fn drive(&self, tenant: TenantId, request: RequestId) -> Result<Option<Next>, VaultError> {
        let office = self.vault.office(tenant);
        let turn = self.turns.take(&format!("drive {request}")).await;
        let Some(kept) = self.kept(tenant, request).await? else { return Ok(None) };
        let run = kept.run;
        let open = self.vault.request(&office, request).await?;
        if open.closed_at.is_some() {
            self.clear_away(&office, &run, &open.state).await?;
            return Ok(None);
        }
        if run.approved_at.is_none() {
            return Ok(None);
        }
        if open.paused_at.is_some() {
            return Ok(Some(Next::default()));
        }
        let next = {
            let mut flying = self.flying.lock();
            let next = run.progress.next(self.vault.now(), |at, which| flying.contains(&(request, at, which)));
            flying.extend(next.begin.iter().map(|(at, which)| (request, *at, *which)));
            next
        };
        for (at, which) in &next.begin {
            self.launch(tenant, run.clone(), *at, *which);
        }
        if next.may_answer {
            let answered = self.conclude(&office, run).await;
            drop(turn);
            return answered.map(|is_answered| (!is_answered).then_some(next));
        }
        if let Some(again_at) = next.again_at {
            self.kick_at(tenant, request, again_at);
        }
        Ok(Some(next))
    }

    /// Goes on when a failed part may be tried again, sooner than the job would.
    fn kick_at(&self, tenant: TenantId, request: RequestId, again_at: Instant) {
        let Some(wait) = u64::try_from(again_at.as_millis() - self.vault.now().as_millis()).ok() else { return };
        if i64::try_from(wait).is_ok_and(|wait| wait > WATCH_MS) {
            return;
        }
        let this = self.this.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(wait.saturating_add(1))).await;
            if let Some(this) = this.upgrade() {
                this.kick(tenant, request);
            }
        });
    }

    fn launch(&self, tenant: TenantId, run: Run, at: usize, which: Which) {
        let Some(this) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            let request = run.request;
            // A connector that panics is a connector that failed.
            let brought = std::panic::AssertUnwindSafe(this.carry(tenant, &run, at, which)).catch_unwind().await;
            let brought = brought.unwrap_or_else(|_| {
                let why = "its connector broke".to_owned();
                Brought::Failed(failed(&candor_connect::ConnectError::Failed { why }))
            });
            let noted = this.note(tenant, request, at, which, brought).await;
            this.flying.lock().remove(&(request, at, which));
            if let Err(error) = noted {
                tracing::warn!(request.id = %request, code = error.code(), "what came of a step was not written down; it is done again");
                return;
            }
            this.kick(tenant, request);
        });
    }

    /// Carries one part out in its system.
    async fn carry(&self, tenant: TenantId, run: &Run, at: usize, which: Which) -> Brought {
        let Some(step) = run.progress.steps.get(at) else {
            return Brought::Failed(vault_failed(&lost()));
        };
        let _turn = self.turns.take(&format!("{tenant} {} {}", run.subject, step.system)).await;
        let lane = u64::from_be_bytes(run.request.as_bytes()[8..].try_into().unwrap_or_default()) % AT_ONCE as u64;
        let _lane = self.turns.take(&format!("lane {tenant} {} {lane}", step.system)).await;
        match self.carry_in(tenant, run, at, which, &step.system).await {
            Ok(brought) => brought,
            Err(outcome) => Brought::Failed(outcome),
        }
    }

    async fn carry_in(
        &self,
        tenant: TenantId,
        run: &Run,
        at: usize,
        which: Which,
        system: &str,
    ) -> Result<Brought, Outcome> {
        let plan = self.plan_of(tenant, &run.plan).await.map_err(|error| vault_failed(&error))?;
        let (map, connector) = self.within(self.reach(tenant, &plan, system)).await.map_err(|error| failed(&error))?;
        let done = match which {
            Which::Act => self.act(tenant, run, at, &*connector).await,
            Which::Search => self.search(tenant, run, &map, &*connector).await,
        };
        if done.is_err() {
            self.let_go(tenant, &plan, system);
        }
        done
    }

    /// Asks the system who else it knows the person as, and has it act with all that is known.
    async fn act(
        &self,
        tenant: TenantId,
        run: &Run,
        at: usize,
        connector: &dyn candor_connect::Connector,
    ) -> Result<Brought, Outcome> {
        let (mut named, version) = self.all_named(tenant, run).await?;
        let found = self.within(connector.identify(&[named.person()])).await.map_err(|error| failed(&error))?;
        let is_new = named.add(found.into_iter().filter(|found| found.person == PersonIx(0)).collect());
        let n_named = if is_new {
            self.name_further(tenant, run, &named, version).await.map_err(|error| vault_failed(&error))?
        } else {
            self.n_named(tenant, run.request).await.map_err(|error| vault_failed(&error))?
        };
        if run.systems.get(at).is_some_and(|system| system.previews.is_empty()) {
            self.foresee_late(tenant, run, at, connector, &named).await?;
        }
        let task = task(&run.right, &named).map_err(|error| vault_failed(&error))?;
        let errand = self.errand(tenant, run, at).await.map_err(|error| vault_failed(&error))?;
        let report = self.within(connector.carry_out_for(&errand, &task)).await.map_err(|error| failed(&error))?;
        Ok(Brought::Acted { n_named, report })
    }

    /// A system that was not reached when the request was planned is asked what it would do before it does it.
    async fn foresee_late(
        &self,
        tenant: TenantId,
        run: &Run,
        at: usize,
        connector: &dyn candor_connect::Connector,
        named: &Named,
    ) -> Result<(), Outcome> {
        let task = task(&run.right, named).map_err(|error| vault_failed(&error))?;
        let previews = self.within(connector.preview(&task)).await.map_err(|error| failed(&error))?;
        let office = self.vault.office(tenant);
        let kept = self.change(&office, run.request, |run| {
            if let Some(system) = run.systems.get_mut(at) {
                system.foresee(previews.clone());
            }
            Ok(With::default())
        });
        kept.await.map(drop).map_err(|error| vault_failed(&error))
    }

    async fn search(
        &self,
        tenant: TenantId,
        run: &Run,
        map: &SystemMap,
        connector: &dyn candor_connect::Connector,
    ) -> Result<Brought, Outcome> {
        let (named, _) = self.all_named(tenant, run).await?;
        let n_acts = run.progress.n_acts;
        let traces = self.within(connector.search(&[named.person()])).await.map_err(|error| failed(&error))?;
        let is_kept =
            |trace: &Trace| map.place(&trace.place).is_some_and(|place| place.on_erasure == PlaceErasure::Keep);
        let (kept, left) = traces.into_iter().filter(|trace| trace.n_rows > 0).partition(is_kept);
        Ok(Brought::Searched { n_acts, left, kept })
    }

    async fn all_named(&self, tenant: TenantId, run: &Run) -> Result<(Named, u32), Outcome> {
        let named = self.named(tenant, run.request).await.map_err(|error| vault_failed(&error))?;
        named.ok_or_else(|| vault_failed(&lost()))
    }

    async fn n_named(&self, tenant: TenantId, request: RequestId) -> Result<u32, VaultError> {
        Ok(self.kept(tenant, request).await?.map_or(0, |kept| kept.run.progress.n_named))
    }

    /// Keeps further identifiers; whoever acted without them acts again.
    async fn name_further(&self, tenant: TenantId, run: &Run, named: &Named, version: u32) -> Result<u32, VaultError> {
        let slip = named.slip(run.request, run.subject, Expect::Version(version))?;
        let changed = self
            .change(&self.vault.office(tenant), run.request, |run| {
                run.progress.name_further();
                run.named_by = named.fields();
                Ok(With { slips: vec![slip.clone()], ..With::default() })
            })
            .await?;
        changed.map(|run| run.progress.n_named).ok_or_else(lost)
    }

    /// Notes what came of a part, with what the ledger says of it.
    async fn note(
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
            None => self.vault.lift_restriction(office, run.subject, "with the refusal of the request").await.map(drop),
            Some(before) => {
                let terms = candor_vault::Terms {
                    allowed_purposes: before.allowed.clone(),
                    until: before.until.filter(|until| *until > self.vault.now()),
                    agreement: before.agreement.clone(),
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
                (false, false) if is_awaited => Some(step_told(request, place, 7, 0)),
                (true, _) => Some(step_told(request, place, 6, 0)),
                (false, false) => Some(step_told(request, place, 2, 0)),
                (false, true) => None,
            }
        }
    }
}

fn lost() -> VaultError {
    VaultError::new(ErrorKind::Gone, "request.not_on_its_way", "the request is not on its way any more")
}
