//! Each item of data beside its purposes: one table per kind of record.

use candor_manifest::model::{Field, FieldIx, Group, Manifest};
use maud::{html, Markup};

use crate::{facts, wording};

pub(super) fn collected(manifest: &Manifest) -> Markup {
    html! {
        p { "Nothing is collected that does not stand here, and nothing is used but for the purpose beside it." }
        @for group in &manifest.groups { (table(manifest, group)) }
    }
}

fn table(manifest: &Manifest, group: &Group) -> Markup {
    html! {
        table id={ "group-" (group.name) } class="cards" {
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
                ul class="plain" {
                    @for purpose in facts::purposes_of(manifest, ix) {
                        li {
                            a href={ "#purpose-" (purpose.name) } { (purpose.title) }
                            " " (wording::basis_badge(&purpose.basis))
                        }
                    }
                }
            }
            td data-label="Comes from" { (wording::sources(field)) }
            td data-label="Kept" { (kept(manifest, ix, field)) }
        }
    }
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
