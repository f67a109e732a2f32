//! What a purpose gives to each recipient.

use std::collections::{BTreeMap, BTreeSet};

use candor_manifest::model::{Manifest, Purpose};

use super::Versions;
use crate::comparison::named::{beyond, name_of, written};
use crate::comparison::{Change, Class, Sides};
use crate::facts;

/// What one recipient gets for one purpose.
#[derive(Default)]
struct Given<'a> {
    /// Every field.
    all: BTreeSet<&'a str>,
    /// The fields that go without an instruction of the subject.
    unasked: BTreeSet<&'a str>,
}

pub(super) fn compare(sides: Sides<'_>, versions: Versions<'_>, changes: &mut Vec<Change>) {
    let (was, is) = (given(sides.old, versions.before), given(sides.new, versions.after));
    let recipients: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let nothing = Given::default();
    for recipient in recipients {
        let (before, after) = (was.get(recipient).unwrap_or(&nothing), is.get(recipient).unwrap_or(&nothing));
        one(sides, (versions, recipient), (before, after), changes);
    }
}

fn given<'a>(manifest: &'a Manifest, purpose: &'a Purpose) -> BTreeMap<&'a str, Given<'a>> {
    let mut given: BTreeMap<&str, Given<'_>> = BTreeMap::new();
    for share in &purpose.shares {
        let Some(recipient) = facts::recipient(manifest, share.with) else { continue };
        let gets = given.entry(recipient.name.as_str()).or_default();
        for ix in &share.fields {
            gets.all.insert(name_of(manifest, *ix));
            if !share.on_instruction {
                gets.unasked.insert(name_of(manifest, *ix));
            }
        }
    }
    given
}

fn one(
    sides: Sides<'_>,
    (versions, recipient): (Versions<'_>, &str),
    (before, after): (&Given<'_>, &Given<'_>),
    changes: &mut Vec<Change>,
) {
    let purpose = &versions.after.name;
    let mut push = |code, class, fields: &[&str], sentence: String| {
        if !fields.is_empty() {
            changes.push(versions.change(code, class, sentence).of_recipient(recipient).of_fields(fields));
        }
    };
    let come = beyond(&after.all, &before.all);
    let sentence = format!("{recipient} now receives {} for {purpose}", written(sides.new, &come));
    push("share.added", versions.more(), &come, sentence);
    let gone = beyond(&before.all, &after.all);
    let sentence = format!("{recipient} no longer receives {} for {purpose}", written(sides.old, &gone));
    push("share.removed", Class::Narrows, &gone, sentence);

    let stayed: BTreeSet<&str> = after.all.intersection(&before.all).copied().collect();
    let was: BTreeSet<&str> = before.unasked.intersection(&stayed).copied().collect();
    let is: BTreeSet<&str> = after.unasked.intersection(&stayed).copied().collect();
    let freed = beyond(&is, &was);
    let sentence = format!("{recipient} now receives {} for {purpose} without instruction", written(sides.new, &freed));
    push("share.unasked", versions.more(), &freed, sentence);
    let bound = beyond(&was, &is);
    let sentence = format!("{recipient} receives {} for {purpose} on instruction only", written(sides.new, &bound));
    push("share.instructed", Class::Narrows, &bound, sentence);
}
