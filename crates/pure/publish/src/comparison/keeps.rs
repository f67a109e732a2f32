//! How long what is kept.
//!
//! Rules are held side by side per purpose, field and event; fields that change alike make one change. The first rule
//! to end decides, so that one more rule narrows and one less widens. A rule that comes or goes with its field or its
//! purpose is told there.

use std::collections::{BTreeMap, BTreeSet};

use candor_manifest::model::{Keep, Manifest};

use super::named::{Pair, be, length, name_of, pairs, purpose_of, written};
use super::policy::{action, rank};
use super::{Change, Class, Sides, toward};
use crate::wording;

/// What happened to a rule of some fields, within a purpose or for all of them.
struct Alike<'a> {
    purpose: Option<&'a str>,
    was: Option<&'a Keep>,
    is: Option<&'a Keep>,
    fields: Vec<&'a str>,
}

/// The rules of a manifest, by the purpose within which they hold and the field they cover.
type Rules<'a> = BTreeMap<(Option<&'a str>, &'a str), Vec<&'a Keep>>;

pub(super) fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (rules(sides.old), rules(sides.new));
    let mut places: Vec<_> = new.keys().chain(old.keys().filter(|place| !new.contains_key(*place))).collect();
    // In the order of the text.
    places.sort_by_cached_key(|(_, field)| sides.new.field(field));
    let (purposes, fields) = (stayed_purposes(sides), stayed_fields(sides));
    let mut alike: Vec<Alike<'_>> = Vec::new();
    for place in places {
        let (purpose, field) = *place;
        if !fields.contains(field) || purpose.is_some_and(|purpose| !purposes.contains(purpose)) {
            continue;
        }
        let (was, is) = (old.get(place), new.get(place));
        for (was, is) in matched(was.map_or(&[], Vec::as_slice), is.map_or(&[], Vec::as_slice)) {
            gather(&mut alike, Alike { purpose, was, is, fields: vec![field] });
        }
    }
    for alike in &alike {
        tell(sides, alike, changes);
    }
}

fn rules(manifest: &Manifest) -> Rules<'_> {
    let mut rules = Rules::new();
    for keep in &manifest.keeps {
        let purpose = keep.purpose.map(|ix| purpose_of(manifest, ix));
        for ix in &keep.fields {
            rules.entry((purpose, name_of(manifest, *ix))).or_default().push(keep);
        }
    }
    rules
}

fn stayed_purposes(Sides { old, new }: Sides<'_>) -> BTreeSet<&str> {
    let stayed = new.purposes.iter().filter(|purpose| old.purpose(&purpose.name).is_some());
    stayed.map(|purpose| purpose.name.as_str()).collect()
}

fn stayed_fields(Sides { old, new }: Sides<'_>) -> BTreeSet<&str> {
    new.fields.iter().filter(|field| old.field(&field.name).is_some()).map(|field| field.name.as_str()).collect()
}

/// Matches rules by their event; what is left on both sides is one rule in another's place.
fn matched<'a>(was: &[&'a Keep], is: &[&'a Keep]) -> Vec<(Option<&'a Keep>, Option<&'a Keep>)> {
    let (mut matched, mut come, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for pair in pairs(was, is, |keep| &keep.event) {
        match pair {
            Pair::Stayed(was, is) => matched.push((Some(*was), Some(*is))),
            Pair::Came(is) => come.push(Some(*is)),
            Pair::Gone(was) => gone.push(Some(*was)),
        }
    }
    let n_left = come.len().max(gone.len());
    come.resize(n_left, None);
    gone.resize(n_left, None);
    matched.extend(gone.into_iter().zip(come));
    matched
}

/// Puts a field with those whose rules changed in the same way.
fn gather<'a>(alike: &mut Vec<Alike<'a>>, one: Alike<'a>) {
    let same = |a: Option<&Keep>, b: Option<&Keep>| a.map(terms) == b.map(terms);
    if same(one.was, one.is) {
        return;
    }
    let known = alike
        .iter_mut()
        .find(|other| other.purpose == one.purpose && same(other.was, one.was) && same(other.is, one.is));
    match known {
        Some(known) => known.fields.extend(one.fields),
        None => alike.push(one),
    }
}

/// All of a rule but what it covers.
fn terms(keep: &Keep) -> impl PartialEq {
    (keep.event.clone(), keep.after, keep.action, keep.within, keep.sealed_for, keep.grace)
}

fn tell(sides: Sides<'_>, alike: &Alike<'_>, changes: &mut Vec<Change>) {
    let what = written(sides.new, &alike.fields);
    let scope = alike.purpose.map_or_else(String::new, |purpose| format!("for {purpose}, "));
    let subject = format!("{scope}{what} {}", be(&what));
    let mut push = |code, class, said: String| {
        let mut change = Change::new(code, class, format!("{subject} {said}")).of_fields(&alike.fields);
        change.purpose = alike.purpose.map(str::to_owned);
        changes.push(change);
    };
    match (alike.was, alike.is) {
        (Some(was), Some(is)) if was.event != is.event => {
            let (now, before) = (wording::keep(is), wording::keep(was));
            push("keep.replaced", Class::Notice, format!("kept {now}, instead of {before}"));
        }
        (Some(was), Some(is)) => same_event(was, is, push),
        (Some(was), None) => {
            push("keep.removed", Class::Notice, format!("no longer bound to be kept only {}", wording::keep(was)))
        }
        (None, Some(is)) => push("keep.added", Class::Narrows, format!("kept {} at the longest", wording::keep(is))),
        (None, None) => {}
    }
}

fn same_event(was: &Keep, is: &Keep, mut push: impl FnMut(&'static str, Class, String)) {
    let span = |keep: &Keep| keep.after.map_or(0, length);
    if was.after != is.after {
        let before = was.after.map_or_else(|| "no time".to_owned(), |after| after.to_string());
        let class = if span(was) == span(is) { Class::Neutral } else { toward(span(is) > span(was)) };
        push("keep.time", class, format!("kept {} instead of {before}", wording::keep_until(is)));
    }
    if was.action != is.action {
        let class = toward(rank(is.action) > rank(was.action));
        push("keep.action", class, format!("{} in the end instead of {}", action(is.action), action(was.action)));
    }
    if was.within != is.within {
        let within = |keep: &Keep| keep.within.map_or(0, length);
        let class = if within(was) == within(is) { Class::Neutral } else { toward(within(is) > within(was)) };
        let before = was.within.map_or_else(|| "at once".to_owned(), |within| format!("within {within}"));
        push("keep.within", class, format!("in the end {} instead of {before}", wording::keep_then(is)));
    }
    if was.sealed_for != is.sealed_for {
        let sealed = |keep: &Keep| keep.sealed_for.map_or(u64::MAX, length);
        let said = |keep: &Keep| keep.sealed_for.map_or_else(|| "no stated time".to_owned(), |span| span.to_string());
        push(
            "keep.sealed",
            toward(sealed(is) > sealed(was)),
            format!("sealed for {} instead of {}", said(is), said(was)),
        );
    }
    if was.grace != is.grace {
        let grace = |keep: &Keep| keep.grace.map_or(0, length);
        let said = |keep: &Keep| keep.grace.map_or_else(|| "no".to_owned(), |grace| format!("{grace} of"));
        let class = if grace(is) < grace(was) { Class::Notice } else { Class::Neutral };
        push("keep.grace", class, format!("kept with {} grace instead of {}", said(is), said(was)));
    }
}
