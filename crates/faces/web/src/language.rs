//! How the languages of the pages write dates, times and lengths of time.
//!
//! What a page says of itself is in the reader's language; what a policy says is in the policy's own, and marked so
//! ([`said`]).

use candor_manifest::model::Country;
use candor_words::{Instant, Language, Span, SpanUnit};
use maud::{Markup, html};

/// How a language writes things.
pub trait Written: Copy {
    /// A day as people write it: `15 February 2026`, `15. Februar 2026`.
    fn date(self, at: Instant) -> String;
    /// A day and the minute: `15 February 2026, 09:30 UTC`.
    fn time(self, at: Instant) -> String;
    /// A length of time: `30 days`, `30 Tage`.
    fn span(self, span: Span) -> String;
    /// A length of time after a preposition that takes the dative: `nach 30 Tagen`.
    fn span_dative(self, span: Span) -> String;
    /// A number with its thousands apart: `1,234`, `1.234`.
    fn number(self, n: u64) -> String;
    /// `a`, `a and b`, `a, b and c`.
    fn list<T: AsRef<str>>(self, items: &[T]) -> String;
}

impl Written for Language {
    fn date(self, at: Instant) -> String {
        if self == Self::English {
            return candor_publish::date(at);
        }
        let Some(Moment { year, month, day, .. }) = moment(at) else { return at.to_string() };
        let Some(name) = month.checked_sub(1).and_then(|at| GERMAN_MONTHS.get(at)) else { return at.to_string() };
        format!("{day}. {name} {year}")
    }

    fn time(self, at: Instant) -> String {
        match moment(at) {
            Some(moment) => format!("{}, {} UTC", self.date(at), moment.minute),
            None => at.to_string(),
        }
    }

    fn span(self, span: Span) -> String {
        if self == Self::English {
            return span.to_string();
        }
        let (one, more) = match span.unit {
            SpanUnit::Minute => ("Minute", "Minuten"),
            SpanUnit::Hour => ("Stunde", "Stunden"),
            SpanUnit::Day => ("Tag", "Tage"),
            SpanUnit::BusinessDay => ("Werktag", "Werktage"),
            SpanUnit::Week => ("Woche", "Wochen"),
            SpanUnit::Month => ("Monat", "Monate"),
            SpanUnit::Year => ("Jahr", "Jahre"),
        };
        format!("{} {}", span.count, if span.count == 1 { one } else { more })
    }

    fn span_dative(self, span: Span) -> String {
        let text = self.span(span);
        let ends_in_e = self == Self::German && span.count != 1 && text.ends_with('e');
        if ends_in_e { text + "n" } else { text }
    }

    fn number(self, n: u64) -> String {
        let between = match self {
            Self::English => ',',
            Self::German => '.',
        };
        let digits = n.to_string();
        let mut text = String::with_capacity(digits.len().saturating_mul(2));
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(between);
            }
            text.push(digit);
        }
        text
    }

    fn list<T: AsRef<str>>(self, items: &[T]) -> String {
        let and = match self {
            Self::English => "and",
            Self::German => "und",
        };
        candor_publish::joined(items, and)
    }
}

/// A text in a language of its own, marked where that is not the page's, so that it is read out as it should be.
pub fn said(page: Language, language: &str, text: &str) -> Markup {
    if language.is_empty() || Language::of_tag(language) == Some(page) {
        return html! { (text) };
    }
    html! { span lang=(language) { (text) } }
}

/// An instant as a `time` element: the day, with the exact time for machines and on hover.
pub fn day(language: Language, at: Instant) -> Markup {
    html! { time datetime=(at) title=(language.time(at)) { (language.date(at)) } }
}

/// An instant as a `time` element, to the minute.
pub fn minute(language: Language, at: Instant) -> Markup {
    html! { time datetime=(at) { (language.time(at)) } }
}

/// What a country is called; its code when it is unknown.
pub fn country(language: Language, country: Country) -> String {
    if language == Language::English {
        return candor_publish::country(country);
    }
    if country == Country::WORLD {
        return "überall auf der Welt".to_owned();
    }
    let mut rows = include_str!("countries.de.tsv").lines().filter_map(|row| row.split_once('\t'));
    rows.find(|(code, _)| *code == country.as_str()).map_or_else(|| country.as_str(), |(_, name)| name).to_owned()
}

struct Moment {
    year: String,
    month: usize,
    day: String,
    minute: String,
}

/// Takes apart what RFC 3339 writes: `2026-02-15T09:30:00.000Z`.
fn moment(at: Instant) -> Option<Moment> {
    let text = at.to_string();
    let (date, clock) = text.split_once('T')?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Moment {
        year: year.to_owned(),
        month: month.parse().ok()?,
        day: day.trim_start_matches('0').to_owned(),
        minute: clock.get(..5)?.to_owned(),
    })
}

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_lengths_read_as_people_write_them() {
        let at = Instant::from_date(2026, 3, 5).unwrap();
        assert_eq!(Language::English.date(at), "5 March 2026");
        assert_eq!(Language::German.date(at), "5. März 2026");
        assert_eq!(Language::German.time(at), "5. März 2026, 00:00 UTC");
        let days = Span::new(30, SpanUnit::Day);
        assert_eq!(Language::English.span(days), "30 days");
        assert_eq!(Language::German.span(days), "30 Tage");
        assert_eq!(Language::German.span_dative(days), "30 Tagen");
        assert_eq!(Language::German.span_dative(Span::new(2, SpanUnit::Week)), "2 Wochen");
        assert_eq!(Language::German.span_dative(Span::new(1, SpanUnit::Month)), "1 Monat");
        assert_eq!(Language::German.list(&["a", "b", "c"]), "a, b und c");
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        let written = |language: Language| [7, 999, 1_000, 1_234_567].map(|n| language.number(n));
        assert_eq!(written(Language::English), ["7", "999", "1,000", "1,234,567"]);
        assert_eq!(written(Language::German), ["7", "999", "1.000", "1.234.567"]);
    }

    #[test]
    fn every_country_has_a_name_in_both_languages() {
        let rows = include_str!("countries.de.tsv").lines().skip(1);
        for code in rows.filter_map(|row| row.split('\t').next()?.as_bytes().try_into().ok()) {
            for language in Language::ALL {
                assert!(country(language, Country(code)).len() > 2, "{code:?}");
            }
        }
        assert_eq!(country(Language::German, Country(*b"DE")), "Deutschland");
        assert_eq!(country(Language::German, Country(*b"QQ")), "QQ");
    }

    #[test]
    fn a_text_in_another_language_is_marked() {
        assert_eq!(said(Language::German, "en", "News").into_string(), "<span lang=\"en\">News</span>");
        assert_eq!(said(Language::English, "en-GB", "News").into_string(), "News");
    }
}
