//! The clock of a request: by when the policy, or else the law, wants it answered, and when to raise the alarm.

use candor_manifest::Manifest;
use candor_manifest::law::clocks::clock;
use candor_manifest::law::countries;
use candor_manifest::model::{Country, Law, RightKind};
use candor_words::{Instant, Span, SpanUnit};

/// Where a law gives a right and no number of days, the GDPR's month is taken.
const UNSTATED: Span = Span::new(1, SpanUnit::Month);
const HALF_A_DAY_MILLIS: i64 = 12 * 3_600_000;

/// The clock that runs for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunningClock {
    pub law: Law,
    pub due_at: Instant,
    pub extendable: Option<Span>,
    pub identity_first: bool,
    pub identity_documents: bool,
}

/// The clock of a right; `None` when no law of the policy gives it.
///
/// What the policy states goes before the law's own table. Of several laws, that of the subject's country; when it
/// is unknown or not among them, the one that wants the earliest answer, so that none is broken.
pub(super) fn clock_of(
    manifest: &Manifest,
    right: RightKind,
    country: Option<Country>,
    received_at: Instant,
) -> Option<RunningClock> {
    let stated = manifest.rights.iter().filter(|stated| stated.kind == right).map(|stated| RunningClock {
        law: stated.law,
        due_at: received_at.plus(stated.within),
        extendable: stated.extendable,
        identity_first: stated.identity_first,
        identity_documents: stated.identity_documents,
    });
    let mut clocks: Vec<RunningClock> = stated.collect();
    if clocks.is_empty() {
        let of_law = manifest.laws.iter().filter_map(|law| clock(*law, right));
        clocks.extend(of_law.map(|clock| RunningClock {
            law: clock.law,
            due_at: received_at.plus(clock.within.unwrap_or(UNSTATED)),
            extendable: clock.extension,
            identity_first: false,
            identity_documents: false,
        }));
    }
    let law = country.and_then(law_of);
    let of_country = clocks.iter().find(|clock| Some(clock.law) == law).copied();
    of_country.or_else(|| clocks.into_iter().min_by_key(|clock| clock.due_at))
}

/// The law that the people of a country live under, of those Candor knows.
fn law_of(country: Country) -> Option<Law> {
    match country.as_str() {
        "GB" => Some(Law::UkGdpr),
        "US" => Some(Law::Ccpa),
        "IN" => Some(Law::Dpdp),
        "BR" => Some(Law::Lgpd),
        _ => countries::is_eea(country).then_some(Law::Gdpr),
    }
}

/// When somebody is told that the clock runs out: a sixth of it before, half a day at least, and never before half
/// of it has passed.
pub(super) fn escalate_at(received_at: Instant, due_at: Instant) -> Instant {
    let span = due_at.as_millis().saturating_sub(received_at.as_millis());
    let ahead = (span / 6).max(HALF_A_DAY_MILLIS).min(span / 2);
    Instant::from_millis(due_at.as_millis().saturating_sub(ahead))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i8) -> Instant {
        Instant::from_date(2026, 1, day).unwrap()
    }

    fn hours(at: Instant, hours: u32) -> Instant {
        at.plus(Span::new(hours, SpanUnit::Hour))
    }

    #[test]
    fn the_alarm_is_raised_a_sixth_and_at_least_half_a_day_before() {
        assert_eq!(escalate_at(day(1), hours(day(1), 72)), hours(day(1), 60));
        assert_eq!(escalate_at(day(1), day(31)), day(26));
        assert_eq!(escalate_at(day(1), hours(day(1), 48)), hours(day(1), 36));
    }

    #[test]
    fn a_short_clock_raises_it_half_way() {
        assert_eq!(escalate_at(day(1), hours(day(1), 2)), hours(day(1), 1));
    }
}
