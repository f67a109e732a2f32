//! How a subject's standing is kept: by the names of the policy, so that it outlives any one plan.
//!
//! A plan turns it into the bits a decision needs ([`StandingForm::under`]); names that a plan no
//! longer knows weigh nothing there and are kept for the day they are known again.

use std::collections::{BTreeMap, BTreeSet};

use candor_decision::{
    AgeState, ContractState, Instructions, Outgrown, Plan, PurposeSet, Restriction, SlotSet, Standing, SubjectState,
};
use candor_store::EventRow;
use candor_words::Instant;
use serde::{Deserialize, Serialize};

use crate::VaultError;
use crate::channel::channel_of;
use crate::retention::clocks;
use crate::state::{ACTIVE, ANONYMOUS, DEACTIVATED, QUARANTINED};
use crate::subjects::Willing;

/// A subject's standing as it is stored, in names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandingForm {
    /// 0 active, 1 deactivated, 2 quarantined, 3 erased, 4 anonymous.
    #[serde(skip_serializing_if = "is_zero")]
    pub state: u8,
    /// Consents by purpose.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<String, ConsentForm>,
    /// Objections by purpose.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub objections: BTreeMap<String, ObjectionForm>,
    /// (purpose, channel) pairs that were declined.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub opt_outs: BTreeSet<(String, String)>,
    /// (purpose, recipient) pairs that the subject instructed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub instructions: BTreeSet<(String, String)>,
    /// The contract, when there is or was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractForm>,
    /// The restriction, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restriction: Option<RestrictionForm>,
    /// `at_least`, `under`, or nothing known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// True when the subject's browser or profile asks for Global Privacy Control.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gpc: bool,
    /// When each legal hold ends; `None` means when it is lifted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub holds: BTreeMap<String, Option<Instant>>,
    /// Since when the account is deactivated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated_at: Option<Instant>,
    /// The last interest that was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_interest: Option<Instant>,
    /// The last sign-in that was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Instant>,
    /// Events that keep rules count from, by name, as they were last reported.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Instant>,
    /// True when an organisation manages the account, so that the lengths its administrators set hold for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub managed: bool,
}

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentForm {
    /// What was said last.
    pub state: ConsentState,
    /// When.
    pub at: Instant,
    /// SHA-256 of the text that was shown, in hexadecimal.
    pub text: String,
    /// When it lapses by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Instant>,
    /// When the text was shown, where that was before `at`: a confirmation speaks of the text shown then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shown_at: Option<Instant>,
}

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Given, and waits for its confirmation over the channel (double opt-in).
    Unconfirmed,
    /// In force.
    Given,
    /// Declined.
    Refused,
    /// Taken back.
    Withdrawn,
}

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionForm {
    /// When it was made.
    pub at: Instant,
    /// `pending`, `upheld` or `overridden`.
    pub outcome: ObjectionOutcome,
}

/// What became of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionOutcome {
    /// Not yet answered: processing stops meanwhile.
    Pending,
    /// It stands, for good.
    Upheld,
    /// Compelling grounds were shown.
    Overridden,
}

/// The contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractForm {
    /// Since when.
    pub since: Instant,
    /// When it ends or ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Instant>,
}

/// A restriction and its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionForm {
    /// Since when.
    pub since: Instant,
    /// Purposes the terms still allow.
    pub allowed: Vec<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Instant>,
    /// A reference to the agreement, when there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agreement: Option<String>,
}

/// What the agreement of a dispute's restriction begins with.
pub(crate) const DISPUTE_OF: &str = "dispute of ";

impl RestrictionForm {
    /// True when a dispute placed it: it goes when the dispute is over.
    pub fn is_of_dispute(&self) -> bool {
        self.agreement.as_deref().is_some_and(|agreement| agreement.starts_with(DISPUTE_OF))
    }
}

impl StandingForm {
    /// The standing that an event left.
    pub(crate) fn after(event: &EventRow) -> Result<Self, VaultError> {
        let damaged = || VaultError::damaged("standing");
        let (json, sum) = event.standing.split_last_chunk().ok_or_else(damaged)?;
        if *sum != sum_of(json) {
            return Err(damaged());
        }
        serde_json::from_slice(json).map_err(|_| damaged())
    }

    /// Writes the bytes to store: JSON, and a sum over it. A name with a flipped bit is a name of nothing: without
    /// the sum, an objection or a restriction would be gone in silence.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        let sum = sum_of(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// Turns names into the bits of a plan, as they hold at `at`; says also until when the answer holds.
    pub fn under(&self, plan: &Plan, at: Instant) -> (Standing, Instant) {
        if self.state == ANONYMOUS {
            // Nobody is left who could have agreed or objected.
            return (
                Standing { state: SubjectState::Anonymous, ..Standing::willing() },
                Instant::from_millis(i64::MAX),
            );
        }
        let mut until = Instant::from_millis(i64::MAX);
        let mut lapses = |end: Option<Instant>| -> bool {
            let over = end.is_some_and(|end| end <= at);
            if let Some(end) = end.filter(|end| *end > at) {
                until = until.min(end);
            }
            over
        };
        let mut consents = PurposeSet::EMPTY;
        for (name, consent) in &self.consents {
            let over = lapses(consent.until);
            if consent.state == ConsentState::Given
                && !over
                && let Some(ix) = plan.purpose(name)
            {
                consents.insert(ix);
            }
        }
        let (ended, next_end) = plan.retention().ended_purposes(&clocks(self, plan), at);
        lapses(next_end);
        let holds = self.holds.values().filter(|end| !lapses(**end)).count();
        let standing = Standing {
            state: state_of(self.state),
            consents,
            // Only the versions of a policy tell: see `versions.rs`.
            outgrown: Outgrown::default(),
            objections: self.objections_under(plan),
            opt_outs: self.opt_outs_under(plan),
            ended,
            instructions: self.instructions_under(plan),
            contract: self.contract.as_ref().map_or(ContractState::None, |c| ContractState::ActiveUntil(c.until)),
            restriction: self.restriction.as_ref().map(|r| Box::new(restriction_under(r, plan))),
            age: match self.age.as_deref() {
                Some("under") => AgeState::Under,
                Some("at_least") => AgeState::AtLeast,
                _ => AgeState::Unknown,
            },
            holds: u16::try_from(holds).unwrap_or(u16::MAX),
        };
        (standing, until)
    }

    fn objections_under(&self, plan: &Plan) -> PurposeSet {
        let standing = self.objections.iter().filter(|(_, o)| o.outcome != ObjectionOutcome::Overridden);
        let mut set = PurposeSet::EMPTY;
        standing.filter_map(|(name, _)| plan.purpose(name)).for_each(|ix| set.insert(ix));
        set
    }

    fn opt_outs_under(&self, plan: &Plan) -> SlotSet {
        let mut set = SlotSet::EMPTY;
        for (purpose, channel) in &self.opt_outs {
            let slot = plan.purpose(purpose).zip(channel_of(channel)).and_then(|(p, c)| plan.channel_slot(p, c));
            if let Some(slot) = slot {
                set.insert(slot);
            }
        }
        set
    }

    fn instructions_under(&self, plan: &Plan) -> Instructions {
        self.instructions.iter().filter_map(|(p, r)| Some((plan.purpose(p)?, plan.recipient(r)?))).collect()
    }
}

/// FNV-1a: any single byte that differs is seen, and of anything else all but one in 2^64. Against accidents of the
/// disk; whoever may write to the database can compute it too.
fn sum_of(bytes: &[u8]) -> [u8; 8] {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step).to_be_bytes()
}

fn restriction_under(form: &RestrictionForm, plan: &Plan) -> Restriction {
    let mut allowed = PurposeSet::EMPTY;
    form.allowed.iter().filter_map(|name| plan.purpose(name)).for_each(|ix| allowed.insert(ix));
    Restriction { allowed, until: form.until }
}

/// What a stored state number means.
pub(crate) const fn state_of(number: u8) -> SubjectState {
    match number {
        ACTIVE => SubjectState::Active,
        DEACTIVATED => SubjectState::Deactivated,
        QUARANTINED => SubjectState::Quarantined,
        ANONYMOUS => SubjectState::Anonymous,
        _ => SubjectState::Erased,
    }
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use candor_words::SubjectId;

    use super::*;

    #[test]
    fn a_standing_with_any_bit_flipped_is_damaged_and_never_another_standing() {
        let at = Instant::from_millis(1_790_000_000_000);
        let mut form = StandingForm::default();
        form.objections.insert("offers".to_owned(), ObjectionForm { at, outcome: ObjectionOutcome::Pending });
        let mut event = EventRow {
            subject: SubjectId::from_bytes([1; 16]),
            version: 1,
            at,
            kind: String::new(),
            purpose: None,
            detail: String::new(),
            standing: form.write(),
            entry: 0,
        };
        assert_eq!(StandingForm::after(&event).unwrap(), form);
        for bit in 0..event.standing.len() * 8 {
            event.standing[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(StandingForm::after(&event).unwrap_err().code(), "store.damaged", "bit {bit}");
            event.standing[bit / 8] ^= 1 << (bit % 8);
        }
        event.standing.truncate(4);
        StandingForm::after(&event).unwrap_err();
    }
}
