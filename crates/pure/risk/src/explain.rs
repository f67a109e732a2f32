//! A judgement in words: every signal with what it weighed, for the person and for the administrator.

use serde::Serialize;

use crate::wording::Wording;
use candor_words::Language;

use crate::{Audience, Factor, Feature, Judgement, LevelFactor};

/// A judgement in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What followed, and why; one or two sentences.
    pub summary: String,
    /// What each feature contributed, the one that raised the risk most first.
    pub lines: Vec<Line>,
    /// What the person's own number of sign-ins contributed; `None` where nothing was scored.
    pub activity: Option<String>,
}

/// One feature in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The feature.
    pub feature: Feature,
    /// What the score was multiplied by.
    pub ratio: f64,
    /// What it did: `New device: raises the risk 4 ×`.
    pub text: String,
    /// One for each level: how often the person had shown it, and its weight.
    pub details: Vec<String>,
}

/// Puts a judgement into words.
pub fn explain(judgement: &Judgement, language: Language, audience: Audience) -> Explanation {
    let words = Wording { language, audience };
    let mut summary = words.cause(judgement.cause).to_owned();
    let mut lines = Vec::new();
    let mut activity = None;
    if let Some(score) = &judgement.score {
        summary.push(' ');
        summary.push_str(&words.bounds(score.value, judgement.step_up_above, judgement.deny_above));
        lines.extend(score.factors.iter().map(|factor| line(words, factor)));
        lines.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
        let of_own = score.factors.iter().flat_map(|factor| &factor.levels).map(|level| level.of_own).next();
        activity = of_own.map(|of_own| words.activity(of_own, score.activity));
    }
    Explanation { summary, lines, activity }
}

fn line(words: Wording, factor: &Factor) -> Line {
    let text = format!("{}: {}", words.feature(factor.feature, factor.is_new), words.effect(factor.ratio));
    let details = factor.levels.iter().map(|level| detail(words, level));
    Line { feature: factor.feature, ratio: factor.ratio, text, details: details.collect() }
}

fn detail(words: Wording, level: &LevelFactor) -> String {
    let own = words.shown(level.level, level.own, level.of_own);
    let weight = words.weight(level.weight);
    match words.shown_by_all(level.all, level.of_all) {
        Some(all) => format!("{own}, {all} ({weight})"),
        None => format!("{own} ({weight})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{History, Level, LevelCounts, Listed, Thresholds, judge};

    fn judgement() -> Judgement {
        let counts = |level, own, all| LevelCounts { level, own, all, distinct: 30, distinct_within: 1 };
        let levels = vec![
            counts(Level::Address, 14, 14),
            counts(Level::Operator, 18, 300),
            counts(Level::Country, 20, 1800),
            counts(Level::UserAgent, 0, 3),
            counts(Level::DeviceType, 20, 1500),
            counts(Level::DeviceCookie, 0, 0),
        ];
        let history = History { own: 20, all: 2000, people: 100, levels };
        judge(&history, Listed::No, &Thresholds { step_up_above: Some(0.02), deny_above: Some(500.0) })
    }

    fn told(explanation: &Explanation) -> String {
        let lines = explanation.lines.iter().flat_map(|line| {
            let details = line.details.iter().map(|detail| format!("    {detail}"));
            std::iter::once(format!("  {}", line.text)).chain(details).collect::<Vec<_>>()
        });
        let activity = explanation.activity.iter().map(|activity| format!("  {activity}"));
        std::iter::once(explanation.summary.clone()).chain(lines).chain(activity).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_signal_is_told_with_its_weight() {
        for language in [Language::English, Language::German] {
            for audience in [Audience::Person, Audience::Administrator] {
                let name = format!("{language:?}_{audience:?}");
                insta::assert_snapshot!(name, told(&explain(&judgement(), language, audience)));
            }
        }
    }

    #[test]
    fn a_person_learns_nothing_of_what_others_show() {
        let told = told(&explain(&judgement(), Language::English, Audience::Person));
        for others in ["300", "1800", "1500", "2000"] {
            assert!(!told.contains(others), "{told}");
        }
    }

    #[test]
    fn an_unscored_attempt_is_explained_by_its_cause_alone() {
        let judgement = judge(&History::default(), Listed::No, &Thresholds::default());
        let explanation = explain(&judgement, Language::English, Audience::Person);
        assert!(explanation.lines.is_empty() && explanation.activity.is_none());
        assert!(explanation.summary.starts_with("No signal of this sign-in may be used"));
    }
}
