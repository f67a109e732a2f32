//! What each version of a policy changed in the one before it: whom that must be told to, and which consents no longer
//! reach as far as the policy does.
//!
//! A version is told by the rules of the version that it follows: those are what people were promised.
//! Source: spec/manifest.md, "Changes of a policy"; docs/adr/0013-notice-and-consent-again.md.

use std::sync::Arc;

use candor_decision::{FieldSet, Outgrown, OutgrownPart, Plan, PurposeSet};
use candor_ledger::Digest;
use candor_manifest::Manifest;
use candor_manifest::model::{Channel, NoticeClass};
use candor_publish::{Change, Class, Comparison, compare};
use candor_words::{Instant, Span, to_hex};

use crate::standing_form::{ConsentForm, ConsentState, StandingForm};
use crate::tenant::Policy;

/// What a version changed in the one before it.
pub(crate) struct Since {
    pub before: Arc<Policy>,
    pub comparison: Comparison,
    /// What must be told of it, when something must.
    pub telling: Option<Telling>,
}

/// How a change is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Telling {
    pub class: Class,
    pub by: Vec<Channel>,
    /// How long before it takes effect, at least.
    pub before: Option<Span>,
}

impl Since {
    pub(crate) fn of(before: &Arc<Policy>, after: &Manifest) -> Self {
        let comparison = compare(before.manifest(), after);
        let telling = telling(before.manifest(), &comparison);
        Self { before: Arc::clone(before), comparison, telling }
    }
}

/// Every rule of the older version that the change falls under, put together. A significant change that no rule speaks of
/// is told where people see the policy itself: the law has them told in any case (GDPR Art. 13(3)).
fn telling(old: &Manifest, comparison: &Comparison) -> Option<Telling> {
    let class = comparison.class()?;
    let applies = |of: NoticeClass| match of {
        NoticeClass::Any => true,
        NoticeClass::Significant => class.is_significant(),
        NoticeClass::Transfer => class == Class::Transfer,
    };
    let mut by = Vec::new();
    let mut before: Option<Span> = None;
    for rule in old.notices.iter().filter(|rule| applies(rule.of)) {
        by.extend(rule.by.iter().copied().filter(|channel| !by.contains(channel)).collect::<Vec<_>>());
        let longer = |span: &Span| before.is_none_or(|known| known.approximate_seconds() < span.approximate_seconds());
        if let Some(span) = rule.before.filter(longer) {
            before = Some(span);
        }
    }
    if by.is_empty() && class.is_significant() {
        by.push(Channel::InApp);
    }
    (!by.is_empty()).then_some(Telling { class, by, before })
}

/// A use that consent given earlier does not cover.
#[derive(Debug, Clone)]
pub(crate) struct Outgrowth {
    purpose: String,
    /// Since when the policy asks for more.
    since: Instant,
    /// The digests of the texts that were asked with before and from then on, when they differ.
    texts: Option<(String, String)>,
    /// What of the purpose; all of it when `None`.
    part: Option<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    recipient: Option<String>,
    fields: Vec<String>,
}

/// The uses that a version, which decides from `since` on, asks new consent for.
pub(crate) fn outgrowths(change: &Since, after: &Manifest, since: Instant) -> Vec<Outgrowth> {
    let outgrowth = |change_of: &Change, purpose: &String| Outgrowth {
        purpose: purpose.clone(),
        since,
        texts: texts(change.before.manifest(), after, purpose),
        part: part(change_of),
    };
    let changes = change.comparison.of(Class::Consent);
    changes.filter_map(|change| Some(outgrowth(change, change.purpose.as_ref()?))).collect()
}

/// A use or a share that was added leaves the rest as it was consented to; whatever else changed changed all of it.
fn part(change: &Change) -> Option<Part> {
    let fields = change.fields.clone();
    match change.code {
        "use.added" => Some(Part { recipient: None, fields }),
        "share.added" | "share.unasked" => Some(Part { recipient: Some(change.recipient.clone()?), fields }),
        _ => None,
    }
}

fn texts(old: &Manifest, new: &Manifest, purpose: &str) -> Option<(String, String)> {
    let (old, new) = (asked_with(old, purpose)?, asked_with(new, purpose)?);
    (old != new).then_some((old, new))
}

/// The digest of the text with which a version asks for consent.
fn asked_with(manifest: &Manifest, purpose: &str) -> Option<String> {
    let purpose = manifest.purpose(purpose).and_then(|ix| manifest.purposes.get(ix.at()))?;
    let text = purpose.notice.as_ref().unwrap_or(&purpose.title);
    Some(to_hex(&Digest::of(text.as_bytes()).0))
}

impl Outgrowth {
    /// True when the consent was given to what the policy has become: with its new text, or since then with any text but
    /// the old one.
    fn is_covered_by(&self, consent: &ConsentForm) -> bool {
        let is_later = consent.shown_at.unwrap_or(consent.at) >= self.since;
        match &self.texts {
            Some((old, new)) => consent.text == *new || (is_later && consent.text != *old),
            None => is_later,
        }
    }
}

/// Where the policy has outgrown the consents of a standing.
pub(crate) fn outgrown(form: &StandingForm, policy: &Policy) -> Outgrown {
    if policy.outgrowths.is_empty() || form.consents.is_empty() {
        return Outgrown::default();
    }
    let (mut whole, mut parts) = (PurposeSet::EMPTY, Vec::new());
    let plan = &policy.plan;
    for outgrowth in policy.outgrowths.iter() {
        let given = form.consents.get(&outgrowth.purpose).filter(|consent| consent.state == ConsentState::Given);
        let Some(purpose) = plan.purpose(&outgrowth.purpose) else { continue };
        if given.is_none_or(|consent| outgrowth.is_covered_by(consent)) {
            continue;
        }
        match &outgrowth.part {
            None => whole.insert(purpose),
            Some(part) => {
                parts.extend(part.under(plan).map(|(recipient, fields)| OutgrownPart { purpose, recipient, fields }))
            }
        }
    }
    Outgrown::new(whole, parts)
}

impl Part {
    /// The part in a plan's positions; what it no longer knows needs no consent.
    fn under(&self, plan: &Plan) -> Option<(Option<candor_decision::RecipientIx>, FieldSet)> {
        let recipient = match &self.recipient {
            Some(name) => Some(plan.recipient(name)?),
            None => None,
        };
        Some((recipient, self.fields.iter().filter_map(|name| plan.field(name)).collect()))
    }
}

impl StandingForm {
    /// Turns names into the bits of a policy's plan, as they hold at `at`, earlier consent weighed against what the policy
    /// has become since; says also until when the answer holds.
    pub(crate) fn under_policy(&self, policy: &Policy, at: Instant) -> (candor_decision::Standing, Instant) {
        let (standing, until) = self.under(&policy.plan, at);
        (candor_decision::Standing { outgrown: outgrown(self, policy), ..standing }, until)
    }
}
