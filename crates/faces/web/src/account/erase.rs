//! `/{tenant}/account/leave/erase`: what goes and what stays, the last question, and the receipt; and the one step for the
//! account of somebody under the policy's age.
//!
//! Both ask for a fresh proof of who it is. While a legal hold is in force nothing is offered, and its ground is named.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use candor_manifest::model::RightKind;
use candor_vault::{Erased, Erasure, HoldView, RecipientView, VaultError};
use maud::{Markup, html};

use super::decides;
use super::leave::export_form;
use super::signed::{Signed, SignedForm, private, with_status};
use crate::Written as _;
use crate::door::{Jar, escaped};
use crate::kit::{
    Area, CheckBox, Frame, Place, Tone, Weight, banner, button_link, card, confirm_page, error_summary, heading,
};
use crate::words::{account as words, kit};

/// Which of the two erasures is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// The person wants to be gone.
    Own,
    /// The account is of somebody under this age.
    Minor(u8),
}

impl Wish {
    const fn path(self) -> &'static str {
        match self {
            Self::Own => "/leave/erase",
            Self::Minor(_) => "/leave/minor",
        }
    }
}

pub(super) async fn page(signed: Signed) -> Response {
    ask(&signed, Wish::Own, false).await
}

pub(super) async fn minor_page(signed: Signed) -> Response {
    match signed.manifest().age {
        Some(rule) => ask(&signed, Wish::Minor(rule.at_least), false).await,
        None => crate::not_found().await,
    }
}

pub(super) async fn erase(SignedForm(signed, posted): SignedForm) -> Response {
    carry_out(&signed, Wish::Own, posted.get("sure")).await
}

pub(super) async fn erase_minor(SignedForm(signed, posted): SignedForm) -> Response {
    match signed.manifest().age {
        Some(rule) => carry_out(&signed, Wish::Minor(rule.at_least), posted.get("sure")).await,
        None => crate::not_found().await,
    }
}

async fn ask(signed: &Signed, wish: Wish, is_unsure: bool) -> Response {
    if !signed.is_fresh() {
        return prove_first(signed, wish.path());
    }
    let outcome = asked(signed, wish, is_unsure).await;
    signed.answer(outcome)
}

/// Sends whoever proved themself long ago to do so once more, and back to the question.
pub(super) fn prove_first(signed: &Signed, path: &str) -> Response {
    let then = escaped(&signed.href(path));
    let to = signed.at.reader.href(&format!("/{}/account/prove?then={then}", signed.at.tenant.slug));
    private(Redirect::to(&to).into_response())
}

async fn asked(signed: &Signed, wish: Wish, is_unsure: bool) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let language = signed.language();
    if wish == Wish::Own && decides::waits(signed, RightKind::Erasure).await? {
        let title = Place::Leave.title(language);
        let content = html! {
            (heading(title, None))
            (decides::who_and_how(signed, &[RightKind::Erasure]).await?)
            p { (button_link(Weight::Quiet, &signed.href("/leave"), kit::back(language))) }
        };
        return Ok(signed.bare_page(Place::Leave, title, &content));
    }
    let mut holds = vault.holds(caller, subject).await?;
    holds.retain(|hold| hold.in_force);
    let mut recipients = vault.recipients(caller, subject).await?;
    recipients.retain(|recipient| recipient.n_disclosures > 0);
    let title = words::erase_sure(language);
    let unsure = is_unsure.then(|| ("sure".to_owned(), words::erase_tick_missing(language).to_owned()));
    let content = html! {
        (error_summary(language, unsure.as_slice()))
        (heading(title, None))
        @if holds.is_empty() {
            (what_goes(signed))
            (what_stays(signed))
            (elsewhere(signed, &recipients))
            (question(signed, wish, is_unsure))
        } @else { (held(signed, &holds)) }
    };
    Ok(signed.bare_page(Place::Leave, title, &content))
}

fn held(signed: &Signed, holds: &[HoldView]) -> Markup {
    let language = signed.language();
    let text = |hold: &HoldView| match hold.until {
        Some(until) => words::hold_until(language, &hold.ground, &language.date(until)),
        None => words::hold_open(language, &hold.ground),
    };
    html! {
        (banner(language, Tone::Warning, &html! {
            p { (words::erase_held(language)) }
            ul { @for hold in holds { li { (text(hold)) } } }
        }))
        div class="buttons" { (button_link(Weight::Plain, &signed.href("/leave"), kit::back(language))) }
    }
}

fn what_goes(signed: &Signed) -> Markup {
    let language = signed.language();
    let content = html! {
        p { (words::erase_goes_text(language)) }
        p { (words::erase_export_first(language)) ":" }
        (export_form(signed, None))
    };
    card("goes", &html! { (words::erase_goes(language)) }, &content)
}

fn what_stays(signed: &Signed) -> Markup {
    let language = signed.language();
    let content = html! {
        ul {
            li { (words::erase_stays_ledger(language)) }
            li { (words::erase_stays_request(language)) }
            li { (words::erase_stays_texts(language)) }
        }
    };
    card("stays", &html! { (words::erase_stays(language)) }, &content)
}

fn elsewhere(signed: &Signed, recipients: &[RecipientView]) -> Markup {
    let language = signed.language();
    if recipients.is_empty() {
        return html! {};
    }
    let content = html! {
        p { (words::erase_elsewhere_text(language)) }
        ul { @for recipient in recipients { li { (signed.said(&recipient.title)) } } }
    };
    card("elsewhere", &html! { (words::erase_elsewhere(language)) }, &content)
}

fn question(signed: &Signed, wish: Wish, is_unsure: bool) -> Markup {
    let language = signed.language();
    let label = match wish {
        Wish::Own => words::erase_tick(language).to_owned(),
        Wish::Minor(age) => words::erase_tick_minor(language, age),
    };
    let error = is_unsure.then(|| words::erase_tick_missing(language));
    let tick = CheckBox { name: "sure", label: html! { (label) }, is_ticked: false, error };
    confirm_page(
        language,
        signed.token(),
        &signed.href(wish.path()),
        &tick.markup(language),
        (Weight::Grave, words::erase_now(language)),
        &signed.href("/leave"),
    )
}

async fn carry_out(signed: &Signed, wish: Wish, sure: &str) -> Response {
    if !signed.is_fresh() {
        return prove_first(signed, wish.path());
    }
    if sure != "yes" {
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, ask(signed, wish, true).await);
    }
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let erased = match wish {
        Wish::Own => vault.erase_everywhere(caller, subject, None).await,
        Wish::Minor(_) => vault.erase_minor(caller, subject).await,
    };
    match erased {
        Ok(Erasure::Done(erased)) => gone(signed, &erased).await,
        Ok(Erasure::UnderWay(_)) => under_way(signed),
        Err(error) => signed.answer(Err(error)),
    }
}

/// Connected systems come first: what the person is told until nothing is left there.
fn under_way(signed: &Signed) -> Response {
    let language = signed.language();
    let title = words::erasing_title(language);
    let content = html! { (heading(title, Some(&html! { (words::erasing_text(language)) }))) };
    let page = Frame { reader: &signed.at.reader, tenant: signed.tenant(), title, area: Area::Door }.page(&content);
    private(Html(page.into_string()).into_response())
}

/// The last page: outside of the account area, for there is no account any more.
async fn gone(signed: &Signed, erased: &Erased) -> Response {
    let language = signed.language();
    let title = words::erased_title(language);
    let receipt = format!("/ledger/{}/receipts/{}", signed.at.tenant.slug, erased.entry);
    let letter = match erased.request {
        Some(request) => signed.vault().letter(&signed.person, request).await.ok(),
        None => None,
    };
    let content = html! {
        (heading(title, Some(&html! { (words::erased_text(language, erased.n_keys_destroyed)) })))
        p { (words::erased_receipt(language)) }
        div class="buttons" { (button_link(Weight::Plain, &receipt, words::erased_receipt_link(language))) }
        @if let Some(letter) = &letter {
            div class="card letter" lang=(letter.language) {
                @for paragraph in letter.text.split("\n\n") { p { (paragraph) } }
            }
        }
    };
    let page = Frame { reader: &signed.at.reader, tenant: signed.tenant(), title, area: Area::Door }.page(&content);
    let mut response = private(Html(page.into_string()).into_response());
    if let Some(cookie) = Jar::Session.forget(&signed.at.tenant.slug) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
