//! The languages that people are spoken to in.

use serde::{Deserialize, Serialize};

/// A language of pages and mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of a tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The one that a browser prefers. Source: RFC 9110, 12.5.4; at most 32 ranges are looked at.
    pub fn from_header(header: &str) -> Self {
        let mut best = (0, Self::default());
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(language) = Self::from_tag(parts.next().unwrap_or_default().trim()) else { continue };
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }
}

fn thousandths(quality: &str) -> u32 {
    quality.trim().parse::<f32>().map_or(0, |quality| (quality.clamp(0.0, 1.0) * 1000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_is_spoken_and_english_else() {
        for (header, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("en-GB,de;q=0.9", Language::En),
            ("fr, de;q=0.2, en;q=0.1", Language::De),
            ("fr", Language::En),
            ("de;q=0, en;q=0", Language::En),
            ("", Language::En),
            ("DE", Language::De),
        ] {
            assert_eq!(Language::from_header(header), language, "{header}");
        }
    }
}
