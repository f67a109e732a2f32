//! A length of time as people and laws write it: a count and a calendar unit.

/// A count of calendar units: `30 days`, `1 month`, `72 hours`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// How many units.
    pub count: u32,
    /// Which unit.
    pub unit: SpanUnit,
}

/// The units a span may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpanUnit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// A calendar day.
    Day,
    /// Monday to Friday; public holidays are not known here.
    #[serde(rename = "business day")]
    BusinessDay,
    /// 7 days.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Span {
    /// Makes a span of `count` units.
    pub const fn new(count: u32, unit: SpanUnit) -> Self {
        Self { count, unit }
    }

    /// An estimate in seconds, for comparing spans of different units (a month counts 30.44 days).
    pub fn approximate_seconds(self) -> u64 {
        let unit = match self.unit {
            SpanUnit::Minute => 60,
            SpanUnit::Hour => 3_600,
            SpanUnit::Day => 86_400,
            SpanUnit::BusinessDay => 120_960,
            SpanUnit::Week => 604_800,
            SpanUnit::Month => 2_630_016,
            SpanUnit::Year => 31_557_600,
        };
        u64::from(self.count) * unit
    }

    pub(crate) fn to_jiff(self, sign: i64) -> Result<jiff::Span, jiff::Error> {
        let count = i64::from(self.count) * sign;
        let empty = jiff::Span::new();
        match self.unit {
            SpanUnit::Minute => empty.try_minutes(count),
            SpanUnit::Hour => empty.try_hours(count),
            SpanUnit::Day => empty.try_days(count),
            // Five business days are a week; what is left over is rounded up to whole weekends,
            // so that a deadline is never reckoned longer than the law's.
            SpanUnit::BusinessDay => empty.try_days(count / 5 * 7 + count % 5),
            SpanUnit::Week => empty.try_weeks(count),
            SpanUnit::Month => empty.try_months(count),
            SpanUnit::Year => empty.try_years(count),
        }
    }
}

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a length of time such as `30 days`")]
pub struct SpanError;

impl std::str::FromStr for Span {
    type Err = SpanError;

    /// Reads what [`Display`](std::fmt::Display) writes: a count, a space, a unit in singular or plural.
    fn from_str(text: &str) -> Result<Self, SpanError> {
        let (count, unit) = text.split_once(' ').ok_or(SpanError)?;
        let unit = match unit.strip_suffix('s').unwrap_or(unit) {
            "minute" => SpanUnit::Minute,
            "hour" => SpanUnit::Hour,
            "day" => SpanUnit::Day,
            "business day" => SpanUnit::BusinessDay,
            "week" => SpanUnit::Week,
            "month" => SpanUnit::Month,
            "year" => SpanUnit::Year,
            _ => return Err(SpanError),
        };
        Ok(Self { count: count.parse().map_err(|_| SpanError)?, unit })
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            SpanUnit::Minute => "minute",
            SpanUnit::Hour => "hour",
            SpanUnit::Day => "day",
            SpanUnit::BusinessDay => "business day",
            SpanUnit::Week => "week",
            SpanUnit::Month => "month",
            SpanUnit::Year => "year",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_from_its_text() {
        for text in ["1 minute", "72 hours", "30 days", "10 business days", "2 weeks", "1 month", "7 years"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for text in ["", "30", "days", "-1 days", "30  days", "30 fortnights"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError), "{text}");
        }
    }
}
