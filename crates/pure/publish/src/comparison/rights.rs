//! What people can ask for, and within what time it is answered.

use candor_manifest::model::{Right, RightKind};

use super::named::{Pair, length, pairs};
use super::{Change, Class, Sides, toward};
use crate::wording;

pub(super) fn compare(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&old.rights, &new.rights, |right| (right.law, right.kind)) {
        match pair {
            Pair::Came(right) => {
                let sentence = format!("{} is answered within {}", named(right), right.within);
                changes.push(Change::new("right.added", Class::Narrows, sentence));
            }
            Pair::Gone(right) => {
                let sentence = format!("{} is no longer offered", named(right));
                changes.push(Change::new("right.removed", Class::Notice, sentence));
            }
            Pair::Stayed(before, after) => right(before, after, changes),
        }
    }
}

fn right(before: &Right, after: &Right, changes: &mut Vec<Change>) {
    let name = named(after);
    if before.within != after.within {
        let (was, is) = (length(before.within), length(after.within));
        let class = if was == is { Class::Neutral } else { toward(is > was) };
        let sentence = format!("{name} is answered within {} instead of {}", after.within, before.within);
        changes.push(Change::new("right.time", class, sentence));
    }
    if before.extendable != after.extendable {
        let (was, is) = (before.extendable.map_or(0, length), after.extendable.map_or(0, length));
        let class = if was == is { Class::Neutral } else { toward(is > was) };
        let sentence = match after.extendable {
            Some(more) => format!("the answer to {name} may take {more} more when it is hard"),
            None => format!("the answer to {name} may no longer take longer when it is hard"),
        };
        changes.push(Change::new("right.extension", class, sentence));
    }
    if before.identity_first != after.identity_first {
        let verb = if after.identity_first { "is answered" } else { "may be answered before and not only" };
        let sentence = format!("{name} {verb} after identity is proved");
        changes.push(Change::new("right.identity", Class::Notice, sentence));
    } else if before.identity_documents != after.identity_documents {
        let verb = if after.identity_documents { "needs" } else { "no longer needs" };
        let sentence = format!("{name} {verb} documents that prove identity");
        changes.push(Change::new("right.identity", Class::Notice, sentence));
    }
}

fn named(right: &Right) -> String {
    let kind = match right.kind {
        RightKind::Access => "the right of access",
        RightKind::Rectification => "the right to rectification",
        RightKind::Erasure => "the right to erasure",
        RightKind::Restriction => "the right to restriction",
        RightKind::Portability => "the right to portability",
        RightKind::Objection => "the right to object",
        RightKind::Withdrawal => "the withdrawal of consent",
        RightKind::AutomatedDecision => "the right to have a person decide",
        RightKind::SaleOptOut => "the refusal of sale",
    };
    format!("{kind} under the {}", wording::law(right.law))
}
