//! What follows of a score: in, one more factor, or out.
//!
//! Nobody is turned away by a guess: unless an operator sets `deny_above`, only an address that is listed is denied.
//! Where nothing is known of a person, or nothing may be known, a second factor decides.

use serde::{Deserialize, Serialize};

use crate::{History, Listed, Score, score};

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The sign-in goes on.
    Allow,
    /// One more factor is asked for.
    StepUp,
    /// The sign-in ends.
    Deny,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The score is not above the bounds.
    Familiar,
    /// Nobody has seen this person sign in.
    NewAccount,
    /// The account was made in this very sign-in: there was nothing in it to be taken.
    JustMade,
    /// No signal may be used, or none is there.
    NoSignal,
    /// The score is above the bound for another factor.
    Unusual,
    /// The score is above the bound for turning away.
    FarTooUnusual,
    /// The operator lists the address.
    Listed,
}

/// The bounds that an operator sets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Thresholds {
    /// Above this score, one more factor is asked for; the usual bound when `None`.
    pub step_up_above: Option<f64>,
    /// Above this score, the sign-in ends; never when `None`.
    pub deny_above: Option<f64>,
}

/// The usual bound where many sign in: `docs/risk.md` has the table that it is read from.
const USUAL: f64 = 0.01;
/// Where few do, everybody's habits are one's own, and a score lies higher the fewer they are.
const USUAL_OF_ONE: f64 = 1.5;

impl Thresholds {
    /// The bound above which one more factor is asked for, where so many people sign in.
    pub fn step_up_above(&self, people: u64) -> f64 {
        let people = people.max(1) as f64;
        self.step_up_above.unwrap_or_else(|| (USUAL_OF_ONE / (people * people)).max(USUAL))
    }
}

/// A score and what follows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What follows.
    pub outcome: Outcome,
    /// Why.
    pub cause: Cause,
    /// What it was judged by; `None` where nothing could be.
    pub score: Option<Score>,
    /// The bound that held for one more factor.
    pub step_up_above: f64,
    /// The bound that held for turning away.
    pub deny_above: Option<f64>,
}

/// Judges an attempt by its history.
pub fn judge(history: &History, is_listed: Listed, thresholds: &Thresholds) -> Judgement {
    let score = if history.levels.is_empty() { None } else { score(history) };
    let (step_up_above, deny_above) = (thresholds.step_up_above(history.people), thresholds.deny_above);
    let (outcome, cause) = match (&score, is_listed) {
        (_, Listed::Yes) => (Outcome::Deny, Cause::Listed),
        (None, _) if history.levels.is_empty() => (Outcome::StepUp, Cause::NoSignal),
        (None, _) => (Outcome::StepUp, Cause::NewAccount),
        (Some(score), _) if deny_above.is_some_and(|bound| score.value > bound) => {
            (Outcome::Deny, Cause::FarTooUnusual)
        }
        (Some(score), _) if score.value > step_up_above => (Outcome::StepUp, Cause::Unusual),
        (Some(_), _) => (Outcome::Allow, Cause::Familiar),
    };
    Judgement { outcome, cause, score, step_up_above, deny_above }
}

impl Judgement {
    /// The same of an account that was made in this very sign-in: that nobody has been seen in it before is no wonder.
    #[must_use]
    pub fn of_newcomer(self) -> Self {
        match self.cause {
            Cause::NewAccount => Self { outcome: Outcome::Allow, cause: Cause::JustMade, ..self },
            _ => self,
        }
    }
}

impl Outcome {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::StepUp => "step_up",
            Self::Deny => "deny",
        }
    }
}

impl Cause {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Familiar => "familiar",
            Self::NewAccount => "new_account",
            Self::JustMade => "just_made",
            Self::NoSignal => "no_signal",
            Self::Unusual => "unusual",
            Self::FarTooUnusual => "far_too_unusual",
            Self::Listed => "listed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, LevelCounts};

    fn history(own: u64) -> History {
        let levels = vec![LevelCounts { level: Level::Languages, own: 0, all: 9, distinct: 2, distinct_within: 0 }];
        History { own, all: 10, people: 10, levels }
    }

    fn judged(history: &History, step_up_above: f64, deny_above: Option<f64>) -> (Outcome, Cause) {
        let judgement = judge(history, Listed::No, &Thresholds { step_up_above: Some(step_up_above), deny_above });
        (judgement.outcome, judgement.cause)
    }

    #[test]
    fn the_score_decides_between_the_bounds() {
        // A language never shown: 4 · 10/(10·1) = 4.
        assert_eq!(judged(&history(1), 4.0, None), (Outcome::Allow, Cause::Familiar));
        assert_eq!(judged(&history(1), 3.9, None), (Outcome::StepUp, Cause::Unusual));
        assert_eq!(judged(&history(1), 3.9, Some(4.0)), (Outcome::StepUp, Cause::Unusual));
        assert_eq!(judged(&history(1), 1.0, Some(3.9)), (Outcome::Deny, Cause::FarTooUnusual));
    }

    #[test]
    fn the_usual_bound_is_higher_where_few_sign_in() {
        let usual = |people| Thresholds::default().step_up_above(people);
        assert_eq!((usual(0), usual(1), usual(5), usual(1_000)), (1.5, 1.5, 0.06, 0.01));
        assert_eq!(Thresholds { step_up_above: Some(0.3), deny_above: None }.step_up_above(1), 0.3);
    }

    #[test]
    fn where_nothing_is_known_another_factor_decides() {
        assert_eq!(judged(&history(0), 1e9, None), (Outcome::StepUp, Cause::NewAccount));
        let without = History { levels: Vec::new(), ..history(9) };
        assert_eq!(judged(&without, 1e9, None), (Outcome::StepUp, Cause::NoSignal));
    }

    #[test]
    fn an_account_that_was_just_made_is_entered_unless_its_address_is_listed() {
        let judged = |is_listed| {
            let judgement = judge(&history(0), is_listed, &Thresholds::default()).of_newcomer();
            (judgement.outcome, judgement.cause)
        };
        assert_eq!(judged(Listed::No), (Outcome::Allow, Cause::JustMade));
        assert_eq!(judged(Listed::Yes), (Outcome::Deny, Cause::Listed));
    }

    #[test]
    fn a_listed_address_is_denied_however_familiar_it_is() {
        let judgement = judge(&history(1), Listed::Yes, &Thresholds { step_up_above: Some(1e9), deny_above: None });
        assert_eq!((judgement.outcome, judgement.cause), (Outcome::Deny, Cause::Listed));
    }
}
