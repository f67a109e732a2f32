//! What two versions of a policy differ in, in words, and how much each difference matters.
//!
//! [`compare`] looks at what is declared, by name: the order of a text, its version and its date are no change. Each
//! [`Change`] has a stable code, a sentence and a [`Class`] that says whether people must be told or asked. Where it is
//! not plain that less is done, a change counts as one that needs notice.
//!
//! One file per chapter of a manifest below; `comparison_page` shows the outcome to people, `candor diff` to authors.

mod data;
mod keeps;
mod named;
mod policy;
mod purposes;
mod recipients;
mod rights;
mod staff;
mod systems;

use candor_manifest::model::Manifest;
use serde::Serialize;

/// How much a change matters to the people whose data it is; the last is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Less is done with data, or people are promised more.
    Narrows,
    /// Nothing else is done with data: wording, contacts, technical bounds.
    Neutral,
    /// Significant: people are told before it takes effect (GDPR Art. 13(3)).
    Notice,
    /// Consent given before does not cover it: it is asked for again (GDPR Art. 7).
    Consent,
    /// The business or its data changes hands.
    Transfer,
}

impl Class {
    /// Every class, strongest first: the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Transfer, Self::Consent, Self::Notice, Self::Neutral, Self::Narrows];

    /// What it says above the changes of its class.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Narrows => "Less is done, or more is promised",
            Self::Neutral => "Only said or set down differently",
            Self::Notice => "Needs notice before it takes effect",
            Self::Consent => "Needs new consent",
            Self::Transfer => "The business or its data changes hands",
        }
    }

    /// True for what people must be told or asked before it takes effect.
    pub const fn is_significant(self) -> bool {
        matches!(self, Self::Notice | Self::Consent | Self::Transfer)
    }
}

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of difference: `use.added`. It stays the same from release to release.
    pub code: &'static str,
    /// How much it matters.
    pub class: Class,
    /// What changed, in words; names of the manifest stand in backticks.
    pub sentence: String,
    /// The purpose it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The recipient it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The fields it is about, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Change {
    fn new(code: &'static str, class: Class, sentence: impl Into<String>) -> Self {
        Self { code, class, sentence: sentence.into(), purpose: None, recipient: None, fields: Vec::new() }
    }

    fn of_purpose(self, name: &str) -> Self {
        Self { purpose: Some(name.to_owned()), ..self }
    }

    fn of_recipient(self, name: &str) -> Self {
        Self { recipient: Some(name.to_owned()), ..self }
    }

    fn of_fields(self, names: &[&str]) -> Self {
        Self { fields: names.iter().map(|name| (*name).to_owned()).collect(), ..self }
    }
}

/// All that two versions differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Each difference, in the order of the chapters of a manifest.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// The strongest class among the changes; `None` when there is no change.
    pub fn class(&self) -> Option<Class> {
        self.changes.iter().map(|change| change.class).max()
    }

    /// The changes of one class.
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.class == class)
    }

    /// True when people must be told or asked before the newer version takes effect.
    pub fn is_significant(&self) -> bool {
        self.class().is_some_and(Class::is_significant)
    }
}

/// Says what the newer manifest changes in the older.
pub fn compare(old: &Manifest, new: &Manifest) -> Comparison {
    let sides = Sides { old, new };
    let mut changes = Vec::new();
    policy::compare(sides, &mut changes);
    data::compare(sides, &mut changes);
    purposes::compare(sides, &mut changes);
    recipients::compare(sides, &mut changes);
    keeps::compare(sides, &mut changes);
    rights::compare(sides, &mut changes);
    staff::compare(sides, &mut changes);
    systems::compare(sides, &mut changes);
    Comparison { changes }
}

/// The two manifests that are held side by side.
#[derive(Clone, Copy)]
struct Sides<'a> {
    old: &'a Manifest,
    new: &'a Manifest,
}

/// The class of a change that goes one way or the other: more than before needs at least notice.
const fn toward(is_more: bool) -> Class {
    if is_more { Class::Notice } else { Class::Narrows }
}

#[cfg(test)]
mod tests;
