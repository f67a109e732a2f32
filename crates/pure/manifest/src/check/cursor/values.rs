//! Values as they are written: names, numbers, lengths of time, dates, countries, addresses.

use candor_words::{Instant, Span};

use super::{Cursor, Read};
use crate::bounds::NAME_BYTES_MAX;
use crate::diagnostic::{Diagnostic, codes};
use crate::law::{clocks, countries};
use crate::model::Country;
use crate::source::Spanned;

impl Cursor<'_> {
    /// Passes a name: a lower-case letter, then lower-case letters, digits and `_`.
    pub fn name(&mut self, what: &str) -> Read<Spanned<String>> {
        let word = self.word(what)?;
        let value = name(word)?;
        Ok(Spanned { value, span: word.span })
    }

    /// Passes the name that a declaration gives; all of those are judged when names are collected.
    pub fn declared(&mut self, what: &str) -> Read<Spanned<String>> {
        let word = self.word(what)?;
        Ok(Spanned { value: word.value.to_owned(), span: word.span })
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
                Err(finding
                    .help("write a count from 1 and a unit: minutes, hours, days, business days, weeks, months, years"))
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

    /// Passes a country's code.
    pub fn country(&mut self) -> Read<Country> {
        let word = self.word("a country")?;
        countries::country(word.value).ok_or_else(|| {
            let upper = word.value.to_ascii_uppercase();
            let guess =
                if word.value == "UK" { Some("GB") } else { countries::country(&upper).map(|_| upper.as_str()) };
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
