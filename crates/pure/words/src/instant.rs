//! A point in time: milliseconds since 1970-01-01T00:00:00Z, written as RFC 3339 in UTC.

use jiff::tz::TimeZone;

use crate::Span;

/// A point in time, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// A text that is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text is not an RFC 3339 instant such as `2026-11-21T09:30:00Z`")]
pub struct InstantError;

impl Instant {
    /// Takes milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The first instant of a day in UTC; `None` when there is no such day.
    pub fn from_date(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let zoned = date.to_zoned(TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// Adds a calendar span in UTC: a month after 31 January is the last of February.
    /// Beyond what a calendar holds, the last representable instant.
    pub fn plus(self, span: Span) -> Self {
        self.shifted(span, 1)
    }

    /// Takes a calendar span off, in UTC.
    pub fn minus(self, span: Span) -> Self {
        self.shifted(span, -1)
    }

    fn shifted(self, span: Span, sign: i64) -> Self {
        let end = Self(if sign > 0 { i64::MAX } else { i64::MIN });
        let Ok(stamp) = jiff::Timestamp::from_millisecond(self.0) else { return end };
        let Ok(step) = span.to_jiff(sign) else { return end };
        match stamp.to_zoned(TimeZone::UTC).checked_add(step) {
            Ok(zoned) => Self(zoned.timestamp().as_millisecond()),
            Err(_) => end,
        }
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) => write!(f, "{stamp:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let stamp: jiff::Timestamp = text.parse().map_err(|_| InstantError)?;
        Ok(Self(stamp.as_millisecond()))
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SpanUnit;

    #[test]
    fn a_month_after_the_last_of_january_is_the_last_of_february() {
        let start = Instant::from_date(2026, 1, 31).unwrap();
        assert_eq!(start.plus(Span::new(1, SpanUnit::Month)), Instant::from_date(2026, 2, 28).unwrap());
    }

    #[test]
    fn an_instant_reads_back_from_its_text() {
        let at = Instant::from_millis(1_795_000_000_123);
        assert_eq!(at.to_string().parse::<Instant>().unwrap(), at);
        assert!(at.to_string().ends_with(".123Z"));
    }

    #[test]
    fn arithmetic_beyond_the_calendar_saturates() {
        let far = Instant::from_millis(0).plus(Span::new(u32::MAX, SpanUnit::Year));
        assert_eq!(far.as_millis(), i64::MAX);
    }
}
