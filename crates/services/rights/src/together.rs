//! Parts of several requests carried out together in one system, each of which keeps its own outcome.
//!
//! They are identified, foreseen where planning could not, changed and searched for in one task. What came of a portion of
//! them is written down as soon as it is known, so that a crash afterwards repeats no more than it has to; then each request
//! goes on by itself, and all of them at once.

use std::collections::HashMap;
use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_manifest::model::PlaceErasure;
use candor_places::{SystemMap, Trace};
use candor_vault::{Expect, VaultError};
use candor_words::TenantId;
use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};

use crate::Rights;
use crate::act::Want;
use crate::drive::{Brought, lost};
use crate::halves::{Answer, Ask, Halves, NoAnswer, ask, outcome_of};
use crate::joining::{Company, Due, Line, TOGETHER_MAX};
use crate::keep::With;
use crate::machine::{Outcome, Which};
use crate::named::Named;
use crate::run::Run;
use crate::theirs::NAMING_ROUNDS;
use crate::trouble::{failed, vault_failed};

/// How many requests are read or written at the same time, so that the store commits them in groups.
pub(crate) const WRITES_AT_ONCE: usize = 128;

/// A part, with what is needed for it.
struct Ready {
    due: Due,
    run: Run,
    named: Named,
    /// Under which what names the person is kept.
    version: u32,
    /// The value that the request's count of names had before `named` was read.
    n_named: u32,
}

/// A system that is reached.
struct Reached {
    map: Arc<SystemMap>,
    connector: Arc<dyn Connector>,
    people_max: usize,
}

impl Rights {
    /// Has everything that may begin in a system begin.
    pub(crate) fn pump(&self, line: &Line) {
        let Some(this) = self.this.upgrade() else { return };
        while let Some(company) = self.joining.take(line) {
            let (this, line) = (Arc::clone(&this), line.clone());
            tokio::spawn(async move {
                this.carry(&line, &company).await;
                this.joining.end(&line, &company);
                this.pump(&line);
            });
        }
    }

    /// Carries parts out together, and writes down what came of each.
    async fn carry(&self, line: &Line, company: &Company) {
        let Some(first) = company.dues.first() else { return };
        let reached = self.reach_for(line, company).await;
        let reached = match reached {
            Ok(reached) => reached,
            Err(outcome) => {
                let all = company.dues.iter().map(|due| (due.clone(), Brought::Failed(outcome.clone())));
                return self.bring(line, all.collect()).await;
            }
        };
        let mut dues = company.dues.clone();
        if first.which == Which::Act && reached.people_max < dues.len() {
            let rest = dues.split_off(reached.people_max.max(1));
            self.joining.put_back(line, rest, reached.people_max.max(1));
            self.pump(line);
        }
        let (ready, lost) = self.make_ready(line.0, dues).await;
        self.bring(line, lost).await;
        match first.which {
            Which::Act => self.act(line, &reached, ready).await,
            Which::Search => self.search(line, &reached, ready).await,
        }
    }

    async fn reach_for(&self, line: &Line, company: &Company) -> Result<Reached, Outcome> {
        let (tenant, system) = line;
        let first = company.dues.first().ok_or_else(|| vault_failed(&lost()))?;
        let plan = self.plan_of(*tenant, &first.plan).await.map_err(|error| vault_failed(&error))?;
        let reached = self.within(self.reach(*tenant, &plan, system)).await;
        let (map, connector) = reached.map_err(|error| failed(&error))?;
        let people_max = if company.dues.len() > 1 && first.which == Which::Act {
            self.answered(connector.people_at_once()).await
        } else {
            Ok(TOGETHER_MAX)
        };
        match people_max {
            Ok(people_max) => Ok(Reached { map, connector, people_max }),
            Err(error) => {
                self.let_go(*tenant, &plan, system);
                Err(failed(&error))
            }
        }
    }

    /// Reads where each request stands, then what names its person.
    async fn make_ready(&self, tenant: TenantId, dues: Vec<Due>) -> (Vec<Ready>, Vec<(Due, Brought)>) {
        let read = stream::iter(dues).map(|due| self.ready(tenant, due)).buffered(WRITES_AT_ONCE);
        let (mut all, mut lost) = (Vec::new(), Vec::new());
        for read in read.collect::<Vec<_>>().await {
            match read {
                Ok(ready) => all.push(ready),
                Err((due, error)) => lost.push((due, Brought::Failed(vault_failed(&error)))),
            }
        }
        (all, lost)
    }

    async fn ready(&self, tenant: TenantId, due: Due) -> Result<Ready, (Due, VaultError)> {
        // INVARIANT: the count is read before the names, so that it never claims names that were not used.
        let run = match self.kept(tenant, due.request).await {
            Ok(Some(kept)) => kept.run,
            Ok(None) => return Err((due, lost())),
            Err(error) => return Err((due, error)),
        };
        let (named, version) = match self.named(tenant, due.request).await {
            Ok(Some(kept)) => kept,
            Ok(None) => return Err((due, lost())),
            Err(error) => return Err((due, error)),
        };
        match self.still_theirs(&self.vault.office(tenant), run.subject, named).await {
            Ok(named) => Ok(Ready { n_named: run.progress.n_named, due, run, named, version }),
            Err(error) => Err((due, error)),
        }
    }

    /// Asks the system who else it knows the people as, and has it act with all that is known.
    async fn act(&self, line: &Line, reached: &Reached, ready: Vec<Ready>) {
        let ready = self.identify(line, reached, ready).await;
        let ready = self.correct_by_now(line, ready).await;
        let ready = self.foresee_late(line, reached, ready).await;
        let mut halves = Halves::of(ready.len(), reached.people_max);
        while let Some(portion) = halves.next() {
            let Some(some) = ready.get(portion.clone()) else { continue };
            match self.ask_together(line, reached, Ask::CarryOut, some).await {
                Ok(answers) => {
                    let brought = some.iter().zip(answers).filter_map(|(one, answer)| match answer {
                        Answer::Done(report) => {
                            Some((one.due.clone(), Brought::Acted { n_named: one.n_named, report }))
                        }
                        _ => None,
                    });
                    self.bring(line, brought.collect()).await;
                }
                Err(error) if halves.split(&portion, &error) => {}
                Err(error) => self.bring_failure(line, some, &error).await,
            }
        }
    }

    /// Searches for people; what is kept on a ground is told apart.
    async fn search(&self, line: &Line, reached: &Reached, ready: Vec<Ready>) {
        let is_kept =
            |trace: &Trace| reached.map.place(&trace.place).is_some_and(|place| place.on_erasure == PlaceErasure::Keep);
        let mut halves = Halves::of(ready.len(), reached.people_max);
        while let Some(portion) = halves.next() {
            let Some(some) = ready.get(portion.clone()) else { continue };
            match self.ask_together(line, reached, Ask::Search, some).await {
                Ok(answers) => {
                    let brought = some.iter().zip(answers).filter_map(|(one, answer)| {
                        let Answer::Traces(traces) = answer else { return None };
                        let is_accepted = |trace: &Trace| {
                            one.run.systems.get(one.due.at).is_some_and(|system| system.is_accepted(trace))
                        };
                        let traces = traces.into_iter().filter(|trace| trace.n_rows > 0 && !is_accepted(trace));
                        let (kept, left) = traces.partition(is_kept);
                        let n_acts = one.run.progress.n_acts;
                        Some((one.due.clone(), Brought::Searched { n_acts, left, kept }))
                    });
                    self.bring(line, brought.collect()).await;
                }
                Err(error) if halves.split(&portion, &error) => {}
                Err(error) => self.bring_failure(line, some, &error).await,
            }
        }
    }

    /// Takes up whom else the system knows people as, as long as it says something new of any of them; those of whom that is not
    /// known fall out.
    async fn identify(&self, line: &Line, reached: &Reached, ready: Vec<Ready>) -> Vec<Ready> {
        let (mut growing, mut done) = (ready, Vec::new());
        for _ in 0..NAMING_ROUNDS {
            if growing.is_empty() {
                break;
            }
            let answers = self.ask_all_of(line, reached, Ask::Identify, &growing).await;
            let (mut fallen, mut is_grown) = (Vec::new(), vec![false; growing.len()]);
            for (at, (one, answer)) in growing.iter_mut().zip(answers).enumerate() {
                match self.name_by_answer(line.0, one, answer).await {
                    Ok(is_new) => is_grown.get_mut(at).into_iter().for_each(|grown| *grown = is_new),
                    Err(outcome) => fallen.push((at, outcome)),
                }
            }
            // Whoever fell out is told of first: the places of the others move on.
            let mut at = 0..;
            is_grown.retain(|_| at.next().is_none_or(|at| !fallen.iter().any(|(fell, _)| *fell == at)));
            let left = self.without(line, growing, fallen).await;
            let (grown, known): (Vec<_>, Vec<_>) = left.into_iter().zip(is_grown).partition(|(_, is_grown)| *is_grown);
            done.extend(known.into_iter().map(|(one, _)| one));
            growing = grown.into_iter().map(|(one, _)| one).collect();
        }
        done.extend(growing);
        done
    }

    /// Takes up what a system says that somebody is named by; true when something is new.
    async fn name_by_answer(
        &self,
        tenant: TenantId,
        one: &mut Ready,
        answer: Result<Answer, Outcome>,
    ) -> Result<bool, Outcome> {
        let Answer::Found(found) = answer? else { return Ok(false) };
        let named = async {
            let found = self.theirs(&self.vault.office(tenant), one.run.subject, found).await?;
            let is_new = one.named.add(found);
            if is_new {
                self.name_further(tenant, one).await?;
            }
            Ok(is_new)
        };
        named.await.map_err(|error: VaultError| vault_failed(&error))
    }

    /// Reads what is put right as it is by now. INVARIANT: it is the person's turn here, so that a newer correction comes after this.
    async fn correct_by_now(&self, line: &Line, mut ready: Vec<Ready>) -> Vec<Ready> {
        let office = self.vault.office(line.0);
        let mut fallen = Vec::new();
        for (at, one) in ready.iter_mut().enumerate() {
            match self.corrected_by_now(&office, &one.run).await {
                Ok(Some(values)) => one.named.correct(values),
                Ok(None) => {}
                Err(error) => fallen.push((at, vault_failed(&error))),
            }
        }
        self.without(line, ready, fallen).await
    }

    /// A system that was not reached when a request was planned is asked what it would do before it does it.
    async fn foresee_late(&self, line: &Line, reached: &Reached, ready: Vec<Ready>) -> Vec<Ready> {
        let is_unforeseen = |one: &Ready| {
            one.run.systems.get(one.due.at).is_some_and(|system| system.previews.is_empty() && !system.is_cut)
        };
        let (late, mut all): (Vec<Ready>, Vec<Ready>) = ready.into_iter().partition(is_unforeseen);
        if late.is_empty() {
            return all;
        }
        let office = self.vault.office(line.0);
        let answers = self.ask_all_of(line, reached, Ask::Foresee, &late).await;
        let mut fallen = Vec::new();
        for (at, (one, answer)) in late.iter().zip(answers).enumerate() {
            let (previews, is_cut) = match answer {
                Ok(Answer::Foreseen(previews, is_cut)) => (previews, is_cut),
                Ok(_) => continue,
                Err(outcome) => {
                    fallen.push((at, outcome));
                    continue;
                }
            };
            let kept = self.change(&office, one.due.request, |run| {
                if let Some(system) = run.systems.get_mut(one.due.at) {
                    system.foresee(previews.clone(), is_cut);
                }
                Ok(With::default())
            });
            if let Err(error) = kept.await {
                fallen.push((at, vault_failed(&error)));
            }
        }
        all.extend(self.without(line, late, fallen).await);
        all
    }

    async fn ask_all_of(
        &self,
        line: &Line,
        reached: &Reached,
        what: Ask,
        some: &[Ready],
    ) -> Vec<Result<Answer, Outcome>> {
        let named: Vec<&Named> = some.iter().map(|one| &one.named).collect();
        match self.want_of_all(line, some).await {
            Ok(want) => self.ask_all(&*reached.connector, what, &want, &named, reached.people_max).await,
            Err(error) => some.iter().map(|_| Err(vault_failed(&error))).collect(),
        }
    }

    async fn without(&self, line: &Line, ready: Vec<Ready>, fallen: Vec<(usize, Outcome)>) -> Vec<Ready> {
        let mut fallen: HashMap<usize, Outcome> = fallen.into_iter().collect();
        let (mut left, mut brought) = (Vec::with_capacity(ready.len()), Vec::new());
        for (at, one) in ready.into_iter().enumerate() {
            match fallen.remove(&at) {
                Some(outcome) => brought.push((one.due, Brought::Failed(outcome))),
                None => left.push(one),
            }
        }
        self.bring(line, brought).await;
        left
    }

    async fn ask_together(
        &self,
        line: &Line,
        reached: &Reached,
        what: Ask,
        some: &[Ready],
    ) -> Result<Vec<Answer>, NoAnswer> {
        let named: Vec<&Named> = some.iter().map(|one| &one.named).collect();
        let want = self.want_of_all(line, some).await.map_err(NoAnswer::Vault)?;
        let errand = match some {
            [one] if what == Ask::CarryOut => {
                Some(self.errand(line.0, &one.run, one.due.at).await.map_err(NoAnswer::Vault)?)
            }
            _ => None,
        };
        self.answered(ask(&*reached.connector, what, &want, &named, errand.as_ref())).await
    }

    /// What all of some requests want: they are of one right, or one push alone.
    async fn want_of_all(&self, line: &Line, some: &[Ready]) -> Result<Want, VaultError> {
        match some.first() {
            Some(one) => self.want_of(&self.vault.office(line.0), &one.run).await,
            None => Ok(Want::Nothing),
        }
    }

    /// An answer in time. A connector that panics is a connector that failed.
    pub(crate) async fn answered<T, E: From<ConnectError>>(
        &self,
        asked: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let asked = std::panic::AssertUnwindSafe(asked).catch_unwind();
        let late = || ConnectError::TimedOut { seconds: self.step_wait.as_secs() };
        let broke = || ConnectError::Failed { why: "its connector broke".to_owned() };
        match tokio::time::timeout(self.step_wait, asked).await {
            Err(_) => Err(late().into()),
            Ok(Err(_)) => Err(broke().into()),
            Ok(Ok(answer)) => answer,
        }
    }

    /// Keeps further identifiers of a person; whoever acted without them acts again.
    async fn name_further(&self, tenant: TenantId, one: &mut Ready) -> Result<(), VaultError> {
        let slip = one.named.slip(one.run.request, one.run.subject, Expect::Version(one.version))?;
        let changed = self
            .change(&self.vault.office(tenant), one.run.request, |run| {
                run.progress.name_further();
                run.named_by = one.named.fields();
                Ok(With { slips: vec![slip.clone()], ..With::default() })
            })
            .await?;
        one.n_named = changed.map(|run| run.progress.n_named).ok_or_else(lost)?;
        Ok(())
    }

    async fn bring_failure(&self, line: &Line, some: &[Ready], error: &NoAnswer) {
        if let (NoAnswer::System(_), Some(one)) = (error, some.first())
            && let Ok(plan) = self.plan_of(line.0, &one.due.plan).await
        {
            self.let_go(line.0, &plan, &line.1);
        }
        let outcome = outcome_of(error);
        let brought = some.iter().map(|one| (one.due.clone(), Brought::Failed(outcome.clone())));
        self.bring(line, brought.collect()).await;
    }

    /// Writes down what parts brought, ends their turns, and goes on with their requests.
    async fn bring(&self, line: &Line, brought: Vec<(Due, Brought)>) {
        if brought.is_empty() {
            return;
        }
        let noted = stream::iter(brought).map(|(due, brought)| self.note_one(line.0, due, brought));
        let noted: Vec<(Due, bool)> = noted.buffer_unordered(WRITES_AT_ONCE).collect().await;
        self.joining.free(line, noted.iter().map(|(due, _)| &due.subject));
        let on = noted.into_iter().filter_map(|(due, is_noted)| is_noted.then_some(due.request)).collect();
        self.kick_all(line.0, on);
    }

    async fn note_one(&self, tenant: TenantId, due: Due, brought: Brought) -> (Due, bool) {
        let noted = self.note(tenant, due.request, due.at, due.which, brought).await;
        self.flying.lock().remove(&(due.request, due.at, due.which));
        if let Err(error) = &noted {
            tracing::warn!(request.id = %due.request, code = error.code(), "what came of a step was not written down; it is done again");
        }
        (due, noted.is_ok())
    }
}
