//! Retention: when a keep rule ends for a field of a record, what then happens, and why.
//!
//! [`Retention`] is compiled once from the manifest's `keep` rules. Given a subject's [`Clocks`] and a record's
//! [`RecordDates`] it says, by [`Retention::end`], which rule decides and when each [`Step`] of it is due. A longer
//! length never makes an end earlier. Source: spec/manifest.md, "Keeping".

use candor_manifest::model::{FieldIx, GroupIx, Keep, KeepAction, KeepEvent, Manifest, PurposeIx};
use candor_words::{Instant, Span, SpanUnit};

use crate::{FieldSet, PurposeSet};

mod clocks;
mod end;

pub use clocks::{Clocks, RecordDates};
pub use end::{End, Step};

/// How long what is quarantined stays sealed when the policy does not say.
pub const QUARANTINE_MAX: Span = Span::new(12, SpanUnit::Month);

/// The position of a rule among the manifest's `keep` rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct RuleIx(pub u16);

/// The keep rules of a policy, ready to be asked.
#[derive(Debug)]
pub struct Retention {
    rules: Box<[Rule]>,
    /// For each field, the rules that stand for it outside of purposes.
    of_field: Box<[Vec<RuleIx>]>,
    /// For each field without such a rule, the purposes that use it and their own rules.
    of_users: Box<[Vec<Vec<RuleIx>>]>,
    /// The purposes that bound their own use, with the rules of each.
    of_purpose: Box<[(PurposeIx, Vec<RuleIx>)]>,
    /// For each field, the purposes on consent that use it.
    consented: Box<[PurposeSet]>,
    group_of: Box<[GroupIx]>,
    transient: Box<[bool]>,
    anonymous: FieldSet,
}

#[derive(Debug)]
struct Rule {
    keep: Keep,
    /// Whether a length that an administrator sets stands in for the rule's own.
    may_be_set: bool,
}

impl Retention {
    /// Compiles the keep rules of a manifest.
    pub fn of(manifest: &Manifest) -> Self {
        let rules: Box<[Rule]> = manifest.keeps.iter().map(Rule::of).collect();
        let numbered = || (0u16..).map(RuleIx).zip(&manifest.keeps);
        let n_fields = manifest.fields.len();
        let fields = || (0u16..).map(FieldIx).take(n_fields);
        let of_field: Box<[Vec<RuleIx>]> = fields()
            .map(|field| {
                let standing = numbered().filter(|(_, keep)| keep.purpose.is_none() && keep.fields.contains(&field));
                standing.map(|(rule, _)| rule).collect()
            })
            .collect();
        let own = |purpose: PurposeIx| -> Vec<RuleIx> {
            numbered().filter(|(_, keep)| keep.purpose == Some(purpose)).map(|(rule, _)| rule).collect()
        };
        let purposes = || (0u16..).map(PurposeIx).zip(&manifest.purposes);
        let uses = |field: FieldIx| {
            purposes().filter(move |(_, purpose)| {
                purpose.uses.contains(&field) || purpose.shares.iter().any(|share| share.fields.contains(&field))
            })
        };
        let of_users = fields()
            .map(|field| {
                let is_bound = of_field.get(field.at()).is_some_and(|rules| !rules.is_empty());
                if is_bound { Vec::new() } else { uses(field).map(|(purpose, _)| own(purpose)).collect() }
            })
            .collect();
        let is_on_consent =
            |basis: &candor_manifest::model::Basis| matches!(basis, candor_manifest::model::Basis::Consent { .. });
        let consented = fields()
            .map(|field| uses(field).filter(|(_, used)| is_on_consent(&used.basis)).map(|(ix, _)| ix).collect())
            .collect();
        let of_purpose = purposes().map(|(ix, _)| (ix, own(ix))).filter(|(_, rules)| !rules.is_empty()).collect();
        let transient = manifest.groups.iter().map(|group| is_transient(manifest, &group.fields)).collect();
        let identifying = crate::plan::Kinds::of(&manifest.fields).identifying;
        let counted: FieldSet = manifest
            .purposes
            .iter()
            .filter(|purpose| purpose.de_identified.is_some())
            .flat_map(|purpose| purpose.uses.iter().copied())
            .collect();
        Self {
            rules,
            of_field,
            of_users,
            of_purpose,
            consented,
            group_of: manifest.fields.iter().map(|field| field.group).collect(),
            transient,
            anonymous: counted.minus(&identifying),
        }
    }

    /// Says when the field of a record ends, by the rule that decides; `None` while no clock that could end it runs.
    ///
    /// Of the rules that stand for the field, the first to end decides. A field without one is kept as long as any
    /// purpose that uses it may: the last of their own rules to end decides.
    pub fn end(&self, field: FieldIx, clocks: &Clocks, dates: &RecordDates) -> Option<End> {
        let rules = self.of_field.get(field.at())?;
        let first = |rules: &[RuleIx]| {
            let ends = rules.iter().filter_map(|rule| self.end_by(*rule, Some(field), clocks, dates));
            ends.min_by_key(|end| (end.ends_at, end.rule))
        };
        if !rules.is_empty() {
            return first(rules);
        }
        let users = self.of_users.get(field.at()).filter(|users| !users.is_empty())?;
        let ends: Option<Vec<End>> = users.iter().map(|rules| first(rules)).collect();
        ends?.into_iter().max_by_key(|end| (end.ends_at, end.rule))
    }

    /// The rules that end a field: once one of each of these is over. None when nothing ends it.
    pub fn rules_of(&self, field: FieldIx) -> Vec<&[RuleIx]> {
        match self.of_field.get(field.at()) {
            Some(rules) if !rules.is_empty() => vec![rules.as_slice()],
            _ => {
                let users = self.of_users.get(field.at()).into_iter().flatten();
                let users: Vec<&[RuleIx]> = users.map(Vec::as_slice).collect();
                if users.iter().any(|rules| rules.is_empty()) { Vec::new() } else { users }
            }
        }
    }

    /// The last instant at which the clock of a rule started for what is erased by now; `set` is the length that an
    /// administrator set, where one may.
    pub fn erased_if_begun_by(&self, rule: RuleIx, set: Option<Span>, now: Instant) -> Option<Instant> {
        let keep = self.rule(rule)?;
        let length = set.filter(|_| self.may_be_set(rule)).or(keep.after);
        let sealed_for = match keep.action {
            KeepAction::Quarantine => Some(keep.sealed_for.unwrap_or(QUARANTINE_MAX)),
            KeepAction::Erase | KeepAction::Anonymise => None,
        };
        let before = |at: Instant, span: Option<Span>| span.map_or(at, |span| at.minus(span));
        Some(before(before(before(now, sealed_for), keep.grace), length))
    }

    /// The purposes whose own rules have ended for the subject as a whole by an instant, and when the next one will.
    pub fn ended_purposes(&self, clocks: &Clocks, at: Instant) -> (PurposeSet, Option<Instant>) {
        let mut ended = PurposeSet::EMPTY;
        let mut next: Option<Instant> = None;
        for (purpose, rules) in &self.of_purpose {
            let of_subject = rules.iter().filter(|rule| self.is_of_subject(**rule));
            let ends = of_subject.filter_map(|rule| self.end_by(*rule, None, clocks, &RecordDates::never()));
            match ends.map(|end| end.ends_at).min() {
                Some(end) if end <= at => ended.insert(*purpose),
                Some(end) => next = Some(next.map_or(end, |next| next.min(end))),
                None => {}
            }
        }
        (ended, next)
    }

    /// True when the purpose's own rules, by the dates of one record, have ended by an instant.
    pub fn has_ended_for(&self, purpose: PurposeIx, clocks: &Clocks, dates: &RecordDates, at: Instant) -> bool {
        let own = self.of_purpose.iter().find(|(of, _)| *of == purpose);
        own.is_some_and(|(_, rules)| {
            let ends = rules.iter().filter_map(|rule| self.end_by(*rule, None, clocks, dates));
            ends.map(|end| end.ends_at).min().is_some_and(|end| end <= at)
        })
    }

    /// True when some purpose bounds its own use by the dates of records.
    pub fn bounds_by_record(&self, purpose: PurposeIx) -> bool {
        let own = self.of_purpose.iter().find(|(of, _)| *of == purpose);
        own.is_some_and(|(_, rules)| rules.iter().any(|rule| !self.is_of_subject(*rule)))
    }

    /// True when the purpose bounds its own use by more than the end of its consent, which refuses it anyway.
    pub(crate) fn ends_by_itself(&self, purpose: PurposeIx) -> bool {
        let own = self.of_purpose.iter().find(|(of, _)| *of == purpose);
        own.is_some_and(|(_, rules)| {
            rules.iter().filter_map(|rule| self.rule(*rule)).any(|keep| keep.event != KeepEvent::ConsentWithdrawn)
        })
    }

    /// True when every stored field of the group ends with the process it is needed for: nothing of it is ever
    /// written to a store.
    pub fn is_transient(&self, group: GroupIx) -> bool {
        self.transient.get(group.at()).copied().unwrap_or(false)
    }

    /// What stays of anonymous data: fields that a de-identified purpose uses and that identify nobody.
    pub const fn anonymous(&self) -> &FieldSet {
        &self.anonymous
    }

    /// The rule at a position.
    pub fn rule(&self, rule: RuleIx) -> Option<&Keep> {
        self.rules.get(usize::from(rule.0)).map(|rule| &rule.keep)
    }

    /// True when an administrator may set the length of the rule within the policy's bounds.
    pub fn may_be_set(&self, rule: RuleIx) -> bool {
        self.rules.get(usize::from(rule.0)).is_some_and(|rule| rule.may_be_set)
    }

    fn is_of_subject(&self, rule: RuleIx) -> bool {
        self.rule(rule).is_some_and(|keep| {
            matches!(
                keep.event,
                KeepEvent::ContractEnds | KeepEvent::Deactivated | KeepEvent::ConsentWithdrawn | KeepEvent::Named(_)
            )
        })
    }

    fn end_by(&self, at: RuleIx, field: Option<FieldIx>, clocks: &Clocks, dates: &RecordDates) -> Option<End> {
        let rule = self.rules.get(usize::from(at.0))?;
        let started_at = self.start(&rule.keep, field, clocks, dates)?;
        let group = field.and_then(|field| self.group_of.get(field.at()));
        let set = group.filter(|_| rule.may_be_set).and_then(|group| clocks.lengths.get(group)).copied();
        Some(End::reckon(at, &rule.keep, started_at, set.or(rule.keep.after)))
    }

    fn start(&self, keep: &Keep, field: Option<FieldIx>, clocks: &Clocks, dates: &RecordDates) -> Option<Instant> {
        match &keep.event {
            KeepEvent::Created => dates.created,
            KeepEvent::Updated => dates.updated,
            KeepEvent::Closed | KeepEvent::ProcessEnds => dates.closed,
            KeepEvent::ContractEnds => clocks.contract_ends,
            KeepEvent::Deactivated => clocks.deactivated,
            KeepEvent::LastInterest => dates.created.max(clocks.last_interest).max(clocks.last_sign_in),
            KeepEvent::LastSignIn => dates.created.max(clocks.last_sign_in),
            KeepEvent::Named(name) => clocks.events.get(name).copied(),
            KeepEvent::ConsentWithdrawn => match keep.purpose {
                Some(purpose) => clocks.withdrawn.get(&purpose).copied(),
                None => self.last_withdrawn(field?, clocks),
            },
        }
    }

    /// When the last consent on which the field was used came to its end; `None` while one is in force.
    fn last_withdrawn(&self, field: FieldIx, clocks: &Clocks) -> Option<Instant> {
        let users = self.consented.get(field.at())?;
        if !users.and(&clocks.consented).is_empty() {
            return None;
        }
        users.iter().filter_map(|purpose| clocks.withdrawn.get(&purpose).copied()).max()
    }
}

impl Rule {
    fn of(keep: &Keep) -> Self {
        let may_be_set =
            keep.purpose.is_none() && !matches!(keep.event, KeepEvent::ConsentWithdrawn | KeepEvent::ProcessEnds);
        Self { keep: keep.clone(), may_be_set }
    }
}

fn is_transient(manifest: &Manifest, fields: &[FieldIx]) -> bool {
    let mut stored = fields
        .iter()
        .filter(|field| manifest.fields.get(field.at()).is_some_and(|declared| declared.held_by.is_none()));
    let ends_with_process = |field: &FieldIx| {
        let standing = |keep: &&Keep| keep.purpose.is_none() && keep.fields.contains(field);
        let mut rules = manifest.keeps.iter().filter(standing).peekable();
        rules.peek().is_some()
            && rules.any(|keep| keep.event == KeepEvent::ProcessEnds && keep.action == KeepAction::Erase)
    };
    let mut n_stored = 0;
    stored.all(|field| {
        n_stored += 1;
        ends_with_process(field)
    }) && n_stored > 0
}
