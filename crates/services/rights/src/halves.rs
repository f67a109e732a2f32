//! Asking a system about many people at once, and about half of them when one is in the way.
//!
//! What fails for a reason that may be one person's is asked again of each half, down to that person: their trouble holds up
//! nobody else. What is the system's own trouble is everybody's at once.

use std::collections::VecDeque;
use std::ops::Range;

use candor_connect::{ConnectError, Connector, Errand};
use candor_places::{Found, Person, PersonIx, PlaceReport, Preview, Report, Trace};
use candor_vault::VaultError;
use futures_util::stream::{self, StreamExt};

use crate::Rights;
use crate::act::Want;
use crate::drive::lost;
use crate::joining::AT_ONCE;
use crate::machine::Outcome;
use crate::named::Named;
use crate::trouble::{failed, vault_failed};

/// What a system is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Whom else it knows people as.
    Identify,
    /// What it would do.
    Foresee,
    /// To do it.
    CarryOut,
    /// Where people stand.
    Search,
}

/// What it said of one person.
#[derive(Debug)]
pub(crate) enum Answer {
    Found(Vec<Found>),
    /// With the statements, for one who was asked about alone.
    Foreseen(Vec<Preview>, bool),
    Done(Report),
    Traces(Vec<Trace>),
}

/// Why it said nothing.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    System(ConnectError),
    Vault(VaultError),
}

impl From<ConnectError> for NoAnswer {
    fn from(error: ConnectError) -> Self {
        Self::System(error)
    }
}

impl NoAnswer {
    /// Whether others may be answered without whoever is in the way.
    const fn may_be_ones(&self) -> bool {
        matches!(self, Self::System(ConnectError::Refused { .. } | ConnectError::Failed { .. }))
    }
}

/// Who is still to be asked about, in portions.
#[derive(Debug)]
pub(crate) struct Halves(VecDeque<Range<usize>>);

impl Halves {
    /// So many people, of whom so many are asked about at a time.
    pub fn of(n_people: usize, n_max: usize) -> Self {
        let n_max = n_max.max(1);
        Self((0..n_people).step_by(n_max).map(|from| from..from.saturating_add(n_max).min(n_people)).collect())
    }

    /// The next portion.
    pub fn next(&mut self) -> Option<Range<usize>> {
        self.0.pop_front()
    }

    /// Has the halves of a portion asked about, when that may help; false when it cannot.
    pub fn split(&mut self, portion: &Range<usize>, error: &NoAnswer) -> bool {
        if portion.len() < 2 || !error.may_be_ones() {
            return false;
        }
        let middle = portion.start + portion.len() / 2;
        self.0.push_front(middle..portion.end);
        self.0.push_front(portion.start..middle);
        true
    }
}

/// What a failure to answer means for a step.
pub(crate) fn outcome_of(error: &NoAnswer) -> Outcome {
    match error {
        NoAnswer::System(error) => failed(error),
        NoAnswer::Vault(error) => vault_failed(error),
    }
}

impl Rights {
    /// Asks a system about some people, so many at a time; for each the answer, or what stood in its way.
    pub(crate) async fn ask_all(
        &self,
        connector: &dyn Connector,
        what: Ask,
        want: &Want,
        named: &[&Named],
        people_max: usize,
    ) -> Vec<Result<Answer, Outcome>> {
        if people_max <= 1 {
            let each = stream::iter(0..named.len()).map(|at| self.ask_one(connector, what, want, (named, at)));
            return each.buffered(AT_ONCE).collect().await;
        }
        let mut answers = Vec::with_capacity(named.len());
        let mut halves = Halves::of(named.len(), people_max);
        while let Some(portion) = halves.next() {
            let Some(some) = named.get(portion.clone()) else { continue };
            match self.answered(ask(connector, what, want, some, None)).await {
                Ok(all) => answers.extend(all.into_iter().map(Ok)),
                Err(error) if halves.split(&portion, &error) => {}
                Err(error) => answers.extend(portion.map(|_| Err(outcome_of(&error)))),
            }
        }
        answers
    }

    async fn ask_one(
        &self,
        connector: &dyn Connector,
        what: Ask,
        want: &Want,
        (named, at): (&[&Named], usize),
    ) -> Result<Answer, Outcome> {
        let one = named.get(at..=at).unwrap_or_default();
        let answers = self.answered(ask(connector, what, want, one, None)).await.map_err(|error| outcome_of(&error))?;
        answers.into_iter().next().ok_or_else(|| vault_failed(&lost()))
    }
}

/// Asks about some people; the answers are in their order. An act for one alone is part of their request, where `errand` says which.
pub(crate) async fn ask(
    connector: &dyn Connector,
    ask: Ask,
    want: &Want,
    named: &[&Named],
    errand: Option<&Errand>,
) -> Result<Vec<Answer>, NoAnswer> {
    let people = || named.iter().map(|named| named.person()).collect::<Vec<Person>>();
    let n_people = named.len();
    Ok(match ask {
        Ask::Identify => {
            let found = connector.identify(&people()).await?;
            let each = by_person(found, n_people, |found| found.person);
            each.into_iter().map(Answer::Found).collect()
        }
        Ask::Foresee => {
            let Some(task) = want.task(named).map_err(NoAnswer::Vault)? else {
                return Ok(named.iter().map(|_| Answer::Foreseen(Vec::new(), false)).collect());
            };
            if n_people == 1 {
                return Ok(vec![Answer::Foreseen(connector.preview(&task).await?, false)]);
            }
            let without_statements = |places: Vec<PlaceReport>| {
                let preview = |would| Preview { would, statements: Vec::new() };
                Answer::Foreseen(places.into_iter().map(preview).collect(), true)
            };
            connector.foresee(&task).await?.of_each(n_people).into_iter().map(without_statements).collect()
        }
        Ask::CarryOut => {
            let Some(task) = want.task(named).map_err(NoAnswer::Vault)? else {
                return Ok(named.iter().map(|_| Answer::Done(Report::default())).collect());
            };
            let report = match errand.filter(|_| n_people == 1) {
                Some(errand) => connector.carry_out_for(errand, &task).await?,
                None => connector.carry_out(&task).await?,
            };
            report.of_each(n_people).into_iter().map(Answer::Done).collect()
        }
        Ask::Search => {
            let traces = connector.search(&people()).await?;
            let each = by_person(traces, n_people, |trace| trace.person);
            // Each request has one person, whatever their place in the task was.
            let own = |trace: Trace| Trace { person: PersonIx(0), ..trace };
            each.into_iter().map(|traces| Answer::Traces(traces.into_iter().map(own).collect())).collect()
        }
    })
}

fn by_person<T>(found: Vec<T>, n_people: usize, whose: impl Fn(&T) -> PersonIx) -> Vec<Vec<T>> {
    let mut each: Vec<Vec<T>> = (0..n_people).map(|_| Vec::new()).collect();
    for one in found {
        let PersonIx(at) = whose(&one);
        if let Some(of) = usize::try_from(at).ok().and_then(|at| each.get_mut(at)) {
            of.push(one);
        }
    }
    each
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_the_way_is_found_and_everybody_else_asked_about_once() {
        let refused = NoAnswer::System(ConnectError::Refused { why: "a trigger".into() });
        let (mut halves, mut answered, mut n_asked) = (Halves::of(1_000, 1_000), vec![0; 1_000], 0);
        while let Some(portion) = halves.next() {
            n_asked += 1;
            if portion.contains(&617) && halves.split(&portion, &refused) {
                continue;
            }
            answered[portion].iter_mut().for_each(|count| *count += 1);
        }
        assert!(answered.iter().all(|count| *count == 1));
        assert!(n_asked <= 21, "{n_asked}");
    }

    #[test]
    fn a_systems_own_trouble_is_not_asked_for_again_and_again() {
        let down = NoAnswer::System(ConnectError::Unreachable { why: "it is down".into() });
        assert!(!Halves::of(1_000, 1_000).split(&(0..1_000), &down));
    }
}
