//! What people decide: consents, optional items, messages they can decline, and what they cannot, with the reason.

use candor_manifest::model::{Manifest, OptOut, Purpose};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn choices(manifest: &Manifest) -> Markup {
    html! {
        (consents(manifest))
        (optional(manifest))
        (declinable(manifest))
        (fixed(manifest))
        (signals(manifest))
        (collections(manifest))
    }
}

fn consents(manifest: &Manifest) -> Markup {
    let asked: Vec<_> = manifest.purposes.iter().filter(|purpose| facts::asks_first(purpose)).collect();
    html! {
        h3 { "Off until you say yes" }
        @if asked.is_empty() { p { "Nothing in this policy rests on consent." } }
        @else {
            (purpose_list(&asked))
            p {
                "Saying no costs you nothing else. You can take a yes back at any time, as easily as you gave it; what was "
                "done before stays lawful."
            }
        }
    }
}

fn optional(manifest: &Manifest) -> Markup {
    let groups = manifest.groups.iter().filter_map(|group| {
        let mut fields = facts::fields(manifest, &group.fields);
        fields.retain(|field| field.optional);
        (!fields.is_empty()).then_some((group.title.as_str(), fields))
    });
    let groups: Vec<_> = groups.collect();
    html! {
        @if !groups.is_empty() {
            h3 { "Yours to leave empty" }
            p { "You need not give these, and can empty them later." }
            dl class="pairs" {
                @for (title, fields) in &groups { dt { (wording::capitalised(title)) } dd { (wording::titles(fields)) } }
            }
        }
    }
}

fn declinable(manifest: &Manifest) -> Markup {
    let offered = manifest.purposes.iter().filter(|purpose| purpose.opt_out == OptOut::Offered).collect::<Vec<_>>();
    html! {
        @if !offered.is_empty() {
            h3 { "Messages you can decline" }
            (purpose_list(&offered))
        }
    }
}

fn fixed(manifest: &Manifest) -> Markup {
    let fixed = manifest.purposes.iter().filter_map(|purpose| match &purpose.opt_out {
        OptOut::Fixed(why) => Some((purpose, why)),
        _ => None,
    });
    let fixed: Vec<_> = fixed.collect();
    html! {
        @if !fixed.is_empty() {
            h3 { "Messages you cannot decline, and why" }
            dl class="pairs" {
                @for (purpose, why) in &fixed {
                    dt { a href={ "#purpose-" (purpose.name) } { (purpose.title) } }
                    dd { (wording::capitalised(why)) "." }
                }
            }
        }
    }
}

fn signals(manifest: &Manifest) -> Markup {
    let yielding: Vec<_> = manifest.purposes.iter().filter(|purpose| purpose.yields_to_gpc).collect();
    html! {
        @if manifest.honours_gpc {
            h3 { "Global Privacy Control" }
            p {
                "If your browser sends this signal, we take it as a no to any sale of your data and to sharing it for "
                "advertising elsewhere."
            }
            @if !yielding.is_empty() { (purpose_list(&yielding)) }
        }
    }
}

fn collections(manifest: &Manifest) -> Markup {
    html! {
        @if !manifest.collections.is_empty() {
            h3 { "What an administrator can switch off" }
            p { "Switched off, nothing of it is recorded at all." }
            dl class="pairs" {
                @for collection in &manifest.collections {
                    dt { (collection.title) }
                    dd { "At first " @if collection.on { "on" } @else { "off" } "." }
                }
            }
        }
    }
}

fn purpose_list(purposes: &[&Purpose]) -> Markup {
    html! {
        ul class="plain" {
            @for purpose in purposes {
                li {
                    a href={ "#purpose-" (purpose.name) } { (purpose.title) }
                    @if !purpose.channels.is_empty() { " (by " (wording::channels(&purpose.channels)) ")" }
                }
            }
        }
    }
}
