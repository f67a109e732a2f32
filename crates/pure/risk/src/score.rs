//! The score: how often everybody shows what an attempt shows, over how often its person does.
//!
//! `S = Π (p_global ÷ p_own) · M ÷ (|U| · N)` over the features, as in Freeman et al. (2016), equation 7, without
//! data of attacks; the probabilities and their smoothing are those of Wiefling et al. (2022). `docs/risk.md` derives
//! the closed form that stands here; a slow one that walks a list of sign-ins stands in the tests beside it. The score is
//! finite and above zero for any counts: a part is never more than its whole, so that each of five ratios stays within
//! 1e±42 and the last factor within 1e±40.

use serde::{Deserialize, Serialize};

use crate::{Feature, History, Level, LevelCounts};

/// What a feature that its person has never shown weighs, in the published model.
const NEVER_SHOWN: f64 = 4.0;

/// The score of an attempt, with what made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score; above one, the attempt is more like anybody than like its person.
    pub value: f64,
    /// What each feature contributes.
    pub factors: Vec<Factor>,
    /// What the person's own number of sign-ins contributes: below one for those who sign in often.
    pub activity: f64,
}

/// What one feature contributes: the score is multiplied by its ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// The feature.
    pub feature: Feature,
    /// Above one it raises the risk, below one it lowers it.
    pub ratio: f64,
    /// True when the person has never shown anything of it.
    pub is_new: bool,
    /// The levels it is made of.
    pub levels: Vec<LevelFactor>,
}

/// What one level of a feature was judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelFactor {
    /// The level.
    pub level: Level,
    /// Its weight within the feature; the weights of a feature sum to one.
    pub weight: f64,
    /// Sign-ins of the person that showed this value.
    pub own: u64,
    /// Of so many.
    pub of_own: u64,
    /// Sign-ins of everybody that showed it.
    pub all: u64,
    /// Of so many.
    pub of_all: u64,
}

impl Factor {
    /// Its share of the score's logarithm: shares add up, with that of activity, to the whole.
    pub fn share(&self) -> f64 {
        self.ratio.ln()
    }
}

/// The score of an attempt; `None` for somebody who has never signed in, for nothing is known of them.
pub fn score(history: &History) -> Option<Score> {
    if history.own == 0 {
        return None;
    }
    let factors: Vec<Factor> = history
        .levels
        .chunk_by(|a, b| a.level.feature() == b.level.feature())
        .filter_map(|levels| factor(history, levels))
        .collect();
    let activity = float(history.all) / (float(history.people) * float(history.own));
    let value = factors.iter().fold(activity, |product, factor| product * factor.ratio);
    Some(Score { value, factors, activity })
}

/// One feature's part, over its levels from the most specific down.
fn factor(history: &History, levels: &[LevelCounts]) -> Option<Factor> {
    let first = levels.first()?;
    let weights: f64 = levels.iter().map(|counts| counts.level.weight()).sum();
    let weight = |counts: &LevelCounts| counts.level.weight() / weights;
    let own = levels.iter().map(|counts| weight(counts) * part(counts.own, history.own)).sum::<f64>();
    let coarser = levels.get(1..).unwrap_or_default();
    let seen = coarser.iter().map(|counts| weight(counts) * part(counts.all, history.all)).sum::<f64>();
    let global = weight(first) * smoothed(history, first, coarser) + seen;
    let is_new = own == 0.0;
    let ratio = if is_new { NEVER_SHOWN } else { global / own };
    let levels = levels.iter().map(|counts| LevelFactor {
        level: counts.level,
        weight: weight(counts),
        own: counts.own,
        of_own: history.own,
        all: counts.all,
        of_all: history.all,
    });
    Some(Factor { feature: first.level.feature(), ratio, is_new, levels: levels.collect() })
}

/// The probability of the most specific value among everybody's, with room left for values not seen so far.
fn smoothed(history: &History, first: &LevelCounts, coarser: &[LevelCounts]) -> f64 {
    let unseen = 1.0 + coarser.iter().map(|counts| counts.distinct as f64).sum::<f64>();
    let shown = first.all.min(history.all) as f64;
    let among_all = shown.max(1.0) / (history.all as f64 + unseen);
    if shown == 0.0 {
        return among_all;
    }
    let unseen_within = 1.0 + coarser.iter().map(|counts| counts.distinct_within as f64).sum::<f64>();
    shown / (shown + unseen_within) * among_all
}

/// How much of a whole a part is; counts that do not fit together are made to.
fn part(part: u64, whole: u64) -> f64 {
    part.min(whole) as f64 / float(whole)
}

/// A count to divide by: never nought.
fn float(count: u64) -> f64 {
    count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_level(own: u64, all: u64) -> LevelCounts {
        LevelCounts { level: Level::Languages, own, all, distinct: 0, distinct_within: 0 }
    }

    #[test]
    fn nobody_is_scored_at_their_first_sign_in() {
        assert_eq!(score(&History { own: 0, all: 10, people: 2, levels: Vec::new() }), None);
    }

    #[test]
    fn what_the_person_has_never_shown_weighs_exactly_four() {
        let history = History { own: 5, all: 10, people: 2, levels: vec![one_level(0, 9)] };
        let score = score(&history).unwrap();
        assert_eq!(score.value, 4.0);
        assert!(score.factors[0].is_new);
    }

    #[test]
    fn a_value_that_only_this_person_shows_lowers_the_risk() {
        let history = History { own: 5, all: 100, people: 20, levels: vec![one_level(5, 5)] };
        // p_global = 5/6 · 5/101, p_own = 1, activity = 100/(20·5) = 1
        let expected = 5.0 / 6.0 * 5.0 / 101.0;
        assert!((score(&history).unwrap().value - expected).abs() < 1e-15);
    }

    #[test]
    fn the_shares_add_up_to_the_score() {
        let levels = vec![
            LevelCounts { level: Level::Address, own: 3, all: 4, distinct: 60, distinct_within: 1 },
            LevelCounts { level: Level::Country, own: 9, all: 70, distinct: 3, distinct_within: 1 },
            one_level(4, 30),
        ];
        let score = score(&History { own: 9, all: 90, people: 11, levels }).unwrap();
        let shares: f64 = score.factors.iter().map(Factor::share).sum();
        assert!((shares + score.activity.ln() - score.value.ln()).abs() < 1e-12);
        assert!((score.factors[0].levels.iter().map(|level| level.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
