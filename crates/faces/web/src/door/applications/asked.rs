//! What an application asks of a person, purpose by purpose, and what they answered: at the consent page and for a device.

use std::collections::BTreeMap;

use candor_identity::PurposeAsk;
use candor_manifest::Manifest;
use maud::{Markup, html};

use crate::Posted;
use crate::door::at::At;
use crate::kit::basis_badge;
use crate::sign_up::consent_card;
use crate::words::applications as words;

/// Every purpose with what it shares with the recipient.
pub(super) fn purposes(
    at: &At,
    manifest: &Manifest,
    (application, recipient): (&str, &str),
    asks: &[PurposeAsk],
) -> Markup {
    html! {
        @if !asks.is_empty() { h2 class="on" { (words::asks_for(at.language(), application)) } }
        @for asked in asks { (purpose(at, manifest, recipient, asked)) }
    }
}

/// What was answered to each question that the form held.
pub(super) fn answers(posted: &Posted) -> BTreeMap<String, bool> {
    let purposes = posted.names().filter_map(|name| name.strip_prefix("consent."));
    purposes.map(|purpose| (purpose.to_owned(), posted.get(&format!("consent.{purpose}")) == "yes")).collect()
}

/// One purpose: a question, or what is shared anyhow.
fn purpose(at: &At, manifest: &Manifest, recipient: &str, asked: &PurposeAsk) -> Markup {
    let language = at.language();
    let Some(purpose) = manifest.purpose(&asked.purpose).and_then(|ix| manifest.purposes.get(ix.at())) else {
        return html! {};
    };
    let mut card = consent_card(language, manifest, purpose);
    // Of this page's question alone: what this application gets.
    let shares = purpose.shares.iter().filter_map(|share| manifest.recipients.get(share.with.at()));
    let places: Vec<bool> = shares.map(|one| one.name == recipient).collect();
    let mut is_own = places.into_iter();
    card.recipients.retain(|_| is_own.next().unwrap_or(false));
    let fields = asked.fields.iter().filter_map(|name| manifest.field(name));
    card.data = fields.map(|ix| manifest.fields[ix.at()].title.as_str()).collect();
    match asked.needs_yes {
        true => card.question(language, None, None),
        false => card.shown(language, &basis_badge(language, &purpose.basis)),
    }
}
