//! What must hold of a score whatever the counts are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use candor_risk::{History, Level, LevelCounts, Listed, Outcome, Thresholds, judge, score};
use proptest::prelude::*;

/// Any count, the small and the greatest more often.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..50_u64, 1 => Just(u64::MAX), 1 => any::<u64>()]
}

fn any_history() -> impl Strategy<Value = History> {
    let level = |level| (Just(level), count(), count(), count(), count(), any::<bool>());
    let levels = Level::ALL.map(level);
    (count(), count(), count(), levels).prop_map(|(own, all, people, levels)| History {
        own,
        all,
        people,
        levels: levels
            .into_iter()
            .filter(|(.., is_usable)| *is_usable)
            .map(|(level, own, all, distinct, distinct_within, _)| LevelCounts {
                level,
                own,
                all,
                distinct,
                distinct_within,
            })
            .collect(),
    })
}

/// Counts that a list of sign-ins could have: nobody shows more than they sign in, and all include one's own.
fn real_history() -> impl Strategy<Value = History> {
    let level = |level| (Just(level), 0..=20_u64, 0..=200_u64, 1..30_u64, 1..4_u64);
    (1..=20_u64, 1..=200_u64, 1..50_u64, Level::ALL.map(level)).prop_map(|(own, others, people, levels)| History {
        own,
        all: own + others,
        people,
        levels: levels
            .into_iter()
            .map(|(level, of_own, of_others, distinct, distinct_within)| LevelCounts {
                level,
                own: of_own.min(own),
                all: of_own.min(own) + of_others.min(others),
                distinct,
                distinct_within: distinct_within.min(distinct),
            })
            .collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_finite_and_above_zero_for_any_counts(history in any_history()) {
        if let Some(score) = score(&history) {
            prop_assert!(score.value.is_finite() && score.value > 0.0, "{}", score.value);
            prop_assert!(score.factors.iter().all(|factor| factor.ratio.is_finite() && factor.ratio > 0.0));
        }
    }

    #[test]
    fn what_a_person_shows_more_often_is_never_riskier(history in real_history()) {
        for at in 0..history.levels.len() {
            let mut more = history.clone();
            let own = &mut more.levels[at].own;
            // What was never shown weighs exactly four, by definition; the law begins with the first time.
            if *own > 0 && *own < history.own {
                *own += 1;
                prop_assert!(score(&more).unwrap().value <= score(&history).unwrap().value);
            }
        }
    }

    #[test]
    fn what_everybody_shows_more_often_is_never_safer(history in real_history()) {
        for at in 0..history.levels.len() {
            let counts = &history.levels[at];
            let is_first = history.levels[..at].iter().all(|other| other.level.feature() != counts.level.feature());
            if is_first && counts.all == 0 {
                // The published smoothing gives what nobody has shown more room than what was shown once.
                continue;
            }
            let mut more = history.clone();
            more.levels[at].all = (counts.all + 1).min(history.all);
            prop_assert!(score(&more).unwrap().value >= score(&history).unwrap().value * (1.0 - 1e-12));
        }
    }

    #[test]
    fn who_signs_in_more_rarely_is_asked_no_less(history in real_history()) {
        // The same shares of sign-ins, of half as many: only the activity differs.
        let mut rare = history.clone();
        let double = |n: &mut u64| *n *= 2;
        rare.levels.iter_mut().for_each(|counts| double(&mut counts.own));
        double(&mut rare.own);
        let often = History { all: history.all + rare.own, ..rare };
        let rare = History { all: often.all, ..history };
        prop_assert!(score(&rare).unwrap().value >= score(&often).unwrap().value * (1.0 - 1e-12));
    }

    #[test]
    fn a_lower_bound_never_lets_more_in(history in real_history(), bound in 1e-6..1e3_f64, by in 1.0..100.0_f64) {
        let rank = |step_up_above| {
            let thresholds = Thresholds { step_up_above: Some(step_up_above), deny_above: Some(step_up_above * 10.0) };
            match judge(&history, Listed::No, &thresholds).outcome {
                Outcome::Allow => 0,
                Outcome::StepUp => 1,
                Outcome::Deny => 2,
            }
        };
        prop_assert!(rank(bound / by) >= rank(bound));
    }
}
