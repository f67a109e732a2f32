//! What is due of one subject: worked out from what is kept, changing nothing.

use std::collections::{BTreeMap, BTreeSet};

use candor_decision::{Clocks, FieldIx, Plan, RuleIx, Step};
use candor_store::{HoldRow, RecordRow, Retained, SubjectRow};
use candor_words::{Instant, RecordId};

use super::{clocks, dates, with_lengths};
use crate::VaultError;
use crate::open::field_at;
use crate::record_form;
use crate::settings::Settings;
use crate::standing_form::StandingForm;

/// The most records of one subject that one unit changes, and about how many bytes of them; the others follow in the
/// next.
const RECORDS_AT_ONCE: usize = 200;
const BYTES_AT_ONCE: usize = 2 << 20;
/// How long a subject waits from whom something is held back: a day.
pub(super) const HELD_MS: i64 = 86_400_000;

/// A subject, reckoned.
pub(super) struct Reckoned {
    pub row: SubjectRow,
    pub form: StandingForm,
    pub key_rows: Vec<candor_store::KeyRow>,
    pub has_history: bool,
    /// How many bytes the records that change hold.
    pub bytes: usize,
    /// Every record that changes.
    pub changes: Vec<RecordChange>,
    /// The records that do not change, by group; none when the subject has no history to look at.
    pub untouched: Vec<(String, RecordId)>,
    /// The keep classes of the values that stay in records.
    pub classes: BTreeSet<u16>,
    /// When it is next looked at.
    pub next: Option<Instant>,
    /// What stands in the way of all of it.
    pub obstacle: Option<Obstacle>,
    /// True when nothing is left of the subject once this is done.
    pub is_over: bool,
}

/// What becomes of the values of one record.
pub(super) struct RecordChange {
    pub row: RecordRow,
    /// By name within the group.
    pub values: BTreeMap<String, (FieldIx, Option<RuleIx>, Turn)>,
    /// True when no value stays in the record.
    pub is_emptied: bool,
}

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// What was sealed is found again.
    FoundAgain,
    /// Sealed for a time of grace.
    SetAside,
    /// Sealed until it is erased.
    Quarantined,
    /// Gone from its subject; what identifies nobody goes on without them.
    Anonymised,
    /// Gone.
    Erased,
}

impl Turn {
    /// The number that stands for it in the ledger.
    pub(super) const fn outcome(self) -> u8 {
        match self {
            Self::Erased => 1,
            Self::Anonymised => 2,
            Self::Quarantined => 3,
            Self::SetAside => 4,
            Self::FoundAgain => 5,
        }
    }

    /// Its name where outcomes are listed.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Anonymised => "anonymised",
            Self::Quarantined => "quarantined",
            Self::SetAside => "set_aside",
            Self::FoundAgain => "found_again",
        }
    }

    pub(super) const fn removes(self) -> bool {
        matches!(self, Self::Anonymised | Self::Erased)
    }
}

/// Why nothing goes although its time is over.
pub(super) struct Obstacle {
    /// The ground of the hold, or `restriction`.
    pub ground: String,
    /// When it ends, when that is known.
    pub until: Option<Instant>,
}

/// Reckons what is due of a subject at an instant. `records` are all of its records.
pub(super) fn reckon(
    plan: &Plan,
    settings: &Settings,
    retained: Retained,
    records: Vec<RecordRow>,
    at: Instant,
) -> Result<Reckoned, VaultError> {
    let Retained { state, has_history, has_open_request, .. } = retained;
    let form = state.last_event.as_ref().map(StandingForm::after).transpose()?.unwrap_or_default();
    let clocks = with_lengths(clocks(&form, plan), &form, settings, plan);
    let mut reckoned = Reckoned {
        obstacle: obstacle(&form, &state.holds, at),
        row: state.row,
        key_rows: state.keys,
        has_history,
        bytes: 0,
        changes: Vec::new(),
        untouched: Vec::new(),
        classes: BTreeSet::new(),
        next: None,
        is_over: false,
        form,
    };
    let mut n_left = 0;
    for row in records {
        let of = has_history.then(|| (row.group.clone(), row.id));
        let is_full = reckoned.changes.len() == RECORDS_AT_ONCE || reckoned.bytes >= BYTES_AT_ONCE;
        match reckon_record(plan, &clocks, row, at, &mut reckoned)? {
            Some(change) if is_full => {
                // Its turn comes in the next unit.
                reckoned.next = Some(at);
                keep_classes(&change.row, &mut reckoned.classes)?;
                reckoned.untouched.extend(of);
                n_left += 1;
            }
            Some(change) => {
                n_left += usize::from(!change.is_emptied);
                reckoned.bytes += change.row.sealed.len();
                reckoned.changes.push(change);
            }
            None => {
                reckoned.untouched.extend(of);
                n_left += 1;
            }
        }
    }
    let removed = reckoned.changes.iter().any(|change| change.is_emptied);
    let contract_runs =
        reckoned.form.contract.as_ref().is_some_and(|contract| contract.until.is_none_or(|end| at < end));
    reckoned.is_over = removed && n_left == 0 && !contract_runs && !has_open_request;
    if let Some(obstacle) = &reckoned.obstacle
        && reckoned.changes.iter().any(RecordChange::removes)
    {
        // Looked at again every day, so that a preview finds what is held back; who lifts it brings the date forward.
        let tomorrow = Instant::from_millis(at.as_millis().saturating_add(HELD_MS));
        let later = reckoned.next.filter(|next| *next > at);
        reckoned.next = obstacle.until.into_iter().chain(later).chain([tomorrow]).min();
    }
    Ok(reckoned)
}

fn reckon_record(
    plan: &Plan,
    clocks: &Clocks,
    row: RecordRow,
    at: Instant,
    reckoned: &mut Reckoned,
) -> Result<Option<RecordChange>, VaultError> {
    let dates = dates(&row);
    let mut values = BTreeMap::new();
    let mut n_stay = 0;
    for value in record_form::values(&row.sealed) {
        let value = value.ok_or_else(|| VaultError::damaged("record"))?;
        let field = field_at(plan, &row.group, value.name);
        let end = field.and_then(|field| plan.retention().end(field, clocks, &dates));
        let step = end.map_or(Step::Keep, |end| end.step(at));
        let turn = match step {
            Step::Keep => value.is_sealed.then_some(Turn::FoundAgain),
            Step::SetAside => (!value.is_sealed).then_some(Turn::SetAside),
            Step::Quarantine => (!value.is_sealed).then_some(Turn::Quarantined),
            Step::Anonymise => Some(Turn::Anonymised),
            Step::Erase => Some(Turn::Erased),
        };
        if let (Some(field), Some(turn)) = (field, turn) {
            values.insert(value.name.to_owned(), (field, end.map(|end| end.rule), turn));
        }
        if !turn.is_some_and(Turn::removes) {
            n_stay += 1;
            reckoned.classes.insert(value.class);
            let next = end.and_then(|end| end.next_after(at));
            reckoned.next = reckoned.next.into_iter().chain(next).min();
        }
    }
    Ok((!values.is_empty()).then_some(RecordChange { row, values, is_emptied: n_stay == 0 }))
}

fn keep_classes(row: &RecordRow, classes: &mut BTreeSet<u16>) -> Result<(), VaultError> {
    for value in record_form::values(&row.sealed) {
        classes.insert(value.ok_or_else(|| VaultError::damaged("record"))?.class);
    }
    Ok(())
}

impl RecordChange {
    pub(super) fn removes(&self) -> bool {
        self.values.values().any(|(_, _, turn)| turn.removes())
    }
}

/// A legal hold in force, or a restriction: what is restricted is kept (GDPR Art. 18(1)).
pub(super) fn obstacle(form: &StandingForm, holds: &[HoldRow], at: Instant) -> Option<Obstacle> {
    let is_in_force = |until: Option<Instant>| until.is_none_or(|until| at < until);
    let mut in_force: Vec<&HoldRow> = holds.iter().filter(|hold| is_in_force(hold.until)).collect();
    in_force.sort_by_key(|hold| (hold.placed_at, hold.id));
    if let Some(first) = in_force.first() {
        // With several, it is over when the last is.
        let until = in_force.iter().map(|hold| hold.until).reduce(|one, other| Some(one?.max(other?))).flatten();
        return Some(Obstacle { ground: first.ground.clone(), until });
    }
    let restriction = form.restriction.as_ref().filter(|restriction| is_in_force(restriction.until))?;
    Some(Obstacle { ground: "restriction".to_owned(), until: restriction.until })
}
