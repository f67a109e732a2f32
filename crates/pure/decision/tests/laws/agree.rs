//! The plan and the oracle always agree, field by field and reason by reason.

use candor_decision::{Ground, Plan, PurposeIx, Reason, Verdict, decide};
use candor_words::Instant;
use proptest::prelude::*;

use crate::dice::Dice;
use crate::{draw, oracle, policy};

const QUESTIONS: usize = 60;

proptest! {
    #[test]
    fn plan_and_oracle_agree(size in draw::sizes()) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        for _ in 0..QUESTIONS {
            agree(&mut dice, &plan)?;
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer_at_a_past_instant(size in draw::sizes(), ago in 0i64..i64::MAX / 2) {
        let plan = policy::compile(draw::manifest(size));
        let again = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        let standing = draw::standing(&mut dice, &plan);
        let mut question = draw::question(&mut dice, &plan);
        question.at = Instant::from_millis(policy::now().as_millis().saturating_sub(ago));
        let first = decide(&plan, &standing, &question);
        let second = decide(&again, &standing.clone(), &question);
        prop_assert_eq!(first.explain(&plan), second.explain(&again));
    }
}

fn agree(dice: &mut Dice, plan: &Plan) -> Result<(), TestCaseError> {
    let standing = draw::standing(dice, plan);
    let question = draw::question(dice, plan);
    let decision = decide(plan, &standing, &question);
    let expected = oracle::answers(plan.manifest(), &standing, &question);
    prop_assert_eq!(&decision.explain(plan), &expected);

    let allowed: Vec<_> = expected.iter().filter(|(_, answer)| answer.is_ok()).map(|(field, _)| *field).collect();
    prop_assert_eq!(decision.allowed().iter().collect::<Vec<_>>(), allowed.clone());
    prop_assert_eq!(decision.allowed().or(&decision.refused()), question.fields);
    let verdict = match (allowed.len(), expected.len()) {
        (0, _) => Verdict::Refused,
        (allowed, asked) if allowed == asked => Verdict::Granted,
        _ => Verdict::Partly,
    };
    prop_assert_eq!(decision.verdict(), verdict);
    permit_agrees(decision, &expected)
}

fn permit_agrees(
    decision: candor_decision::Decision,
    expected: &[(candor_decision::FieldIx, oracle::Answer)],
) -> Result<(), TestCaseError> {
    let grounds: Vec<Ground> = expected.iter().filter_map(|(_, answer)| answer.ok()).collect();
    match decision.permit(policy::now()) {
        Ok(permit) => {
            let instructed = grounds.contains(&Ground::Instruction).then_some(Ground::Instruction);
            prop_assert_eq!(Some(permit.ground()), instructed.or(grounds.first().copied()));
        }
        Err(_) => prop_assert!(grounds.is_empty()),
    }
    Ok(())
}

#[test]
fn three_hundred_purposes_of_five_hundred_fields_agree_too() {
    let size = draw::Size { fields: 500, purposes: 300, recipients: 12, seed: 1 };
    let mut manifest = draw::manifest(size);
    keep_opt_outs(&mut manifest, 60);
    let plan = policy::compile(manifest);
    assert_eq!(plan.purpose("p299"), Some(PurposeIx(299)));
    let mut dice = Dice::new(2);
    let mut n_granted = 0;
    for _ in 0..600 {
        agree(&mut dice, &plan).unwrap();
        let question = draw::question(&mut dice, &plan);
        let decision = decide(&plan, &draw::standing(&mut dice, &plan), &question);
        n_granted += usize::from(!decision.allowed().is_empty());
    }
    assert!(n_granted > 50, "only {n_granted} of 600 questions showed a field");
}

/// As many purposes as may share the slots for opt-outs.
fn keep_opt_outs(manifest: &mut candor_manifest::Manifest, n: usize) {
    for purpose in manifest.purposes.iter_mut().skip(n) {
        purpose.opt_out = candor_manifest::model::OptOut::None;
    }
}

#[test]
fn random_questions_reach_every_reason() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let size = draw::Size { fields: 30, purposes: 40, recipients: 5, seed };
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!seed);
        for _ in 0..200 {
            let decision = decide(&plan, &draw::standing(&mut dice, &plan), &draw::question(&mut dice, &plan));
            seen.extend(decision.stopped_by());
            seen.extend(decision.explain(&plan).into_iter().filter_map(|(_, answer)| answer.err()));
        }
    }
    // A name that is refused before anything is decided; a value that the vault finds sealed after.
    let by_name_only = [Reason::PurposeReserved, Reason::ValueSealed];
    let missed: Vec<_> = Reason::ALL.iter().filter(|reason| !seen.contains(reason)).collect();
    assert_eq!(missed, by_name_only.iter().collect::<Vec<_>>());
}
