//! A finger on the words of one statement. Every reader either moves it on or says what it expected.

use candor_words::{Instant, Span};

use crate::bounds::NAME_BYTES_MAX;
use crate::diagnostic::{Diagnostic, codes};
use crate::law::{clocks, countries};
use crate::model::Country;
use crate::source::{Spanned, TextSpan};
use crate::spell;
use crate::tree::{Atom, AtomKind, Statement};

/// What a reader returns: the value, or the one finding that ends the reading of the statement.
pub(crate) type Read<T> = Result<T, Diagnostic>;

enum Piece<'t> {
    Atom(&'t Atom),
    Comma(TextSpan),
}

pub(crate) struct Cursor<'t> {
    pieces: Vec<Piece<'t>>,
    at: usize,
    whole: TextSpan,
}

impl<'t> Cursor<'t> {
    /// Puts the finger on the first word of a statement.
    pub fn new(statement: &'t Statement) -> Self {
        let mut pieces: Vec<Piece<'t>> = Vec::new();
        let mut behind = statement.span;
        for part in &statement.parts {
            if !pieces.is_empty() {
                pieces.push(Piece::Comma(behind.behind()));
            }
            pieces.extend(part.atoms.iter().map(Piece::Atom));
            behind = part.atoms.last().map_or(behind, |atom| atom.span);
        }
        Self { pieces, at: 0, whole: statement.span }
    }

    fn atom(&self, ahead: usize) -> Option<&'t Atom> {
        match self.pieces.get(self.at + ahead) {
            Some(Piece::Atom(atom)) => Some(atom),
            _ => None,
        }
    }

    fn word_ahead(&self, ahead: usize) -> Option<&'t str> {
        match &self.atom(ahead)?.kind {
            AtomKind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The word under the finger, if it is one.
    pub fn peek(&self) -> Option<&'t str> {
        self.word_ahead(0)
    }

    /// True when a quoted text comes next.
    pub fn at_text(&self) -> bool {
        self.atom(0).is_some_and(|atom| matches!(atom.kind, AtomKind::Text(_)))
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.pieces.len()
    }

    /// Where the finger is; just behind the last word at the end.
    pub fn here(&self) -> TextSpan {
        match self.pieces.get(self.at) {
            Some(Piece::Atom(atom)) => atom.span,
            Some(Piece::Comma(span)) => *span,
            None => TextSpan { start: self.whole.end.saturating_sub(1), ..self.whole },
        }
    }

    /// The last word passed.
    fn before(&self) -> TextSpan {
        match self.at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some(Piece::Atom(atom)) => atom.span,
            Some(Piece::Comma(span)) => *span,
            None => self.whole,
        }
    }

    /// Reaches from `start` to the last word passed.
    pub fn since(&self, start: TextSpan) -> TextSpan {
        start.to(self.before())
    }

    pub fn whole(&self) -> TextSpan {
        self.whole
    }

    /// Passes the words of a phrase, if they all come next.
    pub fn eat(&mut self, phrase: &str) -> bool {
        let mut n_words = 0;
        for word in phrase.split(' ') {
            if self.word_ahead(n_words) != Some(word) {
                return false;
            }
            n_words += 1;
        }
        self.at += n_words;
        true
    }

    /// Passes a comma, if one comes next.
    pub fn comma(&mut self) -> bool {
        let found = matches!(self.pieces.get(self.at), Some(Piece::Comma(_)));
        self.at += usize::from(found);
        found
    }

    /// Passes a comma and the phrase behind it, if both come next.
    pub fn comma_then(&mut self, phrase: &str) -> bool {
        let start = self.at;
        if self.comma() && self.eat(phrase) {
            return true;
        }
        self.at = start;
        false
    }

    /// True when a comma comes next and one of these words behind it.
    pub fn next_is(&self, words: &[&str]) -> bool {
        let comma = matches!(self.pieces.get(self.at), Some(Piece::Comma(_)));
        comma && self.word_ahead(1).is_some_and(|word| words.contains(&word))
    }

    /// True when a comma comes next and behind it a part of this one word.
    pub fn next_is_alone(&self, word: &str) -> bool {
        self.next_is(&[word]) && self.atom(2).is_none()
    }

    /// Passes a colon.
    pub fn colon(&mut self) -> Read<()> {
        if self.atom(0).is_some_and(|atom| atom.kind == AtomKind::Colon) {
            self.at += 1;
            return Ok(());
        }
        Err(self.expected("`:`"))
    }

    /// What is expected here and is not.
    pub fn expected(&self, what: &str) -> Diagnostic {
        if self.at_end() {
            return Diagnostic::new(&codes::EXPECTED_WORD, self.before(), format!("{what} is missing"))
                .because(format!("{what} is expected behind this"));
        }
        Diagnostic::new(&codes::EXPECTED_WORD, self.here(), format!("{what} is expected here"))
    }

    /// Passes a phrase that must come next.
    pub fn expect(&mut self, phrase: &str) -> Read<TextSpan> {
        let start = self.here();
        if self.eat(phrase) {
            return Ok(self.since(start));
        }
        let guess = self.peek().and_then(|word| spell::nearest(word, [phrase]));
        Err(self.expected(&format!("`{phrase}`")).perhaps(guess))
    }

    /// Refuses what is left over.
    pub fn finish(&self) -> Read<()> {
        if self.at_end() {
            return Ok(());
        }
        let first = self.pieces.get(self.at + usize::from(self.atom(0).is_none())).map(|piece| match piece {
            Piece::Atom(atom) => atom.span,
            Piece::Comma(span) => *span,
        });
        let span = first.unwrap_or(self.whole).to(self.whole);
        let finding = Diagnostic::new(&codes::UNEXPECTED_WORD, span, "the statement could end before this");
        Err(finding.help("take it out, or see the grammar for what can stand here"))
    }

    /// Passes any word.
    pub fn word(&mut self, what: &str) -> Read<Spanned<&'t str>> {
        let Some(value) = self.peek() else { return Err(self.expected(what)) };
        let span = self.here();
        self.at += 1;
        Ok(Spanned { value, span })
    }

    /// Passes a quoted text.
    pub fn text(&mut self, what: &str) -> Read<Spanned<String>> {
        let span = self.here();
        match self.atom(0).map(|atom| &atom.kind) {
            Some(AtomKind::Text(text)) => {
                self.at += 1;
                Ok(Spanned { value: text.clone(), span })
            }
            _ => Err(self.expected(what).help("it stands between quotes")),
        }
    }

    /// Passes a quoted text, if one comes next.
    pub fn text_if_any(&mut self) -> Option<String> {
        if self.at_text() { self.text("a text").ok().map(|text| text.value) } else { None }
    }

    /// Passes a name: a lower-case letter, then lower-case letters, digits and `_`.
    pub fn name(&mut self, what: &str) -> Read<Spanned<String>> {
        let word = self.word(what)?;
        let value = name(word)?;
        Ok(Spanned { value, span: word.span })
    }

    /// Passes one of several phrases, the longest that fits.
    pub fn choice<T: Clone>(&mut self, what: &str, choices: &[(&str, T)]) -> Read<T> {
        let mut longest: Option<(&str, &T)> = None;
        for (phrase, value) in choices {
            let fits = phrase.split(' ').enumerate().all(|(ahead, word)| self.word_ahead(ahead) == Some(word));
            if fits && longest.is_none_or(|(known, _)| known.len() < phrase.len()) {
                longest = Some((phrase, value));
            }
        }
        if let Some((phrase, value)) = longest {
            self.at += phrase.split(' ').count();
            return Ok(value.clone());
        }
        let Some(word) = self.peek() else { return Err(self.expected(what)) };
        let guess = spell::nearest(word, choices.iter().map(|(phrase, _)| *phrase));
        let phrases: Vec<&str> = choices.iter().map(|(phrase, _)| *phrase).collect();
        Err(Diagnostic::new(&codes::UNKNOWN_WORD, self.here(), format!("`{word}` is not {what}"))
            .help(format!("it can be: {}", phrases.join(", ")))
            .perhaps(guess))
    }

    /// Passes a whole number between two bounds.
    pub fn number(&mut self, what: &str, least: u32, most: u32) -> Read<u32> {
        let word = self.word(what)?;
        match digits(word.value) {
            Some(n) if n >= least && n <= most => Ok(n),
            _ => Err(Diagnostic::new(
                &codes::NUMBER_OUT_OF_BOUNDS,
                word.span,
                format!("{what} is a whole number from {least} to {most}, not `{}`", word.value),
            )),
        }
    }

    /// Passes a length of time: `30 days`.
    pub fn span(&mut self, what: &str) -> Read<Span> {
        let count = self.word(what)?;
        let start = self.at;
        let unit = match (self.peek(), self.word_ahead(1)) {
            (Some("business"), Some(day @ ("day" | "days"))) => {
                self.at += 2;
                clocks::unit_of(if day == "day" { "business day" } else { "business days" })
            }
            (Some(unit), _) => {
                self.at += 1;
                clocks::unit_of(unit)
            }
            _ => None,
        };
        match (digits(count.value), unit) {
            (Some(n @ 1..=100_000), Some(unit)) => Ok(Span::new(n, unit)),
            _ => {
                let span = if self.at == start { count.span } else { self.since(count.span) };
                let finding = Diagnostic::new(&codes::SPAN_MALFORMED, span, "this is no length of time");
                Err(finding.help("write a count from 1 and a unit: minutes, hours, days, business days, weeks, months, years"))
            }
        }
    }

    /// Passes a day of the calendar, `2026-11-21`.
    pub fn date(&mut self, what: &str) -> Read<Spanned<Instant>> {
        let word = self.word(what)?;
        match date(word.value) {
            Some(value) => Ok(Spanned { value, span: word.span }),
            None => Err(Diagnostic::new(&codes::DATE_MALFORMED, word.span, format!("`{}` is no date", word.value))
                .help("write a day that exists as YYYY-MM-DD")),
        }
    }

    /// Passes `in CC`, or `worldwide` where that is meant.
    pub fn country(&mut self) -> Read<Country> {
        let word = self.word("a country")?;
        countries::country(word.value).ok_or_else(|| {
            let upper = word.value.to_ascii_uppercase();
            let guess = if word.value == "UK" { Some("GB") } else { countries::country(&upper).map(|_| upper.as_str()) };
            Diagnostic::new(&codes::COUNTRY_UNKNOWN, word.span, format!("`{}` is no country", word.value))
                .help("write its ISO 3166-1 code of two capital letters, such as DE")
                .perhaps(guess)
        })
    }

    /// Passes an email address.
    pub fn email(&mut self) -> Read<String> {
        let word = self.word("an email address")?;
        let fits = word.value.split_once('@').is_some_and(|(who, domain)| {
            !who.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty())
        });
        if fits {
            return Ok(word.value.to_owned());
        }
        Err(Diagnostic::new(&codes::EMAIL_MALFORMED, word.span, format!("`{}` is no email address", word.value)))
    }

    /// Passes a web address.
    pub fn url(&mut self) -> Read<String> {
        let word = self.word("a web address")?;
        let rest = word.value.strip_prefix("https://").or_else(|| word.value.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        if !host.is_empty() && !host.contains('@') && word.value.chars().all(is_url_character) {
            return Ok(word.value.to_owned());
        }
        Err(Diagnostic::new(&codes::URL_MALFORMED, word.span, format!("`{}` is no web address", word.value))
            .help("it begins with https:// and a host, and holds no password"))
    }
}

/// Reads a name from a word.
pub(crate) fn name(word: Spanned<&str>) -> Read<String> {
    if word.value.len() > NAME_BYTES_MAX {
        let message = format!("a name of {} bytes is longer than {NAME_BYTES_MAX}", word.value.len());
        return Err(Diagnostic::new(&codes::NAME_TOO_LONG, word.span, message));
    }
    let fits = word.value.starts_with(|c: char| c.is_ascii_lowercase())
        && word.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits {
        return Ok(word.value.to_owned());
    }
    let finding = Diagnostic::new(&codes::NAME_MALFORMED, word.span, format!("`{}` is no name", word.value));
    Err(finding.help("a name begins with a lower-case letter and holds lower-case letters, digits and `_`"))
}

/// Reads a day as the first instant of it in UTC.
pub(crate) fn date(word: &str) -> Option<Instant> {
    let mut parts = word.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    Instant::from_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn digits(word: &str) -> Option<u32> {
    word.chars().all(|c| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

// Quotes, angle brackets, backticks and backslashes have no place in an address that becomes a link.
fn is_url_character(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '`' | '\\' | '^' | '|')
}
