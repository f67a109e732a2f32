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
    /// No signal may be used, or none is there.
    NoSignal,
    /// The score is above the bound for another factor.
    Unusual,
    /// The score is above the bound for turning away.
    FarTooUnusual,
    /// The operator lists the address.
    Listed,
}

/// The bounds of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Above this score, one more factor is asked for.
    pub step_up_above: f64,
    /// Above this score, the sign-in ends; never when `None`.
    pub deny_above: Option<f64>,
}

impl Default for Thresholds {
    /// The bound that `docs/risk.md` works out for targeted attackers, and no denial.
    fn default() -> Self {
        Self { step_up_above: 0.02, deny_above: None }
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
    /// The bounds that held.
    pub thresholds: Thresholds,
}

/// Judges an attempt by its history.
pub fn judge(history: &History, is_listed: Listed, thresholds: &Thresholds) -> Judgement {
    let score = if history.levels.is_empty() { None } else { score(history) };
    let (outcome, cause) = match (&score, is_listed) {
        (_, Listed::Yes) => (Outcome::Deny, Cause::Listed),
        (None, _) if history.levels.is_empty() => (Outcome::StepUp, Cause::NoSignal),
        (None, _) => (Outcome::StepUp, Cause::NewAccount),
        (Some(score), _) => of_score(score.value, thresholds),
    };
    Judgement { outcome, cause, score, thresholds: *thresholds }
}

fn of_score(value: f64, thresholds: &Thresholds) -> (Outcome, Cause) {
    if thresholds.deny_above.is_some_and(|bound| value > bound) {
        (Outcome::Deny, Cause::FarTooUnusual)
    } else if value > thresholds.step_up_above {
        (Outcome::StepUp, Cause::Unusual)
    } else {
        (Outcome::Allow, Cause::Familiar)
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
        let judgement = judge(history, Listed::No, &Thresholds { step_up_above, deny_above });
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
    fn where_nothing_is_known_another_factor_decides() {
        assert_eq!(judged(&history(0), 1e9, None), (Outcome::StepUp, Cause::NewAccount));
        let without = History { levels: Vec::new(), ..history(9) };
        assert_eq!(judged(&without, 1e9, None), (Outcome::StepUp, Cause::NoSignal));
    }

    #[test]
    fn a_listed_address_is_denied_however_familiar_it_is() {
        let judgement = judge(&history(1), Listed::Yes, &Thresholds { step_up_above: 1e9, deny_above: None });
        assert_eq!((judgement.outcome, judgement.cause), (Outcome::Deny, Cause::Listed));
    }
}
