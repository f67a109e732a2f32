//! From manifest to plan: every row is worked out once, so that deciding only looks.

use candor_manifest::Manifest;
use candor_manifest::model::{
    Basis, CHANNEL_SLOTS_MAX, Channel, FIELDS_MAX, FieldIx, OptOut, PURPOSES_MAX, Purpose, PurposeIx, RECIPIENTS_MAX,
    RecipientIx, RecipientRole, SpecialBasis,
};

use super::rule::{ChannelRule, Kinds, Mask, PurposeRule, ShareRule, SpecialRule};
use super::{Intrinsic, Plan};
use crate::gate::{self, Gates};
use crate::names::{Names, Twice};
use crate::retention::Retention;
use crate::{FieldSet, Ground, Reason, SlotIx};

/// A manifest that no plan can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// More of something than a set holds.
    #[error("the policy declares {count} {what}, of which there may be {max}; split the policy")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A purpose speaks of a position that the manifest does not have.
    #[error("the purpose `{purpose}` speaks of {what} number {position}, which the policy does not declare")]
    Unknown {
        /// Which purpose.
        purpose: String,
        /// A field or a recipient.
        what: &'static str,
        /// Its position.
        position: u16,
    },
    /// Two declarations of one name.
    #[error("the policy declares the {what} `{name}` twice; rename one")]
    NameTwice {
        /// A field, a purpose or a recipient.
        what: &'static str,
        /// The name.
        name: String,
    },
}

pub(super) fn compile(manifest: Manifest, digest: [u8; 32]) -> Result<Plan, PlanError> {
    check_bounds(&manifest)?;
    manifest.purposes.iter().try_for_each(|purpose| check_positions(&manifest, purpose))?;
    let purpose_names = manifest.purposes.iter().map(|purpose| purpose.name.as_str());
    let purpose_names = purpose_names.chain(Intrinsic::ALL.map(Intrinsic::name));
    let purposes = named("purpose", Names::new(purpose_names))?;
    let fields = named("field", Names::new(manifest.fields.iter().map(|field| field.name.as_str())))?;
    let recipient_names = manifest.recipients.iter().map(|recipient| recipient.name.as_str());
    let recipients = named("recipient", Names::new(recipient_names))?;

    let mut rows = Rows { kinds: Kinds::of(&manifest.fields), ..Rows::default() };
    for (ix, purpose) in (0u16..).map(PurposeIx).zip(&manifest.purposes) {
        rows.add(ix, purpose, &manifest);
    }
    for intrinsic in Intrinsic::ALL {
        rows.rules.push(intrinsic.rule(&manifest, &rows.kinds));
    }
    within("channels with an opt-out", rows.slots.len(), CHANNEL_SLOTS_MAX)?;
    let authorities = manifest.recipients.iter().map(|recipient| recipient.role == RecipientRole::Authority);
    Ok(Plan {
        digest,
        fields,
        purposes,
        recipients,
        rules: rows.rules.into(),
        shares: rows.shares.into(),
        authorities: authorities.collect(),
        slots: rows.slots.into(),
        kinds: rows.kinds,
        retention: Retention::of(&manifest),
        manifest,
    })
}

fn named(what: &'static str, names: Result<Names, Twice>) -> Result<Names, PlanError> {
    names.map_err(|Twice(name)| PlanError::NameTwice { what, name })
}

fn check_bounds(manifest: &Manifest) -> Result<(), PlanError> {
    within("fields", manifest.fields.len(), FIELDS_MAX)?;
    within("purposes", manifest.purposes.len(), PURPOSES_MAX - Intrinsic::ALL.len())?;
    within("recipients", manifest.recipients.len(), RECIPIENTS_MAX)
}

fn within(what: &'static str, count: usize, max: usize) -> Result<(), PlanError> {
    if count <= max { Ok(()) } else { Err(PlanError::TooMany { what, count, max }) }
}

fn check_positions(manifest: &Manifest, purpose: &Purpose) -> Result<(), PlanError> {
    let unknown = |what, position| PlanError::Unknown { purpose: purpose.name.clone(), what, position };
    let shared = purpose.shares.iter().flat_map(|share| &share.fields);
    let stray = purpose.uses.iter().chain(shared).find(|field| field.at() >= manifest.fields.len());
    if let Some(field) = stray {
        return Err(unknown("field", field.0));
    }
    let stray = purpose.shares.iter().find(|share| share.with.at() >= manifest.recipients.len());
    stray.map_or(Ok(()), |share| Err(unknown("recipient", share.with.0)))
}

/// The rows of a plan in the making.
#[derive(Default)]
struct Rows {
    kinds: Kinds,
    rules: Vec<PurposeRule>,
    shares: Vec<ShareRule>,
    slots: Vec<(PurposeIx, Channel)>,
}

impl Rows {
    fn add(&mut self, ix: PurposeIx, purpose: &Purpose, manifest: &Manifest) {
        let special = special_rule(purpose);
        let closed = self.closed_to(special, purpose.de_identified.is_some());
        let shares_at = self.shares.len();
        self.add_shares(purpose, &closed);
        let mut rule = PurposeRule {
            ground: Ground::from(&purpose.basis),
            stopped_by: stopped_by(purpose, manifest),
            uses: mask(&purpose.uses, &closed),
            compares: self.compared_by(purpose, special),
            unnamed: Reason::FieldNotUsed,
            special,
            is_intrinsic: false,
            is_de_identified: purpose.de_identified.is_some(),
            opens_hashes: false,
            shares: shares_at..self.shares.len(),
            channels: Default::default(),
        };
        for channel in &purpose.channels {
            let channel_rule = self.channel_rule(ix, *channel, &purpose.opt_out);
            rule.set_channel(*channel, channel_rule);
        }
        self.rules.push(rule);
    }

    /// The fields that the purpose never opens, whatever its text says.
    fn closed_to(&self, special: SpecialRule, is_de_identified: bool) -> FieldSet {
        let mut closed = self.kinds.held.or(&self.kinds.hashed);
        if special == SpecialRule::Closed {
            closed = closed.or(&self.kinds.special);
        }
        if is_de_identified {
            closed = closed.or(&self.kinds.identifying);
        }
        closed
    }

    /// The hashes that the purpose's text names; special categories keep to their condition here too.
    fn compared_by(&self, purpose: &Purpose, special: SpecialRule) -> FieldSet {
        let named: FieldSet = purpose.uses.iter().copied().collect();
        let hashes = named.and(&self.kinds.hashed).minus(&self.kinds.held);
        if special == SpecialRule::Closed { hashes.minus(&self.kinds.special) } else { hashes }
    }

    /// One row per recipient, however many shares the text has with it.
    fn add_shares(&mut self, purpose: &Purpose, closed: &FieldSet) {
        let mut recipients: Vec<RecipientIx> = purpose.shares.iter().map(|share| share.with).collect();
        // INVARIANT: `Plan::share` searches a purpose's shares by halves.
        recipients.sort_unstable();
        recipients.dedup();
        self.shares.extend(recipients.into_iter().map(|with| {
            let to = |on_instruction| {
                let shares = purpose.shares.iter();
                let shares = shares.filter(move |share| share.with == with && share.on_instruction == on_instruction);
                mask(shares.flat_map(|share| &share.fields), closed)
            };
            ShareRule { with, always: to(false), instructed: to(true) }
        }));
    }

    fn channel_rule(&mut self, ix: PurposeIx, channel: Channel, opt_out: &OptOut) -> ChannelRule {
        if *opt_out != OptOut::Offered {
            return ChannelRule::Fixed;
        }
        let known = self.slots.iter().position(|slot| *slot == (ix, channel));
        let slot = known.unwrap_or_else(|| {
            self.slots.push((ix, channel));
            self.slots.len() - 1
        });
        // INVARIANT: `compile` refuses more than CHANNEL_SLOTS_MAX, far below 2^16.
        ChannelRule::Slot(SlotIx(u16::try_from(slot).unwrap_or(u16::MAX)))
    }
}

fn mask<'a>(fields: impl IntoIterator<Item = &'a FieldIx>, closed: &FieldSet) -> Mask {
    let named: FieldSet = fields.into_iter().copied().collect();
    Mask { named, open: named.minus(closed) }
}

fn special_rule(purpose: &Purpose) -> SpecialRule {
    match (&purpose.special, &purpose.basis) {
        (Some(SpecialBasis::ExplicitConsent), _) | (None, Basis::Consent { explicit: true, .. }) => {
            SpecialRule::ByConsent
        }
        (Some(_), _) => SpecialRule::Open,
        (None, _) => SpecialRule::Closed,
    }
}

/// The gates that stop a declared purpose.
fn stopped_by(purpose: &Purpose, manifest: &Manifest) -> Gates {
    let on_consent = matches!(purpose.basis, Basis::Consent { .. });
    let on_contract = purpose.basis == Basis::Contract;
    let yields_to_objection = matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_));
    // What a left account still needs goes on; nobody is courted there.
    let courts = purpose.is_marketing || (on_consent && !purpose.channels.is_empty());
    gate::ALWAYS
        .or(gate::QUARANTINED)
        .or(gate::KEEP_ENDED)
        .or(gate::ANONYMOUS.when(purpose.de_identified.is_none()))
        .or(gate::UNDER_AGE.when(manifest.age.is_some()))
        .or(gate::RESTRICTED.when(purpose.yields_to_restriction()))
        .or(gate::DEACTIVATED.when(courts))
        .or(gate::GPC.when(purpose.yields_to_gpc))
        .or(gate::OBJECTED.when(yields_to_objection || purpose.is_marketing))
        .or(gate::NO_CONSENT.or(gate::CONSENT_AGAIN).when(on_consent))
        .or(gate::NO_CONTRACT.or(gate::CONTRACT_ENDED).when(on_contract))
        .or(gate::IDENTIFIED.when(purpose.de_identified.is_some()))
}
