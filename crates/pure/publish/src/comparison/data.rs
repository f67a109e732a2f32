//! What is collected, and how it is treated before it is stored.

use candor_manifest::model::{Collection, Derive, Field, Manifest, Scrubber, ValueKind};

use super::named::{Pair, beyond, name_of, names, pairs, written};
use super::{Change, Class, Sides, toward};
use crate::{facts, wording};

pub(super) fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    fields(sides, changes);
    groups(sides, changes);
    collections(sides, changes);
    scrubs(sides, changes);
}

fn fields(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&sides.old.fields, &sides.new.fields, |field| field.name.as_str()) {
        match pair {
            Pair::Came(field) => {
                let sentence = format!("`{}` ({}) is now collected", field.name, field.title);
                changes.push(Change::new("field.added", Class::Notice, sentence).of_fields(&[&field.name]));
            }
            Pair::Gone(field) => {
                let sentence = format!("`{}` is no longer collected", field.name);
                changes.push(Change::new("field.removed", Class::Narrows, sentence).of_fields(&[&field.name]));
            }
            Pair::Stayed(before, after) => field(sides, before, after, changes),
        }
    }
}

/// The yes-or-no clauses of a field: code, what it says of the field now, and the class.
fn turned(before: &Field, after: &Field) -> Vec<(&'static str, &'static str, Class)> {
    let mut turned = Vec::new();
    let mut turn = |was: bool, is: bool, on: (&'static str, &'static str, Class), off| {
        if was != is {
            turned.push(if is { on } else { off });
        }
    };
    turn(
        before.optional,
        after.optional,
        ("field.optional", "may now be left empty", Class::Narrows),
        ("field.required", "is now required", Class::Notice),
    );
    turn(
        before.identifies,
        after.identifies,
        ("field.identifies", "now identifies people", Class::Notice),
        ("field.identifies_not", "no longer identifies people", Class::Narrows),
    );
    turn(
        before.special,
        after.special,
        ("field.special", "is now a special category", Class::Notice),
        ("field.special_not", "no longer counts as a special category", Class::Notice),
    );
    turn(
        before.about_others,
        after.about_others,
        ("field.about_others", "may now hold data about other people", Class::Notice),
        ("field.about_others_not", "is no longer treated as data about other people", Class::Notice),
    );
    turn(
        before.hashed,
        after.hashed,
        ("field.hashed", "is now kept as a hash only", Class::Narrows),
        ("field.hashed_not", "is no longer kept as a hash only", Class::Notice),
    );
    turned
}

fn field(sides: Sides<'_>, before: &Field, after: &Field, changes: &mut Vec<Change>) {
    let name = after.name.as_str();
    let mut push = |code, class, said: String| {
        changes.push(Change::new(code, class, format!("`{name}` {said}")).of_fields(&[name]));
    };
    for (code, said, class) in turned(before, after) {
        push(code, class, said.to_owned());
    }
    if before.term != after.term {
        push("field.term", Class::Notice, format!("is now {} instead of {}", after.term, before.term));
    }
    let (was, is) = (wording::sources(before), wording::sources(after));
    let (come, gone) = (only_in(&is, &was), only_in(&was, &is));
    if !come.is_empty() {
        push(
            "field.source_added",
            Class::Notice,
            format!("may now come from another source: {}", wording::list(&come)),
        );
    }
    if !gone.is_empty() {
        push("field.source_removed", Class::Narrows, format!("no longer comes from: {}", wording::list(&gone)));
    }
    if holder(sides.old, before) != holder(sides.new, after) {
        let is = holder(sides.new, after).unwrap_or("the controller itself");
        let was = holder(sides.old, before).unwrap_or("the controller itself");
        push("field.holder", Class::Notice, format!("is held by {is} instead of {was}"));
    }
    if derived(sides.old, before) != derived(sides.new, after) {
        push("field.derivation", Class::Notice, "is worked out in another way".to_owned());
    }
    if before.title != after.title {
        push("field.retitled", Class::Neutral, format!("is called “{}” instead of “{}”", after.title, before.title));
    }
    if (before.kind, before.bytes_max) != (after.kind, after.bytes_max) {
        let said = |field: &Field| format!("{} of at most {} bytes", kind(field.kind), field.bytes_max);
        push("field.values", Class::Neutral, format!("takes {} instead of {}", said(after), said(before)));
    }
}

/// What only the first list says.
fn only_in(these: &[String], those: &[String]) -> Vec<String> {
    these.iter().filter(|item| !those.contains(item)).cloned().collect()
}

fn holder<'a>(manifest: &'a Manifest, field: &Field) -> Option<&'a str> {
    Some(facts::recipient(manifest, field.held_by?)?.name.as_str())
}

fn derived<'a>(manifest: &'a Manifest, field: &Field) -> Option<(&'a str, Derive)> {
    field.derived.as_ref().map(|derivation| (name_of(manifest, derivation.from), derivation.by))
}

const fn kind(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "text",
        ValueKind::Number => "a number",
        ValueKind::Flag => "yes or no",
        ValueKind::Date => "a date",
        ValueKind::Time => "a time",
        ValueKind::List => "a list",
    }
}

/// Groups come and go with their fields; what is left is how they are called and how often they occur.
fn groups(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&old.groups, &new.groups, |group| group.name.as_str()) {
        let Pair::Stayed(before, after) = pair else { continue };
        let name = &after.name;
        if before.many != after.many {
            let count = if after.many { "many" } else { "one" };
            let sentence = format!("of `{name}`, {count} may be kept about one person");
            changes.push(Change::new("group.many", toward(after.many), sentence));
        }
        if before.title != after.title {
            let sentence = format!("`{name}` is called “{}” instead of “{}”", after.title, before.title);
            changes.push(Change::new("group.retitled", Class::Neutral, sentence));
        }
    }
}

fn collections(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&sides.old.collections, &sides.new.collections, |collection| collection.name.as_str()) {
        match pair {
            Pair::Came(collection) => {
                let sentence = format!("administrators may switch the collection {} off and on", collection.name);
                changes.push(Change::new("collection.added", Class::Narrows, sentence));
            }
            Pair::Gone(collection) => {
                let sentence = format!("administrators may no longer switch the collection {}", collection.name);
                changes.push(Change::new("collection.removed", Class::Notice, sentence));
            }
            Pair::Stayed(before, after) => collection(sides, before, after, changes),
        }
    }
}

fn collection(Sides { old, new }: Sides<'_>, before: &Collection, after: &Collection, changes: &mut Vec<Change>) {
    if before.on != after.on {
        let state = if after.on { "on" } else { "off" };
        let sentence = format!("the collection {} is {state} until it is switched", after.name);
        changes.push(Change::new("collection.default", toward(after.on), sentence));
    }
    let (was, is) = (names(old, &before.fields), names(new, &after.fields));
    // A field that the switch no longer covers is collected whatever the switch says.
    let (come, gone) = (beyond(&is, &was), beyond(&was, &is));
    for (fields, manifest, code, said, class) in [
        (come, new, "collection.covers", "now covers", Class::Narrows),
        (gone, old, "collection.uncovers", "no longer covers", Class::Notice),
    ] {
        if !fields.is_empty() {
            let sentence = format!("the switch of the collection {} {said} {}", after.name, written(manifest, &fields));
            changes.push(Change::new(code, class, sentence).of_fields(&fields));
        }
    }
    if before.title != after.title {
        let sentence = format!("the collection {} is called “{}”", after.name, after.title);
        changes.push(Change::new("collection.retitled", Class::Neutral, sentence));
    }
}

fn scrubs(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    // A field may have several treatments: they are held side by side as one list.
    let of = |manifest: &Manifest, field: &str| -> Vec<Scrubber> {
        let its = manifest.scrubs.iter().filter(|scrub| name_of(manifest, scrub.field) == field);
        its.map(|scrub| scrub.by.clone()).collect()
    };
    let stayed = new.fields.iter().filter(|field| old.field(&field.name).is_some());
    for field in stayed {
        let (was, is) = (of(old, &field.name), of(new, &field.name));
        if was == is {
            continue;
        }
        let is_kept = was.iter().all(|treatment| is.contains(treatment)) && is.len() > was.len();
        let (code, said, class) = match () {
            () if is.is_empty() => ("scrub.removed", "is stored as it comes", Class::Notice),
            () if is_kept => ("scrub.added", "is scrubbed further before it is stored", Class::Narrows),
            () => ("scrub.changed", "is scrubbed in another way before it is stored", Class::Notice),
        };
        changes.push(Change::new(code, class, format!("`{}` {said}", field.name)).of_fields(&[&field.name]));
    }
}
