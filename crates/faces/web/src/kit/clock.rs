//! The clock of a request: by when an answer is due, and how much of the time is over.

use candor_words::Instant;
use maud::{Markup, html};

use crate::Language;
use crate::Written as _;
use crate::words::kit as words;

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A clock that is set for no longer than this is told in hours.
const SHORT_MS: i64 = 7 * DAY_MS;

/// From when until when the time runs.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// When it began.
    pub from: Instant,
    /// When it ends.
    pub by: Instant,
    /// Now.
    pub now: Instant,
}

impl Clock {
    /// Whole days that are left, rounded up; negative when the time is over.
    fn days_left(self) -> i64 {
        let left = self.by.as_millis().saturating_sub(self.now.as_millis());
        if left >= 0 { left.saturating_add(DAY_MS - 1) / DAY_MS } else { left.div_euclid(DAY_MS) }
    }

    /// Whether it was set for so short a time that hours count.
    const fn is_short(self) -> bool {
        self.by.as_millis().saturating_sub(self.from.as_millis()) <= SHORT_MS
    }

    /// Whole hours that are left, rounded up; negative when the time is over.
    fn hours_left(self) -> i64 {
        let left = self.by.as_millis().saturating_sub(self.now.as_millis());
        if left >= 0 { left.saturating_add(HOUR_MS - 1) / HOUR_MS } else { left.div_euclid(HOUR_MS) }
    }

    /// Until when, as it is written: to the minute where hours count.
    fn due(self, language: Language) -> String {
        if self.is_short() { language.time(self.by) } else { language.date(self.by) }
    }

    /// What is left of it, in words.
    fn left(self, language: Language) -> String {
        let is_short = self.is_short();
        let n = if is_short { self.hours_left() } else { self.days_left() };
        let count = n.unsigned_abs();
        match n {
            0 if is_short => words::due_now(language).to_owned(),
            0 => words::due_today(language).to_owned(),
            1.. if is_short => words::hours_left(language, count),
            1.. => words::days_left(language, count),
            _ if is_short => words::hours_over(language, count),
            _ => words::days_over(language, count),
        }
    }

    const fn is_over(self) -> bool {
        self.by.as_millis() < self.now.as_millis()
    }

    /// How much of the time is over, in percent.
    fn percent(self) -> i64 {
        let whole = self.by.as_millis().saturating_sub(self.from.as_millis()).max(1);
        let over = self.now.as_millis().saturating_sub(self.from.as_millis()).clamp(0, whole);
        over.saturating_mul(100) / whole
    }
}

/// Renders a clock.
pub fn clock(language: Language, of: Clock) -> Markup {
    let percent = of.percent();
    html! {
        div class={ "clock" @if of.is_over() { " over" } } {
            p { (words::due_by(language, &of.due(language))) "; " strong { (of.left(language)) } }
            progress max="100" value=(percent) aria-label=(words::time_used(language)) { (percent) " %" }
        }
    }
}

/// The same in a line of a table.
pub fn clock_line(language: Language, of: Clock) -> Markup {
    html! { span class=[of.is_over().then_some("over")] { strong { (of.left(language)) } } br; (of.due(language)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(now: i64) -> String {
        let clock_at = Clock {
            from: Instant::from_millis(0),
            by: Instant::from_millis(30 * DAY_MS),
            now: Instant::from_millis(now),
        };
        clock(Language::English, clock_at).into_string()
    }

    #[test]
    fn a_clock_says_by_when_and_how_much_is_left() {
        assert!(shown(18 * DAY_MS).contains("Answer due by 31 January 1970; <strong>12 days left"));
        assert!(shown(18 * DAY_MS).contains("value=\"60\""));
        assert!(shown(29 * DAY_MS + 1).contains("1 day left"));
        assert!(shown(30 * DAY_MS).contains("due today"));
        assert!(shown(30 * DAY_MS + 1).contains("1 day late"));
        assert!(shown(32 * DAY_MS + 1).contains("3 days late"));
        assert!(shown(99 * DAY_MS).contains("value=\"100\""));
    }

    #[test]
    fn a_clock_of_three_days_is_told_in_hours() {
        let at = |now: i64| {
            let by = Instant::from_millis(3 * DAY_MS);
            let of = Clock { from: Instant::from_millis(0), by, now: Instant::from_millis(now) };
            clock(Language::English, of).into_string()
        };
        assert!(at(DAY_MS + 1).contains("Answer due by 4 January 1970, 00:00 UTC; <strong>48 hours left"));
        assert!(at(3 * DAY_MS - HOUR_MS).contains("1 hour left"));
        assert!(at(3 * DAY_MS).contains("due now"));
        assert!(at(3 * DAY_MS + 30 * HOUR_MS).contains("30 hours late"));
    }
}
