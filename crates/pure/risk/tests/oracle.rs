//! The score agrees with the published definition, on histories drawn by chance and on the vectors of `spec/risk`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod direct;
mod town;

use std::path::PathBuf;

use candor_risk::{History, Level, LevelCounts, Signal, SignalSet, Week, score};
use candor_words::{Span, SpanUnit};
use direct::SignIn;
use serde::{Deserialize, Serialize};
use town::{Dice, Kept, Shown};

const HISTORIES: u64 = 10_000;
/// How far two ways of adding the same numbers may lie apart.
const RELATIVE_ERROR_MAX: f64 = 1e-12;
const KEPT: Span = Span::new(6, SpanUnit::Month);
const FIRST_DAY: i64 = 20_400;

/// Some signals, mostly all of them.
fn usable(dice: &mut Dice) -> SignalSet {
    if dice.below(2) == 0 {
        return SignalSet::ALL;
    }
    Signal::ALL.into_iter().filter(|_| dice.below(4) > 0).collect()
}

#[test]
fn ten_thousand_histories_score_as_the_published_definition_does() {
    let (mut n_scored, mut n_forgotten, mut n_new, mut greatest) = (0, 0, 0, 0.0_f64);
    for seed in 0..HISTORIES {
        let dice = &mut Dice(seed);
        let mut kept = Kept::new(usable(dice), dice.below(4) > 0);
        let n_people = 1 + dice.below(6);
        let mut past: Vec<Shown> = Vec::new();
        let mut day = FIRST_DAY;
        for _ in 0..dice.below(40) {
            // A year goes by in most histories, so that the older half is no longer kept.
            day += dice.below(20) as i64;
            let person = dice.below(n_people);
            let shown = Shown::drawn(dice, person, day);
            kept.learn(&shown, Week::first_within(KEPT, shown.morning()));
            past.push(shown);
        }
        let person = dice.below(n_people);
        day += dice.below(30) as i64;
        let attempt = Shown::drawn(dice, person, day);
        let since = Week::first_within(KEPT, attempt.morning());

        let levels: Vec<Level> = kept.attempt(&attempt).values().iter().map(|value| value.level).collect();
        let counted: Vec<_> =
            past.iter().filter(|shown| Week::of(shown.at()) >= since).map(|shown| shown.sign_in(&levels)).collect();
        let expected = direct::score(&attempt.sign_in(&levels), &counted.iter().collect::<Vec<_>>());
        let found = score(&kept.history(&attempt, since));

        n_forgotten += usize::from(counted.len() < past.len());
        match (expected, found) {
            (None, None) => n_new += 1,
            (Some(expected), Some(found)) => {
                let error = ((found.value - expected) / expected).abs();
                assert!(error <= RELATIVE_ERROR_MAX, "seed {seed}: {} instead of {expected}", found.value);
                greatest = greatest.max(error);
                n_scored += 1;
            }
            (expected, found) => panic!("seed {seed}: {found:?} instead of {expected:?}"),
        }
    }
    println!("{n_scored} scored, {n_new} new, {n_forgotten} with sign-ins no longer kept, error at most {greatest:e}");
    assert!(n_scored > 6_000 && n_new > 500 && n_forgotten > 3_000, "{n_scored} {n_new} {n_forgotten}");
}

/// One history with the score of an attempt after it; `spec/risk.md` says how to read it.
#[derive(Serialize, Deserialize)]
struct Case {
    name: String,
    sign_ins: Vec<CaseSignIn>,
    attempt: CaseSignIn,
    score: Option<f64>,
    factors: Vec<(String, f64)>,
}

#[derive(Clone, Serialize, Deserialize)]
struct CaseSignIn {
    person: usize,
    values: Vec<(Level, String)>,
}

impl CaseSignIn {
    fn read(&self) -> SignIn {
        SignIn { person: self.person, values: self.values.clone() }
    }
}

fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec/risk/scores.json")
}

/// Counts by walking the list, so that the vectors stand on no tally.
fn counted(case: &Case) -> History {
    let showing = |level: Level, value: &str, one: &&CaseSignIn| one.values.contains(&(level, value.to_owned()));
    let all: Vec<&CaseSignIn> = case.sign_ins.iter().collect();
    let own: Vec<&CaseSignIn> = all.iter().filter(|one| one.person == case.attempt.person).copied().collect();
    let distinct = |level: Level, list: &[&CaseSignIn]| {
        let values = list.iter().flat_map(|one| one.values.iter().filter(|(of, _)| *of == level));
        values.collect::<std::collections::BTreeSet<_>>().len() as u64
    };
    let levels = case.attempt.values.iter().map(|(level, value)| {
        let first = case.attempt.values.iter().find(|(of, _)| of.feature() == level.feature()).unwrap();
        let beside: Vec<&CaseSignIn> = all.iter().filter(|one| showing(first.0, &first.1, one)).copied().collect();
        LevelCounts {
            level: *level,
            own: own.iter().filter(|one| showing(*level, value, one)).count() as u64,
            all: all.iter().filter(|one| showing(*level, value, one)).count() as u64,
            distinct: distinct(*level, &all),
            distinct_within: distinct(*level, &beside),
        }
    });
    let people: std::collections::BTreeSet<usize> = all.iter().map(|one| one.person).collect();
    History { own: own.len() as u64, all: all.len() as u64, people: people.len() as u64, levels: levels.collect() }
}

fn drawn_case(seed: u64) -> Case {
    let dice = &mut Dice(seed);
    let n_people = 1 + dice.below(4);
    let levels = &Level::ALL[..[3, 7, 8, 10][dice.below(4)]];
    let shown = |dice: &mut Dice| {
        let person = dice.below(n_people);
        let one = Shown::drawn(dice, person, FIRST_DAY).sign_in(levels);
        CaseSignIn { person: one.person, values: one.values }
    };
    let sign_ins = (0..seed % 9).map(|_| shown(dice)).collect();
    let attempt = shown(dice);
    Case { name: format!("drawn {seed}"), sign_ins, attempt, score: None, factors: Vec::new() }
}

#[test]
fn the_vectors_hold() {
    if std::env::var_os("CANDOR_REGEN").is_some() {
        let cases_of_dice = (1..=24).map(|seed| {
            let case = drawn_case(seed);
            let sign_ins: Vec<SignIn> = case.sign_ins.iter().map(CaseSignIn::read).collect();
            let expected = direct::score(&case.attempt.read(), &sign_ins.iter().collect::<Vec<_>>());
            let factors = score(&counted(&case)).map(|score| score.factors).unwrap_or_default();
            let factors = factors.iter().map(|factor| (factor.feature.as_str().to_owned(), factor.ratio)).collect();
            Case { score: expected, factors, ..case }
        });
        let lines: Vec<String> = cases_of_dice.map(|case| serde_json::to_string(&case).unwrap()).collect();
        std::fs::write(cases(), format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
    let read: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(cases()).unwrap()).unwrap();
    assert_eq!(read.len(), 24);
    for case in read {
        let found = score(&counted(&case));
        assert_eq!(found.is_some(), case.score.is_some(), "{}", case.name);
        let (Some(found), Some(expected)) = (found, case.score) else { continue };
        assert!(((found.value - expected) / expected).abs() <= RELATIVE_ERROR_MAX, "{}: {}", case.name, found.value);
        for (factor, (feature, ratio)) in found.factors.iter().zip(&case.factors) {
            assert_eq!(factor.feature.as_str(), feature);
            assert!(((factor.ratio - ratio) / ratio).abs() <= RELATIVE_ERROR_MAX, "{}: {feature}", case.name);
        }
    }
}
