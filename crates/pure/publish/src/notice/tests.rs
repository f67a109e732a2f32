use candor_manifest::{Manifest, Source, check};
use candor_words::Instant;

use super::*;
use crate::compare;

const POLICY: &str = include_str!("../../../../../policies/assigntask/policy.candor");

fn manifest(changes: &[(&str, &str)]) -> Manifest {
    let mut text = POLICY.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the policy has no `{from}`");
        text = text.replace(from, to);
    }
    check(&[Source { path: "policy.candor".into(), text }]).unwrap().manifest
}

fn told(changes: &[(&str, &str)]) -> Option<Notice> {
    let (old, new) = (manifest(&[]), manifest(changes));
    let comparison = compare(&old, &new);
    notice(&NoticeOf {
        old: &old,
        new: &new,
        comparison: &comparison,
        effective_at: Instant::from_date(2026, 12, 24).unwrap(),
        is_in_force: false,
        page: "https://privacy.example/assigntask",
        versions: ("2026-01-10", "2026-03-01"),
    })
}

const NEWS: (&str, &str) = (
    "uses account.email, account.name, usage.features, marketing\n",
    "uses account.email, account.name, account.job_title, usage.features, marketing\n",
);
const BUYER: (&str, &str) = ("controller \"RaMa Techno\"", "controller \"Buyer Ltd\"");

#[test]
fn a_mail_says_what_changes_from_when_on_and_what_one_can_do() {
    let notice = told(&[NEWS, ("keep marketing until 24 months", "keep marketing until 36 months")]).unwrap();
    let mail = notice.mail();
    insta::assert_snapshot!(mail);
    assert_eq!(notice.class, Class::Consent);
    assert!(mail.lines().all(|line| line.chars().count() <= 76 || line.contains("https://")), "{mail}");
}

#[test]
fn of_a_transfer_one_is_told_to_whom() {
    let notice = told(&[BUYER]).unwrap();
    assert_eq!(notice.title, "RaMa Techno: your data passes into other hands on 24 December 2026");
    assert!(notice.new_controller.as_ref().unwrap().starts_with("Buyer Ltd (India); contact: "), "{notice:?}");
    assert!(notice.mail().contains("who decides about your data is: Buyer Ltd"));
    let kinds: Vec<_> = notice.choices.iter().map(|choice| choice.kind).collect();
    // A copy comes before leaving.
    assert_eq!(kinds, ["withdraw", "object", "export", "leave", "ask"]);
}

#[test]
fn nothing_changed_is_nothing_to_tell() {
    assert_eq!(told(&[]), None);
}

#[test]
fn a_change_is_one_sentence_on_one_line() {
    let quote = ("\"Take payment\"", "\"Take `your` payment\"");
    let notice = told(&[quote]).unwrap();
    assert_eq!(notice.changes[0].class, Class::Neutral);
    assert!(!notice.changes[0].sentence.contains('`') && notice.changes[0].sentence.ends_with('.'), "{notice:?}");
}
