//! Within what time each law wants each right answered.
//!
//! The table is `clocks.tsv`. GDPR Art. 7(3) sets no number of days: its row holds the month after which
//! Art. 12(3) would be broken too. A row without a time means the law gives the right but no fixed clock.

use std::sync::OnceLock;

use candor_words::{Span, SpanUnit};

use crate::model::{Law, RightKind};

/// One row: a law's clock for a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The law.
    pub law: Law,
    /// The right.
    pub right: RightKind,
    /// Within what time receipt is confirmed.
    pub acknowledge: Option<Span>,
    /// Within what time the request is answered; `None` when the law sets none.
    pub within: Option<Span>,
    /// By how much that may be extended, with notice and reasons; `None` when it may not.
    pub extension: Option<Span>,
    /// The clause.
    pub source: &'static str,
}

/// Every clock, by law.
pub fn all() -> &'static [Clock] {
    static CLOCKS: OnceLock<Vec<Clock>> = OnceLock::new();
    CLOCKS.get_or_init(|| include_str!("clocks.tsv").lines().skip(1).filter_map(row).collect())
}

/// The clock of a right under a law; `None` when the law does not give the right.
pub fn clock(law: Law, right: RightKind) -> Option<&'static Clock> {
    all().iter().find(|clock| clock.law == law && clock.right == right)
}

fn row(line: &'static str) -> Option<Clock> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [law, right, acknowledge, within, extension, source] = cells.as_slice() else { return None };
    Some(Clock {
        law: Law::ALL.into_iter().find(|known| known.word() == *law)?,
        right: RightKind::ALL.into_iter().find(|known| known.words() == *right)?,
        acknowledge: span(acknowledge),
        within: span(within),
        extension: span(extension),
        source,
    })
}

fn span(cell: &str) -> Option<Span> {
    let (count, unit) = cell.split_once(' ')?;
    Some(Span::new(count.parse().ok()?, unit_of(unit)?))
}

/// Reads a unit of time, one or many.
pub(crate) fn unit_of(word: &str) -> Option<SpanUnit> {
    Some(match word {
        "minute" | "minutes" => SpanUnit::Minute,
        "hour" | "hours" => SpanUnit::Hour,
        "day" | "days" => SpanUnit::Day,
        "business day" | "business days" => SpanUnit::BusinessDay,
        "week" | "weeks" => SpanUnit::Week,
        "month" | "months" => SpanUnit::Month,
        "year" | "years" => SpanUnit::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(all().len(), include_str!("clocks.tsv").lines().count() - 1);
    }

    #[test]
    fn the_gdpr_gives_a_month_and_two_more() {
        let clock = clock(Law::Gdpr, RightKind::Access).unwrap();
        assert_eq!(clock.within, Some(Span::new(1, SpanUnit::Month)));
        assert_eq!(clock.extension, Some(Span::new(2, SpanUnit::Month)));
    }

    #[test]
    fn california_gives_business_days_to_opt_out_of_sale() {
        let clock = clock(Law::Ccpa, RightKind::SaleOptOut).unwrap();
        assert_eq!(clock.within, Some(Span::new(15, SpanUnit::BusinessDay)));
    }
}
