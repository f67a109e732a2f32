//! The languages of the pages, and how each writes dates, times and lengths of time.
//!
//! What a page says of itself is in the reader's language; what a policy says is in the policy's own, and marked so
//! ([`said`]).

use candor_manifest::model::Country;
use candor_words::{Instant, Span, SpanUnit};
use maud::{Markup, html};

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// What is spoken where nothing better is known.
    #[default]
    English,
    /// Deutsch.
    German,
}

/// The most bytes of `Accept-Language` that are looked at.
const ACCEPTED_BYTES_MAX: usize = 512;
/// The most languages of it.
const ACCEPTED_MAX: usize = 16;

impl Language {
    /// Every language, in the order of the switch.
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

    /// A day as people write it: `15 February 2026`, `15. Februar 2026`.
    pub fn date(self, at: Instant) -> String {
        if self == Self::English {
            return candor_publish::date(at);
        }
        let Some(Moment { year, month, day, .. }) = moment(at) else { return at.to_string() };
        let Some(name) = month.checked_sub(1).and_then(|at| GERMAN_MONTHS.get(at)) else { return at.to_string() };
        format!("{day}. {name} {year}")
    }

    /// A day and the minute: `15 February 2026, 09:30 UTC`.
    pub fn time(self, at: Instant) -> String {
        match moment(at) {
            Some(moment) => format!("{}, {} UTC", self.date(at), moment.minute),
            None => at.to_string(),
        }
    }

    /// A length of time: `30 days`, `30 Tage`.
    pub fn span(self, span: Span) -> String {
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

    /// A length of time after a preposition that takes the dative: `nach 30 Tagen`.
    pub fn span_dative(self, span: Span) -> String {
        let text = self.span(span);
        let ends_in_e = self == Self::German && span.count != 1 && text.ends_with('e');
        if ends_in_e { text + "n" } else { text }
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn list<T: AsRef<str>>(self, items: &[T]) -> String {
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
    fn the_best_liked_language_that_is_spoken_here_is_taken() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("de-AT,en;q=0.5", Some(Language::German)),
            ("fr, en-GB;q=0.8, de;q=0.9", Some(Language::German)),
            ("en, de", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("fr", None),
            ("", None),
            ("de;q=x", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!(Language::accepted(&format!("{}de", "x,".repeat(400))), None);
        assert_eq!(Language::accepted(&format!("{}de", "fr,".repeat(20))), None);
    }

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
