//! The clock of a request: by when an answer is due, and how much of the time is over.

use candor_words::Instant;
use maud::{Markup, html};

use crate::Language;
use crate::Written as _;
use crate::words::kit as words;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

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

    /// How much of the time is over, in percent.
    fn percent(self) -> i64 {
        let whole = self.by.as_millis().saturating_sub(self.from.as_millis()).max(1);
        let over = self.now.as_millis().saturating_sub(self.from.as_millis()).clamp(0, whole);
        over.saturating_mul(100) / whole
    }
}

/// Renders a clock.
pub fn clock(language: Language, of: Clock) -> Markup {
    let n = of.days_left();
    let left = match n {
        0 => words::due_today(language).to_owned(),
        1.. => words::days_left(language, n.unsigned_abs()),
        _ => words::days_over(language, n.unsigned_abs()),
    };
    let percent = of.percent();
    html! {
        div class={ "clock" @if n < 0 { " over" } } {
            p { (words::due_by(language, &language.date(of.by))) "; " strong { (left) } }
            progress max="100" value=(percent) aria-label=(words::time_used(language)) { (percent) " %" }
        }
    }
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
}
