//! Keep rules as people read them.

use candor_decision::{Plan, RuleIx};
use candor_manifest::Manifest;
use candor_manifest::model::{Keep, KeepAction};
use candor_words::Span;
use serde::Serialize;

use crate::settings::Settings;

/// The keep rules of a policy, and what administrators set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionView {
    /// Every rule, in the order of the text.
    pub rules: Vec<KeepRuleView>,
    /// The shortest and the longest length that may be set for managed accounts.
    pub bounds: Option<(String, String)>,
    /// What was set, by group.
    pub lengths: std::collections::BTreeMap<String, String>,
}

/// A keep rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeepRuleView {
    /// Its position in the policy, as ledger entries name it.
    pub rule: u16,
    /// The rule as the policy would write it.
    pub text: String,
    /// True when a length set for managed accounts stands in for its own.
    pub settable: bool,
}

impl RetentionView {
    pub(super) fn of(manifest: &Manifest, settings: &Settings, plan: &Plan) -> Self {
        let numbered = (0u16..).map(RuleIx).zip(&manifest.keeps);
        let bounds = manifest.organisations.as_ref().and_then(|organisations| organisations.retention);
        let rules = numbered.map(|(at, keep)| KeepRuleView {
            rule: at.0,
            text: text_of(manifest, keep),
            settable: bounds.is_some() && plan.retention().may_be_set(at),
        });
        Self {
            rules: rules.collect(),
            bounds: bounds.map(|(least, most)| (least.to_string(), most.to_string())),
            lengths: settings.lengths.iter().map(|(group, span)| (group.clone(), span.to_string())).collect(),
        }
    }
}

/// A rule in the words of the language.
pub(super) fn text_of(manifest: &Manifest, keep: &Keep) -> String {
    let what = match keep.purpose.and_then(|purpose| manifest.purposes.get(purpose.at())) {
        Some(purpose) => format!("purpose {}: keep", purpose.name),
        None => format!("keep {}", covered(manifest, keep)),
    };
    let event = &keep.event;
    let action = match keep.action {
        KeepAction::Erase => "erase",
        KeepAction::Anonymise => "anonymise",
        KeepAction::Quarantine => "quarantine",
    };
    let part = |before: &str, span: Option<Span>, after: &str| {
        span.map(|span| format!("{before}{span}{after}")).unwrap_or_default()
    };
    let after = part("", keep.after, " after ");
    let within = part(" within ", keep.within, "");
    let sealed_for = part(" for ", keep.sealed_for, "");
    let grace = part(", grace ", keep.grace, "");
    format!("{what} until {after}{event}, then {action}{within}{sealed_for}{grace}")
}

/// Groups by name where a rule covers all that is stored of them, fields otherwise.
fn covered(manifest: &Manifest, keep: &Keep) -> String {
    let mut names = Vec::new();
    for group in &manifest.groups {
        let covered = || group.fields.iter().filter(|field| keep.fields.contains(field));
        let stored = group.fields.iter().filter(|field| manifest.fields[field.at()].held_by.is_none()).count();
        match covered().count() {
            0 => {}
            n_covered if n_covered >= stored => names.push(group.name.clone()),
            _ => names.extend(covered().map(|field| manifest.fields[field.at()].name.clone())),
        }
    }
    names.join(", ")
}
