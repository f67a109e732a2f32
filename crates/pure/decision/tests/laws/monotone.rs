//! Denying is monotone: whatever a subject takes back or a signal adds, never is more allowed.

use candor_decision::{
    AgeState, ContractState, FieldSet, Instructions, Outgrown, OutgrownPart, Plan, PurposeSet, Question, Restriction,
    SlotSet, Standing, SubjectState, View, decide,
};
use candor_words::Instant;
use proptest::prelude::*;

use crate::dice::Dice;
use crate::{draw, policy};

type Step = (&'static str, fn(&mut Dice, &mut Standing, &mut Question));

const STEPS: &[Step] = &[
    ("consent withdrawn", |_, standing, question| standing.consents.remove(question.purpose)),
    ("every consent withdrawn", |_, standing, _| standing.consents = PurposeSet::EMPTY),
    ("the purpose widened", |_, standing, question| {
        standing.outgrown = Outgrown::new(PurposeSet::of(question.purpose), Vec::new());
    }),
    ("the purpose widened to a field", |dice, standing, question| {
        let whole = standing.outgrown.is_whole(question.purpose).then_some(question.purpose).into_iter().collect();
        let fewer = question.fields.iter().filter(|_| dice.percent(50)).collect::<FieldSet>();
        let known = standing.outgrown.fields(question.purpose, question.recipient);
        let Question { purpose, recipient, .. } = *question;
        standing.outgrown = Outgrown::new(whole, vec![OutgrownPart { purpose, recipient, fields: known.or(&fewer) }]);
    }),
    ("objected", |_, standing, question| standing.objections.insert(question.purpose)),
    ("opted out of everything", |_, standing, _| standing.opt_outs = SlotSet::from_words([u64::MAX; 8])),
    ("instructions withdrawn", |_, standing, _| standing.instructions = Instructions::default()),
    ("contract ended", |_, standing, question| {
        standing.contract = ContractState::ActiveUntil(Some(question.at));
    }),
    ("contract gone", |_, standing, _| standing.contract = ContractState::None),
    ("restricted", |_, standing, _| standing.restriction = Some(Box::default())),
    ("terms narrowed", |_, standing, _| {
        if let Some(restriction) = &mut standing.restriction {
            restriction.allowed = PurposeSet::EMPTY;
        }
    }),
    ("restricted for longer", |_, standing, _| {
        if let Some(restriction) = &mut standing.restriction {
            restriction.until = None;
        }
    }),
    ("found to be under age", |_, standing, _| standing.age = AgeState::Under),
    ("holds lifted", |_, standing, _| standing.holds = 0),
    ("deactivated", |_, standing, _| {
        if standing.state == SubjectState::Active {
            standing.state = SubjectState::Deactivated;
        }
    }),
    ("quarantined", |_, standing, _| {
        if !matches!(standing.state, SubjectState::Anonymous | SubjectState::Erased) {
            standing.state = SubjectState::Quarantined;
        }
    }),
    ("kept long enough", |_, standing, question| standing.ended.insert(question.purpose)),
    ("erased", |_, standing, _| standing.state = SubjectState::Erased),
    ("global privacy control", |_, _, question| question.gpc = true),
    ("approval withdrawn", |_, _, question| question.approved = false),
    ("fewer fields asked for", |dice, _, question| {
        let fewer = question.fields.iter().filter(|_| dice.percent(50));
        question.fields = fewer.collect();
    }),
];

proptest! {
    #[test]
    fn no_step_of_denial_allows_more(size in draw::sizes()) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        for _ in 0..20 {
            let standing = draw::standing(&mut dice, &plan);
            let question = draw::question(&mut dice, &plan);
            let before = allowed(&plan, &standing, &question);
            for (name, step) in STEPS {
                let (mut standing, mut question) = (standing.clone(), question);
                step(&mut dice, &mut standing, &mut question);
                prop_assert!(allowed(&plan, &standing, &question).is_within(&before), "{}", name);
            }
        }
    }

    #[test]
    fn any_sequence_of_denials_only_narrows(size in draw::sizes(), steps in prop::collection::vec(0..STEPS.len(), 1..12)) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        let mut standing = draw::standing(&mut dice, &plan);
        let mut question = draw::question(&mut dice, &plan);
        let mut before = allowed(&plan, &standing, &question);
        for at in steps {
            let (name, step) = STEPS[at];
            step(&mut dice, &mut standing, &mut question);
            let after = allowed(&plan, &standing, &question);
            prop_assert!(after.is_within(&before), "{}", name);
            before = after;
        }
    }

    #[test]
    fn a_de_identified_view_shows_no_identifier_and_nothing_that_the_purpose_may_not_use(size in draw::sizes()) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        let standing = draw::standing(&mut dice, &plan);
        let question = Question { view: View::DeIdentified, ..draw::question(&mut dice, &plan) };
        let shown = allowed(&plan, &standing, &question);
        prop_assert!(shown.iter().all(|field| !plan.manifest().fields[field.at()].identifies));
        prop_assert!(shown.is_within(&plan.fields_of(question.purpose, question.recipient)));
    }

    #[test]
    fn a_stranger_to_the_policy_is_given_nothing(size in draw::sizes(), purpose in 0u16.., recipient in 0u16..) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        let standing = draw::standing(&mut dice, &plan);
        let mut question = draw::question(&mut dice, &plan);
        question.purpose.0 = purpose.max(u16::try_from(plan.purposes().count()).unwrap());
        prop_assert!(allowed(&plan, &standing, &question).is_empty());
        let mut question = draw::question(&mut dice, &plan);
        question.recipient = Some(candor_decision::RecipientIx(recipient.max(size.recipients as u16)));
        prop_assert!(allowed(&plan, &standing, &question).is_empty());
        let question = draw::question(&mut dice, &plan);
        prop_assert!(allowed(&plan, &standing, &question).is_within(&plan.all_fields()));
    }
}

fn allowed(plan: &Plan, standing: &Standing, question: &Question) -> FieldSet {
    decide(plan, standing, question).allowed()
}

#[test]
fn a_restriction_that_is_over_refuses_nothing() {
    let until = Some(Instant::from_millis(policy::now().as_millis()));
    let restriction = Restriction { allowed: PurposeSet::EMPTY, until };
    assert!(!restriction.is_in_force(policy::now()));
    assert!(restriction.is_in_force(Instant::from_millis(policy::now().as_millis() - 1)));
}
