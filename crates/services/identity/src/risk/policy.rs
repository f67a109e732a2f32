//! What of a policy is sign-in risk: read from the manifest's own words.
//!
//! The purpose is the first whose DPV term is `ServiceAccessDetermination`; the term of each field that it uses says which
//! signal it stands for. Source: spec/manifest.md, "The front door".

use candor_manifest::model::{Keep, KeepEvent, Manifest};
use candor_risk::{Signal, Week};
use candor_words::{Instant, Span, SpanUnit};

/// The DPV term of the purpose that judges sign-ins.
const JUDGING: &str = "ServiceAccessDetermination";
/// No count is kept longer, whatever a policy allows: older sign-ins say little about what is usual.
const LONGEST: Span = Span::new(6, SpanUnit::Month);

/// Sign-in risk under one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RiskPolicy {
    /// The purpose.
    pub purpose: String,
    /// The fields that it uses and that stand for a signal.
    pub fields: Vec<(String, Signal)>,
    /// How long counts are kept: the shortest of these.
    kept: Vec<Span>,
}

impl RiskPolicy {
    /// Reads it from a policy; `None` where the policy declares no such purpose.
    pub(super) fn of(manifest: &Manifest) -> Option<Self> {
        let purpose = manifest.purposes.iter().find(|purpose| purpose.term == JUDGING)?;
        let used = purpose.uses.iter().filter_map(|ix| {
            let field = &manifest.fields[ix.at()];
            Some((*ix, field.name.clone(), signal(&field.term)?))
        });
        let used: Vec<_> = used.collect();
        let covers = |keep: &&Keep| used.iter().any(|(ix, ..)| keep.fields.contains(ix));
        let from_sign_in = |keep: &&Keep| matches!(keep.event, KeepEvent::Created | KeepEvent::Updated);
        let rules = manifest.keeps.iter().filter(covers).filter(from_sign_in).filter_map(|keep| keep.after);
        Some(Self {
            purpose: purpose.name.clone(),
            kept: rules.chain([LONGEST]).collect(),
            fields: used.into_iter().map(|(_, name, signal)| (name, signal)).collect(),
        })
    }

    /// The signals that some fields stand for.
    pub(super) fn signals_of<'a>(&'a self, fields: &'a [String]) -> impl Iterator<Item = Signal> + 'a {
        self.fields.iter().filter(|(name, _)| fields.contains(name)).map(|(_, signal)| *signal)
    }

    /// The first week that still counts.
    pub(super) fn since(&self, now: Instant) -> Week {
        let weeks = self.kept.iter().map(|kept| Week::first_within(*kept, now));
        weeks.max().unwrap_or_else(|| Week::of(now))
    }

    /// When what is kept from now on ends.
    pub(super) fn ends_at(&self, now: Instant) -> Instant {
        self.kept.iter().map(|kept| now.plus(*kept)).min().unwrap_or(now)
    }
}

/// The signal that a field's term stands for.
fn signal(term: &str) -> Option<Signal> {
    Some(match term {
        "Location" | "Country" => Signal::Location,
        "BrowserFingerprint" => Signal::Browser,
        "IPAddress" => Signal::Address,
        "DeviceBased" => Signal::DeviceType,
        "AuthenticationHistory" => Signal::Time,
        "Language" => Signal::Language,
        "UserAgent" => Signal::UserAgent,
        "DigitalFingerprint" => Signal::Fingerprint,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_risk::SignalSet;

    fn of(vendor: &str) -> Option<RiskPolicy> {
        let file = format!("{}/../../../policies/{vendor}/policy.candor", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).unwrap();
        let source = candor_manifest::Source { path: "policy.candor".into(), text };
        RiskPolicy::of(&candor_manifest::check(&[source]).unwrap().manifest)
    }

    #[test]
    fn a_policy_says_by_itself_which_signals_are_judged_and_how_long_they_count() {
        let policy = of("miniorange-plugins").unwrap();
        assert_eq!(policy.purpose, "sign_in_risk");
        let names: Vec<String> = policy.fields.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(names.len(), 8);
        assert_eq!(policy.signals_of(&names).collect::<SignalSet>(), SignalSet::ALL);
        let now: Instant = "2026-11-26T12:00:00Z".parse().unwrap();
        assert_eq!(policy.ends_at(now).to_string(), "2027-02-24T12:00:00.000Z", "90 days");
        assert_eq!(policy.since(now).start().to_string(), "2026-08-31T00:00:00.000Z", "a Monday within 90 days");
    }

    #[test]
    fn a_policy_that_does_not_ask_for_it_has_none() {
        for vendor in ["asign2", "assigntask", "miniorange-cloud", "plugin-vendor"] {
            assert_eq!(of(vendor), None, "{vendor}");
        }
    }

    #[test]
    fn nothing_counts_for_longer_than_half_a_year() {
        let policy = RiskPolicy { purpose: String::new(), fields: Vec::new(), kept: vec![LONGEST] };
        let now: Instant = "2026-11-26T12:00:00Z".parse().unwrap();
        assert_eq!(policy.ends_at(now).to_string(), "2027-05-26T12:00:00.000Z");
        assert_eq!(policy.since(now).start().to_string(), "2026-06-01T00:00:00.000Z");
    }
}
