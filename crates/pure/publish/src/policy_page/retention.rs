//! How long what is kept, and what then happens to it.

use candor_manifest::model::{FieldIx, Keep, KeepEvent, Manifest};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn retention(manifest: &Manifest) -> Markup {
    let keeps: Vec<_> = manifest.keeps.iter().filter(|keep| !keep.fields.is_empty()).collect();
    html! {
        p { "When the time is up, the key to your data is destroyed, so that copies in backups cannot be read either." }
        table class="cards" {
            caption { "How long each item is kept" }
            thead {
                tr {
                    th scope="col" { "What" }
                    th scope="col" { "Kept" }
                    th scope="col" { "Then" }
                }
            }
            tbody { @for keep in &keeps { (row(manifest, keep)) } }
        }
        (deactivation(manifest))
        (held(manifest))
    }
}

fn row(manifest: &Manifest, keep: &Keep) -> Markup {
    let purpose = keep.purpose.and_then(|ix| manifest.purposes.get(ix.at()));
    html! {
        tr {
            th scope="row" {
                (what(manifest, &keep.fields))
                @if let Some(purpose) = purpose {
                    " " span class="mark" { "for this use only: " (purpose.title) }
                }
            }
            td data-label="Kept" { (wording::capitalised(&wording::keep_until(keep))) }
            td data-label="Then" {
                (wording::capitalised(&wording::keep_then(keep)))
                @if let Some(grace) = keep.grace { p { "Come back within " (grace) " and you find all as it was." } }
            }
        }
    }
}

/// Fields named by their group where the rule covers all of it.
fn what(manifest: &Manifest, fields: &[FieldIx]) -> String {
    let mut names = Vec::new();
    for group in &manifest.groups {
        let covered: Vec<_> = group.fields.iter().copied().filter(|ix| fields.contains(ix)).collect();
        if covered.is_empty() {
            continue;
        }
        if covered.len() == group.fields.len() {
            names.push(wording::capitalised(&group.title));
            continue;
        }
        let titles = wording::titles(&facts::fields(manifest, &covered));
        names.push(format!("{}: {titles}", wording::capitalised(&group.title)));
    }
    names.join("; ")
}

fn deactivation(manifest: &Manifest) -> Markup {
    html! {
        @if manifest.keeps.iter().any(|keep| keep.event == KeepEvent::Deactivated) {
            h3 { "Deactivating is not erasing" }
            p {
                "When an account is deactivated, nobody can sign in to it, but what it shared stays visible to those it was "
                "shared with until the times above have run. To have your data erased, ask for erasure: "
                a href="#rights" { "your rights" } "."
            }
        }
    }
}

fn held(manifest: &Manifest) -> Markup {
    let held = manifest.fields.iter().filter_map(|field| Some((field, facts::recipient(manifest, field.held_by?)?)));
    let held: Vec<_> = held.collect();
    html! {
        @if !held.is_empty() {
            h3 { "What we never hold" }
            ul class="plain" {
                @for (field, recipient) in &held {
                    li {
                        (wording::capitalised(&field.title)) ": goes to "
                        a href={ "#recipient-" (recipient.name) } { (recipient.title) } " and is not stored by us."
                    }
                }
            }
        }
    }
}
