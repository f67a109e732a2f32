//! What people can ask for, within what time, and where they complain.

use candor_manifest::model::{Law, Manifest, Right, RightKind};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn rights(manifest: &Manifest) -> Markup {
    let mut laws: Vec<Law> = manifest.laws.clone();
    laws.retain(|law| manifest.rights.iter().any(|right| right.law == *law));
    html! {
        p {
            "Ask in your settings or through any "
            a href="#contact" { "contact below" }
            ". It is free. You get a signed receipt of what was done, system by system."
        }
        @for law in laws { (table(manifest, law)) }
        h3 { "Good to know" }
        ul {
            li { "Where identity must be proved first, nothing leaves before; the proof is kept only as long as needed." }
            li { "Other people’s data in your records is blacked out in what you receive." }
            li { "If the law makes us keep something, the answer says what, why and for how long." }
            li { "Whoever received your data from us is told to correct, restrict or erase it too. Apps that you connected "
                 "yourself decide for themselves: ask them as well." }
            @if manifest.organisations.as_ref().is_some_and(|organisations| organisations.decide_requests) {
                li { "If an organisation manages your account, your request goes to it, and you are told." }
            }
        }
    }
}

fn table(manifest: &Manifest, law: Law) -> Markup {
    html! {
        table class="cards" {
            caption { "Under the " (wording::law(law)) }
            thead {
                tr {
                    th scope="col" { "You can" }
                    th scope="col" { "What it means" }
                    th scope="col" { "Answered within" }
                }
            }
            tbody { @for right in manifest.rights.iter().filter(|right| right.law == law) { (row(manifest, right)) } }
        }
    }
}

fn row(manifest: &Manifest, right: &Right) -> Markup {
    html! {
        tr {
            th scope="row" {
                (wording::right(right.kind))
                @if right.identity_documents { " " span class="mark" { "identity is proved by documents first" } }
                @else if right.identity_first { " " span class="mark" { "identity is proved first" } }
            }
            td data-label="What it means" { (wording::right_meaning(right.kind)) (reach(manifest, right.kind)) }
            td data-label="Answered within" {
                strong { (right.within) }
                @if let Some(more) = right.extendable { p { "Up to " (more) " more if it is hard; we then tell you why." } }
            }
        }
    }
}

/// The purposes a right reaches, where it does not reach all.
fn reach(manifest: &Manifest, kind: RightKind) -> Markup {
    let article = match kind {
        RightKind::Objection => "A21",
        RightKind::Withdrawal => "A7-3",
        _ => return html! {},
    };
    let reached: Vec<_> =
        manifest.purposes.iter().filter(|purpose| facts::rights_under(&purpose.basis).contains(&article)).collect();
    html! {
        @if !reached.is_empty() {
            ul class="items" { @for purpose in reached { li { a href={ "#purpose-" (purpose.name) } { (purpose.title) } } } }
        }
    }
}

pub(super) fn complaints(manifest: &Manifest) -> Option<Markup> {
    if manifest.authorities.is_empty() {
        return None;
    }
    Some(html! {
        p { "Tell us first if you like, but you need not. You can complain at any time to a supervisory authority, where you "
            "live, where you work, or where you think your rights were infringed:" }
        ul class="plain" {
            @for authority in &manifest.authorities {
                li {
                    @match &authority.url {
                        Some(url) => (wording::link(url, &authority.name)),
                        None => (authority.name),
                    }
                    " (" (wording::country(authority.country)) ")"
                }
            }
        }
    })
}
