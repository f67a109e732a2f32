//! The end of a keep rule: its instants, and what is due at any of them.

use candor_manifest::model::{Keep, KeepAction};
use candor_words::{Instant, Span};

use super::{QUARANTINE_MAX, RuleIx};

/// When a rule ends for a field of a record, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The rule that decides.
    pub rule: RuleIx,
    /// When its clock started.
    pub started_at: Instant,
    /// When its time is over.
    pub ends_at: Instant,
    /// From when on it is carried out: the end, and the grace after it.
    pub act_at: Instant,
    /// By when it is carried out.
    pub by: Instant,
    /// When what was quarantined is erased.
    pub erase_at: Instant,
    /// What is carried out.
    pub action: KeepAction,
}

/// What is due for a field of a record at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing: its time is not over.
    Keep,
    /// It is set aside: sealed from every purpose, found again by whoever comes back.
    SetAside,
    /// It is quarantined: sealed from every purpose until it is erased.
    Quarantine,
    /// What identifies goes, the rest belongs to nobody.
    Anonymise,
    /// It goes.
    Erase,
}

impl End {
    pub(super) fn reckon(rule: RuleIx, keep: &Keep, started_at: Instant, length: Option<Span>) -> Self {
        let after = |at: Instant, span: Option<Span>| span.map_or(at, |span| at.plus(span));
        let ends_at = after(started_at, length);
        let act_at = after(ends_at, keep.grace);
        let erase_at = match keep.action {
            KeepAction::Quarantine => act_at.plus(keep.sealed_for.unwrap_or(QUARANTINE_MAX)),
            KeepAction::Erase | KeepAction::Anonymise => act_at,
        };
        Self { rule, started_at, ends_at, act_at, by: after(act_at, keep.within), erase_at, action: keep.action }
    }

    /// What is due at an instant.
    pub fn step(&self, at: Instant) -> Step {
        if at < self.ends_at {
            Step::Keep
        } else if at < self.act_at {
            Step::SetAside
        } else {
            match self.action {
                KeepAction::Quarantine if at < self.erase_at => Step::Quarantine,
                KeepAction::Erase | KeepAction::Quarantine => Step::Erase,
                KeepAction::Anonymise => Step::Anonymise,
            }
        }
    }

    /// When the next step is due, after an instant; `None` when the last one is.
    pub fn next_after(&self, at: Instant) -> Option<Instant> {
        [self.ends_at, self.act_at, self.erase_at].into_iter().filter(|next| *next > at).min()
    }
}
