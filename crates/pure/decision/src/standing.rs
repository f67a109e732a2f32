//! A subject's compact state at one instant: all that a decision needs to know of a person.
//!
//! The service that keeps standings leaves out of [`Standing::consents`] whatever is withdrawn,
//! expired or waits for its second confirmation, and says in [`Standing::outgrown`] where a consent no longer
//! covers what the policy has become; what ends at a known time inside a standing
//! (contract, restriction) is judged at the question's own instant.

use candor_manifest::model::{PurposeIx, RecipientIx};
use candor_words::Instant;

use crate::{FieldSet, PurposeSet, SlotSet};

/// A subject's compact state. The default has given nothing: no consent, no contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Whether the account is in use, left, sealed or gone.
    pub state: SubjectState,
    /// Purposes to which a consent is in force.
    pub consents: PurposeSet,
    /// Where the policy has outgrown consents that were given under an earlier version of it.
    pub outgrown: Outgrown,
    /// Purposes with an objection that is pending or upheld.
    pub objections: PurposeSet,
    /// Channels of purposes whose messages were declined.
    pub opt_outs: SlotSet,
    /// Purposes whose own keep rule has ended for the subject.
    pub ended: PurposeSet,
    /// Which recipients the subject instructed, for which purposes.
    pub instructions: Instructions,
    /// The contract on which purposes may rest.
    pub contract: ContractState,
    /// A restriction of processing (GDPR Art. 18).
    pub restriction: Option<Box<Restriction>>,
    /// What is known of the subject's age.
    pub age: AgeState,
    /// How many legal holds are in force.
    pub holds: u16,
}

impl Standing {
    /// True for most people: active, not known to be too young, not restricted.
    #[inline]
    pub(crate) fn is_unremarkable(&self) -> bool {
        self.state == SubjectState::Active && self.age != AgeState::Under && self.restriction.is_none()
    }
}

/// Uses of data that a policy asks consent for and that the consent on record, given under an earlier version, does not
/// cover. Empty for most people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outgrown {
    whole: PurposeSet,
    parts: Box<[OutgrownPart]>,
}

/// A part of a purpose that consent does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutgrownPart {
    /// Which purpose.
    pub purpose: PurposeIx,
    /// For whom; `None` means inside.
    pub recipient: Option<RecipientIx>,
    /// Which fields.
    pub fields: FieldSet,
}

impl Outgrown {
    /// Says which purposes consent does not cover at all any more, and of which others it lacks a part.
    pub fn new(whole: PurposeSet, parts: Vec<OutgrownPart>) -> Self {
        Self { whole, parts: parts.into() }
    }

    /// True when consent to the purpose covers nothing of it any more.
    #[inline]
    pub fn is_whole(&self, purpose: PurposeIx) -> bool {
        self.whole.contains(purpose)
    }

    /// True when consent to the purpose, or to a part of it, must be given again.
    pub fn touches(&self, purpose: PurposeIx) -> bool {
        self.is_whole(purpose) || self.parts.iter().any(|part| part.purpose == purpose)
    }

    /// True when nothing must be asked again.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.parts.is_empty()
    }

    /// The fields that consent does not cover for a recipient, or inside.
    #[inline]
    pub fn fields(&self, purpose: PurposeIx, recipient: Option<RecipientIx>) -> FieldSet {
        let parts = self.parts.iter().filter(|part| (part.purpose, part.recipient) == (purpose, recipient));
        parts.fold(FieldSet::EMPTY, |fields, part| fields.or(&part.fields))
    }
}

/// What has become of a subject's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubjectState {
    /// In use.
    #[default]
    Active,
    /// Left by the subject; content stays, nobody addresses them.
    Deactivated,
    /// Sealed away until it can be erased.
    Quarantined,
    /// Nobody in particular: what was left of somebody when their data was made anonymous.
    Anonymous,
    /// Erased.
    Erased,
}

/// Whether a contract with the subject is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContractState {
    /// There was never one.
    #[default]
    None,
    /// In force up to, not including, an instant; without one, until further notice.
    ActiveUntil(Option<Instant>),
}

/// A restriction of processing and its terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restriction {
    /// Purposes that the terms still allow.
    pub allowed: PurposeSet,
    /// The instant from which it no longer holds; `None` means until it is lifted.
    pub until: Option<Instant>,
}

impl Restriction {
    /// True when the restriction holds at an instant.
    pub fn is_in_force(&self, at: Instant) -> bool {
        self.until.is_none_or(|until| at < until)
    }
}

/// What is known of a subject's age, against the policy's age rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgeState {
    /// Nothing.
    #[default]
    Unknown,
    /// Old enough.
    AtLeast,
    /// Younger than the rule.
    Under,
}

/// The (purpose, recipient) pairs that a subject instructed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instructions(Box<[(PurposeIx, RecipientIx)]>);

impl Instructions {
    /// True when the subject instructed that the recipient receive fields for the purpose.
    #[inline]
    pub fn contains(&self, purpose: PurposeIx, recipient: RecipientIx) -> bool {
        self.0.binary_search(&(purpose, recipient)).is_ok()
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl Iterator<Item = (PurposeIx, RecipientIx)> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<(PurposeIx, RecipientIx)> for Instructions {
    fn from_iter<T: IntoIterator<Item = (PurposeIx, RecipientIx)>>(pairs: T) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        // INVARIANT: `contains` searches by halves.
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs.into())
    }
}
