//! The permit names what was decided, is spent once, and does not keep.

use candor_decision::{
    Ground, Intrinsic, PERMIT_MILLIS_MAX, Permit, PermitError, Plan, PurposeIx, PurposeSet, Question, Reason,
    RecipientIx, Standing, decide,
};
use candor_manifest::model::{Purpose, RecipientRole};
use candor_words::Instant;
use proptest::prelude::*;

use crate::dice::Dice;
use crate::draw;
use crate::policy::{self, CONSENT, ask, compile, now, purpose, recipient, share, with_fields};

const P0: PurposeIx = PurposeIx(0);

/// One purpose on consent that uses the first of two fields.
fn plan() -> Plan {
    let mut manifest = with_fields(2);
    manifest.purposes.push(purpose("p", CONSENT, &[0]));
    compile(manifest)
}

fn consented() -> Standing {
    Standing { consents: PurposeSet::of(P0), ..Standing::default() }
}

fn later(millis: i64) -> Instant {
    Instant::from_millis(now().as_millis() + millis)
}

fn permit(deadline: Instant) -> Permit {
    let plan = plan();
    decide(&plan, &consented(), &ask(&plan, P0)).permit(deadline).unwrap()
}

#[test]
fn a_permit_names_what_was_decided() {
    let plan = plan();
    let asked = ask(&plan, P0);
    let decision = decide(&plan, &consented(), &asked);
    let allowed = decision.allowed();
    let spent = decision.permit(later(10)).unwrap().spend(later(10)).unwrap();
    assert_eq!((spent.tenant(), spent.subject()), (asked.tenant, asked.subject));
    assert_eq!((spent.purpose(), spent.recipient(), spent.channel()), (P0, None, None));
    assert_eq!((spent.fields(), spent.ground()), (allowed, Ground::Consent));
    assert_eq!((spent.at(), spent.deadline()), (now(), later(10)));
    assert_eq!(spent.plan_digest(), plan.digest());
    assert!(!spent.stays_inside());
}

#[test]
fn a_permit_past_its_deadline_cannot_be_spent() {
    let error = permit(later(10)).spend(later(11)).unwrap_err();
    assert_eq!(error, PermitError::Expired { deadline: later(10) });
}

#[test]
fn a_permit_never_outlives_its_bound() {
    assert_eq!(permit(later(i64::from(i32::MAX))).deadline(), later(PERMIT_MILLIS_MAX));
}

#[test]
fn a_decision_that_allows_nothing_gives_no_permit() {
    let plan = plan();
    let refusal = decide(&plan, &Standing::default(), &ask(&plan, P0)).permit(later(10)).unwrap_err();
    assert_eq!(refusal.reason(&plan), Reason::BasisConsentMissing);
    let question = Question { fields: candor_decision::FieldSet::of(candor_decision::FieldIx(1)), ..ask(&plan, P0) };
    let refusal = decide(&plan, &consented(), &question).permit(later(10)).unwrap_err();
    assert_eq!(refusal.reason(&plan), Reason::FieldNotUsed);
}

#[test]
fn a_permit_that_rests_on_an_instruction_says_so() {
    let mut manifest = with_fields(1);
    manifest.recipients.push(recipient("app", RecipientRole::App));
    manifest.purposes.push(Purpose { shares: vec![share(0, &[0], true)], ..purpose("p", CONSENT, &[0]) });
    let plan = compile(manifest);
    let instructions = [(P0, RecipientIx(0))].into_iter().collect();
    let standing = Standing { instructions, ..consented() };
    let question = Question { recipient: Some(RecipientIx(0)), ..ask(&plan, P0) };
    let permit = decide(&plan, &standing, &question).permit(later(10)).unwrap();
    assert_eq!((permit.ground(), permit.recipient()), (Ground::Instruction, Some(RecipientIx(0))));
}

#[test]
fn the_law_itself_is_the_ground_of_a_right() {
    let plan = plan();
    let access = ask(&plan, plan.intrinsic(Intrinsic::Access));
    let permit = decide(&plan, &Standing::default(), &access).permit(later(10)).unwrap();
    assert_eq!(permit.ground(), Ground::LegalObligation);
}

proptest! {
    #[test]
    fn a_permit_opens_exactly_what_was_allowed(size in draw::sizes()) {
        let plan = policy::compile(draw::manifest(size));
        let mut dice = Dice::new(!size.seed);
        for _ in 0..20 {
            let standing = draw::standing(&mut dice, &plan);
            let question = draw::question(&mut dice, &plan);
            let decision = decide(&plan, &standing, &question);
            let allowed = decision.allowed();
            match decision.permit(later(1)) {
                Ok(permit) => {
                    prop_assert_eq!(permit.fields(), allowed);
                    prop_assert!(!permit.fields().is_empty());
                    prop_assert!(permit.fields().is_within(&question.fields));
                    prop_assert_eq!(permit.purpose(), question.purpose);
                    prop_assert_eq!(permit.recipient(), question.recipient);
                }
                Err(refusal) => {
                    prop_assert!(allowed.is_empty());
                    prop_assert_eq!(refusal.decision().question(), &question);
                }
            }
        }
    }
}
