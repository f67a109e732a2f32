//! The questions asked of candor, by position and by name.

use std::hint::black_box;

use candor_decision::{
    ContractState, Decision, FieldIx, FieldSet, Plan, PurposeIx, PurposeSet, Question, QuestionByName, Restriction,
    Standing, View, decide, resolve,
};
use candor_manifest::Manifest;
use candor_manifest::model::{self, Controller, Country, Field, GroupIx, OptOut, Source, ValueKind};
use candor_words::{Instant, SubjectId, TenantId};

use crate::world::{self, Basis, World};

pub struct Engine<'a> {
    world: &'a World,
    plan: Plan,
    standings: Vec<Standing>,
    questions: Vec<Question>,
}

impl<'a> Engine<'a> {
    pub fn new(world: &'a World) -> Self {
        let country = Country(*b"IN");
        let mut manifest = Manifest::draft(Controller { name: "Bench".to_owned(), country, contacts: Vec::new() });
        manifest.fields = world.fields.iter().map(|name| field(name)).collect();
        manifest.purposes = world.purposes.iter().map(purpose).collect();
        let plan = Plan::compile(manifest, [7; 32]).expect("the world's policy is within bounds");
        let standings = world.subjects.iter().map(standing).collect();
        let questions = world.questions.iter().map(question).collect();
        Self { world, plan, standings, questions }
    }

    /// The whole decision is made, not only the part that is looked at.
    pub fn by_id(&self, at: usize) -> bool {
        !black_box(self.decision(at)).allowed().is_empty()
    }

    pub fn refuses_with_reason(&self, at: usize) -> bool {
        let field = FieldIx(self.world.questions[at].field as u16);
        self.decision(at).reason(&self.plan, field).is_some()
    }

    pub fn by_name(&self, at: usize) -> bool {
        let asked = self.world.questions[at];
        let Question { tenant, subject, channel, view, gpc, approved, at: instant, .. } = self.questions[at];
        let named = QuestionByName {
            tenant,
            subject,
            purpose: &self.world.purposes[asked.purpose].name,
            recipient: None,
            fields: &[&self.world.fields[asked.field]],
            channel,
            view,
            gpc,
            approved,
            at: instant,
        };
        let Ok(resolved) = resolve(&self.plan, &named) else { return false };
        let decision = decide(&self.plan, &self.standings[asked.subject], &resolved.question);
        !black_box(decision).allowed().is_empty()
    }

    fn decision(&self, at: usize) -> Decision {
        decide(&self.plan, &self.standings[self.world.questions[at].subject], &self.questions[at])
    }
}

fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        title: name.to_owned(),
        group: GroupIx(0),
        term: "Name".to_owned(),
        kind: ValueKind::Text,
        bytes_max: 256,
        optional: false,
        identifies: false,
        special: false,
        about_others: false,
        hashed: false,
        held_by: None,
        sources: vec![Source::Subject],
        derived: None,
    }
}

fn purpose(purpose: &world::Purpose) -> model::Purpose {
    let basis = match purpose.basis {
        Basis::Consent => model::Basis::Consent { double_opt_in: false, explicit: false, lasts: None },
        Basis::Contract => model::Basis::Contract,
        Basis::LegalObligation => model::Basis::LegalObligation("the tax code".to_owned()),
        Basis::LegitimateInterest => model::Basis::LegitimateInterest("safety".to_owned()),
    };
    model::Purpose {
        name: purpose.name.clone(),
        title: purpose.name.clone(),
        term: "ServiceProvision".to_owned(),
        survives_restriction: purpose.survives_restriction(),
        basis,
        special: None,
        uses: purpose.uses.iter().map(|field| FieldIx(*field as u16)).collect(),
        shares: Vec::new(),
        de_identified: None,
        channels: Vec::new(),
        opt_out: OptOut::None,
        notice: None,
        is_marketing: false,
        yields_to_gpc: false,
        is_sale: false,
    }
}

fn standing(subject: &world::Subject) -> Standing {
    let purposes = |of: &[usize]| -> PurposeSet { of.iter().map(|at| PurposeIx(*at as u16)).collect() };
    Standing {
        consents: purposes(&subject.consents),
        objections: purposes(&subject.objections),
        contract: if subject.has_contract { ContractState::ActiveUntil(None) } else { ContractState::None },
        restriction: subject.is_restricted.then(|| Box::new(Restriction::default())),
        ..Standing::default()
    }
}

fn question(question: &world::Question) -> Question {
    Question {
        tenant: TenantId::from_bytes([1; 16]),
        subject: SubjectId::from_bytes([question.subject as u8; 16]),
        purpose: PurposeIx(question.purpose as u16),
        recipient: None,
        fields: FieldSet::of(FieldIx(question.field as u16)),
        channel: None,
        view: View::Identified,
        gpc: false,
        approved: false,
        at: Instant::from_millis(1_795_000_000_000),
    }
}
