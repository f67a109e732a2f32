//! Who among the staff reads for which purposes.

use std::collections::BTreeSet;

use candor_manifest::model::{Manifest, StaffRole};

use super::named::{Pair, beyond, pairs, purpose_of};
use super::{Change, Class, Sides};
use crate::wording;

pub(super) fn compare(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&old.roles, &new.roles, |role| role.name.as_str()) {
        match pair {
            Pair::Came(role) => {
                let purposes: Vec<&str> = purposes(new, role).into_iter().collect();
                let sentence = format!("the staff role {} is new, for {}", role.name, wording::list(&purposes));
                changes.push(Change::new("staff.added", Class::Notice, sentence));
            }
            Pair::Gone(role) => {
                let sentence = format!("the staff role {} is gone", role.name);
                changes.push(Change::new("staff.removed", Class::Narrows, sentence));
            }
            Pair::Stayed(before, after) => {
                role(&after.name, &purposes(old, before), &purposes(new, after), changes);
                if before.title != after.title {
                    let sentence = format!("the staff role {} is called “{}”", after.name, after.title);
                    changes.push(Change::new("staff.retitled", Class::Neutral, sentence));
                }
            }
        }
    }
}

fn purposes<'a>(manifest: &'a Manifest, role: &StaffRole) -> BTreeSet<&'a str> {
    role.purposes.iter().map(|ix| purpose_of(manifest, *ix)).collect()
}

fn role(name: &str, was: &BTreeSet<&str>, is: &BTreeSet<&str>, changes: &mut Vec<Change>) {
    let (come, gone) = (beyond(is, was), beyond(was, is));
    if !come.is_empty() {
        let sentence = format!("the staff role {name} now works for {} too", wording::list(&come));
        changes.push(Change::new("staff.widened", Class::Notice, sentence));
    }
    if !gone.is_empty() {
        let sentence = format!("the staff role {name} no longer works for {}", wording::list(&gone));
        changes.push(Change::new("staff.narrowed", Class::Narrows, sentence));
    }
}
