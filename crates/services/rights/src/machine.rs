//! The step machine: what a request has still to do in connected systems, and what an outcome means for it.
//!
//! Pure. Every system acts; when all have, an erasure is searched for everywhere. What is found again is done again once,
//! and then left to somebody. INVARIANT: a request may be answered only when every connected system has acted with every
//! identifier that is known, and, where it searches, was searched and found clean after the last act of any of them.
//! A step whose outcome was lost is done again: acts and searches may be repeated. Laws of it are in `machine/tests.rs`,
//! its types in `machine/progress.rs`.

use candor_words::Instant;

mod progress;
#[cfg(test)]
mod tests;

pub use progress::{Left, Next, Outcome, Part, PartState, Progress, Step, Trouble, Which};

/// How often what is found again is done again before it is left to somebody.
const ROUNDS_MAX: u8 = 1;
/// The wait after the first passing failure; doubled after each other.
const BACK_OFF_MS: i64 = 1_000;
const BACK_OFF_MS_MAX: i64 = 3_600_000;
/// Why a search waits for somebody: it found the person.
pub(crate) const FOUND_AGAIN: &str = "step.found_again";

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
