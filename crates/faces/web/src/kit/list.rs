//! Lists: pairs of a name and what belongs to it, badges, plain lists.

use candor_manifest::model::Basis;
use maud::{Markup, html};

use crate::Language;
use crate::words::policy as words;

/// Names, each with what belongs to it.
pub fn pairs(rows: &[(Markup, Markup)]) -> Markup {
    html! {
        dl class="pairs" { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}

/// A list without marks, one entry a line.
pub fn plain_list(entries: &[Markup]) -> Markup {
    html! { ul class="plain" { @for entry in entries { li { (entry) } } } }
}

/// A short word in a frame; `class` only colours it.
pub fn badge(class: &str, text: &str) -> Markup {
    html! { span class={ "badge " (class) } { (text) } }
}

/// A legal basis as a badge.
pub fn basis_badge(language: Language, basis: &Basis) -> Markup {
    let class = match basis {
        Basis::Consent { .. } => "consent",
        Basis::Contract => "contract",
        Basis::LegalObligation(_) | Basis::PublicTask(_) => "law",
        Basis::VitalInterest | Basis::LegitimateInterest(_) => "interest",
    };
    badge(class, words::basis(language, basis))
}
