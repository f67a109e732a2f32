//! The plan: a checked manifest compiled to bit sets, immutable, named by the digest of its text.

use candor_manifest::Manifest;
use candor_manifest::model::{Channel, FieldIx, PurposeIx, RecipientIx};

use crate::names::Names;
use crate::retention::Retention;
use crate::{FieldSet, SlotIx};

mod compile;
mod intrinsic;
mod rule;

pub use compile::PlanError;
pub use intrinsic::Intrinsic;
pub(crate) use rule::{ChannelRule, Kinds, PurposeRule, ShareRule, SpecialRule};

/// What is promised, ready to be asked.
///
/// Positions ([`FieldIx`], [`PurposeIx`], [`RecipientIx`], [`SlotIx`]) are those of one plan: whoever
/// keeps a standing beyond a change of policy finds the new positions by name.
#[derive(Debug)]
pub struct Plan {
    manifest: Manifest,
    digest: [u8; 32],
    fields: Names,
    purposes: Names,
    recipients: Names,
    rules: Box<[PurposeRule]>,
    shares: Box<[ShareRule]>,
    /// For each recipient, whether it is an authority.
    authorities: Box<[bool]>,
    slots: Box<[(PurposeIx, Channel)]>,
    kinds: Kinds,
    retention: Retention,
}

impl Plan {
    /// Compiles a manifest; `digest` is that of the policy's text and names the plan in every permit.
    ///
    /// # Errors
    /// More fields, purposes, recipients or opt-out slots than a set holds, a position that the
    /// manifest does not have, or a name declared twice. None of them comes from a checked text.
    pub fn compile(manifest: Manifest, digest: [u8; 32]) -> Result<Self, PlanError> {
        compile::compile(manifest, digest)
    }

    /// The manifest that it was compiled from.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The digest of the policy's text.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Its keep rules.
    pub const fn retention(&self) -> &Retention {
        &self.retention
    }

    /// Finds a purpose by name, those of every policy (`@access`) included.
    #[inline]
    pub fn purpose(&self, name: &str) -> Option<PurposeIx> {
        self.purposes.find(name).map(PurposeIx)
    }

    /// Finds a recipient by name.
    #[inline]
    pub fn recipient(&self, name: &str) -> Option<RecipientIx> {
        self.recipients.find(name).map(RecipientIx)
    }

    /// Finds a field by `group.field`.
    #[inline]
    pub fn field(&self, name: &str) -> Option<FieldIx> {
        self.fields.find(name).map(FieldIx)
    }

    /// The purpose's name; `?` for a position of another plan.
    pub fn purpose_name(&self, purpose: PurposeIx) -> &str {
        self.purposes.name(purpose.at()).unwrap_or("?")
    }

    /// The recipient's name; `?` for a position of another plan.
    pub fn recipient_name(&self, recipient: RecipientIx) -> &str {
        self.recipients.name(recipient.at()).unwrap_or("?")
    }

    /// The field's name; `?` for a position of another plan.
    pub fn field_name(&self, field: FieldIx) -> &str {
        self.fields.name(field.at()).unwrap_or("?")
    }

    /// A purpose that every policy has.
    pub fn intrinsic(&self, intrinsic: Intrinsic) -> PurposeIx {
        // INVARIANT: the compiler appends them in this order, below PURPOSES_MAX in all.
        let n_declared = self.manifest.purposes.len();
        PurposeIx(u16::try_from(n_declared + intrinsic as usize).unwrap_or(u16::MAX))
    }

    /// Which of the purposes that every policy has this is; `None` for a declared one.
    pub fn as_intrinsic(&self, purpose: PurposeIx) -> Option<Intrinsic> {
        Intrinsic::ALL.into_iter().find(|intrinsic| self.intrinsic(*intrinsic) == purpose)
    }

    /// The field with the address at which a subject is written to about the policy itself; `None` when the policy keeps
    /// no mail address that is the subject's own.
    pub fn address(&self) -> Option<FieldIx> {
        intrinsic::address(&self.manifest)
    }

    /// Every purpose, the declared ones first.
    pub fn purposes(&self) -> impl Iterator<Item = PurposeIx> + use<> {
        (0u16..).take(self.rules.len()).map(PurposeIx)
    }

    /// Every field.
    pub fn all_fields(&self) -> FieldSet {
        self.kinds.declared
    }

    /// The fields that the purpose may use at best, inside or for a recipient: what to ask for
    /// when all of them are wanted.
    pub fn fields_of(&self, purpose: PurposeIx, recipient: Option<RecipientIx>) -> FieldSet {
        let Some(rule) = self.rule(purpose) else { return FieldSet::EMPTY };
        let Some(recipient) = recipient else { return rule.uses.open };
        self.share(rule, recipient).map_or(FieldSet::EMPTY, |share| share.always.open.or(&share.instructed.open))
    }

    /// The recipients with which a purpose shares fields.
    pub fn recipients_of(&self, purpose: PurposeIx) -> impl Iterator<Item = RecipientIx> + '_ {
        self.rule(purpose).map_or(&[][..], |rule| self.shares_of(rule)).iter().map(|share| share.with)
    }

    /// Where a standing notes that a subject opted out; `None` when the purpose offers no opt-out
    /// on the channel.
    pub fn channel_slot(&self, purpose: PurposeIx, channel: Channel) -> Option<SlotIx> {
        match self.rule(purpose)?.channel(channel) {
            ChannelRule::Slot(slot) => Some(slot),
            ChannelRule::Undeclared | ChannelRule::Fixed => None,
        }
    }

    /// Every pair from which people may opt out, with its slot.
    pub fn channel_slots(&self) -> impl Iterator<Item = (SlotIx, PurposeIx, Channel)> + '_ {
        (0u16..).zip(&self.slots).map(|(slot, (purpose, channel))| (SlotIx(slot), *purpose, *channel))
    }

    #[inline]
    pub(crate) fn rule(&self, purpose: PurposeIx) -> Option<&PurposeRule> {
        self.rules.get(purpose.at())
    }

    #[inline]
    pub(crate) fn share(&self, rule: &PurposeRule, with: RecipientIx) -> Option<&ShareRule> {
        let shares = self.shares_of(rule);
        shares.binary_search_by_key(&with, |share| share.with).ok().and_then(|at| shares.get(at))
    }

    fn shares_of(&self, rule: &PurposeRule) -> &[ShareRule] {
        self.shares.get(rule.shares.clone()).unwrap_or_default()
    }

    /// Whether the recipient is an authority; `None` when there is no such recipient.
    #[inline]
    pub(crate) fn is_authority(&self, recipient: RecipientIx) -> Option<bool> {
        self.authorities.get(recipient.at()).copied()
    }

    #[inline]
    pub(crate) fn kinds(&self) -> &Kinds {
        &self.kinds
    }
}
