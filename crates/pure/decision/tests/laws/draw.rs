//! Policies, standings and questions drawn at random, mostly unremarkable, so that no single gate
//! hides what is behind it.

use candor_decision::{
    AgeState, ContractState, FieldIx, FieldSet, Outgrown, OutgrownPart, Plan, PurposeIx, PurposeSet, Question,
    RecipientIx, Restriction, SlotIx, Standing, SubjectState, View,
};
use candor_manifest::Manifest;
use candor_manifest::model::{
    AgeRule, Basis, DeIdentified, Derivation, Derive, Field, KeepAction, OptOut, Purpose, RecipientRole, Share, Source,
    SpecialBasis,
};
use candor_words::Instant;
use proptest::prelude::*;

use crate::dice::Dice;
use crate::policy::{self, CHANNELS, CONSENT, EXPLICIT};

/// How large a policy is, and the seed of all that is in it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub fields: usize,
    pub purposes: usize,
    pub recipients: usize,
    pub seed: u64,
}

pub fn sizes() -> impl Strategy<Value = Size> {
    (1usize..=120, 0usize..=100, 0usize..=9, any::<u64>()).prop_map(|(fields, purposes, recipients, seed)| Size {
        fields,
        purposes,
        recipients,
        seed,
    })
}

pub fn manifest(size: Size) -> Manifest {
    let mut dice = Dice::new(size.seed);
    let mut manifest = policy::empty();
    manifest.recipients = (0..size.recipients).map(|at| recipient(&mut dice, at)).collect();
    manifest.fields = (0..size.fields).map(|at| field(&mut dice, at, size)).collect();
    manifest.purposes = (0..size.purposes).map(|at| purpose(&mut dice, at, size)).collect();
    manifest.age = dice.percent(50).then_some(AgeRule { at_least: 18, otherwise: KeepAction::Erase });
    manifest
}

fn recipient(dice: &mut Dice, at: usize) -> candor_manifest::model::Recipient {
    use RecipientRole::{App, Authority, Controller, Processor};
    policy::recipient(&format!("r{at}"), dice.one_of(&[Processor, App, Controller, Authority]))
}

fn field(dice: &mut Dice, at: usize, size: Size) -> Field {
    let mut field = policy::field(&format!("g{}.f{at}", at % 5));
    field.term = dice.one_of(&["Name", "Name", "Name", "EmailAddress"]).to_owned();
    field.about_others = dice.percent(10);
    field.identifies = dice.percent(15);
    field.special = dice.percent(20);
    field.hashed = dice.percent(8);
    field.held_by = (size.recipients > 0 && dice.percent(8)).then(|| recipient_ix(dice, size));
    field.sources = vec![dice.one_of(&[Source::Subject, Source::Observed, Source::Partners])];
    field.derived = dice.percent(20).then(|| Derivation {
        from: field_ix(dice, size),
        by: dice.one_of(&[Derive::Copy, Derive::Lowercase, Derive::Domain, Derive::Year]),
    });
    field
}

fn purpose(dice: &mut Dice, at: usize, size: Size) -> Purpose {
    use SpecialBasis::{Employment, ExplicitConsent};
    let mut purpose = policy::purpose(&format!("p{at}"), basis(dice), &dice.some_of(size.fields, 40));
    purpose.special = dice.one_of(&[None, Some(ExplicitConsent), Some(Employment)]);
    purpose.de_identified = dice.percent(15).then_some(DeIdentified { group_min: 5 });
    purpose.channels = dice.some_of(6, 30).into_iter().map(|at| CHANNELS[usize::from(at)]).collect();
    purpose.opt_out = dice.one_of(&[OptOut::None, OptOut::Offered, OptOut::Fixed("part of it".to_owned())]);
    purpose.is_marketing = dice.percent(20);
    purpose.yields_to_gpc = dice.percent(20);
    purpose.survives_restriction = dice.percent(20);
    let n_shares = if size.recipients == 0 { 0 } else { dice.below(5) };
    purpose.shares = (0..n_shares).map(|_| share(dice, size)).collect();
    purpose
}

fn basis(dice: &mut Dice) -> Basis {
    dice.one_of(&[
        CONSENT,
        EXPLICIT,
        Basis::Contract,
        Basis::LegalObligation("the tax code".to_owned()),
        Basis::VitalInterest,
        Basis::PublicTask("public health".to_owned()),
        policy::interest(),
    ])
}

fn share(dice: &mut Dice, size: Size) -> Share {
    let with = recipient_ix(dice, size);
    let fields = dice.some_of(size.fields, 40).into_iter().map(FieldIx).collect();
    Share { with, fields, on_instruction: dice.percent(30) }
}

pub fn standing(dice: &mut Dice, plan: &Plan) -> Standing {
    let n_purposes = plan.purposes().count();
    let n_recipients = plan.manifest().recipients.len();
    let purposes = |dice: &mut Dice, chance| -> PurposeSet {
        dice.some_of(n_purposes, chance).into_iter().map(PurposeIx).collect()
    };
    let restricted = dice.percent(25);
    let ends = ContractState::ActiveUntil(Some(near(dice)));
    let contract = dice.one_of(&[ContractState::ActiveUntil(None), ends, ContractState::None]);
    let outgrown = if dice.percent(50) { Outgrown::default() } else { outgrown(dice, plan) };
    Standing {
        outgrown,
        state: if dice.percent(80) { SubjectState::Active } else { any_state(dice) },
        consents: purposes(dice, 70),
        objections: purposes(dice, 20),
        opt_outs: dice.some_of(plan.channel_slots().count(), 30).into_iter().map(SlotIx).collect(),
        instructions: plan
            .purposes()
            .flat_map(|purpose| dice.some_of(n_recipients, 50).into_iter().map(move |r| (purpose, RecipientIx(r))))
            .collect(),
        ended: purposes(dice, 10),
        contract,
        restriction: restricted.then(|| {
            let until = dice.percent(60).then(|| near(dice));
            Box::new(Restriction { allowed: purposes(dice, 40), until })
        }),
        age: dice.one_of(&[AgeState::Unknown, AgeState::AtLeast, AgeState::AtLeast, AgeState::Under]),
        holds: u16::try_from(dice.below(3)).unwrap(),
    }
}

/// Some purposes outgrown as a whole, and of some a use inside or a share.
fn outgrown(dice: &mut Dice, plan: &Plan) -> Outgrown {
    let n_purposes = plan.purposes().count();
    let n_recipients = plan.manifest().recipients.len();
    let n_fields = plan.manifest().fields.len();
    let whole = dice.some_of(n_purposes, 10).into_iter().map(PurposeIx).collect();
    let purposes = dice.some_of(n_purposes, 40).into_iter().map(PurposeIx);
    let parts = purposes.map(|purpose| {
        let is_inside = n_recipients == 0 || dice.percent(50);
        let recipient = (!is_inside).then(|| RecipientIx(u16::try_from(dice.below(n_recipients)).unwrap()));
        OutgrownPart { purpose, recipient, fields: dice.some_of(n_fields, 40).into_iter().map(FieldIx).collect() }
    });
    Outgrown::new(whole, parts.collect())
}

fn any_state(dice: &mut Dice) -> SubjectState {
    dice.one_of(&[SubjectState::Deactivated, SubjectState::Quarantined, SubjectState::Anonymous, SubjectState::Erased])
}

/// An instant before, at or after the question's.
fn near(dice: &mut Dice) -> Instant {
    Instant::from_millis(policy::now().as_millis() + dice.one_of(&[-1, 0, 1]))
}

/// Asks about what the plan has, and now and then about what it does not.
pub fn question(dice: &mut Dice, plan: &Plan) -> Question {
    let n_purposes = plan.purposes().count();
    let n_recipients = plan.manifest().recipients.len();
    let n_fields = plan.manifest().fields.len();
    let mut question = policy::ask(plan, PurposeIx(u16::try_from(dice.below(n_purposes + 1)).unwrap()));
    let recipient = dice.percent(50).then(|| dice.below(n_recipients + 1));
    question.recipient = recipient.map(|at| RecipientIx(u16::try_from(at).unwrap()));
    let asked = if dice.percent(5) { 0 } else { 80 };
    question.fields = dice.some_of((n_fields + 2).min(512), asked).into_iter().map(FieldIx).collect::<FieldSet>();
    question.channel = dice.percent(30).then(|| dice.one_of(&CHANNELS));
    question.view = match dice.percent(25) {
        true => View::DeIdentified,
        false if dice.percent(20) => View::Compared,
        false => View::Identified,
    };
    question.gpc = dice.percent(30);
    question.approved = dice.percent(60);
    question
}

fn field_ix(dice: &mut Dice, size: Size) -> FieldIx {
    FieldIx(u16::try_from(dice.below(size.fields)).unwrap())
}

fn recipient_ix(dice: &mut Dice, size: Size) -> RecipientIx {
    RecipientIx(u16::try_from(dice.below(size.recipients)).unwrap())
}
