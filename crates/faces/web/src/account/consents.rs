//! `/{tenant}/account/consents`: what waits for a yes, where it stands, what was said when, and the receipts.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use candor_vault::{
    ConsentAct, ConsentEvent, ConsentPreference, ConsentState, ConsentVerb, Preference, ReceiptForm, VaultError,
};
use maud::{Markup, html};

use super::signed::{Signed, SignedForm, private};
use crate::Written as _;
use crate::kit::{ConsentCard, Place, Step, Tone, badge, banner, empty, form, timeline};
use crate::sign_up::consent_card;
use crate::words::account as words;

/// The most that was said of all consents together that one page shows.
const SAID_MAX: usize = 200;
/// How a consent was said, as receipts tell it.
const METHOD: &str = "privacy_centre";

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = consents(&signed).await;
    signed.answer(outcome)
}

async fn consents(signed: &Signed) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let language = signed.language();
    let preferences = vault.preferences(caller, subject).await?;
    let said = vault.consents(caller, subject, None, SAID_MAX).await?.rows;
    let asked: Vec<_> =
        preferences.purposes.iter().filter_map(|preference| Some((preference, preference.consent.as_ref()?))).collect();
    let content = html! {
        @if asked.is_empty() { (empty(words::consents_none(language), None)) }
        @for (preference, consent) in &asked { (one(signed, preference, consent, &said)) }
    };
    Ok(signed.page(Place::Consents, words::consents_lead(language), &content))
}

fn one(signed: &Signed, preference: &Preference, consent: &ConsentPreference, said: &[ConsentEvent]) -> Markup {
    let Some(purpose) = signed.purpose(&preference.purpose) else { return html! {} };
    let language = signed.language();
    let said: Vec<&ConsentEvent> = said.iter().filter(|event| event.purpose == purpose.name).collect();
    let answer = form(signed.token(), &signed.href(&format!("/consents/{}", purpose.name)), &answers(signed, consent));
    let actions = html! {
        @if consent.ask_again { (banner(language, Tone::Note, &html! { p { (words::ask_again(language)) } })) }
        (answer)
        @if consent.state == Some(ConsentState::Unconfirmed) { p class="quiet" { (words::unconfirmed_hint(language)) } }
        @if !said.is_empty() { (history(signed, &purpose.name, &said)) }
    };
    consent_card(language, signed.manifest(), purpose).standing(language, &state(signed, consent), &actions)
}

/// A yes that stands can be taken back; else yes and no are offered alike.
fn answers(signed: &Signed, consent: &ConsentPreference) -> Markup {
    let language = signed.language();
    let stands = matches!(consent.state, Some(ConsentState::Given | ConsentState::Unconfirmed));
    let is_lapsed = consent.state == Some(ConsentState::Given) && !consent.in_force;
    html! {
        @if stands && !is_lapsed && !consent.ask_again {
            button class="button" name="answer" value="withdrawn" { (words::withdraw(language)) }
        } @else if consent.ask_again {
            (ConsentCard::buttons(language))
            button class="button" name="answer" value="withdrawn" { (words::withdraw(language)) }
        } @else {
            (ConsentCard::buttons(language))
        }
    }
}

fn state(signed: &Signed, consent: &ConsentPreference) -> Markup {
    let language = signed.language();
    match (consent.state, consent.until) {
        (Some(ConsentState::Given), Some(until)) if consent.in_force => {
            badge("interest", &words::state_until(language, &language.date(until)))
        }
        (Some(ConsentState::Given), _) if consent.in_force => badge("interest", words::state_given(language)),
        (Some(ConsentState::Given), _) => badge("past", words::state_lapsed(language)),
        (Some(ConsentState::Unconfirmed), _) => badge("law", words::state_unconfirmed(language)),
        (Some(ConsentState::Refused), _) => badge("past", words::state_refused(language)),
        (Some(ConsentState::Withdrawn), _) => badge("past", words::state_withdrawn(language)),
        (None, _) => badge("past", words::state_open(language)),
    }
}

fn history(signed: &Signed, purpose: &str, said: &[&ConsentEvent]) -> Markup {
    let language = signed.language();
    let step = |event: &&ConsentEvent| Step {
        at: event.at,
        title: html! { (verb(signed, &event.kind)) },
        content: event.text.as_ref().map(|text| html! { p { q { (signed.said(text)) } } }),
    };
    let steps: Vec<Step> = said.iter().rev().map(step).collect();
    let was_given = said.iter().any(|event| matches!(event.kind.as_str(), "consent.given" | "consent.confirmed"));
    let receipt = |form: &str| signed.href(&format!("/consents/{purpose}/receipt?form={form}"));
    html! {
        details class="more" {
            summary { (words::consent_history(language)) }
            (timeline(language, &steps))
            p {
                (words::receipts(language)) ": "
                a href=(receipt("dpv")) { (words::receipt_dpv(language)) }
                @if was_given { ", " a href=(receipt("kantara")) { (words::receipt_kantara(language)) } }
            }
        }
    }
}

fn verb(signed: &Signed, kind: &str) -> &'static str {
    let language = signed.language();
    match kind {
        "consent.unconfirmed" => words::said_unconfirmed(language),
        "consent.confirmed" => words::said_confirmed(language),
        "consent.refused" => words::said_refused(language),
        "consent.withdrawn" => words::said_withdrawn(language),
        _ => words::said_given(language),
    }
}

/// Notes a yes, a no, or that a yes is taken back.
pub(super) async fn say(
    Path((_, purpose)): Path<(String, String)>,
    SignedForm(signed, posted): SignedForm,
) -> Response {
    let act = match posted.get("answer") {
        "yes" => ConsentVerb::Given,
        "no" => ConsentVerb::Refused,
        "withdrawn" => ConsentVerb::Withdrawn,
        _ => return signed.done("/consents", ""),
    };
    let outcome = note(&signed, &purpose, act).await;
    signed.answer(outcome)
}

async fn note(signed: &Signed, purpose: &str, act: ConsentVerb) -> Result<Response, VaultError> {
    // What was shown is the policy's own text, in the policy's own language: both are the vault's defaults.
    let act =
        ConsentAct { purpose: purpose.to_owned(), act, text: None, language: None, method: Some(METHOD.to_owned()) };
    signed.vault().consent(&signed.person, signed.subject(), act).await?;
    Ok(signed.done(&format!("/consents#purpose-{purpose}"), "consent"))
}

/// The receipt of one consent, to be kept.
pub(super) async fn receipt(signed: Signed, Path((_, purpose)): Path<(String, String)>) -> Response {
    let form = if signed.asked("form") == "kantara" { ReceiptForm::Kantara } else { ReceiptForm::Dpv };
    let receipt = signed.vault().consent_receipt(&signed.person, signed.subject(), &purpose, form).await;
    signed.answer(receipt.map(|receipt| {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"consent-receipt.json\"")),
        ];
        private((headers, receipt.to_json()).into_response())
    }))
}
