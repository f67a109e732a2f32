//! Laws of the step machine, and its words on single failures.

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
    let how =
        prop_oneof![4 => Just(How::Well), 1 => Just(How::LostAfter), 1 => Just(How::Passing), 1 => Just(How::Lasting)];
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
