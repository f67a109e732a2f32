//! One sentence, one case: what each clause of the law or of the policy means in a decision.

use candor_decision::{
    AgeState, Channel, ContractState, FieldIx, FieldSet, Intrinsic, Outgrown, OutgrownPart, Plan, PlanError, PurposeIx,
    PurposeSet, Question, QuestionByName, Reason, RecipientIx, Restriction, SlotSet, Standing, SubjectState, Verdict,
    View, decide, resolve,
};
use candor_manifest::Manifest;
use candor_manifest::model::{
    AgeRule, Basis, DeIdentified, Derivation, Derive, KeepAction, OptOut, Purpose, RecipientRole, Source, SpecialBasis,
};
use candor_words::Instant;

use crate::policy::{self, CONSENT, EXPLICIT, ask, compile, now, purpose, recipient, share, with_fields};

const P0: PurposeIx = PurposeIx(0);
const F0: FieldIx = FieldIx(0);

/// A plan of one purpose that uses its one field.
fn one(purpose: Purpose) -> Plan {
    let mut manifest = with_fields(1);
    manifest.purposes.push(purpose);
    compile(manifest)
}

fn on(basis: Basis) -> Purpose {
    purpose("p", basis, &[0])
}

fn marketing(basis: Basis) -> Purpose {
    Purpose { is_marketing: true, ..on(basis) }
}

/// Who agreed to everything there is.
fn willing() -> Standing {
    Standing {
        consents: PurposeSet::from_words([u64::MAX; 8]),
        contract: ContractState::ActiveUntil(None),
        age: AgeState::AtLeast,
        ..Standing::default()
    }
}

#[track_caller]
fn check(plan: &Plan, standing: &Standing, question: &Question, expected: Result<(), Reason>) {
    let decision = decide(plan, standing, question);
    let outcome = decision.reason(plan, F0).map_or(Ok(()), Err);
    assert_eq!(outcome, expected);
    assert_eq!(decision.allowed().contains(F0), expected.is_ok());
}

/// Asks the one purpose for its one field.
#[track_caller]
fn check_one(purpose: Purpose, standing: &Standing, expected: Result<(), Reason>) {
    let plan = one(purpose);
    check(&plan, standing, &ask(&plan, P0), expected);
}

fn restricted(allowed: PurposeSet, until: Option<Instant>) -> Standing {
    Standing { restriction: Some(Box::new(Restriction { allowed, until })), ..willing() }
}

// ── deny by default ───────────────────────────────────────────────────────────────────────────────

#[test]
fn a_purpose_not_in_the_policy_is_denied() {
    let plan = one(on(CONSENT));
    check(&plan, &willing(), &ask(&plan, PurposeIx(500)), Err(Reason::PurposeUndeclared));
}

#[test]
fn a_field_that_the_purpose_does_not_use_is_denied() {
    let plan = one(purpose("p", CONSENT, &[]));
    check(&plan, &willing(), &ask(&plan, P0), Err(Reason::FieldNotUsed));
}

#[test]
fn a_recipient_receives_only_what_is_shared_with_it() {
    let mut manifest = with_fields(2);
    manifest.recipients = vec![recipient("gateway", RecipientRole::Processor), recipient("other", RecipientRole::App)];
    manifest.purposes = vec![Purpose { shares: vec![share(0, &[1], false)], ..purpose("p", CONSENT, &[0]) }];
    let plan = compile(manifest);
    let to = |recipient| Question { recipient: Some(RecipientIx(recipient)), ..ask(&plan, P0) };
    let decision = decide(&plan, &willing(), &to(0));
    assert_eq!(decision.verdict(), Verdict::Partly);
    assert_eq!(decision.allowed(), FieldSet::of(FieldIx(1)));
    assert_eq!(decision.reason(&plan, F0), Some(Reason::RecipientNotShared));
    check(&plan, &willing(), &to(1), Err(Reason::RecipientNotShared));
    check(&plan, &willing(), &to(2), Err(Reason::RecipientUndeclared));
}

#[test]
fn a_question_without_fields_is_refused() {
    let plan = one(on(CONSENT));
    let question = Question { fields: FieldSet::EMPTY, ..ask(&plan, P0) };
    let decision = decide(&plan, &willing(), &question);
    assert_eq!((decision.verdict(), decision.stopped_by()), (Verdict::Refused, Some(Reason::QuestionEmpty)));
}

#[test]
fn whoever_has_given_nothing_is_used_for_nothing_that_needs_it() {
    check_one(on(CONSENT), &Standing::default(), Err(Reason::BasisConsentMissing));
    check_one(on(Basis::Contract), &Standing::default(), Err(Reason::BasisContractMissing));
    check_one(on(Basis::VitalInterest), &Standing::default(), Ok(()));
}

// ── bases ─────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_contract_counts_up_to_its_end() {
    let until = |at| Standing { contract: ContractState::ActiveUntil(Some(at)), ..Standing::default() };
    check_one(on(Basis::Contract), &until(now()), Err(Reason::BasisContractEnded));
    check_one(on(Basis::Contract), &until(Instant::from_millis(now().as_millis() + 1)), Ok(()));
}

#[test]
fn an_objection_stops_legitimate_interest_and_public_task_but_not_contract() {
    let objected = Standing { objections: PurposeSet::of(P0), ..willing() };
    check_one(on(policy::interest()), &objected, Err(Reason::BasisObjected));
    check_one(on(Basis::PublicTask("health".to_owned())), &objected, Err(Reason::BasisObjected));
    check_one(on(Basis::Contract), &objected, Ok(()));
}

#[test]
fn an_objection_stops_marketing_whatever_its_basis() {
    let objected = Standing { objections: PurposeSet::of(P0), ..willing() };
    check_one(marketing(CONSENT), &objected, Err(Reason::BasisObjected));
    check_one(marketing(Basis::Contract), &objected, Err(Reason::BasisObjected));
}

#[test]
fn a_purpose_that_yields_to_global_privacy_control_does() {
    let plan = one(Purpose { yields_to_gpc: true, ..on(CONSENT) });
    check(&plan, &willing(), &Question { gpc: true, ..ask(&plan, P0) }, Err(Reason::Gpc));
    let plan = one(on(CONSENT));
    check(&plan, &willing(), &Question { gpc: true, ..ask(&plan, P0) }, Ok(()));
}

#[test]
fn a_special_category_needs_a_condition() {
    let plan = |purpose: Purpose| {
        let mut manifest = with_fields(1);
        manifest.fields[0].special = true;
        manifest.purposes.push(purpose);
        compile(manifest)
    };
    let by = |condition| Purpose { special: Some(condition), ..on(Basis::Contract) };
    let contract_only = Standing { consents: PurposeSet::EMPTY, ..willing() };
    let cases = [
        (on(Basis::Contract), willing(), Err(Reason::SpecialConditionMissing)),
        (on(CONSENT), willing(), Err(Reason::SpecialConditionMissing)),
        (on(EXPLICIT), willing(), Ok(())),
        (by(SpecialBasis::Employment), contract_only.clone(), Ok(())),
        (by(SpecialBasis::ExplicitConsent), willing(), Ok(())),
        (by(SpecialBasis::ExplicitConsent), contract_only, Err(Reason::SpecialConsentMissing)),
    ];
    for (purpose, standing, expected) in cases {
        let plan = plan(purpose);
        check(&plan, &standing, &ask(&plan, P0), expected);
    }
}

// ── the subject's state ───────────────────────────────────────────────────────────────────────────

#[test]
fn a_restriction_leaves_storage_claims_consent_and_its_own_terms() {
    let standing = restricted(PurposeSet::EMPTY, None);
    check_one(on(Basis::Contract), &standing, Err(Reason::Restriction));
    check_one(on(CONSENT), &standing, Ok(()));
    check_one(Purpose { survives_restriction: true, ..on(Basis::Contract) }, &standing, Ok(()));
    check_one(on(Basis::Contract), &restricted(PurposeSet::of(P0), None), Ok(()));
    let plan = one(on(CONSENT));
    let held = Standing { holds: 1, ..standing };
    for intrinsic in Intrinsic::ALL.into_iter().filter(|intrinsic| *intrinsic != Intrinsic::Notice) {
        check(&plan, &held, &ask(&plan, plan.intrinsic(intrinsic)), Ok(()));
    }
}

#[test]
fn a_restriction_with_an_end_is_over_at_its_end() {
    check_one(on(Basis::Contract), &restricted(PurposeSet::EMPTY, Some(now())), Ok(()));
    let later = Instant::from_millis(now().as_millis() + 1);
    check_one(on(Basis::Contract), &restricted(PurposeSet::EMPTY, Some(later)), Err(Reason::Restriction));
}

#[test]
fn a_left_account_is_not_courted_and_its_content_stays_visible() {
    let left = Standing { state: SubjectState::Deactivated, ..willing() };
    let newsletter = Purpose { channels: vec![Channel::Email], ..on(CONSENT) };
    check_one(newsletter, &left, Err(Reason::SubjectDeactivated));
    check_one(marketing(policy::interest()), &left, Err(Reason::SubjectDeactivated));
    check_one(on(Basis::Contract), &left, Ok(()));
    check_one(on(CONSENT), &left, Ok(()));
}

#[test]
fn quarantine_leaves_access_storage_and_claims() {
    let plan = one(on(CONSENT));
    let sealed = Standing { state: SubjectState::Quarantined, holds: 1, ..willing() };
    let refused = Err(Reason::SubjectQuarantined);
    check(&plan, &sealed, &ask(&plan, P0), refused);
    let cases = [
        (Intrinsic::Access, Ok(())),
        (Intrinsic::Storage, Ok(())),
        (Intrinsic::Claims, Ok(())),
        (Intrinsic::Portability, refused),
        (Intrinsic::Rectification, refused),
        (Intrinsic::Notice, refused),
    ];
    for (intrinsic, expected) in cases {
        check(&plan, &sealed, &ask(&plan, plan.intrinsic(intrinsic)), expected);
    }
}

#[test]
fn of_an_erased_subject_nothing_is_read() {
    let plan = one(on(CONSENT));
    let erased = Standing { state: SubjectState::Erased, holds: 1, ..willing() };
    for purpose in plan.purposes() {
        check(&plan, &erased, &ask(&plan, purpose), Err(Reason::SubjectErased));
    }
}

#[test]
fn below_the_age_of_the_policy_nothing_but_access_storage_and_claims() {
    let mut manifest = with_fields(1);
    manifest.purposes.push(on(CONSENT));
    let child = Standing { age: AgeState::Under, ..willing() };
    let plan = compile(manifest.clone());
    check(&plan, &child, &ask(&plan, P0), Ok(()));
    manifest.age = Some(AgeRule { at_least: 18, otherwise: KeepAction::Erase });
    let plan = compile(manifest);
    check(&plan, &child, &ask(&plan, P0), Err(Reason::AgeUnder));
    check(&plan, &Standing { age: AgeState::Unknown, ..willing() }, &ask(&plan, P0), Ok(()));
    check(&plan, &child, &ask(&plan, plan.intrinsic(Intrinsic::Access)), Ok(()));
    let portability = ask(&plan, plan.intrinsic(Intrinsic::Portability));
    check(&plan, &child, &portability, Err(Reason::AgeUnder));
}

// ── consent under an earlier version ──────────────────────────────────────────────────────────────

#[test]
fn a_purpose_that_consent_has_outgrown_asks_for_it_again_and_others_go_on() {
    let plan = one(on(CONSENT));
    let outgrown = Standing { outgrown: Outgrown::new(PurposeSet::of(P0), Vec::new()), ..willing() };
    check(&plan, &outgrown, &ask(&plan, P0), Err(Reason::BasisConsentAgain));
    let withdrawn = Standing { consents: PurposeSet::EMPTY, ..outgrown.clone() };
    check(&plan, &withdrawn, &ask(&plan, P0), Err(Reason::BasisConsentMissing));
    check_one(on(Basis::Contract), &outgrown, Ok(()));
}

#[test]
fn of_a_widened_purpose_what_was_consented_to_goes_on() {
    let mut manifest = with_fields(2);
    manifest.purposes.push(policy::purpose("news", CONSENT, &[0, 1]));
    let plan = compile(manifest);
    let part = |recipient, at| OutgrownPart { purpose: P0, recipient, fields: FieldSet::of(FieldIx(at)) };
    let standing = |parts| Standing { outgrown: Outgrown::new(PurposeSet::EMPTY, parts), ..willing() };
    let inside = standing(vec![part(None, 1)]);
    let explained = decide(&plan, &inside, &ask(&plan, P0)).explain(&plan);
    let answers: Vec<_> = explained.into_iter().map(|(_, answer)| answer.map(drop)).collect();
    assert_eq!(answers, [Ok(()), Err(Reason::FieldConsentAgain)]);
    // What a recipient newly receives says nothing of the use inside.
    let shared = standing(vec![part(Some(RecipientIx(0)), 1)]);
    check(&plan, &shared, &ask(&plan, P0), Ok(()));
}

#[test]
fn the_law_has_people_told_at_their_own_address_alone_and_who_left_as_well() {
    let mut manifest = with_fields(4);
    for (at, term) in [(0, "EmailAddress"), (1, "EmailAddressWork"), (2, "EmailAddress"), (3, "Name")] {
        manifest.fields[at].term = term.to_owned();
    }
    manifest.fields[2].about_others = true;
    assert_eq!(compile(manifest.clone()).address(), Some(F0));
    manifest.fields[1].identifies = true;
    assert_eq!(compile(manifest.clone()).address(), Some(FieldIx(1)));
    manifest.fields[0].identifies = true;
    let plan = compile(manifest);
    assert_eq!(plan.address(), Some(F0));
    let told = Question { channel: Some(Channel::Email), ..ask(&plan, plan.intrinsic(Intrinsic::Notice)) };
    let decision = decide(&plan, &Standing::default(), &told);
    assert_eq!(decision.allowed(), FieldSet::of(F0));
    assert_eq!(decision.reason(&plan, FieldIx(1)), Some(Reason::FieldNotUsed));
    let own = Question { fields: FieldSet::of(F0), ..told };
    check(&plan, &restricted(PurposeSet::EMPTY, None), &own, Ok(()));
    let left = Standing { state: SubjectState::Deactivated, ..willing() };
    check(&plan, &left, &own, Ok(()));
    check(&plan, &willing(), &Question { channel: Some(Channel::Sms), ..own }, Err(Reason::ChannelUndeclared));
}

// ── messages and recipients ───────────────────────────────────────────────────────────────────────

#[test]
fn a_declined_channel_is_refused_and_the_others_go_on() {
    let channels = vec![Channel::Email, Channel::Sms];
    let plan = one(Purpose { channels, opt_out: OptOut::Offered, ..on(CONSENT) });
    let slot = plan.channel_slot(P0, Channel::Email).unwrap();
    let standing = Standing { opt_outs: SlotSet::of(slot), ..willing() };
    let over = |channel| Question { channel, ..ask(&plan, P0) };
    check(&plan, &standing, &over(Some(Channel::Email)), Err(Reason::OptedOut));
    check(&plan, &standing, &over(Some(Channel::Sms)), Ok(()));
    check(&plan, &standing, &over(Some(Channel::Post)), Err(Reason::ChannelUndeclared));
    check(&plan, &standing, &over(None), Ok(()));
}

#[test]
fn a_fixed_message_has_no_slot_to_opt_out_of() {
    let opt_out = OptOut::Fixed("it carries your invoice".to_owned());
    let plan = one(Purpose { channels: vec![Channel::Email], opt_out, ..on(Basis::Contract) });
    assert_eq!(plan.channel_slot(P0, Channel::Email), None);
    let all_out = Standing { opt_outs: SlotSet::from_words([u64::MAX; 8]), ..willing() };
    check(&plan, &all_out, &Question { channel: Some(Channel::Email), ..ask(&plan, P0) }, Ok(()));
}

#[test]
fn an_authority_receives_nothing_that_two_people_have_not_approved() {
    let mut manifest = with_fields(1);
    manifest.recipients.push(recipient("police", RecipientRole::Authority));
    let basis = Basis::LegalObligation("a warrant".to_owned());
    manifest.purposes.push(Purpose { shares: vec![share(0, &[0], false)], ..on(basis) });
    let plan = compile(manifest);
    let question = Question { recipient: Some(RecipientIx(0)), ..ask(&plan, P0) };
    check(&plan, &willing(), &question, Err(Reason::ApprovalMissing));
    check(&plan, &willing(), &Question { approved: true, ..question }, Ok(()));
}

#[test]
fn what_goes_on_instruction_waits_for_it() {
    let mut manifest = with_fields(2);
    manifest.recipients.push(recipient("app", RecipientRole::App));
    let shares = vec![share(0, &[1], false), share(0, &[0, 1], true)];
    manifest.purposes.push(Purpose { shares, ..on(Basis::Contract) });
    let plan = compile(manifest);
    let question = Question { recipient: Some(RecipientIx(0)), ..ask(&plan, P0) };
    check(&plan, &willing(), &question, Err(Reason::InstructionMissing));
    let instructed = Standing { instructions: [(P0, RecipientIx(0))].into_iter().collect(), ..willing() };
    check(&plan, &instructed, &question, Ok(()));
}

// ── kinds of field ────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_hash_is_opened_for_storage_alone() {
    let mut manifest = with_fields(1);
    manifest.fields[0].hashed = true;
    manifest.purposes.push(on(CONSENT));
    let plan = compile(manifest);
    check(&plan, &willing(), &ask(&plan, P0), Err(Reason::FieldHashed));
    check(&plan, &willing(), &ask(&plan, plan.intrinsic(Intrinsic::Access)), Err(Reason::FieldHashed));
    let storage = decide(&plan, &willing(), &ask(&plan, plan.intrinsic(Intrinsic::Storage)));
    assert!(storage.permit(now()).unwrap().stays_inside());
}

#[test]
fn a_candidate_is_compared_with_a_hash_that_the_purpose_names_and_nothing_leaves() {
    let mut manifest = with_fields(3);
    manifest.fields[0].hashed = true;
    manifest.fields[2].hashed = true;
    manifest.purposes.push(Purpose { uses: vec![FieldIx(0), FieldIx(1)], ..on(CONSENT) });
    let plan = compile(manifest);
    let compare = |standing: &Standing, purpose| {
        let decision = decide(&plan, standing, &Question { view: View::Compared, ..ask(&plan, purpose) });
        [0, 1, 2].map(|field| decision.reason(&plan, FieldIx(field)))
    };
    let (other_kind, unnamed) = (Some(Reason::ViewCompared), Some(Reason::FieldNotUsed));
    assert_eq!(compare(&willing(), P0), [None, other_kind, unnamed]);
    let of_law = Some(Reason::FieldHashed);
    assert_eq!(compare(&willing(), plan.intrinsic(Intrinsic::Access)), [of_law, other_kind, of_law]);
    assert_eq!(compare(&Standing::default(), P0), [Some(Reason::BasisConsentMissing); 3]);
    let decision = decide(&plan, &willing(), &Question { view: View::Compared, ..ask(&plan, P0) });
    assert!(decision.permit(now()).unwrap().stays_inside());
}

#[test]
fn what_another_holds_cannot_be_read_here() {
    let mut manifest = with_fields(1);
    manifest.recipients.push(recipient("gateway", RecipientRole::Processor));
    manifest.fields[0].held_by = Some(RecipientIx(0));
    manifest.purposes.push(Purpose { shares: vec![share(0, &[0], false)], ..on(Basis::Contract) });
    let plan = compile(manifest);
    check(&plan, &willing(), &ask(&plan, P0), Err(Reason::FieldHeldElsewhere));
    let question = Question { recipient: Some(RecipientIx(0)), ..ask(&plan, P0) };
    check(&plan, &willing(), &question, Err(Reason::FieldHeldElsewhere));
}

/// An identifier, its lower-case copy, and its domain, all used for research.
fn research() -> Manifest {
    let mut manifest = with_fields(3);
    manifest.fields[0].identifies = true;
    manifest.fields[1].derived = Some(Derivation { from: F0, by: Derive::Lowercase });
    manifest.fields[2].derived = Some(Derivation { from: F0, by: Derive::Domain });
    let de_identified = Some(DeIdentified { group_min: 5 });
    manifest.purposes.push(Purpose { de_identified, ..purpose("research", policy::interest(), &[0, 1, 2]) });
    manifest
}

#[test]
fn a_de_identified_purpose_is_asked_for_its_view_only() {
    let plan = compile(research());
    check(&plan, &willing(), &ask(&plan, P0), Err(Reason::ViewIdentified));
}

#[test]
fn a_de_identified_view_hides_identifiers_and_their_copies() {
    let plan = compile(research());
    let decision = decide(&plan, &willing(), &Question { view: View::DeIdentified, ..ask(&plan, P0) });
    assert_eq!(decision.allowed(), FieldSet::of(FieldIx(2)));
    assert_eq!(decision.reason(&plan, F0), Some(Reason::ViewDeIdentified));
    assert_eq!(decision.reason(&plan, FieldIx(1)), Some(Reason::ViewDeIdentified));
}

// ── purposes of every policy ──────────────────────────────────────────────────────────────────────

#[test]
fn portability_covers_what_the_subject_provided_by_agreement() {
    let mut manifest = with_fields(3);
    manifest.fields[1].sources = vec![Source::Observed];
    manifest.purposes = vec![purpose("p", CONSENT, &[0, 1]), purpose("q", policy::interest(), &[2])];
    let plan = compile(manifest);
    let decision = decide(&plan, &willing(), &ask(&plan, plan.intrinsic(Intrinsic::Portability)));
    assert_eq!(decision.allowed(), FieldSet::of(F0));
    assert_eq!(decision.reason(&plan, FieldIx(2)), Some(Reason::FieldNotPortable));
}

#[test]
fn claims_need_a_legal_hold() {
    let plan = one(on(CONSENT));
    let claims = ask(&plan, plan.intrinsic(Intrinsic::Claims));
    check(&plan, &willing(), &claims, Err(Reason::HoldMissing));
    check(&plan, &Standing { holds: 1, ..willing() }, &claims, Ok(()));
}

#[test]
fn a_purpose_of_every_policy_tells_no_recipient() {
    let mut manifest = with_fields(1);
    manifest.recipients.push(recipient("gateway", RecipientRole::Processor));
    let plan = compile(manifest);
    let access = ask(&plan, plan.intrinsic(Intrinsic::Access));
    let question = Question { recipient: Some(RecipientIx(0)), ..access };
    check(&plan, &willing(), &question, Err(Reason::RecipientNotShared));
}

#[test]
fn purposes_of_every_policy_have_names_and_places() {
    let plan = one(on(CONSENT));
    for intrinsic in Intrinsic::ALL {
        let ix = plan.intrinsic(intrinsic);
        assert_eq!(plan.purpose(intrinsic.name()), Some(ix));
        assert_eq!(plan.purpose_name(ix), intrinsic.name());
        assert_eq!(plan.as_intrinsic(ix), Some(intrinsic));
    }
    assert_eq!(plan.as_intrinsic(P0), None);
}

// ── by name ───────────────────────────────────────────────────────────────────────────────────────

fn by_name<'a>(purpose: &'a str, fields: &'a [&'a str]) -> QuestionByName<'a> {
    let Question { tenant, subject, at, .. } = ask(&one(on(CONSENT)), P0);
    QuestionByName {
        tenant,
        subject,
        purpose,
        recipient: None,
        fields,
        channel: None,
        view: View::Identified,
        gpc: false,
        approved: false,
        at,
    }
}

#[test]
fn undeclared_fields_are_listed_and_the_others_go_on() {
    let plan = one(on(CONSENT));
    let resolved = resolve(&plan, &by_name("p", &["f0", "f9", "secret"])).unwrap();
    assert_eq!(resolved.undeclared, ["f9", "secret"]);
    assert_eq!(decide(&plan, &willing(), &resolved.question).verdict(), Verdict::Granted);
}

#[test]
fn an_undeclared_purpose_or_recipient_is_a_refusal_that_names_it() {
    let plan = one(on(CONSENT));
    let refused = resolve(&plan, &by_name("spying", &["f0"])).unwrap_err();
    assert_eq!((refused.reason, refused.name), (Reason::PurposeUndeclared, "spying"));
    let asked = QuestionByName { recipient: Some("broker"), ..by_name("p", &["f0"]) };
    let refused = resolve(&plan, &asked).unwrap_err();
    assert_eq!((refused.reason, refused.name), (Reason::RecipientUndeclared, "broker"));
}

#[test]
fn a_purpose_of_every_policy_cannot_be_asked_for_by_name() {
    let plan = one(on(CONSENT));
    let refused = resolve(&plan, &by_name("@access", &["f0"])).unwrap_err();
    assert_eq!(refused.reason, Reason::PurposeReserved);
}

// ── plans that cannot be made ─────────────────────────────────────────────────────────────────────

#[test]
fn a_plan_within_its_bounds_compiles_and_one_beyond_is_refused() {
    let with = |n_fields, n_purposes| {
        let mut manifest = with_fields(n_fields);
        manifest.purposes = (0..n_purposes).map(|at| purpose(&format!("p{at}"), CONSENT, &[])).collect();
        Plan::compile(manifest, [0; 32])
    };
    assert!(with(512, 506).is_ok());
    let too_many = PlanError::TooMany { what: "purposes", count: 507, max: 506 };
    assert_eq!(with(1, 507).unwrap_err(), too_many);
    let error = with(513, 0).unwrap_err().to_string();
    assert_eq!(error, "the policy declares 513 fields, of which there may be 512; split the policy");
}

#[test]
fn a_position_that_the_policy_lacks_is_refused() {
    let mut manifest = with_fields(1);
    manifest.purposes.push(purpose("p", CONSENT, &[1]));
    let error = Plan::compile(manifest, [0; 32]).unwrap_err();
    assert_eq!(error, PlanError::Unknown { purpose: "p".to_owned(), what: "field", position: 1 });
}

#[test]
fn a_name_declared_twice_is_refused() {
    let mut manifest = with_fields(1);
    manifest.purposes = vec![on(CONSENT), on(Basis::Contract)];
    let error = Plan::compile(manifest, [0; 32]).unwrap_err();
    assert_eq!(error, PlanError::NameTwice { what: "purpose", name: "p".to_owned() });
}
