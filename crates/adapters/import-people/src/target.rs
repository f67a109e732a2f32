//! What a column is: a field, a part of a consent, the contract.

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// `group.field`
    Field(String, String),
    /// `@consent.purpose`, or one of its parts: `@consent.purpose.at`
    Consent(String, ConsentPart),
    /// `@contract`: yes or no, or until when.
    Contract,
}

/// A part of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConsentPart {
    Act,
    At,
    Text,
    TextDigest,
    Language,
    Method,
}

impl ConsentPart {
    const ALL: [Self; 6] = [Self::Act, Self::At, Self::Text, Self::TextDigest, Self::Language, Self::Method];

    /// Its name, in files and in the API.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::At => "at",
            Self::Text => "text",
            Self::TextDigest => "text_digest",
            Self::Language => "language",
            Self::Method => "method",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl Target {
    /// Reads the name of a target.
    pub(crate) fn of(name: &str) -> Option<Self> {
        if name == "@contract" {
            return Some(Self::Contract);
        }
        if let Some(consent) = name.strip_prefix("@consent.") {
            let (purpose, part) = consent.split_once('.').unwrap_or((consent, "act"));
            return is_name(purpose)
                .then(|| ConsentPart::of(part).map(|part| Self::Consent(purpose.to_owned(), part)))?;
        }
        let (group, field) = name.split_once('.')?;
        (is_name(group) && is_name(field)).then(|| Self::Field(group.to_owned(), field.to_owned()))
    }

    /// Its name, as faults show it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Field(group, field) => format!("{group}.{field}"),
            Self::Consent(purpose, ConsentPart::Act) => format!("@consent.{purpose}"),
            Self::Consent(purpose, part) => format!("@consent.{purpose}.{}", part.name()),
            Self::Contract => "@contract".to_owned(),
        }
    }
}

/// True for a name that a policy can declare.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
