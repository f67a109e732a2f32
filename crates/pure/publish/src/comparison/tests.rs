use candor_manifest::model::{Basis, Channel, Country, FieldIx, OptOut, Recipient, RecipientIx, Share};
use candor_words::{Span, SpanUnit};

use super::*;
use crate::fixture;

fn changed(change: impl FnOnce(&mut Manifest)) -> Comparison {
    let (old, mut new) = (fixture::small(), fixture::small());
    change(&mut new);
    compare(&old, &new)
}

/// The one change that comes of another clause, as code, class and sentence.
#[track_caller]
fn check(change: impl FnOnce(&mut Manifest), code: &str, class: Class, sentence: &str) {
    let comparison = changed(change);
    let [only] = comparison.changes.as_slice() else { panic!("not one change: {comparison:#?}") };
    assert_eq!((only.code, only.class, only.sentence.as_str()), (code, class, sentence));
    assert_eq!(comparison.class(), Some(class));
}

fn recipient(name: &str) -> Recipient {
    Recipient { name: name.to_owned(), ..fixture::small().recipients.remove(0) }
}

#[test]
fn a_manifest_does_not_differ_from_itself() {
    let comparison = changed(|_| {});
    assert_eq!((comparison.changes.len(), comparison.class()), (0, None));
    let dated = changed(|new| (new.version, new.effective) = ("3".to_owned(), None));
    assert_eq!(dated.class(), None, "a version and its date are no change");
}

#[test]
fn the_order_of_a_text_is_no_change() {
    let comparison = changed(|new| {
        new.purposes.swap(0, 1);
        new.keeps[2].purpose = new.purpose("newsletter").or(new.keeps[2].purpose);
        new.rights.reverse();
        new.keeps.reverse();
    });
    assert_eq!(comparison.changes, []);
}

#[test]
fn another_field_on_consent_needs_new_consent_and_elsewhere_notice() {
    let use_name = |at: usize, field| move |new: &mut Manifest| new.purposes[at].uses.push(FieldIx(field));
    check(use_name(1, 1), "use.added", Class::Consent, "newsletter may now use `account.name`");
    check(use_name(0, 3), "use.added", Class::Notice, "billing may now use `ticket.text`");
    let drop = |new: &mut Manifest| new.purposes[0].uses.truncate(1);
    check(drop, "use.removed", Class::Narrows, "billing may no longer use `account.name`");
}

#[test]
fn what_a_recipient_gets_is_told_with_the_purpose() {
    let more = |new: &mut Manifest| new.purposes[0].shares[0].fields.push(FieldIx(0));
    check(more, "share.added", Class::Notice, "gateway now receives `account.email` for billing");
    let share = |on_instruction| Share { with: RecipientIx(0), fields: vec![FieldIx(0)], on_instruction };
    let given = move |new: &mut Manifest| new.purposes[1].shares.push(share(false));
    check(given, "share.added", Class::Consent, "gateway now receives `account.email` for newsletter");
    let bound = |new: &mut Manifest| new.purposes[0].shares[0].on_instruction = true;
    let said = "gateway receives `account.card` and `account.name` for billing on instruction only";
    check(bound, "share.instructed", Class::Narrows, said);
}

#[test]
fn a_text_that_was_agreed_to_is_asked_again_and_other_texts_are_wording() {
    let text = |at: usize| move |new: &mut Manifest| new.purposes[at].notice = Some("May we call?".to_owned());
    let said = "the text that people agree to for newsletter is now “May we call?”";
    check(text(1), "consent.text", Class::Consent, said);
    let said = "the text that people are shown for billing is now “May we call?”";
    check(text(0), "purpose.notice", Class::Neutral, said);
    let title = |new: &mut Manifest| new.purposes[3].title = "Keep the books".to_owned();
    check(title, "purpose.retitled", Class::Neutral, "tax is called “Keep the books” instead of “Keep invoices”");
}

#[test]
fn a_basis_that_changes_is_told_and_becomes_consent_only_by_asking() {
    let basis = |basis| move |new: &mut Manifest| new.purposes[0].basis = basis;
    let interest = basis(Basis::LegitimateInterest("x".to_owned()));
    let said = "the basis of billing changed from contract to legitimate interest";
    check(interest, "basis.changed", Class::Notice, said);
    let consent = Basis::Consent { double_opt_in: false, explicit: false, lasts: None };
    let said = "the basis of billing changed from contract to consent";
    check(basis(consent), "basis.changed", Class::Consent, said);
    let lasts = |lasts| Basis::Consent { double_opt_in: true, explicit: false, lasts };
    let shorter = changed(|new| new.purposes[1].basis = lasts(Some(Span::new(1, SpanUnit::Year))));
    assert_eq!(shorter.class(), Some(Class::Narrows));
    let single = Basis::Consent { double_opt_in: false, explicit: false, lasts: None };
    assert_eq!(changed(|new| new.purposes[1].basis = single).class(), Some(Class::Consent));
}

#[test]
fn what_is_kept_longer_needs_notice() {
    let after = |count| move |new: &mut Manifest| new.keeps[1].after = Some(Span::new(count, SpanUnit::Day));
    let said = "`ticket.text` is kept until 120 days after the matter is closed instead of 90 days";
    check(after(120), "keep.time", Class::Notice, said);
    assert_eq!(changed(after(30)).class(), Some(Class::Narrows));
    let years = |unit, count| {
        let mut manifest = fixture::small();
        manifest.keeps[1].after = Some(Span::new(count, unit));
        manifest
    };
    let same = compare(&years(SpanUnit::Year, 1), &years(SpanUnit::Month, 12));
    assert_eq!(same.class(), Some(Class::Neutral), "twelve months are a year");
    let said = "for newsletter, `account.email` is no longer bound to be kept only until you take your consent back, then erased at once";
    check(|new| new.keeps.truncate(2), "keep.removed", Class::Notice, said);
}

#[test]
fn a_right_answered_later_needs_notice() {
    let within = |new: &mut Manifest| new.rights[0].within = Span::new(2, SpanUnit::Month);
    let said = "the right of access under the GDPR (European Union) is answered within 2 months instead of 1 month";
    check(within, "right.time", Class::Notice, said);
}

#[test]
fn another_controller_is_a_transfer() {
    let sold = |new: &mut Manifest| new.controller.name = "Buyer Ltd".to_owned();
    check(sold, "controller.changed", Class::Transfer, "the controller is Buyer Ltd instead of Sketch Ltd");
}

#[test]
fn recipients_come_move_and_go() {
    let moved = |new: &mut Manifest| new.recipients[0].country = Country(*b"IN");
    check(moved, "recipient.moved", Class::Notice, "the recipient gateway moved from US to IN");
    let added = |new: &mut Manifest| new.recipients.push(recipient("board"));
    let said = "the recipient board (Example Payments, the United States) is new";
    check(added, "recipient.added", Class::Notice, said);
    let (mut old, new) = (fixture::small(), fixture::small());
    old.recipients.push(recipient("board"));
    assert_eq!(compare(&old, &new).class(), Some(Class::Narrows));
}

#[test]
fn channels_and_the_way_out_of_them() {
    let more = |new: &mut Manifest| new.purposes[0].channels.push(Channel::Sms);
    check(more, "channel.added", Class::Notice, "billing may now reach people by text message");
    let withdrawn = |new: &mut Manifest| new.purposes[1].opt_out = OptOut::Fixed("we want so".to_owned());
    let said = "people can no longer opt out of the messages of newsletter";
    check(withdrawn, "opt_out.withdrawn", Class::Consent, said);
}

#[test]
fn a_field_that_becomes_required_needs_notice() {
    let required = |new: &mut Manifest| new.fields[1].optional = false;
    check(required, "field.required", Class::Notice, "`account.name` is now required");
}

#[test]
fn all_of_a_group_is_called_by_its_name() {
    let comparison = changed(|new| new.purposes[2].uses.extend([FieldIx(0), FieldIx(1), FieldIx(2)]));
    assert_eq!(comparison.changes[0].sentence, "research may now use all of `account`");
    assert_eq!(comparison.changes[0].fields, ["account.card", "account.email", "account.name"]);
}
