//! What keep rules count from, and its words.

use std::fmt;

use serde::Serialize;

/// What starts a retention clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum KeepEvent {
    /// The record was created.
    Created,
    /// The record was last written.
    Updated,
    /// The subscription or contract ended.
    ContractEnds,
    /// The account was deactivated.
    Deactivated,
    /// Consent to the purpose was withdrawn.
    ConsentWithdrawn,
    /// The subject last showed interest (opened a message, signed in).
    LastInterest,
    /// The subject last signed in.
    LastSignIn,
    /// The record was closed (a ticket, an incident).
    Closed,
    /// The process the value was needed for is over (transient data).
    ProcessEnds,
    /// An event that the tenant reports by name.
    Named(String),
}

impl KeepEvent {
    /// Every one but those that a tenant names, with its words in the language.
    pub(crate) const WORDS: [(&'static str, Self); 9] = [
        ("created", Self::Created),
        ("updated", Self::Updated),
        ("contract ends", Self::ContractEnds),
        ("deactivated", Self::Deactivated),
        ("consent withdrawn", Self::ConsentWithdrawn),
        ("last interest", Self::LastInterest),
        ("last sign-in", Self::LastSignIn),
        ("closed", Self::Closed),
        ("process ends", Self::ProcessEnds),
    ];
}

/// Writes it in the words of the language: `contract ends`, `event NAME`.
impl fmt::Display for KeepEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "event {name}"),
            known => {
                Self::WORDS.iter().filter(|(_, event)| event == known).try_for_each(|(words, _)| f.write_str(words))
            }
        }
    }
}
