//! The step machine: what a request has still to do in connected systems, and what an outcome means for it.
//!
//! Pure. Every system acts; when all have, an erasure is searched for everywhere. What is found again is done again once,
//! and then left to somebody. INVARIANT: a request may be answered only when every connected system has acted with every
//! identifier that is known, and, where it searches, was searched and found clean after the last act of any of them.
//! A step whose outcome was lost is done again: acts and searches may be repeated. Laws of it are at the foot.

use candor_words::Instant;
use serde::{Deserialize, Serialize};

/// How often what is found again is done again before it is left to somebody.
const ROUNDS_MAX: u8 = 1;
/// The wait after the first passing failure; doubled after each other.
const BACK_OFF_MS: i64 = 1_000;
const BACK_OFF_MS_MAX: i64 = 3_600_000;
/// Why a search waits for somebody: it found the person.
pub(crate) const FOUND_AGAIN: &str = "step.found_again";

/// How far a request is in its systems.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Whether it is searched for again: an erasure is.
    pub searches: bool,
    /// Counts the acts that were done, in any system.
    pub n_acts: u32,
    /// Counts the times that further identifiers came up.
    pub n_named: u32,
    /// System by system.
    pub steps: Vec<Step>,
}

/// One system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name in the policy.
    pub system: String,
    /// False when the server was given no address for it: the organisation has to see to it itself.
    pub is_connected: bool,
    /// What is done there.
    pub act: Part,
    /// The search afterwards.
    pub search: Part,
    /// How often the person was found again.
    pub rounds: u8,
}

/// An act or a search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands.
    pub state: PartState,
    /// How often it failed in passing since it last succeeded.
    pub attempts: u32,
    /// When it is tried again.
    pub again_at: Option<Instant>,
    /// Why it last failed.
    pub trouble: Option<Trouble>,
    /// For an act, the value of `n_named` it used; for a search, that of `n_acts` when it began.
    pub seen: u32,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// To be done.
    #[default]
    Waiting,
    /// Done.
    Done,
    /// Somebody has to mend something, and have it tried again.
    Stuck,
}

/// Why a part failed; nothing of anybody stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A stable code.
    pub code: String,
    /// What was attempted, what stood in the way, what to do next.
    pub text: String,
}

/// Which part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// What is done.
    Act,
    /// The search afterwards.
    Search,
}

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done in the system, with the identifiers as of this value of `n_named`.
    Acted {
        /// That value.
        n_named: u32,
    },
    /// It was searched, from this value of `n_acts` on.
    Searched {
        /// That value.
        n_acts: u32,
        /// What is left outside of the places that keep on a ground.
        left: Left,
    },
    /// It failed.
    Failed {
        /// The same may succeed later without anybody mending anything.
        is_passing: bool,
        /// In how many milliseconds, when the system said so.
        retry_after_ms: Option<i64>,
        /// Why.
        trouble: Trouble,
    },
}

/// What a search left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Something in places that the policy maps: doing it again may help.
    Mapped,
    /// Something in places that it does not map.
    Unmapped,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Next {
    /// Parts to be begun.
    pub begin: Vec<(usize, Which)>,
    /// Everything is done: the request may be answered.
    pub may_answer: bool,
    /// When to look again, if nothing happens before.
    pub again_at: Option<Instant>,
    /// Steps that wait for somebody.
    pub n_stuck: usize,
}

impl Progress {
    /// What is to be done at an instant, besides what is under way.
    pub fn next(&self, now: Instant, under_way: impl Fn(usize, Which) -> bool) -> Next {
        let mut next = Next::default();
        let connected = || self.steps.iter().enumerate().filter(|(_, step)| step.is_connected);
        let mut all_acted = true;
        for (at, step) in connected() {
            if self.has_acted(step) {
                continue;
            }
            all_acted = false;
            next.consider((at, Which::Act), &step.act, now, &under_way);
        }
        if !all_acted {
            return next;
        }
        let mut all_clean = true;
        for (at, step) in connected().filter(|_| self.searches) {
            if self.is_clean(step) {
                continue;
            }
            all_clean = false;
            next.consider((at, Which::Search), &step.search, now, &under_way);
        }
        next.may_answer = all_clean;
        next
    }

    /// Whether a system has acted with every identifier that is known.
    pub fn has_acted(&self, step: &Step) -> bool {
        step.act.state == PartState::Done && step.act.seen == self.n_named
    }

    /// Whether a system was found clean after the last act of any.
    pub fn is_clean(&self, step: &Step) -> bool {
        step.search.state == PartState::Done && step.search.seen == self.n_acts
    }

    /// Notes what came of a part.
    pub fn note(&mut self, at: usize, which: Which, outcome: Outcome, now: Instant) {
        let Some(step) = self.steps.get_mut(at) else { return };
        match outcome {
            Outcome::Acted { n_named } => {
                step.act = Part { state: PartState::Done, seen: n_named, ..Part::default() };
                self.n_acts += 1;
            }
            Outcome::Searched { n_acts, left: Left::Nothing } => {
                step.search = Part { state: PartState::Done, seen: n_acts, ..Part::default() };
            }
            Outcome::Searched { left, .. } => step.found_again(left),
            Outcome::Failed { is_passing, retry_after_ms, trouble } => {
                step.part(which).fail(is_passing, retry_after_ms, trouble, now);
            }
        }
    }

    /// Notes that further identifiers came up: whoever acted without them acts again.
    pub fn name_further(&mut self) {
        self.n_named += 1;
    }

    /// Has a step tried again now; false when there is nothing to try.
    pub fn retry(&mut self, at: usize) -> bool {
        let Some(step) = self.steps.get_mut(at).filter(|step| step.is_connected) else { return false };
        let is_idle = |part: &Part| part.state != PartState::Stuck && part.again_at.is_none();
        if is_idle(&step.act) && is_idle(&step.search) {
            return false;
        }
        // What was found again is done again before it is searched for again.
        if step.act.state != PartState::Done || step.search.state == PartState::Stuck {
            step.act = Part::default();
        }
        step.search = Part::default();
        step.rounds = 0;
        true
    }

    /// Has a system searched anew where the person was found again, and nothing else done; false when they were not.
    pub fn look_again(&mut self, at: usize) -> bool {
        let Some(step) = self.steps.get_mut(at).filter(|step| step.is_connected) else { return false };
        if step.search.state != PartState::Stuck
            || step.search.trouble.as_ref().is_none_or(|why| why.code != FOUND_AGAIN)
        {
            return false;
        }
        step.search = Part::default();
        true
    }

    /// Lets every part that waits for its next attempt be tried now.
    pub fn hasten(&mut self) {
        for step in &mut self.steps {
            step.act.again_at = None;
            step.search.again_at = None;
        }
    }
}

impl Next {
    fn consider(
        &mut self,
        (at, which): (usize, Which),
        part: &Part,
        now: Instant,
        under_way: &impl Fn(usize, Which) -> bool,
    ) {
        match part.again_at.filter(|again_at| *again_at > now) {
            _ if part.state == PartState::Stuck => self.n_stuck += 1,
            _ if under_way(at, which) => {}
            Some(again_at) => self.again_at = Some(self.again_at.map_or(again_at, |known| known.min(again_at))),
            None => self.begin.push((at, which)),
        }
    }
}

impl Step {
    /// A step that nothing was done of.
    pub fn new(system: String, is_connected: bool) -> Self {
        Self { system, is_connected, act: Part::default(), search: Part::default(), rounds: 0 }
    }

    fn part(&mut self, which: Which) -> &mut Part {
        match which {
            Which::Act => &mut self.act,
            Which::Search => &mut self.search,
        }
    }

    fn found_again(&mut self, left: Left) {
        if left == Left::Mapped && self.rounds < ROUNDS_MAX {
            self.rounds += 1;
            (self.act, self.search) = (Part::default(), Part::default());
            return;
        }
        let text = "the person is still found there after it was carried out: see the places, mend the mapping or the \
                    system, then have the step tried again; or decide that it is not them";
        let trouble = Trouble { code: FOUND_AGAIN.to_owned(), text: text.to_owned() };
        self.search = Part { state: PartState::Stuck, trouble: Some(trouble), ..Part::default() };
    }
}

impl Part {
    fn fail(&mut self, is_passing: bool, retry_after_ms: Option<i64>, trouble: Trouble, now: Instant) {
        self.trouble = Some(trouble);
        if !is_passing {
            self.state = PartState::Stuck;
            self.again_at = None;
            return;
        }
        self.state = PartState::Waiting;
        let doubled = 1_i64.checked_shl(self.attempts.min(30)).unwrap_or(i64::MAX);
        let wait_ms = BACK_OFF_MS.saturating_mul(doubled).max(retry_after_ms.unwrap_or(0)).min(BACK_OFF_MS_MAX);
        self.attempts = self.attempts.saturating_add(1);
        self.again_at = Some(Instant::from_millis(now.as_millis().saturating_add(wait_ms)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// What the world does next.
    #[derive(Debug, Clone)]
    enum Turn {
        /// A part that is under way ends so.
        Ends { pick: usize, how: How },
        /// The process dies: what is under way is forgotten, done or not.
        Dies,
        /// The application writes the person again.
        Writes { system: usize },
        /// Somebody tries a step again.
        Retries { system: usize },
        /// Further identifiers come up.
        Names,
        /// Time passes.
        Waits,
    }

    #[derive(Debug, Clone, Copy)]
    enum How {
        Well,
        LostAfter,
        Passing,
        Lasting,
    }

    fn turn() -> impl Strategy<Value = Turn> {
        let how = prop_oneof![4 => Just(How::Well), 1 => Just(How::LostAfter), 1 => Just(How::Passing), 1 => Just(How::Lasting)];
        prop_oneof![
            8 => (0..8_usize, how).prop_map(|(pick, how)| Turn::Ends { pick, how }),
            1 => Just(Turn::Dies),
            1 => (0..4_usize).prop_map(|system| Turn::Writes { system }),
            2 => (0..4_usize).prop_map(|system| Turn::Retries { system }),
            1 => Just(Turn::Names),
            3 => Just(Turn::Waits),
        ]
    }

    /// The systems as they are, whatever the machine believes.
    struct Truth {
        progress: Progress,
        /// Whether the person stands in each.
        stands: Vec<bool>,
        /// Whether each was searched and found clean since the last act of any that happened.
        clean_since_act: Vec<bool>,
        /// What is under way, with what it saw when it began.
        under_way: HashMap<(usize, Which), u32>,
        now: Instant,
    }

    impl Truth {
        fn new(connected: &[bool], searches: bool) -> Self {
            let step = |(at, is_connected): (usize, &bool)| Step::new(format!("s{at}"), *is_connected);
            let steps: Vec<Step> = connected.iter().enumerate().map(step).collect();
            Self {
                stands: vec![true; steps.len()],
                clean_since_act: vec![false; steps.len()],
                progress: Progress { searches, steps, ..Progress::default() },
                under_way: HashMap::new(),
                now: Instant::from_millis(0),
            }
        }

        fn begin(&mut self) -> Next {
            let next = self.progress.next(self.now, |at, which| self.under_way.contains_key(&(at, which)));
            for (at, which) in &next.begin {
                let seen = match which {
                    Which::Act => self.progress.n_named,
                    Which::Search => self.progress.n_acts,
                };
                self.under_way.insert((*at, *which), seen);
            }
            next
        }

        fn end(&mut self, pick: usize, how: How) {
            let mut all: Vec<_> = self.under_way.keys().copied().collect();
            all.sort_by_key(|(at, which)| (*at, *which == Which::Search));
            let Some((at, which)) = all.get(pick % all.len().max(1)).copied() else { return };
            let seen = self.under_way.remove(&(at, which)).unwrap();
            if matches!(how, How::Well | How::LostAfter) && which == Which::Act {
                self.stands[at] = false;
                self.clean_since_act.fill(false);
            }
            let left = if self.stands[at] { Left::Mapped } else { Left::Nothing };
            let outcome = match (how, which) {
                (How::LostAfter, _) => return,
                (How::Well, Which::Act) => Outcome::Acted { n_named: seen },
                (How::Well, Which::Search) => {
                    self.clean_since_act[at] = left == Left::Nothing && seen == self.progress.n_acts;
                    Outcome::Searched { n_acts: seen, left }
                }
                (how, _) => Outcome::Failed {
                    is_passing: matches!(how, How::Passing),
                    retry_after_ms: None,
                    trouble: Trouble { code: "c".into(), text: "t".into() },
                },
            };
            self.progress.note(at, which, outcome, self.now);
        }

        fn take(&mut self, turn: &Turn) {
            let n = self.stands.len();
            match *turn {
                Turn::Ends { pick, how } => self.end(pick, how),
                Turn::Dies => self.under_way.clear(),
                Turn::Writes { system } => self.stands[system % n] = true,
                Turn::Retries { system } => {
                    self.progress.retry(system % n);
                }
                Turn::Names => self.progress.name_further(),
                Turn::Waits => self.now = Instant::from_millis(self.now.as_millis() + BACK_OFF_MS_MAX),
            }
        }
    }

    proptest! {
        /// Whatever happens in whatever order, nothing is answered before every connected system has acted, and was
        /// searched and found clean after the last act that the machine knows of.
        #[test]
        fn nothing_is_answered_with_a_trace_left(
            connected in prop::collection::vec(any::<bool>(), 1..4),
            searches in any::<bool>(),
            turns in prop::collection::vec(turn(), 0..80),
        ) {
            let mut truth = Truth::new(&connected, searches);
            for turn in &turns {
                let next = truth.begin();
                if next.may_answer {
                    let systems = truth.progress.steps.iter().enumerate().filter(|(_, step)| step.is_connected);
                    for (at, step) in systems {
                        prop_assert!(truth.progress.has_acted(step), "{step:?}");
                        prop_assert!(!searches || truth.clean_since_act[at], "{at} {:?}", truth.progress);
                    }
                }
                truth.take(turn);
            }
        }

        /// Once systems work and nobody writes, it ends: answered, or waiting for somebody; and after they had each
        /// step tried again, answered.
        #[test]
        fn it_always_ends(
            connected in prop::collection::vec(any::<bool>(), 1..4),
            turns in prop::collection::vec(turn(), 0..60),
        ) {
            let mut truth = Truth::new(&connected, true);
            for turn in &turns {
                truth.begin();
                truth.take(turn);
            }
            for _ in 0..100 {
                truth.take(&Turn::Waits);
                let next = truth.begin();
                if next.may_answer {
                    return Ok(());
                }
                if next.n_stuck > 0 && truth.under_way.is_empty() {
                    (0..connected.len()).for_each(|at| {
                        truth.progress.retry(at);
                    });
                }
                truth.end(0, How::Well);
            }
            prop_assert!(false, "it goes on for ever: {:?}", truth.progress);
        }
    }

    #[test]
    fn one_failing_system_keeps_no_other_from_acting() {
        let mut truth = Truth::new(&[true, true], true);
        assert_eq!(truth.begin().begin, [(0, Which::Act), (1, Which::Act)]);
        truth.end(0, How::Lasting);
        truth.end(0, How::Well);
        assert!(truth.progress.has_acted(&truth.progress.steps[1]));
        let next = truth.begin();
        assert_eq!((next.may_answer, next.n_stuck, next.begin.len()), (false, 1, 0));
    }

    #[test]
    fn what_is_found_again_is_done_again_once_and_then_left_to_somebody() {
        let mut truth = Truth::new(&[true], true);
        for round in 0..2 {
            truth.begin();
            truth.end(0, How::Well);
            truth.begin();
            truth.stands[0] = true;
            truth.end(0, How::Well);
            let state = truth.progress.steps[0].search.state;
            assert_eq!(state, if round == 0 { PartState::Waiting } else { PartState::Stuck });
        }
        assert_eq!(truth.begin().n_stuck, 1);
        assert!(truth.progress.retry(0));
        assert_eq!(truth.begin().begin, [(0, Which::Act)]);
    }

    #[test]
    fn each_wait_is_twice_the_last_up_to_an_hour() {
        let mut part = Part::default();
        let trouble = || Trouble { code: "c".into(), text: "t".into() };
        let now = Instant::from_millis(0);
        let mut wait = |after| {
            part.fail(true, after, trouble(), now);
            part.again_at.unwrap().as_millis()
        };
        assert_eq!([wait(None), wait(None), wait(Some(60_000))], [1_000, 2_000, 60_000]);
        for _ in 0..40 {
            wait(None);
        }
        assert_eq!(wait(None), BACK_OFF_MS_MAX);
    }
}
