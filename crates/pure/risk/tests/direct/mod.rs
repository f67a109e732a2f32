//! The published definition, written down as it is published: slow, over a list of sign-ins, with no counts kept.
//!
//! Freeman et al. (2016), equation 7 without data of attacks, with the sub-features, the smoothing and the edge case
//! of Wiefling et al. (2022). Every likelihood walks the list it is asked about. Nothing of the closed form is used.

use candor_risk::{Feature, Level};

/// One completed sign-in, or the attempt that is scored: who, and each level's value as it is.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub person: usize,
    /// In the order of the levels that are in use.
    pub values: Vec<(Level, String)>,
}

impl SignIn {
    fn value(&self, level: Level) -> Option<&str> {
        self.values.iter().find(|(of, _)| *of == level).map(|(_, value)| value.as_str())
    }
}

/// The score of an attempt after a list of sign-ins; `None` when the person has none.
pub fn score(attempt: &SignIn, everybody: &[&SignIn]) -> Option<f64> {
    let own: Vec<&SignIn> = everybody.iter().filter(|sign_in| sign_in.person == attempt.person).copied().collect();
    if own.is_empty() {
        return None;
    }
    let mut score = 1.0;
    for ladder in ladders(attempt) {
        let weights: f64 = ladder.iter().map(|level| level.weight()).sum();
        let mut of_person = 0.0;
        let mut of_all = 0.0;
        for (at, level) in ladder.iter().enumerate() {
            let weight = level.weight() / weights;
            of_person += weight * sub_likelihood(&own, attempt, &ladder, *level, false);
            of_all += weight * sub_likelihood(everybody, attempt, &ladder, *level, at == 0);
        }
        if of_person == 0.0 {
            of_person = of_all / 4.0;
        }
        score *= of_all / of_person;
    }
    let of_sign_in = own.len() as f64 / everybody.len() as f64;
    let of_attack = 1.0 / people(everybody) as f64;
    Some(score * (of_attack / of_sign_in))
}

/// The levels of each feature that the attempt shows, the most specific first.
fn ladders(attempt: &SignIn) -> Vec<Vec<Level>> {
    let mut ladders: Vec<(Feature, Vec<Level>)> = Vec::new();
    for (level, _) in &attempt.values {
        match ladders.iter_mut().find(|(feature, _)| *feature == level.feature()) {
            Some((_, ladder)) => ladder.push(*level),
            None => ladders.push((level.feature(), vec![*level])),
        }
    }
    ladders.into_iter().map(|(_, ladder)| ladder).collect()
}

/// How likely the value is among the sign-ins that show it, times how likely it is among all.
fn sub_likelihood(list: &[&SignIn], attempt: &SignIn, ladder: &[Level], level: Level, smoothing: bool) -> f64 {
    let showing: Vec<&SignIn> = list.iter().filter(|one| one.value(level) == attempt.value(level)).copied().collect();
    likelihood(&showing, attempt, ladder, level, smoothing) * likelihood(list, attempt, ladder, level, smoothing)
}

/// How likely a value is in a list; smoothing leaves room for values not seen so far.
fn likelihood(list: &[&SignIn], attempt: &SignIn, ladder: &[Level], level: Level, smoothing: bool) -> f64 {
    let n = list.len() as f64;
    let appearances = list.iter().filter(|one| one.value(level) == attempt.value(level)).count() as f64;
    let unseen = if smoothing { unseen(list, ladder, level) } else { 0.0 };
    if appearances > 0.0 {
        appearances / n * (1.0 - unseen / (n + unseen))
    } else if smoothing {
        1.0 / (n + unseen)
    } else {
        0.0
    }
}

/// One value that nobody has shown, and as many more as the list has different values of each coarser level.
fn unseen(list: &[&SignIn], ladder: &[Level], level: Level) -> f64 {
    let coarser = ladder.iter().filter(|one| **one > level);
    1.0 + coarser.map(|level| distinct(list, *level) as f64).sum::<f64>()
}

fn distinct(list: &[&SignIn], level: Level) -> usize {
    let mut values: Vec<_> = list.iter().map(|one| one.value(level)).collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

fn people(list: &[&SignIn]) -> usize {
    let mut people: Vec<usize> = list.iter().map(|one| one.person).collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}
