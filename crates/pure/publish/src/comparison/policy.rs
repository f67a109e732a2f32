//! Who speaks, under which laws, and how people are told of changes.

use candor_manifest::model::{AgeRule, KeepAction, NoticeClass, NoticeRule, Organisations};

use super::named::{Pair, length, pairs};
use super::{Change, Class, Sides, toward};
use crate::wording;

pub(super) fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    controller(sides, changes);
    laws(sides, changes);
    promises(sides, changes);
    age(sides, changes);
    notices(sides, changes);
    organisations(sides, changes);
}

fn controller(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (&old.controller, &new.controller);
    if before.name != after.name {
        let sentence = format!("the controller is {} instead of {}", after.name, before.name);
        changes.push(Change::new("controller.changed", Class::Transfer, sentence));
    }
    if before.country != after.country {
        let (from, to) = (before.country.as_str(), after.country.as_str());
        let sentence = format!("the controller moved from {from} to {to}");
        changes.push(Change::new("controller.moved", Class::Notice, sentence));
    }
    if before.contacts != after.contacts {
        changes.push(Change::new("controller.contacts", Class::Neutral, "the controller is reached in other ways"));
    }
    if old.name != new.name {
        let sentence = format!("the policy is called “{}” instead of “{}”", new.name, old.name);
        changes.push(Change::new("policy.renamed", Class::Neutral, sentence));
    }
    if old.languages != new.languages {
        let sentence = format!("the policy is written in {}", wording::list(&new.languages));
        changes.push(Change::new("policy.languages", Class::Neutral, sentence));
    }
}

fn laws(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&old.laws, &new.laws, |law| *law) {
        match pair {
            Pair::Came(law) => {
                let sentence = format!("the {} applies too", wording::law(*law));
                changes.push(Change::new("law.added", Class::Narrows, sentence));
            }
            Pair::Gone(law) => {
                let sentence = format!("the {} is no longer named", wording::law(*law));
                changes.push(Change::new("law.removed", Class::Notice, sentence));
            }
            Pair::Stayed(..) => {}
        }
    }
    for pair in pairs(&old.authorities, &new.authorities, |authority| (&authority.name, authority.country)) {
        match pair {
            Pair::Came(authority) => {
                let sentence = format!("complaints can be lodged with {}", authority.name);
                changes.push(Change::new("authority.added", Class::Narrows, sentence));
            }
            Pair::Gone(authority) => {
                let sentence = format!("{} is no longer named for complaints", authority.name);
                changes.push(Change::new("authority.removed", Class::Notice, sentence));
            }
            Pair::Stayed(before, after) if before.url != after.url => {
                let sentence = format!("complaints to {} are lodged at another address", after.name);
                changes.push(Change::new("authority.address", Class::Neutral, sentence));
            }
            Pair::Stayed(..) => {}
        }
    }
}

fn promises(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    if old.honours_gpc != new.honours_gpc {
        let (code, sentence) = match new.honours_gpc {
            true => ("gpc.honoured", "Global Privacy Control is honoured"),
            false => ("gpc.ignored", "Global Privacy Control is no longer honoured"),
        };
        changes.push(Change::new(code, toward(old.honours_gpc), sentence));
    }
    if old.sells_data != new.sells_data {
        let (code, sentence) = match new.sells_data {
            true => ("sale.begins", "data may now be sold"),
            false => ("sale.ends", "data is no longer sold"),
        };
        changes.push(Change::new(code, toward(new.sells_data), sentence));
    }
}

fn age(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    let said = |rule: AgeRule| format!("people under {} are not knowingly served", rule.at_least);
    match (old.age, new.age) {
        (None, Some(rule)) => changes.push(Change::new("age.added", Class::Narrows, said(rule))),
        (Some(rule), None) => {
            let sentence = format!("it is no longer said that {}", said(rule));
            changes.push(Change::new("age.removed", Class::Notice, sentence));
        }
        (Some(before), Some(after)) => {
            if before.at_least != after.at_least {
                let class = toward(after.at_least < before.at_least);
                let sentence = format!("the least age is {} instead of {}", after.at_least, before.at_least);
                changes.push(Change::new("age.changed", class, sentence));
            }
            if before.otherwise != after.otherwise {
                let (was, is) = (action(before.otherwise), action(after.otherwise));
                let sentence = format!("what is found to be about younger people is {is} instead of {was}");
                let class = toward(rank(after.otherwise) > rank(before.otherwise));
                changes.push(Change::new("age.action", class, sentence));
            }
        }
        (None, None) => {}
    }
}

/// What happens at an end, as a participle.
pub(super) const fn action(action: KeepAction) -> &'static str {
    match action {
        KeepAction::Erase => "erased",
        KeepAction::Anonymise => "made anonymous",
        KeepAction::Quarantine => "sealed away",
    }
}

/// How much an end leaves behind.
pub(super) const fn rank(action: KeepAction) -> u8 {
    match action {
        KeepAction::Erase => 0,
        KeepAction::Anonymise => 1,
        KeepAction::Quarantine => 2,
    }
}

fn notices(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    let of = |rule: &NoticeRule| match rule.of {
        NoticeClass::Any => "any change",
        NoticeClass::Significant => "a significant change",
        NoticeClass::Transfer => "a transfer of the business",
    };
    for pair in pairs(&old.notices, &new.notices, |rule| rule.of) {
        match pair {
            Pair::Came(rule) => {
                let sentence = format!("notice of {} is given by {}", of(rule), wording::channels(&rule.by));
                changes.push(Change::new("notice.added", Class::Narrows, sentence));
            }
            Pair::Gone(rule) => {
                let sentence = format!("notice of {} is no longer promised", of(rule));
                changes.push(Change::new("notice.removed", Class::Notice, sentence));
            }
            Pair::Stayed(before, after) => notice(before, after, of(after), changes),
        }
    }
}

fn notice(before: &NoticeRule, after: &NoticeRule, of: &str, changes: &mut Vec<Change>) {
    let said = |rule: &NoticeRule| rule.before.map_or_else(|| "no stated time".to_owned(), |span| span.to_string());
    if before.before != after.before {
        let sentence = format!("notice of {of} is given {} before instead of {}", said(after), said(before));
        let class = toward(after.before.map_or(0, length) < before.before.map_or(0, length));
        changes.push(Change::new("notice.time", class, sentence));
    }
    let is_kept = before.by.iter().all(|channel| after.by.contains(channel));
    if !is_kept || before.by.len() != after.by.len() {
        let (is, was) = (wording::channels(&after.by), wording::channels(&before.by));
        let sentence = format!("notice of {of} is given by {is} instead of {was}");
        changes.push(Change::new("notice.channels", toward(!is_kept), sentence));
    }
}

fn organisations(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    let terms = |of: &Organisations| (of.claim_notice, of.decide_requests, of.retention);
    match (&old.organisations, &new.organisations) {
        (None, Some(_)) => {
            let sentence = "organisations may manage the accounts of their people";
            changes.push(Change::new("organisations.added", Class::Notice, sentence));
        }
        (Some(_), None) => {
            let sentence = "organisations no longer manage accounts";
            changes.push(Change::new("organisations.removed", Class::Narrows, sentence));
        }
        (Some(before), Some(after)) if terms(before) != terms(after) => {
            let sentence = "what organisations that manage accounts may do has changed";
            changes.push(Change::new("organisations.changed", Class::Notice, sentence));
        }
        _ => {}
    }
}
