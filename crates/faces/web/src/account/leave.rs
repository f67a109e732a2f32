//! `/{tenant}/account/leave`: take the data along, let the account rest, come back, go on to erasure.
//!
//! Taking along wants a fresh proof of who it is: an archive holds everything at once.

use axum::http::StatusCode;
use axum::response::Response;
use candor_age::{AgeError, Lock};
use candor_manifest::model::{Keep, KeepEvent, RightKind};
use candor_vault::{ExportKind, VaultError};
use candor_words::Secret;
use maud::{Markup, html};

use super::decides;
use super::erase::prove_first;
use super::signed::{Signed, SignedForm, private, with_status};
use crate::kit::{Input, InputKind, Place, Weight, button, button_link, card, error_summary, form};
use crate::words::{account as words, policy};

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = leave(&signed, None).await;
    signed.answer(outcome)
}

async fn leave(signed: &Signed, wrong: Option<&str>) -> Result<Response, VaultError> {
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
    let wrong_fields: Vec<_> = wrong.map(|text| (LOCK_FIELD.to_owned(), text.to_owned())).into_iter().collect();
    let content = html! {
        (error_summary(language, &wrong_fields))
        (decided)
        @if !asked.contains(&RightKind::Access) || !asked.contains(&RightKind::Portability) {
            (card("export", &html! { (words::export_title(language)) }, &html! {
                p { (words::export_text(language)) }
                (export_form(signed, wrong))
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

/// The field for who may open an archive: a passphrase, or a key.
const LOCK_FIELD: &str = "passphrase";

/// Both exports, with the words that open them: a download writes to the ledger, so it is a form.
pub(super) fn export_form(signed: &Signed, wrong: Option<&str>) -> Markup {
    let language = signed.language();
    let lock = Input::new(LOCK_FIELD, html! { (words::export_lock(language)) }, InputKind::Password)
        .hint(html! { (words::export_lock_hint(language)) })
        .error(wrong)
        .autocomplete("new-password")
        .characters_max(256)
        .optional();
    let one = |kind: &str, text: &str| {
        html! { button class=(Weight::Plain.class()) name="kind" value=(kind) { (text) } }
    };
    form(
        signed.token(),
        &signed.href("/leave/export"),
        &html! {
            (lock.markup(language))
            div class="buttons" {
                (one("access", words::export_access(language)))
                (one("portability", words::export_portability(language)))
            }
        },
    )
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

/// Streams the archive, encrypted when words or a key were given.
pub(super) async fn export(SignedForm(signed, posted): SignedForm) -> Response {
    if !signed.is_fresh() {
        return prove_first(&signed, "/leave");
    }
    let typed = posted.get(LOCK_FIELD);
    let lock = match Some(typed).filter(|typed| !typed.is_empty()) {
        None => None,
        Some(typed) => match Lock::typed(Secret::new(typed.to_owned())) {
            Ok(lock) => Some(lock),
            Err(error) => {
                let wrong = match error {
                    AgeError::Key => words::export_key_malformed(signed.language()),
                    _ => words::export_passphrase_unfit(signed.language()),
                };
                let outcome = leave(&signed, Some(wrong)).await;
                return with_status(StatusCode::UNPROCESSABLE_ENTITY, signed.answer(outcome));
            }
        },
    };
    let kind = if posted.get("kind") == "portability" { ExportKind::Portability } else { ExportKind::Access };
    let export = signed.vault().export(&signed.person, signed.subject(), kind).await;
    signed.answer(export.map(|export| private(candor_http::archive(export, signed.manifest(), lock))))
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
