//! The languages that people are spoken to in: pages, letters, explanations.

use serde::{Deserialize, Serialize};

/// A language that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// What is spoken where nothing better is known.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Deutsch.
    #[serde(rename = "de")]
    German,
}

/// The most bytes of `Accept-Language` that are looked at.
const ACCEPTED_BYTES_MAX: usize = 512;
/// The most languages of it.
const ACCEPTED_MAX: usize = 16;

impl Language {
    /// Every language, in the order of the pages' switch.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language that a tag names; regions are no matter: `de-AT` is German.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language that a reader likes best of those spoken here (RFC 9110 § 12.5.4).
    ///
    /// A header beyond 512 bytes, or languages beyond the sixteenth, say nothing.
    pub fn accepted(header: &str) -> Option<Self> {
        if header.len() > ACCEPTED_BYTES_MAX {
            return None;
        }
        let liked = header.split(',').take(ACCEPTED_MAX).filter_map(|range| {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight =
                rest.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok())?;
            (weight > 0.0).then_some((Self::of_tag(tag.trim())?, weight))
        });
        // The first of equals wins, as it stands first in the header.
        liked.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(language, _)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_is_spoken_here_is_taken() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("DE", Some(Language::German)),
            ("de-AT,en;q=0.5", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("fr, en-GB;q=0.8, de;q=0.9", Some(Language::German)),
            ("en, de", Some(Language::English)),
            ("en-GB,de;q=0.9", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("de;q=0, en;q=0", None),
            ("fr", None),
            ("", None),
            ("de;q=x", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!(Language::accepted(&format!("{}de", "x,".repeat(400))), None);
        assert_eq!(Language::accepted(&format!("{}de", "fr,".repeat(20))), None);
    }
}
