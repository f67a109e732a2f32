//! Where a request is on its way, as it is kept: no personal data stands in it.

use candor_places::{Did, Mark, PlaceReport, Preview, Report, Trace};
use candor_vault::{CorrectionForm, PUSH, RestrictionForm, Terms, VaultError};
use candor_words::{Instant, RequestId, SubjectId};
use serde::{Deserialize, Serialize};

use crate::accept::Accepted;
use crate::machine::Progress;
use crate::recipients::Telling;

/// The most bytes that a request on its way is kept in; a little less than a slip holds.
const RUN_BYTES_MAX: usize = 1_000_000;
/// The most statements that are kept of one system's preview.
const STATEMENTS_MAX: usize = 500;

/// A request on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub request: RequestId,
    pub subject: SubjectId,
    /// The right, by its name.
    pub right: String,
    /// The digest of the policy that it was planned under.
    pub plan: String,
    pub planned_at: Instant,
    pub approved_at: Option<Instant>,
    /// The fields whose values the person is looked for by.
    pub named_by: Vec<String>,
    pub progress: Progress,
    /// What is known of each step's system, in the order of the steps.
    pub systems: Vec<OfSystem>,
    /// The restriction that stood before the erasure's own was placed.
    #[serde(default)]
    pub restricted: Option<Restricted>,
    /// The mark that is carried, when it is a push and nobody's request.
    #[serde(default)]
    pub push: Option<Mark>,
    /// What is put right, by a request or by a push: its values are read when a system is reached.
    #[serde(default)]
    pub correction: Option<CorrectionForm>,
    /// The recipients that are told of it (GDPR Art. 19).
    #[serde(default)]
    pub tellings: Vec<Telling>,
    /// The fields that are put right, what is derived from others too.
    #[serde(default)]
    pub corrected: Vec<String>,
    /// Fields that may be wrong now and could not be worked out, and why.
    #[serde(default)]
    pub not_recomputed: Vec<(String, String)>,
    /// The terms of a restriction, as they were agreed when it was approved.
    #[serde(default)]
    pub agreed: Option<Agreed>,
    /// Why it could not be answered although every step is done: a hold, by its code.
    #[serde(default)]
    pub held_up: Option<String>,
}

/// That processing was restricted while an erasure is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restricted {
    /// What stood before.
    pub before: Option<RestrictionForm>,
}

/// What was agreed with the person about a restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Purposes that go on.
    pub allowed_purposes: Vec<String>,
    /// Until when it holds.
    pub until: Option<Instant>,
    /// Where the agreement is kept.
    pub agreement: Option<String>,
}

impl From<Terms> for Agreed {
    fn from(Terms { mut allowed_purposes, until, agreement, reach: _ }: Terms) -> Self {
        allowed_purposes.sort_unstable();
        allowed_purposes.dedup();
        Self { allowed_purposes, until, agreement }
    }
}

/// What is known of one system.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct OfSystem {
    pub title: String,
    /// What it is: `sqlite`, `ldap`, …
    pub kind: String,
    /// Its position in the policy.
    pub at: u16,
    /// What would be done, place by place.
    pub previews: Vec<Preview>,
    /// True when more statements were foreseen than are kept.
    pub is_cut: bool,
    /// What was done, place by place, over every time that it was.
    pub places: Vec<PlaceReport>,
    /// Where the person was still found, when it was last searched, outside of what is kept on a ground.
    pub left: Vec<Trace>,
    /// Where they stand in what is kept on a ground.
    pub kept: Vec<Trace>,
    /// What was found and is not the person, as somebody decided.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
    pub searched_at: Option<Instant>,
    /// The places that the policy maps, for a system that is not connected.
    pub mapped: Vec<String>,
    /// The digest of a policy that came into force later and that the step is carried out under, since it was tried again.
    #[serde(default)]
    pub plan: Option<String>,
}

impl OfSystem {
    /// Keeps what would be done; of more statements than [`STATEMENTS_MAX`] only so many. It may be without them already.
    pub fn foresee(&mut self, previews: Vec<Preview>, is_cut: bool) {
        let mut left = STATEMENTS_MAX;
        self.is_cut = is_cut;
        self.previews = previews;
        for preview in &mut self.previews {
            self.is_cut |= preview.statements.len() > left;
            preview.statements.truncate(left);
            left -= preview.statements.len();
        }
    }

    /// Has the step carried out under another policy, and where it did nothing yet, foreseen anew.
    pub fn map_anew(&mut self, plan: &str, mapped: Vec<String>) {
        self.plan = Some(plan.to_owned());
        self.mapped = mapped;
        if self.places.is_empty() {
            self.foresee(Vec::new(), false);
        }
    }

    /// Adds what was done to what was done before: a step may be done several times.
    pub fn add(&mut self, report: Report) {
        for new in report.places {
            match self.places.iter_mut().find(|known| known.place == new.place && known.did == new.did) {
                // What is kept is counted as it is, not once for each time. Once what led to it is gone, nothing of it is met any
                // more, and it is there all the same.
                Some(known) if matches!(new.did, Did::Kept | Did::CannotHold) => {
                    known.n_rows = known.n_rows.max(new.n_rows);
                    known.because = new.because.or_else(|| known.because.take());
                }
                Some(known) => known.n_rows = known.n_rows.saturating_add(new.n_rows),
                None => self.places.push(new),
            }
        }
    }
}

impl Run {
    /// The digest of the policy that a step is carried out under.
    pub fn plan_at(&self, at: usize) -> &str {
        self.systems.get(at).and_then(|system| system.plan.as_deref()).unwrap_or(&self.plan)
    }

    /// Whether it is nobody's request.
    pub fn is_push(&self) -> bool {
        self.right == PUSH
    }

    pub fn read(body: &[u8]) -> Result<Self, VaultError> {
        serde_json::from_slice(body).map_err(|_| damaged())
    }

    /// Writes it; statements go first when it grows too long.
    pub fn write(&mut self) -> Result<Vec<u8>, VaultError> {
        let body = serde_json::to_vec(self).map_err(|_| damaged())?;
        if body.len() <= RUN_BYTES_MAX {
            return Ok(body);
        }
        for system in &mut self.systems {
            system.is_cut |= system.previews.iter().any(|preview| !preview.statements.is_empty());
            system.previews.iter_mut().for_each(|preview| preview.statements.clear());
        }
        serde_json::to_vec(self).map_err(|_| damaged())
    }
}

fn damaged() -> VaultError {
    VaultError::new(candor_vault::ErrorKind::Internal, "store.damaged", "the stored request cannot be read back")
        .help("restore from a backup, or run the ledger check to see since when")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(place: &str, did: Did, n_rows: u64) -> PlaceReport {
        PlaceReport { place: place.into(), did, n_rows, because: None }
    }

    #[test]
    fn what_is_done_twice_is_added_up_and_what_is_kept_is_counted_once() {
        let mut system = OfSystem::default();
        for _ in 0..2 {
            system.add(Report::of_places(vec![done("a", Did::Deleted, 2), done("b", Did::Kept, 5)]));
        }
        assert_eq!(system.places, [done("a", Did::Deleted, 4), done("b", Did::Kept, 5)]);
    }

    #[test]
    fn what_is_kept_counts_after_what_led_to_it_is_gone() {
        let mut system = OfSystem::default();
        for n_rows in [5, 0] {
            system.add(Report::of_places(vec![done("b", Did::Kept, n_rows)]));
        }
        assert_eq!(system.places, [done("b", Did::Kept, 5)]);
    }

    #[test]
    fn of_many_statements_only_so_many_are_kept_and_it_says_so() {
        let preview =
            || Preview { would: done("a", Did::Deleted, 1), statements: vec!["DELETE".into(); STATEMENTS_MAX - 1] };
        let mut system = OfSystem::default();
        system.foresee(vec![preview(), preview()], false);
        assert!(system.is_cut);
        assert_eq!(system.previews.iter().map(|preview| preview.statements.len()).sum::<usize>(), STATEMENTS_MAX);
    }
}
