//! The rows of a plan: what one purpose may use, what one recipient receives for it.

use std::ops::Range;

use candor_manifest::model::{Channel, Derive, Field, RecipientIx};

use crate::gate::Gates;
use crate::{FieldIx, FieldSet, Ground, Reason, SlotIx};

/// How many channels there are.
const CHANNELS: usize = 6;

/// What one purpose may do.
#[derive(Debug, Clone)]
pub(crate) struct PurposeRule {
    /// Its legal basis.
    pub(crate) ground: Ground,
    /// The gates that refuse it when a standing or question raises them.
    pub(crate) stopped_by: Gates,
    /// The fields that the controller itself may use.
    pub(crate) uses: Mask,
    /// The fields kept as a hash that a candidate may be compared with.
    pub(crate) compares: FieldSet,
    /// Why a field outside `uses.named` is refused.
    pub(crate) unnamed: Reason,
    /// How it treats special categories.
    pub(crate) special: SpecialRule,
    /// True when every policy has it.
    pub(crate) is_intrinsic: bool,
    /// True when it shows no identifier.
    pub(crate) is_de_identified: bool,
    /// True when only a hash of a field is open to it all the same.
    pub(crate) opens_hashes: bool,
    /// Where its shares stand among all of the plan's, by recipient.
    pub(crate) shares: Range<usize>,
    /// How it reaches people, by channel.
    pub(crate) channels: [ChannelRule; CHANNELS],
}

impl PurposeRule {
    /// How the purpose uses a channel.
    #[inline]
    pub(crate) fn channel(&self, channel: Channel) -> ChannelRule {
        self.channels.get(channel_at(channel)).copied().unwrap_or(ChannelRule::Undeclared)
    }

    /// Writes down how the purpose uses a channel.
    pub(super) fn set_channel(&mut self, channel: Channel, rule: ChannelRule) {
        if let Some(place) = self.channels.get_mut(channel_at(channel)) {
            *place = rule;
        }
    }
}

/// What one recipient receives for a purpose.
#[derive(Debug, Clone)]
pub(crate) struct ShareRule {
    /// Who.
    pub(crate) with: RecipientIx,
    /// The fields it receives in any case.
    pub(crate) always: Mask,
    /// The fields it receives on the subject's instruction only.
    pub(crate) instructed: Mask,
}

/// Fields as the policy names them, and those of them that can be opened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mask {
    /// What the text says.
    pub(crate) named: FieldSet,
    /// Without what is held elsewhere, hashed, identifying or special beyond the purpose's reach.
    pub(crate) open: FieldSet,
}

/// How a purpose treats special categories (GDPR Art. 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpecialRule {
    /// It names no condition: closed to it.
    Closed,
    /// It rests on explicit consent.
    ByConsent,
    /// It has another condition.
    Open,
}

/// How a purpose uses a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ChannelRule {
    /// Not at all.
    #[default]
    Undeclared,
    /// Without an opt-out.
    Fixed,
    /// With an opt-out, noted in this slot.
    Slot(SlotIx),
}

fn channel_at(channel: Channel) -> usize {
    match channel {
        Channel::Email => 0,
        Channel::Sms => 1,
        Channel::Telephone => 2,
        Channel::Post => 3,
        Channel::InApp => 4,
        Channel::Push => 5,
    }
}

/// The fields of a plan by what they are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds {
    /// All of them.
    pub(crate) declared: FieldSet,
    /// Held by a recipient, never stored here.
    pub(crate) held: FieldSet,
    /// Kept as a hash only.
    pub(crate) hashed: FieldSet,
    /// Special categories.
    pub(crate) special: FieldSet,
    /// Naming a subject, or the same value as a field that does.
    pub(crate) identifying: FieldSet,
}

impl Kinds {
    /// Sorts fields by what they are.
    pub(crate) fn of(fields: &[Field]) -> Self {
        let those = |is: fn(&Field) -> bool| -> FieldSet {
            (0u16..).zip(fields).filter(|(_, field)| is(field)).map(|(at, _)| FieldIx(at)).collect()
        };
        let mut kinds = Self {
            declared: those(|_| true),
            held: those(|field| field.held_by.is_some()),
            hashed: those(|field| field.hashed),
            special: those(|field| field.special),
            identifying: those(|field| field.identifies),
        };
        // A copy identifies as well as its original, and so does the copy of a copy.
        for _ in fields {
            let copies = (0u16..).zip(fields).filter(|(_, field)| kinds.is_copy_of_identifier(field));
            let copies: FieldSet = copies.map(|(at, _)| FieldIx(at)).collect();
            if copies.is_within(&kinds.identifying) {
                break;
            }
            kinds.identifying = kinds.identifying.or(&copies);
        }
        kinds
    }

    fn is_copy_of_identifier(&self, field: &Field) -> bool {
        field.derived.as_ref().is_some_and(|derived| {
            matches!(derived.by, Derive::Copy | Derive::Lowercase) && self.identifying.contains(derived.from)
        })
    }
}
