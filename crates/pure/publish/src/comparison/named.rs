//! What has the same name on both sides, and names as sentences write them.

use std::collections::BTreeSet;

use candor_manifest::model::{FieldIx, Manifest, PurposeIx};
use candor_words::{Span, SpanUnit};

use crate::{facts, wording};

/// One name, and on which sides it stands.
pub(super) enum Pair<'a, T> {
    Came(&'a T),
    Gone(&'a T),
    Stayed(&'a T, &'a T),
}

/// Pairs two lists by a key that stands at most once in each: the newer in its order, then what is gone.
pub(super) fn pairs<'a, T, K: PartialEq>(old: &'a [T], new: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<Pair<'a, T>> {
    let find = |list: &'a [T], wanted: &K| list.iter().find(|item| key(item) == *wanted);
    let newer = new.iter().map(|item| match find(old, &key(item)) {
        Some(before) => Pair::Stayed(before, item),
        None => Pair::Came(item),
    });
    let gone = old.iter().filter(|item| find(new, &key(item)).is_none()).map(Pair::Gone);
    newer.chain(gone).collect()
}

/// The names of some fields.
pub(super) fn names<'a>(manifest: &'a Manifest, ixs: &[FieldIx]) -> BTreeSet<&'a str> {
    facts::fields(manifest, ixs).into_iter().map(|field| field.name.as_str()).collect()
}

/// A field's name; empty for a position that is none.
pub(super) fn name_of(manifest: &Manifest, ix: FieldIx) -> &str {
    facts::field(manifest, ix).map_or("", |field| field.name.as_str())
}

/// A purpose's name; empty for a position that is none.
pub(super) fn purpose_of(manifest: &Manifest, ix: PurposeIx) -> &str {
    manifest.purposes.get(ix.at()).map_or("", |purpose| purpose.name.as_str())
}

/// What stands in the first set only, in order.
pub(super) fn beyond<'a>(these: &BTreeSet<&'a str>, those: &BTreeSet<&'a str>) -> Vec<&'a str> {
    these.difference(those).copied().collect()
}

/// Some fields as a sentence writes them: a group of several fields by its own name when all of it is meant.
pub(super) fn written(manifest: &Manifest, names: &[&str]) -> String {
    let mut words = Vec::new();
    let all: BTreeSet<&str> = names.iter().copied().collect();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for group in manifest.groups.iter().filter(|group| group.fields.len() > 1) {
        let whole = self::names(manifest, &group.fields);
        if whole.is_subset(&all) {
            words.push(format!("all of `{}`", group.name));
            told.extend(whole);
        }
    }
    words.extend(names.iter().filter(|name| !told.contains(**name)).map(|name| format!("`{name}`")));
    wording::list(&words)
}

/// `is` or `are`, after what [`written`] gave; no name of a field holds a space.
pub(super) fn be(written: &str) -> &'static str {
    if written.contains(" and ") { "are" } else { "is" }
}

/// How long a span is, for comparing: as [`Span::approximate_seconds`], but twelve months are a year.
pub(super) fn length(span: Span) -> u64 {
    match span.unit {
        SpanUnit::Year => Span::new(span.count, SpanUnit::Month).approximate_seconds() * 12,
        _ => span.approximate_seconds(),
    }
}
