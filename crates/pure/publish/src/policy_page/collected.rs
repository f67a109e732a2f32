//! Each item of data beside its purposes: one table per kind of record.

use candor_manifest::model::{Field, FieldIx, Group, Manifest, Purpose};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn collected(manifest: &Manifest) -> Markup {
    html! {
        p { "Nothing is collected that does not stand here, and nothing is used but for the purpose beside it." }
        @for group in &manifest.groups { (table(manifest, group)) }
    }
}

fn table(manifest: &Manifest, group: &Group) -> Markup {
    html! {
        table id={ "group-" (group.name) } class="cards collected" {
            caption { (wording::capitalised(&group.title)) }
            thead {
                tr {
                    th scope="col" { "Item" }
                    th scope="col" { "What for" }
                    th scope="col" { "Comes from" }
                    th scope="col" { "Kept" }
                }
            }
            tbody {
                @for ix in &group.fields {
                    @if let Some(field) = facts::field(manifest, *ix) { (row(manifest, *ix, field)) }
                }
            }
        }
    }
}

fn row(manifest: &Manifest, ix: FieldIx, field: &Field) -> Markup {
    html! {
        tr id={ "data-" (field.name) } {
            th scope="row" {
                (wording::capitalised(&field.title))
                (marks(manifest, field))
            }
            td data-label="What for" {
                @for (badge, purposes) in by_basis(manifest, ix) {
                    div class="on-basis" {
                        (badge)
                        ul class="items" {
                            @for purpose in purposes { li { a href={ "#purpose-" (purpose.name) } { (purpose.title) } } }
                        }
                    }
                }
            }
            td data-label="Comes from" {
                ul class="plain" { @for source in wording::sources(field) { li { (source) } } }
            }
            td data-label="Kept" { (kept(manifest, ix, field)) }
        }
    }
}

/// The purposes that a field serves, under the badge of their basis, in the order of the policy.
fn by_basis(manifest: &Manifest, ix: FieldIx) -> Vec<(Markup, Vec<&Purpose>)> {
    let mut groups: Vec<(&'static str, Markup, Vec<&Purpose>)> = Vec::new();
    for purpose in facts::purposes_of(manifest, ix) {
        let basis = wording::basis(&purpose.basis);
        match groups.iter_mut().find(|group| group.0 == basis) {
            Some(group) => group.2.push(purpose),
            None => groups.push((basis, wording::basis_badge(&purpose.basis), vec![purpose])),
        }
    }
    groups.into_iter().map(|(_, badge, purposes)| (badge, purposes)).collect()
}

/// What a reader should know about an item at a glance.
fn marks(manifest: &Manifest, field: &Field) -> Markup {
    let derived = field.derived.as_ref().and_then(|derived| facts::field(manifest, derived.from));
    html! {
        @if field.optional { " " span class="mark" { "optional" } }
        @if field.special { " " span class="mark strong" { "specially protected" } }
        @if field.hashed { " " span class="mark" { "kept as a hash only" } }
        @if field.about_others { " " span class="mark" { "may speak of others" } }
        @if let Some(from) = derived { " " span class="mark" { "worked out from " (from.title) } }
    }
}

fn kept(manifest: &Manifest, ix: FieldIx, field: &Field) -> Markup {
    if let Some(holder) = field.held_by.and_then(|held_by| facts::recipient(manifest, held_by)) {
        return html! { "Not by us: held by " a href={ "#recipient-" (holder.name) } { (holder.title) } };
    }
    let keeps: Vec<_> = facts::keeps_of(manifest, ix).map(wording::keep).collect();
    html! {
        @if keeps.is_empty() { "As long as a purpose needs it" }
        @for keep in &keeps { p { (wording::capitalised(keep)) } }
    }
}
