//! Planning and approving: what would be done in each connected system, and the word that lets it be done.
//!
//! Nothing leaves before identity is proved where the policy wants that (d20): planning too asks systems about the person.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use candor_connect::{ConnectError, Connector};
use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_vault::{
    Caller, ErrorKind, Expect, NewRecord, PlanInForce, PushForm, Reach, RequestView, RestrictionForm, RunState, Scope,
    Terms, VaultError, right_of,
};
use candor_words::{Instant, RecordId, RequestId, TenantId};
use futures_util::future::join_all;
use tokio::time::Instant as Deadline;

use crate::Rights;
use crate::act::{Want, is_carried_out, not_there};
use crate::corrected::Corrections;
use crate::drive::WATCH_MS;
use crate::halves::{Answer, Ask};
use crate::joining::TOGETHER_MAX;
use crate::keep::With;
use crate::machine::{Outcome, Progress, Step};
use crate::named::Named;
use crate::recipients::{any_told, is_told, tellings};
use crate::run::{Agreed, OfSystem, Restricted, Run};
use crate::systems::word;
use crate::trouble::failed;
use crate::view::RunView;

/// How often systems are asked for further identifiers: what one knows may help another.
const NAMING_ROUNDS: usize = 3;
/// How long systems may take over that, all rounds together. Whoever does not answer by then is left out of the plan, and asked
/// again when it is to act.
const NAMING_WAIT: Duration = Duration::from_secs(8);
/// How long systems may take over a plan altogether. Somebody waits for it: less than a caller is let wait for an answer (30 s),
/// or one system that hangs would keep a request from ever being approved.
const PLAN_WAIT: Duration = Duration::from_secs(20);
/// What the ledger says of a step: not connected.
const NOT_CONNECTED: u8 = 5;

/// What an approval says besides yes.
#[derive(Debug, Default)]
pub struct Approval {
    /// For a rectification: what is put right in the vault and wherever it is mapped.
    pub correction: Option<(RecordId, NewRecord)>,
    /// For a restriction: what was agreed with the person: which purposes go on, until when, and where that is kept.
    pub terms: Option<Terms>,
}

/// What plans are drawn on.
pub(crate) struct Ground {
    pub plan: PlanInForce,
    slug: String,
}

/// A plan in the making, with what names the person.
pub(crate) struct Drawn {
    pub run: Run,
    pub named: Named,
    /// How often the person was changed before it was read what names them.
    seen: u64,
}

/// A system that is connected, with its connector or why there is none.
struct Asked {
    at: usize,
    system: String,
    connector: Result<Arc<dyn Connector>, Outcome>,
    people_max: usize,
    /// Of whom it could not say what it knows them by, and why.
    fallen: HashMap<usize, Outcome>,
}

impl Rights {
    /// Says what carrying a request out would do now, system by system, and keeps it; nothing is changed anywhere. Planned
    /// again, it is worked out anew.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed, wants identity proved first, or is under way; a
    /// right that is not carried out in systems; no system of the policy is connected.
    pub async fn plan(&self, caller: &Caller, request: RequestId) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = caller.tenant();
        let _turn = self.turns.take(&format!("plan {request}")).await;
        if let Some(kept) = self.kept(tenant, request).await?
            && kept.run.approved_at.is_some()
        {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "request.under_way",
                "the request was not planned: it was approved and is under way",
            )
            .help("look at its steps"));
        }
        self.draw_plan(caller, request, Corrections::default()).await?;
        self.run(caller, request).await
    }

    async fn draw_plan(&self, caller: &Caller, request: RequestId, corrections: Corrections) -> Result<(), VaultError> {
        let ground = self.ground(caller.tenant()).await?;
        let mut drawn = [self.draw(caller, &ground, request, corrections).await?];
        self.foresee(caller.tenant(), &ground.plan, &mut drawn).await?;
        let [drawn] = drawn;
        self.keep_drawn(caller, drawn).await
    }

    /// What every plan is drawn on: the policy in force.
    pub(crate) async fn ground(&self, tenant: TenantId) -> Result<Ground, VaultError> {
        Ok(Ground { plan: self.vault.plan(tenant, None).await?, slug: self.slug(tenant).await? })
    }

    /// A plan that no system was asked for yet.
    pub(crate) async fn draw(
        &self,
        caller: &Caller,
        ground: &Ground,
        request: RequestId,
        corrections: Corrections,
    ) -> Result<Drawn, VaultError> {
        let open = self.vault.request(caller, request).await?;
        let push = self.vault.push_of(caller, request).await?;
        let is_push = push.is_some();
        let (push, corrections) = match push {
            Some(PushForm::Mark { mark, .. }) => (Some(mark), corrections),
            Some(PushForm::Correction { correction }) => {
                (None, self.pushed_corrections(caller, &ground.plan, open.subject, correction).await?)
            }
            None => (None, corrections),
        };
        if !is_push && !right_of(&open.right).is_some_and(is_carried_out) {
            return Err(not_there(&open.right));
        }
        let manifest = ground.plan.manifest();
        let is_told = (corrections.correction.is_some() || is_told(&open.right, push.as_ref())) && any_told(manifest);
        // A push whose systems are gone from the policy meanwhile has nowhere to go, and ends so.
        if !is_push && !is_told && !self.reaches_any(caller.tenant(), &ground.slug, manifest, |_| true).await? {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "systems.none",
                "the request was not planned: no system that the policy declares is connected",
            )
            .help("give the server the systems' addresses, or carry the request out in the vault alone"));
        }
        let seen = self.vault.subject(caller, open.subject).await?.version;
        let mut named = Named::of(self.vault.named_by(caller, request).await?);
        let Corrections { correction, fields: corrected, values, not_recomputed } = corrections;
        named.correct(values);
        let tellings = if is_told {
            let standing = self.vault.subject(caller, open.subject).await?.standing.unwrap_or_default();
            let given = self.vault.recipients(caller, open.subject).await?;
            let given: Vec<String> =
                given.into_iter().filter(|view| view.n_disclosures > 0).map(|view| view.name).collect();
            tellings(manifest, &standing, &given, &corrected, &named)
        } else {
            Vec::new()
        };
        let mut run = Run {
            request,
            subject: open.subject,
            right: open.right.clone(),
            plan: candor_words::to_hex(ground.plan.digest()),
            planned_at: self.vault.now(),
            approved_at: None,
            named_by: Vec::new(),
            progress: Progress { searches: open.right == "erasure", ..Progress::default() },
            systems: Vec::new(),
            restricted: None,
            push: push.clone(),
            correction,
            tellings,
            corrected,
            not_recomputed,
            agreed: None,
            held_up: None,
        };
        self.lay_out(caller.tenant(), &ground.slug, &ground.plan, &mut run).await?;
        Ok(Drawn { run, named, seen })
    }

    /// Keeps a plan that systems were asked for.
    pub(crate) async fn keep_drawn(&self, caller: &Caller, drawn: Drawn) -> Result<(), VaultError> {
        let Drawn { mut run, mut named, seen } = drawn;
        let (request, subject) = (run.request, run.subject);
        run.named_by = named.fields();
        if run.correction.is_some() {
            // Read anew when a system is reached.
            named.correct(Vec::new());
        }
        let slips = vec![named.slip(request, run.subject, Expect::Anything)?];
        let told = run.progress.steps.iter().zip(&run.systems).filter(|(step, _)| !step.is_connected);
        let told = told.map(|(_, system)| step_told(request, system.at, NOT_CONNECTED, 0)).collect();
        let with = With { state: Some(RunState::Planned), slips, told, watch_at: None };
        match self.kept(caller.tenant(), request).await? {
            Some(mut kept) => {
                run.restricted = kept.run.restricted.take();
                kept.run = run;
                self.keep(caller, kept, with).await?;
            }
            None => drop(self.keep_new(caller, run, with).await?),
        }
        self.name_anew(caller, request, (subject, seen)).await
    }

    /// A step for every system that the policy declares.
    async fn lay_out(&self, tenant: TenantId, slug: &str, plan: &PlanInForce, run: &mut Run) -> Result<(), VaultError> {
        let manifest = plan.manifest();
        for (at, system) in (0_u16..).zip(&manifest.systems) {
            if !run.concerns(manifest, system) {
                continue;
            }
            let is_connected = self.is_connected(tenant, slug, manifest, system).await?;
            run.progress.steps.push(Step::new(system.name.clone(), is_connected));
            run.systems.push(OfSystem {
                title: system.title.clone(),
                kind: word(system.kind).to_owned(),
                at,
                mapped: system.places.iter().map(|place| place.name.clone()).collect(),
                ..OfSystem::default()
            });
        }
        Ok(())
    }

    /// Asks every connected system at once who else it knows the people as, and what would be done.
    pub(crate) async fn foresee(
        &self,
        tenant: TenantId,
        plan: &PlanInForce,
        drawn: &mut [Drawn],
    ) -> Result<(), VaultError> {
        let begun = Deadline::now();
        let Some(first) = drawn.first() else { return Ok(()) };
        let office = self.vault.office(tenant);
        let want = self.want_of(&office, &first.run).await?;
        let steps = first.run.progress.steps.iter().enumerate().filter(|(_, step)| step.is_connected);
        let steps: Vec<(usize, String)> = steps.map(|(at, step)| (at, step.system.clone())).collect();
        let n_people = drawn.len();
        // For a plan of many nobody waits.
        let named_by = (n_people == 1).then(|| begun + NAMING_WAIT);
        let planned_by = (n_people == 1).then(|| begun + PLAN_WAIT);
        let asked = steps.iter().map(|(at, system)| self.ask_at(tenant, plan, *at, system, (n_people, named_by)));
        let mut asked: Vec<Asked> = join_all(asked).await;
        let mut growing: Vec<usize> = (0..n_people).collect();
        for _ in 0..NAMING_ROUNDS {
            growing = self.name_by(&office, &mut asked, &want, drawn, (&growing, named_by)).await?;
            if growing.is_empty() || named_by.is_some_and(|by| by <= Deadline::now()) {
                break;
            }
        }
        let previews = asked.iter().map(|asked| self.foresee_in(asked, &want, drawn, planned_by));
        let previews: Vec<Vec<(usize, Result<Answer, Outcome>)>> = join_all(previews).await;
        for (asked, previews) in asked.iter().zip(previews) {
            for (of, answer) in previews {
                let Some(run) = drawn.get_mut(of).map(|drawn| &mut drawn.run) else { continue };
                match answer {
                    Ok(Answer::Foreseen(previews, is_cut)) => {
                        let system = run.systems.get_mut(asked.at);
                        system.into_iter().for_each(|system| system.foresee(previews.clone(), is_cut));
                    }
                    Err(Outcome::Failed { trouble, .. }) => {
                        let step = run.progress.steps.get_mut(asked.at);
                        step.into_iter().for_each(|step| step.act.trouble = Some(trouble.clone()));
                    }
                    _ => {}
                }
            }
            if asked.connector.is_err() {
                tracing::warn!(
                    system = asked.system,
                    n_requests = n_people,
                    "a system was not reached while requests were planned"
                );
            }
        }
        Ok(())
    }

    async fn ask_at(
        &self,
        tenant: TenantId,
        plan: &PlanInForce,
        at: usize,
        system: &str,
        (n_people, named_by): (usize, Option<Deadline>),
    ) -> Asked {
        let (mut connector, mut people_max) = match self.until(named_by, self.reach(tenant, plan, system)).await {
            Ok((_, connector)) => (Ok(connector), 1),
            Err(error) => (Err(failed(&error)), 1),
        };
        if n_people > 1
            && let Ok(reached) = &connector
        {
            match self.answered(reached.people_at_once()).await {
                Ok(n_max) => people_max = n_max.min(TOGETHER_MAX),
                Err(error) => connector = Err(failed(&error)),
            }
        }
        Asked { at, system: system.to_owned(), connector, people_max, fallen: HashMap::new() }
    }

    /// Asks of some of the people what systems know them by further; gives those of whom something came up.
    async fn name_by(
        &self,
        office: &Caller,
        asked: &mut [Asked],
        want: &Want,
        drawn: &mut [Drawn],
        growing: (&[usize], Option<Deadline>),
    ) -> Result<Vec<usize>, VaultError> {
        let found = {
            let drawn = &*drawn;
            let found = asked.iter().map(|asked| self.identify_in(asked, want, drawn, growing));
            join_all(found).await
        };
        let mut grown = BTreeSet::new();
        for (asked, found) in asked.iter_mut().zip(found) {
            for (of, answer) in found {
                match answer {
                    Ok(Answer::Found(found)) => {
                        let Some(drawn) = drawn.get_mut(of) else { continue };
                        if self.take_up(office, drawn.run.subject, &mut drawn.named, found).await? {
                            grown.insert(of);
                        }
                    }
                    Ok(_) => {}
                    Err(outcome) => {
                        asked.fallen.insert(of, outcome);
                    }
                }
            }
        }
        Ok(grown.into_iter().collect())
    }

    async fn identify_in(
        &self,
        asked: &Asked,
        want: &Want,
        drawn: &[Drawn],
        (growing, named_by): (&[usize], Option<Deadline>),
    ) -> Vec<(usize, Result<Answer, Outcome>)> {
        let Ok(connector) = &asked.connector else { return Vec::new() };
        let some = growing.iter().filter(|of| !asked.fallen.contains_key(of));
        let (whose, named): (Vec<usize>, Vec<&Named>) =
            some.filter_map(|of| Some((*of, &drawn.get(*of)?.named))).unzip();
        let asking = self.ask_all(&**connector, Ask::Identify, want, &named, TOGETHER_MAX);
        let answers = all_until(named_by, named.len(), asking).await;
        whose.into_iter().zip(answers).collect()
    }

    /// What would be done in a system, person by person, or why that is not known.
    async fn foresee_in(
        &self,
        asked: &Asked,
        want: &Want,
        drawn: &[Drawn],
        planned_by: Option<Deadline>,
    ) -> Vec<(usize, Result<Answer, Outcome>)> {
        let connector = match &asked.connector {
            Ok(connector) => connector,
            Err(outcome) => return (0..drawn.len()).map(|of| (of, Err(outcome.clone()))).collect(),
        };
        let fallen = asked.fallen.iter().map(|(of, outcome)| (*of, Err(outcome.clone())));
        let some = drawn.iter().enumerate().filter(|(of, _)| !asked.fallen.contains_key(of));
        let (whose, named): (Vec<usize>, Vec<&Named>) = some.map(|(of, drawn)| (of, &drawn.named)).unzip();
        let asking = self.ask_all(&**connector, Ask::Foresee, want, &named, asked.people_max);
        let answers = all_until(planned_by, named.len(), asking).await;
        whose.into_iter().zip(answers).chain(fallen).collect()
    }

    /// Lets a planned request be carried out; planned first when it was not. Approved before, it stays as it is.
    ///
    /// # Errors
    /// Those of [`Rights::plan`]; a legal hold; a correction that is missing, or that the policy does not take.
    pub async fn approve(
        &self,
        caller: &Caller,
        request: RequestId,
        approval: Approval,
    ) -> Result<RunView, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = caller.tenant();
        let turn = self.turns.take(&format!("plan {request}")).await;
        let kept = self.kept(tenant, request).await?;
        if kept.as_ref().is_some_and(|kept| kept.run.approved_at.is_some()) {
            drop(turn);
            self.kick(tenant, request);
            return self.run(caller, request).await;
        }
        let open = self.vault.request(caller, request).await?;
        if open.paused_at.is_some() {
            return Err(paused());
        }
        self.vault.refuse_undecided_request(caller, request).await?;
        if approval.terms.is_some() && open.right != "restriction" {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "terms.other_right",
                "nothing was begun: only a restriction has terms",
            ));
        }
        if kept.is_none() || approval.correction.is_some() {
            let corrections = self.corrections(caller, &open.right, &approval).await?;
            self.draw_plan(caller, request, corrections).await?;
        } else if open.right == "rectification" {
            return Err(correction_missing());
        }
        if let Some((record, new)) = approval.correction {
            // Systems and recipients are seen to by the request's own steps.
            self.vault.rectify_here(caller, open.subject, record, new).await?;
        }
        self.name_others(caller, request).await?;
        self.let_run(caller, &open, approval.terms).await?;
        drop(turn);
        self.kick(tenant, request);
        self.run(caller, request).await
    }

    /// Has a planned request run, with the person's data restricted meanwhile where its right wants that.
    pub(crate) async fn let_run(
        &self,
        caller: &Caller,
        open: &RequestView,
        terms: Option<Terms>,
    ) -> Result<(), VaultError> {
        let request = open.id;
        let agreed = terms.clone().map(Agreed::from);
        match terms {
            // Systems are seen to by the request's own steps.
            Some(terms) => {
                self.vault.restrict(caller, open.subject, Terms { reach: Reach::Vault, ..terms }).await.map(drop)?;
            }
            None => self.restrict_meanwhile(caller, open, request).await?,
        }
        let now = self.vault.now();
        let running = self.change(caller, request, |run| {
            run.approved_at = Some(now);
            run.agreed = agreed.clone().or_else(|| run.agreed.clone());
            run.progress.hasten();
            let watch_at = Instant::from_millis(now.as_millis().saturating_add(WATCH_MS));
            Ok(With { state: Some(RunState::Running), watch_at: Some(watch_at), ..With::default() })
        });
        running.await.map(drop)
    }

    /// While an erasure or a restriction is under way, nothing but storage, claims and consent reads the person's data.
    async fn restrict_meanwhile(
        &self,
        caller: &Caller,
        open: &RequestView,
        request: RequestId,
    ) -> Result<(), VaultError> {
        let right = right_of(&open.right);
        if !matches!(right, Some(RightKind::Erasure | RightKind::Restriction)) {
            return Ok(());
        }
        let standing = self.vault.subject(caller, open.subject).await?.standing;
        let before: Option<RestrictionForm> = standing.and_then(|standing| standing.restriction);
        let is_whole = before.as_ref().is_some_and(|before| before.allowed.is_empty() && before.until.is_none());
        let is_of_dispute = before.as_ref().is_some_and(RestrictionForm::is_of_dispute);
        // A restriction that the person has, with its terms, is what a request for one asks for; one that goes when a dispute
        // is over is not.
        let is_had = match right {
            Some(RightKind::Restriction) => before.is_some() && !is_of_dispute,
            _ => is_whole,
        };
        if is_had {
            return Ok(());
        }
        if right == Some(RightKind::Erasure) {
            // Noted before it is placed: whoever goes on after a crash knows whose restriction it is, and what stood before.
            self.change(caller, request, |run| {
                run.restricted.get_or_insert_with(|| Restricted { before: before.clone() });
                Ok(With::default())
            })
            .await?;
        }
        // Systems are seen to by the request's own steps.
        let agreement = Some(format!("request {request}"));
        let terms = Terms { agreement, reach: Reach::Vault, ..Terms::default() };
        self.vault.restrict(caller, open.subject, terms).await.map(drop)
    }

    /// Has what a plan asks of a system end by an instant.
    async fn until<T>(
        &self,
        deadline: Option<Deadline>,
        asked: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        let Some(deadline) = deadline else { return self.within(asked).await };
        let late = || ConnectError::TimedOut { seconds: PLAN_WAIT.as_secs() };
        tokio::time::timeout_at(deadline, self.within(asked)).await.unwrap_or_else(|_| Err(late()))
    }

    /// Has what an act or a search asks of a system end in time.
    pub(crate) async fn within<T>(
        &self,
        asked: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        let late = || ConnectError::TimedOut { seconds: self.step_wait.as_secs() };
        tokio::time::timeout(self.step_wait, asked).await.unwrap_or_else(|_| Err(late()))
    }
}

/// The answers that come by an instant; whoever was asked of is late where they do not.
async fn all_until(
    deadline: Option<Deadline>,
    n_people: usize,
    asking: impl Future<Output = Vec<Result<Answer, Outcome>>>,
) -> Vec<Result<Answer, Outcome>> {
    let Some(deadline) = deadline else { return asking.await };
    let late = |_| Err(failed(&ConnectError::TimedOut { seconds: PLAN_WAIT.as_secs() }));
    tokio::time::timeout_at(deadline, asking).await.unwrap_or_else(|_| (0..n_people).map(late).collect())
}

pub(crate) fn paused() -> VaultError {
    VaultError::new(ErrorKind::Conflict, "request.paused", "nothing was begun: the request is paused")
        .help("let its clock go on first")
}

pub(crate) fn correction_missing() -> VaultError {
    VaultError::new(ErrorKind::BadInput, "correction.missing", "nothing was begun: it is not said what is put right")
        .help("approve a rectification with the record and its right values")
}

/// What the ledger says of a step.
pub(crate) const fn step_told(request: RequestId, system: u16, state: u8, n_rows: u64) -> EntryBody {
    EntryBody::RequestStep { request, system, state, n_rows }
}
