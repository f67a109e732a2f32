//! Who else gets data: role, country, safeguard, own policy, and exactly which items for which purpose.

use candor_manifest::model::{Manifest, Recipient, RecipientIx};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn recipients(manifest: &Manifest) -> Markup {
    html! {
        @if manifest.recipients.is_empty() { p { "Nobody." } }
        @else {
            p { "Each gets the items beside its name, for the purpose beside them, and no others. " (sale(manifest)) }
            table class="cards recipients" {
                caption { "Recipients" }
                thead {
                    tr {
                        th scope="col" { "Recipient" }
                        th scope="col" { "Where" }
                        th scope="col" { "Gets" }
                        th scope="col" { "Its own policy" }
                    }
                }
                tbody {
                    @for (recipient, at) in manifest.recipients.iter().zip(0..) {
                        (row(manifest, RecipientIx(at), recipient))
                    }
                }
            }
        }
    }
}

fn sale(manifest: &Manifest) -> &'static str {
    if manifest.sells_data {
        return "Some of it is sold: see the purposes that say so. You can refuse.";
    }
    "None of it is sold."
}

fn row(manifest: &Manifest, ix: RecipientIx, recipient: &Recipient) -> Markup {
    html! {
        tr id={ "recipient-" (recipient.name) } {
            th scope="row" {
                (recipient.title)
                " " span class="mark" { (wording::role(recipient.role)) }
            }
            td data-label="Where" { (wording::capitalised(&wording::country(recipient.country))) }
            td data-label="Gets" {
                ul class="plain" {
                    @for (purpose, share) in facts::shares_with(manifest, ix) {
                        li {
                            (wording::titles(&facts::fields(manifest, &share.fields)))
                            ". For: " a href={ "#purpose-" (purpose.name) } { (purpose.title) }
                            @if share.on_instruction { " (only when you tell us to)" }
                        }
                    }
                }
            }
            td data-label="Its own policy" {
                @match &recipient.policy_url {
                    Some(url) => { (wording::link(url, &format!("Policy of {}", recipient.title))) }
                    None => "None given",
                }
            }
        }
    }
}

pub(super) fn transfers(manifest: &Manifest) -> Markup {
    let home = wording::country(manifest.controller.country);
    let abroad: Vec<_> = manifest.recipients.iter().filter(|recipient| recipient.is_transfer).collect();
    html! {
        @if abroad.is_empty() { p { "We are in " (home) ", and what we hold is not sent to other countries." } }
        @else {
            p { "We are in " (home) ". These recipients are elsewhere; what protects your data there stands beside each." }
            table class="cards" {
                caption { "Transfers to other countries" }
                thead {
                    tr {
                        th scope="col" { "Recipient" }
                        th scope="col" { "Country" }
                        th scope="col" { "Protected by" }
                    }
                }
                tbody { @for recipient in &abroad { (transfer(recipient)) } }
            }
        }
    }
}

fn transfer(recipient: &Recipient) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "#recipient-" (recipient.name) } { (recipient.title) } }
            td data-label="Country" { (wording::capitalised(&wording::country(recipient.country))) }
            td data-label="Protected by" {
                @match recipient.safeguard {
                    Some(safeguard) => {
                        (wording::safeguard(safeguard)) " " span class="mark" { (wording::safeguard_article(safeguard)) }
                    }
                    None => { (wording::role(recipient.role)) }
                }
            }
        }
    }
}
