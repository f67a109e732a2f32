//! When keep rules end: case by case, against a plain reading of the rules, and a longer length never ends earlier.

use std::collections::BTreeMap;

use candor_decision::{
    Clocks, End, FieldIx, GroupIx, Plan, PurposeIx, PurposeSet, RecordDates, Retention, RuleIx, Step,
};
use candor_manifest::Manifest;
use candor_manifest::model::{DeIdentified, Group, Keep, KeepAction, KeepEvent};
use candor_words::{Instant, Span, SpanUnit};
use proptest::prelude::*;

use crate::dice::Dice;
use crate::policy::{CONSENT, compile, interest, purpose, with_fields};

const F0: FieldIx = FieldIx(0);

fn day(n: i64) -> Instant {
    Instant::from_millis(1_700_000_000_000 + n * 86_400_000)
}

const fn days(n: u32) -> Span {
    Span::new(n, SpanUnit::Day)
}

fn keep(fields: &[u16], event: KeepEvent, after: Option<Span>, action: KeepAction) -> Keep {
    let fields = fields.iter().copied().map(FieldIx).collect();
    Keep { fields, purpose: None, event, after, action, within: None, sealed_for: None, grace: None }
}

fn under(keeps: Vec<Keep>) -> Plan {
    let mut manifest = with_fields(3);
    manifest.groups =
        vec![Group { name: "g".to_owned(), title: "G".to_owned(), many: true, fields: (0..3).map(FieldIx).collect() }];
    manifest.purposes = vec![
        purpose("p0", CONSENT, &[0, 1]),
        purpose("p1", CONSENT, &[0, 2]),
        candor_manifest::model::Purpose {
            de_identified: Some(DeIdentified { group_min: 2 }),
            ..purpose("p2", interest(), &[1])
        },
    ];
    manifest.keeps = keeps;
    compile(manifest)
}

fn made(n: i64) -> RecordDates {
    RecordDates { created: Some(day(n)), updated: Some(day(n)), closed: None }
}

#[track_caller]
fn ends(plan: &Plan, clocks: &Clocks, dates: &RecordDates) -> Option<(u16, Instant)> {
    plan.retention().end(F0, clocks, dates).map(|end| (end.rule.0, end.ends_at))
}

#[test]
fn the_first_of_several_rules_decides() {
    let rules = vec![
        keep(&[0], KeepEvent::Created, Some(days(30)), KeepAction::Erase),
        keep(&[0], KeepEvent::ContractEnds, None, KeepAction::Quarantine),
    ];
    let plan = under(rules);
    let mut clocks = Clocks::default();
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(30))));
    clocks.contract_ends = Some(day(29));
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((1, day(29))));
    clocks.contract_ends = Some(day(31));
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(30))));
    assert_eq!(plan.retention().end(FieldIx(1), &clocks, &made(0)), None, "no rule speaks of it");
}

#[test]
fn what_no_rule_keeps_is_kept_while_any_purpose_may_use_it() {
    let own = |at, event, after| Keep { purpose: Some(PurposeIx(at)), ..keep(&[], event, after, KeepAction::Erase) };
    let plan =
        under(vec![own(0, KeepEvent::ConsentWithdrawn, None), own(1, KeepEvent::ConsentWithdrawn, Some(days(5)))]);
    let mut clocks = Clocks { withdrawn: BTreeMap::from([(PurposeIx(0), day(9))]), ..Clocks::default() };
    assert_eq!(ends(&plan, &clocks, &made(0)), None, "the other purpose may go on");
    assert!(plan.retention().end(FieldIx(1), &clocks, &made(0)).is_none(), "a purpose without a rule may go on");
    let (ended, next) = plan.retention().ended_purposes(&clocks, day(9));
    assert_eq!((ended, next), (PurposeSet::of(PurposeIx(0)), None));
    clocks.withdrawn.insert(PurposeIx(1), day(2));
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(9))), "the last to end decides");
    assert_eq!(plan.retention().ended_purposes(&clocks, day(6)).1, Some(day(7)));
}

#[test]
fn consent_ends_what_rests_on_it_once_none_is_in_force() {
    let plan = under(vec![keep(&[0], KeepEvent::ConsentWithdrawn, None, KeepAction::Erase)]);
    let mut clocks = Clocks { withdrawn: BTreeMap::from([(PurposeIx(0), day(9))]), ..Clocks::default() };
    clocks.consented = PurposeSet::of(PurposeIx(1));
    assert_eq!(ends(&plan, &clocks, &made(0)), None);
    clocks.consented = PurposeSet::EMPTY;
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(9))));
}

#[test]
fn interest_and_sign_ins_are_counted_from_the_record_when_there_was_none() {
    let of = |event| under(vec![keep(&[0], event, Some(days(10)), KeepAction::Erase)]);
    let (interest, sign_in) = (of(KeepEvent::LastInterest), of(KeepEvent::LastSignIn));
    let mut clocks = Clocks::default();
    assert_eq!(ends(&interest, &clocks, &made(1)), Some((0, day(11))));
    clocks.last_sign_in = Some(day(4));
    assert_eq!(ends(&interest, &clocks, &made(1)), Some((0, day(14))), "whoever signs in shows interest");
    clocks.last_interest = Some(day(8));
    assert_eq!(ends(&interest, &clocks, &made(1)), Some((0, day(18))));
    assert_eq!(ends(&sign_in, &clocks, &made(1)), Some((0, day(14))));
    let named = of(KeepEvent::Named("moved_out".to_owned()));
    assert_eq!(ends(&named, &clocks, &made(1)), None);
    clocks.events.insert("moved_out".to_owned(), day(3));
    assert_eq!(ends(&named, &clocks, &made(1)), Some((0, day(13))));
}

#[test]
fn steps_follow_each_other() {
    let graced = Keep {
        grace: Some(days(5)),
        within: Some(days(2)),
        ..keep(&[0], KeepEvent::Deactivated, Some(days(10)), KeepAction::Erase)
    };
    let plan = under(vec![graced.clone()]);
    let clocks = Clocks { deactivated: Some(day(0)), ..Clocks::default() };
    let end = plan.retention().end(F0, &clocks, &made(-9)).unwrap();
    let at = |end: &End, ns: &[i64]| ns.iter().map(|n| end.step(day(*n))).collect::<Vec<_>>();
    assert_eq!(at(&end, &[9, 10, 14, 15]), [Step::Keep, Step::SetAside, Step::SetAside, Step::Erase]);
    assert_eq!((end.next_after(day(9)), end.next_after(day(10)), end.by), (Some(day(10)), Some(day(15)), day(17)));
    assert_eq!(end.next_after(day(15)), None);

    let sealed = Keep { action: KeepAction::Quarantine, sealed_for: Some(days(7)), grace: None, ..graced };
    let end = under(vec![sealed]).retention().end(F0, &clocks, &made(-9)).unwrap();
    assert_eq!(at(&end, &[9, 10, 16, 17]), [Step::Keep, Step::Quarantine, Step::Quarantine, Step::Erase]);
}

#[test]
fn a_set_length_stands_in_for_the_rules_own_but_never_for_consents() {
    let plan = under(vec![keep(&[0], KeepEvent::Created, None, KeepAction::Erase)]);
    let clocks = Clocks { lengths: BTreeMap::from([(GroupIx(0), days(90))]), ..Clocks::default() };
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(90))));
    let plan = under(vec![keep(&[0], KeepEvent::ConsentWithdrawn, None, KeepAction::Erase)]);
    let clocks = Clocks { withdrawn: BTreeMap::from([(PurposeIx(0), day(9))]), ..clocks };
    assert_eq!(ends(&plan, &clocks, &made(0)), Some((0, day(9))));
    assert!(!plan.retention().may_be_set(RuleIx(0)));
}

#[test]
fn a_group_is_transient_when_all_of_it_ends_with_its_process() {
    let one = |fields: &[u16]| keep(fields, KeepEvent::ProcessEnds, None, KeepAction::Erase);
    assert!(under(vec![one(&[0, 1, 2])]).retention().is_transient(GroupIx(0)));
    assert!(!under(vec![one(&[0, 1])]).retention().is_transient(GroupIx(0)));
}

/// A plain reading of the rules, without compiled rows.
fn oracle(manifest: &Manifest, clocks: &Clocks, dates: &RecordDates) -> Option<(u16, Instant)> {
    let end = |at: u16, keep: &Keep| {
        let start = match keep.event {
            KeepEvent::Created => dates.created,
            KeepEvent::Updated => dates.updated,
            KeepEvent::Closed => dates.closed,
            KeepEvent::ContractEnds => clocks.contract_ends,
            KeepEvent::Deactivated => clocks.deactivated,
            _ => [dates.created, clocks.last_interest, clocks.last_sign_in].into_iter().flatten().max(),
        };
        start.map(|start| (at, keep.after.map_or(start, |after| start.plus(after))))
    };
    let standing = (0u16..).zip(&manifest.keeps).filter(|(_, keep)| keep.fields.contains(&F0));
    standing.filter_map(|(at, keep)| end(at, keep)).min_by_key(|(at, end)| (*end, *at))
}

fn drawn(dice: &mut Dice) -> Vec<Keep> {
    let events = [
        KeepEvent::Created,
        KeepEvent::Updated,
        KeepEvent::Closed,
        KeepEvent::ContractEnds,
        KeepEvent::Deactivated,
        KeepEvent::LastInterest,
    ];
    let n_rules = dice.below(4);
    let rules = (0..n_rules).map(|_| {
        let after = dice.percent(70).then(|| days(u32::try_from(dice.below(40)).unwrap()));
        let action = dice.one_of(&[KeepAction::Erase, KeepAction::Anonymise, KeepAction::Quarantine]);
        keep(&dice.some_of(3, 70), dice.one_of(&events), after, action)
    });
    rules.collect()
}

fn some_day(dice: &mut Dice) -> Option<Instant> {
    dice.percent(60).then(|| day(i64::try_from(dice.below(60)).unwrap()))
}

proptest! {
    #[test]
    fn ends_are_those_of_a_plain_reading_and_longer_is_never_earlier(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let keeps = drawn(&mut dice);
        let clocks = Clocks {
            contract_ends: some_day(&mut dice),
            deactivated: some_day(&mut dice),
            last_interest: some_day(&mut dice),
            last_sign_in: some_day(&mut dice),
            ..Clocks::default()
        };
        let dates = RecordDates { created: some_day(&mut dice), updated: some_day(&mut dice), closed: some_day(&mut dice) };
        let plan = under(keeps.clone());
        let end = plan.retention().end(F0, &clocks, &dates);
        prop_assert_eq!(end.map(|end| (end.rule.0, end.ends_at)), oracle(plan.manifest(), &clocks, &dates));
        for at in 0..keeps.len() {
            let mut longer = keeps.clone();
            let more = 1 + u32::try_from(dice.below(30)).unwrap();
            let span = longer[at].after.map_or(0, |after| after.count);
            longer[at].after = Some(days(span + more));
            let manifest = under(longer);
            let later = Retention::of(manifest.manifest()).end(F0, &clocks, &dates);
            prop_assert!(later.map(|end| end.ends_at) >= end.map(|end| end.ends_at));
        }
    }
}
