//! What a right does with each row that was found, in which order.

use std::collections::{BTreeMap, BTreeSet};

use candor_connect::ConnectError;
use candor_manifest::model::PlaceErasure;
use candor_places::{
    Act, Correction, Did, MappedOwner, MappedPlace, Mark, Person, PersonIx, PlaceReport, Share, SystemMap, Task, Turn,
    normalised,
};

use crate::rows::{Change, Edit, Rows, What};
use crate::walk::{Known, Walk, clause_column, is_there};

/// What is done in one place, and how it is reported.
pub(crate) struct Work {
    pub place: usize,
    pub report: PlaceReport,
    /// None when the rows are left alone.
    pub changes: Vec<Change>,
    /// Whose rows they are: one more for each person of each row.
    pub people: Vec<PersonIx>,
}

/// Works out what a task does with the rows of a walk.
pub(crate) fn plan<R: Rows>(map: &SystemMap, walk: &Walk<'_, R>, task: &Task) -> Result<Vec<Work>, ConnectError> {
    let mut works = Works { map, works: Vec::new() };
    match &task.act {
        Act::Erase => erase(&mut works, walk),
        Act::Rectify(corrections) => rectify(&mut works, walk, &task.people, corrections),
        Act::Restrict | Act::LiftRestriction | Act::Stop(_) | Act::Allow(_) => {
            if let Some((of, turn)) = task.act.mark() {
                mark(&mut works, walk, &of, turn);
            }
        }
    }
    Ok(works.works)
}

impl Work {
    /// Whose the rows of this line of a report are.
    pub fn shares(&self, line: usize) -> Vec<Share> {
        let mut counts: BTreeMap<PersonIx, u64> = BTreeMap::new();
        self.people.iter().for_each(|person| *counts.entry(*person).or_default() += 1);
        counts.into_iter().map(|(person, n_rows)| Share { line, person, n_rows }).collect()
    }
}

struct Works<'a> {
    map: &'a SystemMap,
    works: Vec<Work>,
}

impl Works<'_> {
    fn add(
        &mut self,
        place: usize,
        did: Did,
        because: Option<String>,
        whose: &BTreeSet<PersonIx>,
        change: Option<Change>,
    ) {
        let Some(mapped) = self.map.places.get(place) else { return };
        let is_it = |work: &&mut Work| work.place == place && work.report.did == did;
        match self.works.iter_mut().find(is_it) {
            Some(work) => {
                work.report.n_rows += 1;
                work.people.extend(whose);
                work.changes.extend(change);
            }
            None => self.works.push(Work {
                place,
                report: PlaceReport { place: mapped.name.clone(), did, n_rows: 1, because },
                people: whose.iter().copied().collect(),
                changes: change.into_iter().collect(),
            }),
        }
    }
}

fn erase<R: Rows>(works: &mut Works<'_>, walk: &Walk<'_, R>) {
    let map = works.map;
    // Who is spoken of goes first: nothing may point to a row that is gone.
    for known in walk.known.iter().filter(|known| !known.speaks.is_empty()) {
        let Some(place) = map.places.get(known.place) else { continue };
        if is_deleted(walk, place, known) {
            continue;
        }
        if place.on_erasure == PlaceErasure::Keep && place.kept_because.is_some() {
            works.add(known.place, Did::Kept, place.kept_because.clone(), &known.spoken_of, None);
            continue;
        }
        let edits = unlinks(place, &place.accessed_by, &known.speaks);
        works.add(known.place, Did::DeIdentified, None, &known.spoken_of, Some(change(known, What::Edit(edits))));
    }
    let depths = depths(map);
    let mut places: Vec<usize> = (0..map.places.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(depths.get(*place).copied()));
    for at in places {
        let Some(place) = map.places.get(at) else { continue };
        // What was found later belongs to what was found before.
        for known in walk.known.iter().rev().filter(|known| known.place == at && !known.owners.is_empty()) {
            match place.on_erasure {
                PlaceErasure::Keep => works.add(at, Did::Kept, place.kept_because.clone(), &known.owners, None),
                PlaceErasure::Delete if is_deleted(walk, place, known) => {
                    works.add(at, Did::Deleted, None, &known.owners, Some(change(known, What::Delete)));
                }
                PlaceErasure::Delete => {
                    let edits = unlinks(place, &place.owned_by, &ours(walk, place, known));
                    works.add(at, Did::DeIdentified, None, &known.owners, Some(change(known, What::Edit(edits))));
                }
                PlaceErasure::DeIdentify => {
                    let edits = blanks(walk, map, place, known);
                    works.add(at, Did::DeIdentified, None, &known.owners, Some(change(known, What::Edit(edits))));
                }
            }
        }
    }
}

/// Whether a row goes: it is to be deleted, and nobody else owns it.
fn is_deleted<R: Rows>(walk: &Walk<'_, R>, place: &MappedPlace, known: &Known) -> bool {
    !known.owners.is_empty() && place.on_erasure == PlaceErasure::Delete && !has_other_owner(walk, place, known)
}

fn has_other_owner<R: Rows>(walk: &Walk<'_, R>, place: &MappedPlace, known: &Known) -> bool {
    place.owned_by.iter().enumerate().any(|(at, clause)| {
        let column = clause_column(place, clause);
        let mut values = known.belongs.iter().filter(|(clause, _)| *clause == at).peekable();
        let is_ours = |(_, value): &(usize, String)| walk.is_asked(known.place, column, value);
        match clause {
            // Of one subject several values may stand here: one that is known is enough.
            MappedOwner::Subject { .. } => values.peek().is_some() && !values.any(is_ours),
            MappedOwner::Place(_) => values.any(|value| !is_ours(value)),
        }
    })
}

/// What of the links of a row leads to people of the task.
fn ours<R: Rows>(walk: &Walk<'_, R>, place: &MappedPlace, known: &Known) -> Vec<(usize, String)> {
    let is_ours = |(clause, value): &&(usize, String)| {
        let column = place.owned_by.get(*clause).map(|clause| clause_column(place, clause));
        column.is_some_and(|column| walk.is_asked(known.place, column, value))
    };
    known.belongs.iter().filter(is_ours).cloned().collect()
}

fn unlinks(place: &MappedPlace, clauses: &[MappedOwner], values: &[(usize, String)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, clause) in clauses.iter().enumerate().filter(|(_, clause)| !is_there(clause)) {
        let mut values: Vec<String> =
            values.iter().filter(|(clause, _)| *clause == at).map(|(_, value)| value.clone()).collect();
        values.sort();
        values.dedup();
        if !values.is_empty() {
            edits.push(Edit::Unlink { column: clause_column(place, clause).to_owned(), values });
        }
    }
    edits
}

/// What makes a row nobody's: each column with a field is emptied, and the link to the person taken away.
fn blanks<R: Rows>(walk: &Walk<'_, R>, map: &SystemMap, place: &MappedPlace, known: &Known) -> Vec<Edit> {
    let columns = place.columns.iter().enumerate().filter(|(at, _)| !known.unmapped.contains(at));
    let mut edits: Vec<Edit> = columns.map(|(_, column)| Edit::Blank { column: column.column.clone() }).collect();
    let leads_nowhere = |clause: &MappedOwner| match clause {
        MappedOwner::Subject { .. } => true,
        MappedOwner::Place(link) => {
            map.place(&link.place).is_some_and(|owner| owner.on_erasure == PlaceErasure::Delete)
        }
    };
    let links: Vec<(usize, String)> = ours(walk, place, known)
        .into_iter()
        .filter(|(clause, _)| place.owned_by.get(*clause).is_some_and(leads_nowhere))
        .collect();
    for unlink in unlinks(place, &place.owned_by, &links) {
        if !edits.iter().any(|edit| edit.column() == unlink.column()) {
            edits.push(unlink);
        }
    }
    edits
}

fn rectify<R: Rows>(works: &mut Works<'_>, walk: &Walk<'_, R>, people: &[Person], corrections: &[Correction]) {
    let map = works.map;
    for known in walk.known.iter().filter(|known| !known.owners.is_empty()) {
        let Some(place) = map.places.get(known.place) else { continue };
        // A later correction of the same field holds.
        let mut edits: Vec<Edit> = Vec::new();
        for correction in corrections.iter().filter(|correction| known.owners.contains(&correction.person)) {
            let whom = known_values(people, correction);
            for column in columns_of(place, known, &correction.field, &whom) {
                edits.retain(|edit| edit.column() != column);
                edits.push(match &correction.value {
                    Some(value) => Edit::Put {
                        column: column.to_owned(),
                        field: Some(correction.field.clone()),
                        known: whom.clone(),
                        to: value.expose().clone(),
                    },
                    None => Edit::Blank { column: column.to_owned() },
                });
            }
        }
        if !edits.is_empty() {
            works.add(known.place, Did::Corrected, None, &known.owners, Some(change(known, What::Edit(edits))));
        }
    }
}

/// The columns in which a field of a row's owner stands, copies too. In a row that is theirs through another, or others' too, what
/// names somebody else was never wrong.
fn columns_of<'p>(place: &'p MappedPlace, known: &Known, field: &str, whom: &[String]) -> Vec<&'p str> {
    let is_record = matches!(place.owned_by.as_slice(), [MappedOwner::Subject { .. }]);
    let is_others = |at: &usize| !is_record && known.named.iter().any(|(of, value)| of == at && !whom.contains(value));
    let mapped = place.columns.iter().enumerate().filter(|(at, column)| {
        column.field.as_deref() == Some(field) && !known.unmapped.contains(at) && !is_others(at)
    });
    let mut columns: Vec<&str> = mapped.map(|(_, column)| column.column.as_str()).collect();
    // With several owners it is not told whose identifier stands there.
    if let [MappedOwner::Subject { field: by, column }] = place.owned_by.as_slice()
        && by == field
        && !columns.iter().any(|known| crate::row::is_column(known, column) || known == column)
    {
        columns.push(column);
    }
    columns
}

fn known_values(people: &[Person], correction: &Correction) -> Vec<String> {
    let PersonIx(at) = correction.person;
    let person = usize::try_from(at).ok().and_then(|at| people.get(at));
    let identifiers = person.into_iter().flat_map(|person| &person.identifiers);
    identifiers
        .filter(|identifier| identifier.field == correction.field)
        .map(|identifier| normalised(identifier.value.expose()))
        .collect()
}

fn mark<R: Rows>(works: &mut Works<'_>, walk: &Walk<'_, R>, of: &Mark, turn: Turn) {
    let map = works.map;
    for known in walk.known.iter().filter(|known| !known.owners.is_empty()) {
        let Some(place) = map.places.get(known.place) else { continue };
        match place.mark(of) {
            Some(mark) => {
                let to = match turn {
                    Turn::Set => Some(mark.to.clone()),
                    Turn::Lifted => mark.otherwise.clone().or_else(|| opposite(&mark.to)),
                };
                let edit = Edit::Mark { column: mark.column.clone(), to };
                works.add(known.place, of.did(turn), None, &known.owners, Some(change(known, What::Edit(vec![edit]))));
            }
            // A restriction is meant for every place, a no for those that are mapped for its purpose.
            None if *of == Mark::Restriction => works.add(known.place, Did::CannotHold, None, &known.owners, None),
            None => {}
        }
    }
}

/// What stands in the place of a mark that is taken away: of two words the other, else nothing.
fn opposite(value: &str) -> Option<String> {
    const PAIRS: [(&str, &str); 4] = [("true", "false"), ("1", "0"), ("yes", "no"), ("on", "off")];
    PAIRS.iter().find_map(|(yes, no)| match value.to_lowercase() {
        text if text == *yes => Some((*no).to_owned()),
        text if text == *no => Some((*yes).to_owned()),
        _ => None,
    })
}

fn change(known: &Known, what: What) -> Change {
    Change { key: known.key.clone(), version: known.version.clone(), kept: known.kept.clone(), what }
}

/// How many owners stand between a place's rows and a subject, at most.
fn depths(map: &SystemMap) -> Vec<usize> {
    let mut depths = vec![0_usize; map.places.len()];
    let owners = |place: &MappedPlace| -> Vec<usize> {
        let names = place.owned_by.iter().filter_map(|owner| match owner {
            MappedOwner::Place(link) if link.place != place.name => Some(link.place.as_str()),
            _ => None,
        });
        names.filter_map(|name| map.places.iter().position(|place| place.name == name)).collect()
    };
    let owners: Vec<Vec<usize>> = map.places.iter().map(owners).collect();
    // As often as a chain can be long: a circle of places ends there too.
    for _ in 0..map.places.len().min(64) {
        let mut has_changed = false;
        for (at, owners) in owners.iter().enumerate() {
            let depth = owners.iter().filter_map(|owner| depths.get(*owner)).max().map_or(0, |depth| depth + 1);
            if depths.get(at).is_some_and(|known| *known < depth) && depth <= map.places.len() {
                if let Some(known) = depths.get_mut(at) {
                    *known = depth;
                }
                has_changed = true;
            }
        }
        if !has_changed {
            break;
        }
    }
    depths
}
