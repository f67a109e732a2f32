//! Each purpose with its basis, the items it uses, who gets them for it, and how it may reach people.

use candor_manifest::model::{Manifest, OptOut, Purpose, Share};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn purposes(manifest: &Manifest) -> Markup {
    html! {
        p { "Each use has a legal basis. What rests on consent is off until you give it." }
        @for purpose in &manifest.purposes { (card(manifest, purpose)) }
    }
}

fn card(manifest: &Manifest, purpose: &Purpose) -> Markup {
    html! {
        section class="purpose" id={ "purpose-" (purpose.name) } aria-labelledby={ "purpose-" (purpose.name) "-title" } {
            div class="heading" {
                h3 id={ "purpose-" (purpose.name) "-title" } { (purpose.title) }
                (wording::basis_badge(&purpose.basis))
            }
            p { (wording::basis_sentence(&purpose.basis)) (extras(purpose)) }
            dl {
                dt { "Uses" }
                dd { (items(manifest, purpose)) }
                @if !purpose.shares.is_empty() {
                    dt { "Given to" }
                    dd { ul class="plain" { @for share in &purpose.shares { li { (given(manifest, share)) } } } }
                }
                @if !purpose.channels.is_empty() {
                    dt { "Messages" }
                    dd { (messages(purpose)) }
                }
                @if facts::keeps_within(manifest, purpose).next().is_some() {
                    dt { "Kept for this" }
                    dd { @for keep in facts::keeps_within(manifest, purpose) { (wording::capitalised(&wording::keep(keep))) } }
                }
                @if let Some(notice) = &purpose.notice {
                    dt { @if facts::asks_first(purpose) { "You are asked" } @else { "You are told" } }
                    dd { q { (notice) } }
                }
            }
        }
    }
}

fn extras(purpose: &Purpose) -> Markup {
    html! {
        @if let Some(view) = purpose.de_identified {
            " Without names or identifiers, and never for groups of fewer than " (view.group_min) " people."
        }
        @if let Some(special) = purpose.special {
            " Specially protected data is used on this condition: " (wording::special_basis(special)) "."
        }
        @if purpose.survives_restriction { " It goes on when you have use restricted, as the law allows." }
    }
}

fn items(manifest: &Manifest, purpose: &Purpose) -> Markup {
    html! {
        ul class="items" {
            @for ix in facts::fields_of(purpose) {
                @if let Some(field) = facts::field(manifest, ix) {
                    li { a href={ "#data-" (field.name) } { (wording::capitalised(&field.title)) } }
                }
            }
        }
    }
}

fn given(manifest: &Manifest, share: &Share) -> Markup {
    html! {
        @if let Some(recipient) = facts::recipient(manifest, share.with) {
            a href={ "#recipient-" (recipient.name) } { (recipient.title) }
            ": " (wording::titles(&facts::fields(manifest, &share.fields)))
            @if share.on_instruction { " (only when you tell us to)" }
        }
    }
}

fn messages(purpose: &Purpose) -> Markup {
    html! {
        "By " (wording::channels(&purpose.channels)) ". "
        @match &purpose.opt_out {
            OptOut::None => {},
            OptOut::Offered => "You can decline them, in each message or in your settings.",
            OptOut::Fixed(why) => { "They cannot be declined: " (why) "." },
        }
    }
}
