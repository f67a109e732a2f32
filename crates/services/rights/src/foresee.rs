//! Asking every connected system at once who else it knows people as, and what would be done: within the time that somebody waits
//! for a plan of one, and as long as it takes for a plan of many.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use candor_connect::{ConnectError, Connector};
use candor_vault::{PlanInForce, VaultError};
use candor_words::TenantId;
use futures_util::future::join_all;
use tokio::time::Instant as Deadline;

use crate::Rights;
use crate::act::Want;
use crate::halves::{Answer, Ask};
use crate::joining::TOGETHER_MAX;
use crate::machine::Outcome;
use crate::named::Named;
use crate::plan::Drawn;
use crate::theirs::NAMING_ROUNDS;
use crate::trouble::failed;

/// How long systems may take to say who else they know somebody as, all rounds together. Whoever does not answer by then is left out of the plan, and asked
/// again when it is to act.
const NAMING_WAIT: Duration = Duration::from_secs(8);
/// How long systems may take over a plan altogether. Somebody waits for it: less than a caller is let wait for an answer (30 s),
/// or one system that hangs would keep a request from ever being approved.
const PLAN_WAIT: Duration = Duration::from_secs(20);

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
    /// Asks every connected system at once who else it knows the people as, and what would be done.
    pub(crate) async fn foresee(
        &self,
        tenant: TenantId,
        plan: &PlanInForce,
        drawn: &mut [Drawn],
    ) -> Result<(), VaultError> {
        let begun = Deadline::now();
        let Some(first) = drawn.first() else { return Ok(()) };
        let want = self.want_of(&self.vault.office(tenant), &first.run).await?;
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
            growing = self.name_by(tenant, &mut asked, &want, drawn, (&growing, named_by)).await?;
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
        tenant: TenantId,
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
        let (mut grown, office) = (BTreeSet::new(), self.vault.office(tenant));
        for (asked, found) in asked.iter_mut().zip(found) {
            for (of, answer) in found {
                match answer {
                    Ok(Answer::Found(found)) => {
                        let Some(drawn) = drawn.get_mut(of) else { continue };
                        let found = self.theirs(&office, drawn.run.subject, found).await?;
                        if drawn.named.add(found) {
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
