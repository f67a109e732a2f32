//! Protection, staff, systems, organisations, children, changes, contact.

use candor_manifest::model::{KeepAction, Manifest, NoticeClass, NoticeRule};
use maud::{Markup, html};

use crate::records::MEASURES;
use crate::wording;

pub(super) fn security(manifest: &Manifest) -> Markup {
    html! {
        ul { @for measure in MEASURES { li { (measure.text) } } }
        @if !manifest.roles.is_empty() {
            h3 { "Which of our staff may look" }
            p { "Only for these purposes. Each look is recorded, and you can see the record." }
            dl class="pairs" {
                @for role in &manifest.roles {
                    dt { (role.title) }
                    dd {
                        ul class="items" {
                            @for purpose in role.purposes.iter().filter_map(|ix| manifest.purposes.get(ix.at())) {
                                li { a href={ "#purpose-" (purpose.name) } { (purpose.title) } }
                            }
                        }
                    }
                }
            }
        }
        @if !manifest.systems.is_empty() {
            h3 { "Which other systems hold it" }
            p { "Requests are carried out there too, and each is searched again to make sure." }
            ul class="plain" {
                @for system in &manifest.systems { li { (system.title) " (" (wording::system(system.kind)) ")" } }
            }
        }
    }
}

pub(super) fn organisations(manifest: &Manifest) -> Option<Markup> {
    let organisations = manifest.organisations.as_ref()?;
    Some(html! {
        ul {
            @if let Some(notice) = organisations.claim_notice {
                li {
                    "An organisation may take charge of accounts whose email address is on a domain that it owns. You are told "
                    (notice) " before, and can change the address or leave in that time. Afterwards the address changes only "
                    "with the organisation’s approval."
                }
            }
            @if organisations.decide_requests {
                li { "Requests about such an account are decided by the organisation; you are told when yours is passed on." }
            }
            @if let Some((least, most)) = organisations.retention {
                li { "The organisation may set how long its accounts are kept, between " (least) " and " (most) "." }
            }
        }
    })
}

pub(super) fn children(manifest: &Manifest) -> Option<Markup> {
    let age = manifest.age?;
    let end = match age.otherwise {
        KeepAction::Erase => "erase it",
        KeepAction::Anonymise => "make it anonymous",
        KeepAction::Quarantine => "seal it away until it can be erased",
    };
    Some(html! {
        p {
            "The service is not for people under " (age.at_least) ", and we do not knowingly collect anything about them. "
            "If we learn that we have, we " (end) ". If you know of such a case, please tell us."
        }
    })
}

pub(super) fn changes(manifest: &Manifest) -> Markup {
    html! {
        p { "Earlier versions stay readable. If you disagree with a change, you can take your data with you and leave." }
        @if !manifest.notices.is_empty() {
            ul class="plain" { @for notice in &manifest.notices { li { (told(notice)) } } }
        }
    }
}

fn told(notice: &NoticeRule) -> Markup {
    let of = match notice.of {
        NoticeClass::Any => "Any change",
        NoticeClass::Significant => "A change that widens what is done with your data",
        NoticeClass::Transfer => "A merger or sale, with the choices you then have",
    };
    html! {
        (of) ": you are told by " (wording::channels(&notice.by))
        @if let Some(before) = notice.before { ", " (before) " before it takes effect" }
        "."
    }
}

pub(super) fn contact(manifest: &Manifest) -> Markup {
    let controller = &manifest.controller;
    html! {
        address {
            p { strong { (controller.name) } ", " (wording::country(controller.country)) }
            ul class="plain" { @for contact in &controller.contacts { li { (wording::contact(contact)) } } }
        }
    }
}
