//! Ownership among the places of a system: every chain of owners ends at a subject (after K9db).

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::Owner;
use crate::spell;

use super::ReadPlace;

/// Refuses names of places that are not declared, and chains of owners that come back to themselves.
///
/// When a place could not be read, nothing is said of names that it may have declared.
pub(super) fn check(places: &[ReadPlace], missed: bool, report: &mut Report) {
    let names = || places.iter().map(|read| read.place.name.as_str());
    for (name, span) in places.iter().flat_map(|read| &read.others) {
        if !missed && !names().any(|known| known == name) {
            let finding = Diagnostic::new(&codes::PLACE_UNDECLARED, *span, format!("place `{name}` is not declared"));
            report.push(finding.help("declare it in this system").perhaps(spell::nearest(name, names())));
        }
    }
    for read in places {
        if comes_back(read, places) {
            let message = format!("the owners of `{}` come back to it, and no subject is among them", read.place.name);
            let finding = Diagnostic::new(&codes::OWNER_CYCLE, read.owner, message);
            report.push(finding.help("one of them must be `owned by subject`"));
        }
    }
}

/// Whether some chain of owners that begins at a place leads back to it.
fn comes_back(start: &ReadPlace, places: &[ReadPlace]) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut ahead = vec![start];
    while let Some(at) = ahead.pop() {
        for owner in &at.place.owned_by {
            let Owner::Place(link) = owner else { continue };
            // A row may belong to another of its own place (a tree): that chain ends where its own owner is.
            if link.place == at.place.name && at.place.owned_by.len() > 1 {
                continue;
            }
            if link.place == start.place.name {
                return true;
            }
            if !seen.contains(&link.place.as_str()) {
                seen.push(&link.place);
                ahead.extend(places.iter().find(|read| read.place.name == link.place));
            }
        }
    }
    false
}
