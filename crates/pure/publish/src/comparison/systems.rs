//! Where fields live outside the vault, and what erasure does there.

use std::collections::BTreeSet;

use candor_manifest::model::{LinkStands, Manifest, Owner, Place, PlaceErasure, System};

use super::named::{Pair, beyond, name_of, pairs, written};
use super::{Change, Class, Sides, toward};

pub(super) fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&sides.old.systems, &sides.new.systems, |system| system.name.as_str()) {
        match pair {
            Pair::Came(system) => {
                let sentence = format!("data also lives in the system {} ({})", system.name, system.title);
                changes.push(Change::new("system.added", Class::Notice, sentence));
            }
            Pair::Gone(system) => {
                let sentence = format!("data no longer lives in the system {}", system.name);
                changes.push(Change::new("system.removed", Class::Narrows, sentence));
            }
            Pair::Stayed(before, after) => system(sides, before, after, changes),
        }
    }
}

fn system(sides: Sides<'_>, before: &System, after: &System, changes: &mut Vec<Change>) {
    let name = &after.name;
    let setting =
        |of: &System, manifest: &Manifest| (of.title.clone(), of.kind, of.at.clause(manifest), of.template.clone());
    if setting(before, sides.old) != setting(after, sides.new) {
        let sentence = format!("the system {name} is described or reached in another way");
        changes.push(Change::new("system.changed", Class::Neutral, sentence));
    }
    for pair in pairs(&before.places, &after.places, |place| place.name.as_str()) {
        match pair {
            Pair::Came(place) => {
                let sentence = format!("data also lives in {} of the system {name}", place.name);
                changes.push(Change::new("place.added", Class::Notice, sentence));
            }
            Pair::Gone(place) => {
                let sentence = format!("data no longer lives in {} of the system {name}", place.name);
                changes.push(Change::new("place.removed", Class::Narrows, sentence));
            }
            Pair::Stayed(before, after) => place(sides, (before, after), name, changes),
        }
    }
}

fn place(sides: Sides<'_>, (before, after): (&Place, &Place), system: &str, changes: &mut Vec<Change>) {
    let name = format!("{} of the system {system}", after.name);
    if before.on_erasure != after.on_erasure {
        let (is, was) = (erasure(after.on_erasure), erasure(before.on_erasure));
        let sentence = format!("on erasure, a row in {name} is {} instead of {}", is.1, was.1);
        changes.push(Change::new("place.erasure", toward(is.0 > was.0), sentence));
    }
    let (was, is) = (held(sides.old, before), held(sides.new, after));
    let (come, gone) = (beyond(&is, &was), beyond(&was, &is));
    if !come.is_empty() {
        let sentence = format!("{name} now holds {}", written(sides.new, &come));
        changes.push(Change::new("place.holds", Class::Notice, sentence).of_fields(&come));
    }
    if !gone.is_empty() {
        let sentence = format!("{name} no longer holds {}", written(sides.old, &gone));
        changes.push(Change::new("place.drops", Class::Narrows, sentence).of_fields(&gone));
    }
    let whose = |manifest, place: &Place| {
        let said = |owners: &[Owner]| owners.iter().map(|of| owner(manifest, of)).collect::<Vec<_>>();
        (said(&place.owned_by), said(&place.accessed_by), place.only_where.clone())
    };
    if whose(sides.old, before) != whose(sides.new, after) {
        let sentence = format!("whose the rows in {name} are is told in another way");
        changes.push(Change::new("place.owner", Class::Notice, sentence));
    }
}

fn held<'a>(manifest: &'a Manifest, place: &Place) -> BTreeSet<&'a str> {
    place.columns.iter().map(|column| name_of(manifest, column.field)).collect()
}

/// An owner by names, which hold across two versions of a policy.
fn owner(manifest: &Manifest, of: &Owner) -> (String, String, bool) {
    match of {
        Owner::Subject { by, column } => (name_of(manifest, *by).to_owned(), column.clone(), false),
        Owner::Place(link) => (link.place.clone(), link.through.clone(), link.stands == LinkStands::There),
    }
}

/// How much erasure leaves behind, and in words.
const fn erasure(of: PlaceErasure) -> (u8, &'static str) {
    match of {
        PlaceErasure::Delete => (0, "deleted"),
        PlaceErasure::DeIdentify => (1, "de-identified"),
        PlaceErasure::Keep => (2, "kept"),
    }
}
