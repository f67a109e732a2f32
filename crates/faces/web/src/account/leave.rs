//! `/{tenant}/account/leave`: take the data along, let the account rest, come back, go on to erasure.

use axum::response::Response;
use candor_manifest::model::{Keep, KeepEvent, RightKind};
use candor_vault::{ExportKind, VaultError};
use maud::{Markup, html};

use super::decides;
use super::signed::{Signed, SignedForm, private};
use crate::kit::{Place, Weight, button, button_link, card, form};
use crate::words::{account as words, policy};

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = leave(&signed).await;
    signed.answer(outcome)
}

async fn leave(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let view = signed.vault().subject(&signed.person, signed.subject()).await?;
    let mut asked = Vec::new();
    for right in [RightKind::Access, RightKind::Portability, RightKind::Erasure] {
        if decides::waits(signed, right).await? {
            asked.push(right);
        }
    }
    let decided = if asked.is_empty() {
        html! {}
    } else {
        decides::who_and_how(signed, &asked).await?
    };
    let content = html! {
        (decided)
        @if !asked.contains(&RightKind::Access) || !asked.contains(&RightKind::Portability) {
            (card("export", &html! { (words::export_title(language)) }, &html! {
                p { (words::export_text(language)) }
                (export_buttons(signed))
            }))
        }
        (card("rest", &html! { (words::rest_title(language)) }, &resting(signed, view.state == "deactivated")))
        @if !asked.contains(&RightKind::Erasure) {
            (card("erase", &html! { (words::erase_title(language)) }, &html! {
                p { (words::erase_text(language)) }
                div class="buttons" { (button_link(Weight::Grave, &signed.href("/leave/erase"), words::erase_go_on(language))) }
            }))
        }
        @if let Some(rule) = signed.manifest().age {
            (card("minor", &html! { (words::minor_title(language, rule.at_least)) }, &html! {
                p { (words::minor_text(language)) }
                div class="buttons" { (button_link(Weight::Plain, &signed.href("/leave/minor"), words::minor_go_on(language))) }
            }))
        }
    };
    Ok(signed.page(Place::Leave, words::leave_lead(language), &content))
}

/// Both exports, each a form of its own: a download writes to the ledger.
pub(super) fn export_buttons(signed: &Signed) -> Markup {
    let language = signed.language();
    let one = |kind: &str, text: &str| {
        form(
            signed.token(),
            &signed.href("/leave/export"),
            &html! {
                input type="hidden" name="kind" value=(kind);
                (button(Weight::Plain, text))
            },
        )
    };
    html! {
        div class="buttons" {
            (one("access", words::export_access(language)))
            (one("portability", words::export_portability(language)))
        }
    }
}

fn resting(signed: &Signed, is_resting: bool) -> Markup {
    let language = signed.language();
    let counts = |keep: &&Keep| keep.purpose.is_none() && keep.event == KeepEvent::Deactivated;
    let mut rules: Vec<String> =
        signed.manifest().keeps.iter().filter(counts).map(|keep| policy::keep(language, keep)).collect();
    rules.sort();
    rules.dedup();
    let (path, text) =
        if is_resting { ("/leave/back", words::come_back(language)) } else { ("/leave/rest", words::rest(language)) };
    html! {
        p { @if is_resting { (words::is_deactivated(language)) } @else { (words::rest_text(language)) } }
        @if !rules.is_empty() {
            p { (words::rest_rules(language)) }
            ul { @for rule in &rules { li { (rule) } } }
        }
        (form(signed.token(), &signed.href(path), &html! {
            div class="buttons" { (button(Weight::Plain, text)) }
        }))
    }
}

/// Streams the archive.
pub(super) async fn export(SignedForm(signed, posted): SignedForm) -> Response {
    let kind = if posted.get("kind") == "portability" { ExportKind::Portability } else { ExportKind::Access };
    let export = signed.vault().export(&signed.person, signed.subject(), kind).await;
    signed.answer(export.map(|export| private(candor_http::archive(export, signed.manifest(), None))))
}

/// Lets the account rest.
pub(super) async fn rest(SignedForm(signed, _): SignedForm) -> Response {
    let outcome = signed.vault().deactivate(&signed.person, signed.subject()).await;
    signed.answer(outcome.map(|_| signed.done("/leave#rest", "resting")))
}

/// Comes back.
pub(super) async fn back(SignedForm(signed, _): SignedForm) -> Response {
    let outcome = signed.vault().reactivate(&signed.person, signed.subject()).await;
    signed.answer(outcome.map(|_| signed.done("", "back")))
}
