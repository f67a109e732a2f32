//! What is looked for when people are searched: their identifiers, in any text.
//!
//! Texts are compared as the vault compares identifiers: without the space around them and without case. A whole value
//! that is an identifier is a trace. Within a longer text it is one where it stands by itself, if it is long enough not to
//! be an ordinary word.

use std::collections::HashMap;

use candor_words::Secret;

use crate::person::{Person, PersonIx};

/// From how many bytes an identifier is looked for within longer texts.
const WITHIN_BYTES_MIN: usize = 6;

/// As identifiers are compared.
pub fn normalised(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The identifiers of people, ready to be looked for.
#[derive(Default)]
pub struct Needles {
    /// As they are known.
    texts: Vec<Secret<String>>,
    whole: HashMap<String, Vec<PersonIx>>,
    /// By the longest word in them: what else stands around it.
    by_word: HashMap<String, Vec<String>>,
}

impl Needles {
    /// All identifiers of some people.
    pub fn of(people: &[Person]) -> Self {
        let mut needles = Self::default();
        for (person, at) in people.iter().zip(0..) {
            for identifier in &person.identifiers {
                let text = normalised(identifier.value.expose());
                if text.is_empty() {
                    continue;
                }
                let whose = needles.whole.entry(text.clone()).or_default();
                if whose.contains(&PersonIx(at)) {
                    continue;
                }
                whose.push(PersonIx(at));
                if whose.len() == 1 {
                    needles.texts.push(Secret::new(identifier.value.expose().trim().to_owned()));
                }
                if whose.len() == 1 && text.len() >= WITHIN_BYTES_MIN {
                    let word = words(&text).max_by_key(|word| word.len()).unwrap_or_default().to_owned();
                    needles.by_word.entry(word).or_default().push(text);
                }
            }
        }
        needles
    }

    /// True when there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// What is looked for, as it is known.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| text.expose().as_str())
    }

    /// Whose a value is, compared whole.
    pub fn whose(&self, value: &str) -> &[PersonIx] {
        self.whole.get(&normalised(value)).map_or(&[], Vec::as_slice)
    }

    /// Whether a text is an identifier, or holds one.
    pub fn is_in(&self, text: &str) -> bool {
        let text = normalised(text);
        if text.is_empty() || self.whole.is_empty() {
            return false;
        }
        if self.whole.contains_key(&text) {
            return true;
        }
        words(&text).any(|word| {
            self.by_word.get(word).is_some_and(|needles| needles.iter().any(|needle| stands_in(needle, &text)))
        })
    }
}

// Who is looked for, is never printed.
impl std::fmt::Debug for Needles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Needles").field("n", &self.whole.len()).finish_non_exhaustive()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+')
}

/// The words of a text, without dots and dashes at their edges: the end of a sentence is no part of an address.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let trimmed = |word: &str| word.trim_matches(['.', '-', '_', '+', '@']).len();
    text.split(|c| !is_word(c))
        .filter(move |word| trimmed(word) > 0)
        .map(|word| word.trim_matches(['.', '-', '_', '+', '@']))
}

fn stands_in(needle: &str, text: &str) -> bool {
    text.match_indices(needle).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + needle.len()..).unwrap_or_default();
        let mut after = after.chars();
        let ends = match after.next() {
            // A dot or dash goes on only if something follows it.
            Some('.' | '-') => !after.next().is_some_and(char::is_alphanumeric),
            Some(c) => !is_word(c),
            None => true,
        };
        ends && !before.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Identifier;
    use candor_words::Secret;

    fn needles(values: &[&str]) -> Needles {
        let identifier = |value: &&str| Identifier { field: "a.b".into(), value: Secret::new((*value).to_owned()) };
        Needles::of(&[Person { identifiers: values.iter().map(identifier).collect() }])
    }

    #[test]
    fn an_identifier_is_found_whole_and_within_texts() {
        let needles = needles(&["Rosa@Ships.example", "rk", "+49 30 1234567", "rosa.kern"]);
        for text in [
            "rosa@ships.example",
            " ROSA@ships.EXAMPLE ",
            "RK",
            "write to rosa@ships.example.",
            "<rosa@ships.example>",
            "mailto:rosa@ships.example?subject=x",
            "call +49 30 1234567, please",
            "rosa.kern",
            "by rosa.kern!",
        ] {
            assert!(needles.is_in(text), "{text}");
        }
        for text in [
            "",
            "xrosa@ships.example",
            "rosa@ships.example.org",
            "the rk of it",
            "+49 30 12345678",
            "rosa.kern@elsewhere.example",
            "rosa",
        ] {
            assert!(!needles.is_in(text), "{text}");
        }
    }

    #[test]
    fn nothing_is_found_of_nobody() {
        assert!(needles(&[" "]).is_empty());
        assert!(!needles(&[""]).is_in(""));
    }
}
