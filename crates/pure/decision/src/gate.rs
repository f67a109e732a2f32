//! The gates: what refuses a question as a whole, whatever the fields.
//!
//! Each gate is one bit. A standing and a question raise some bits, a purpose is stopped by some, and
//! the lowest bit in both is the reason. The bits follow the order of [`Reason`].

use candor_manifest::model::PurposeIx;

use crate::plan::{ChannelRule, PurposeRule};
use crate::{AgeState, ContractState, Question, Reason, Standing, SubjectState, View};

/// A set of gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Gates(u32);

/// The gates in the order in which they are looked at.
const ORDER: [Reason; 18] = [
    Reason::SubjectErased,
    Reason::SubjectQuarantined,
    Reason::AgeUnder,
    Reason::HoldMissing,
    Reason::Restriction,
    Reason::SubjectDeactivated,
    Reason::SubjectAnonymous,
    Reason::Gpc,
    Reason::BasisObjected,
    Reason::BasisConsentMissing,
    Reason::BasisContractMissing,
    Reason::BasisContractEnded,
    Reason::BasisConsentAgain,
    Reason::KeepEnded,
    Reason::ViewIdentified,
    Reason::ChannelUndeclared,
    Reason::OptedOut,
    Reason::ApprovalMissing,
];

impl Gates {
    /// No gate.
    pub(crate) const NONE: Self = Self(0);

    /// The gate of a reason.
    ///
    /// # Panics
    /// A reason that is no gate; in a constant, the build fails.
    pub(crate) const fn of(reason: Reason) -> Self {
        let mut at = 0;
        while ORDER[at] as u16 != reason as u16 {
            at += 1;
        }
        Self(1 << at)
    }

    #[inline]
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// These gates if the condition holds, none otherwise.
    #[inline]
    pub(crate) fn when(self, condition: bool) -> Self {
        Self(self.0 & u32::from(condition).wrapping_neg())
    }

    /// The reason of the first gate.
    #[inline]
    pub(crate) fn first(self) -> Option<Reason> {
        ORDER.get(self.0.trailing_zeros() as usize).copied()
    }

    /// The reasons of all gates, in order.
    pub(crate) fn reasons(self) -> impl Iterator<Item = Reason> {
        ORDER.into_iter().enumerate().filter(move |(at, _)| (self.0 >> at) & 1 == 1).map(|(_, reason)| reason)
    }
}

pub(crate) const ERASED: Gates = Gates::of(Reason::SubjectErased);
pub(crate) const QUARANTINED: Gates = Gates::of(Reason::SubjectQuarantined);
pub(crate) const UNDER_AGE: Gates = Gates::of(Reason::AgeUnder);
pub(crate) const NO_HOLD: Gates = Gates::of(Reason::HoldMissing);
pub(crate) const RESTRICTED: Gates = Gates::of(Reason::Restriction);
pub(crate) const DEACTIVATED: Gates = Gates::of(Reason::SubjectDeactivated);
pub(crate) const ANONYMOUS: Gates = Gates::of(Reason::SubjectAnonymous);
pub(crate) const GPC: Gates = Gates::of(Reason::Gpc);
pub(crate) const OBJECTED: Gates = Gates::of(Reason::BasisObjected);
pub(crate) const NO_CONSENT: Gates = Gates::of(Reason::BasisConsentMissing);
pub(crate) const NO_CONTRACT: Gates = Gates::of(Reason::BasisContractMissing);
pub(crate) const CONTRACT_ENDED: Gates = Gates::of(Reason::BasisContractEnded);
pub(crate) const CONSENT_AGAIN: Gates = Gates::of(Reason::BasisConsentAgain);
pub(crate) const KEEP_ENDED: Gates = Gates::of(Reason::KeepEnded);
pub(crate) const IDENTIFIED: Gates = Gates::of(Reason::ViewIdentified);
pub(crate) const NO_CHANNEL: Gates = Gates::of(Reason::ChannelUndeclared);
pub(crate) const OPTED_OUT: Gates = Gates::of(Reason::OptedOut);
pub(crate) const NOT_APPROVED: Gates = Gates::of(Reason::ApprovalMissing);

/// The gates that stand in every purpose's way, intrinsic or declared.
pub(crate) const ALWAYS: Gates = ERASED.or(NO_CHANNEL).or(OPTED_OUT).or(NOT_APPROVED);

/// The gates that a standing and a question raise, whether or not they stop the purpose.
#[inline]
pub(crate) fn raised(rule: &PurposeRule, standing: &Standing, question: &Question, to_authority: bool) -> Gates {
    of_subject(standing, question)
        .or(of_basis(standing, question))
        .or(of_channel(rule, standing, question))
        .or(IDENTIFIED.when(question.view != View::DeIdentified))
        .or(NOT_APPROVED.when(to_authority & !question.approved))
}

#[inline]
fn of_subject(standing: &Standing, question: &Question) -> Gates {
    let no_hold = NO_HOLD.when(standing.holds == 0);
    if standing.is_unremarkable() { no_hold } else { no_hold.or(of_remarkable(standing, question)) }
}

fn of_remarkable(standing: &Standing, question: &Question) -> Gates {
    let of_state = match standing.state {
        SubjectState::Active => Gates::NONE,
        SubjectState::Deactivated => DEACTIVATED,
        SubjectState::Quarantined => QUARANTINED,
        SubjectState::Anonymous => ANONYMOUS,
        SubjectState::Erased => ERASED,
    };
    of_state.or(UNDER_AGE.when(standing.age == AgeState::Under)).or(RESTRICTED.when(is_restricted(standing, question)))
}

#[inline]
fn of_basis(standing: &Standing, question: &Question) -> Gates {
    let purpose: PurposeIx = question.purpose;
    let contract = match standing.contract {
        ContractState::None => NO_CONTRACT,
        ContractState::ActiveUntil(until) => CONTRACT_ENDED.when(until.is_some_and(|until| until <= question.at)),
    };
    contract
        .or(GPC.when(question.gpc))
        .or(OBJECTED.when(standing.objections.contains(purpose)))
        .or(NO_CONSENT.when(!standing.consents.contains(purpose)))
        .or(CONSENT_AGAIN.when(standing.outgrown.is_whole(purpose)))
        .or(KEEP_ENDED.when(standing.ended.contains(purpose)))
}

#[inline]
fn of_channel(rule: &PurposeRule, standing: &Standing, question: &Question) -> Gates {
    let Some(channel) = question.channel else { return Gates::NONE };
    match rule.channel(channel) {
        ChannelRule::Undeclared => NO_CHANNEL,
        ChannelRule::Fixed => Gates::NONE,
        ChannelRule::Slot(slot) => OPTED_OUT.when(standing.opt_outs.contains(slot)),
    }
}

fn is_restricted(standing: &Standing, question: &Question) -> bool {
    let Some(restriction) = &standing.restriction else { return false };
    restriction.is_in_force(question.at) && !restriction.allowed.contains(question.purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_follow_the_order_of_reasons() {
        assert!(ORDER.is_sorted());
    }

    #[test]
    fn the_first_gate_gives_the_reason() {
        assert_eq!(NO_CONSENT.or(OBJECTED).first(), Some(Reason::BasisObjected));
        assert_eq!(Gates::NONE.first(), None);
        assert_eq!(ERASED.or(GPC).reasons().collect::<Vec<_>>(), [Reason::SubjectErased, Reason::Gpc]);
    }
}
