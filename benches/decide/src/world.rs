//! The policy, the people and the questions that every engine is given, and the plain answer.

/// How many questions are asked.
pub const QUESTIONS: usize = 512;
const SUBJECTS: usize = 64;

/// A legal basis, as far as this comparison goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    Consent,
    Contract,
    LegalObligation,
    LegitimateInterest,
}

/// What one purpose may use, and why.
pub struct Purpose {
    pub name: String,
    pub basis: Basis,
    pub uses: Vec<usize>,
}

impl Purpose {
    /// True when restricted data is still used: consent, and what the law demands.
    pub fn survives_restriction(&self) -> bool {
        matches!(self.basis, Basis::Consent | Basis::LegalObligation)
    }
}

/// What one person has said.
pub struct Subject {
    pub name: String,
    pub consents: Vec<usize>,
    pub objections: Vec<usize>,
    pub has_contract: bool,
    pub is_restricted: bool,
}

/// May this purpose use this field of this person?
#[derive(Clone, Copy)]
pub struct Question {
    pub subject: usize,
    pub purpose: usize,
    pub field: usize,
}

pub struct World {
    pub fields: Vec<String>,
    pub purposes: Vec<Purpose>,
    pub subjects: Vec<Subject>,
    pub questions: Vec<Question>,
}

impl World {
    pub fn new(n_purposes: usize, n_fields: usize) -> Self {
        let mut dice = Dice(42);
        let some_of = |dice: &mut Dice, n: usize, chance| (0..n).filter(|_| dice.percent(chance)).collect();
        let bases = [Basis::Consent, Basis::Contract, Basis::LegalObligation, Basis::LegitimateInterest];
        let purpose = |dice: &mut Dice, at: usize| Purpose {
            name: format!("purpose_{at}"),
            basis: bases[at % bases.len()],
            uses: some_of(dice, n_fields, 60),
        };
        let subject = |dice: &mut Dice, at: usize| Subject {
            name: format!("subject_{at}"),
            consents: some_of(dice, n_purposes, 70),
            objections: some_of(dice, n_purposes, 20),
            has_contract: dice.percent(80),
            is_restricted: dice.percent(15),
        };
        Self {
            fields: (0..n_fields).map(|at| format!("group_{}.field_{at}", at % 7)).collect(),
            purposes: (0..n_purposes).map(|at| purpose(&mut dice, at)).collect(),
            subjects: (0..SUBJECTS).map(|at| subject(&mut dice, at)).collect(),
            questions: (0..QUESTIONS)
                .map(|_| Question {
                    subject: dice.below(SUBJECTS),
                    purpose: dice.below(n_purposes),
                    field: dice.below(n_fields),
                })
                .collect(),
        }
    }

    /// The plain answers, in the order of the questions.
    pub fn answers(&self) -> impl Iterator<Item = bool> + '_ {
        self.questions.iter().map(|question| self.answer(question))
    }

    fn answer(&self, question: &Question) -> bool {
        let purpose = &self.purposes[question.purpose];
        let subject = &self.subjects[question.subject];
        let has_basis = match purpose.basis {
            Basis::Consent => subject.consents.contains(&question.purpose),
            Basis::Contract => subject.has_contract,
            Basis::LegalObligation => true,
            Basis::LegitimateInterest => !subject.objections.contains(&question.purpose),
        };
        let is_stopped = subject.is_restricted && !purpose.survives_restriction();
        purpose.uses.contains(&question.field) && has_basis && !is_stopped
    }
}

/// Source: splitmix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}
