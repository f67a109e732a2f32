//! `/{tenant}/account/rights/requests/{request}/progress`: where a request is carried out, how far it is in each system, its
//! clock, and in the end its receipt. What was planned there in detail is the organisation's; what was done stands in the receipt.

use axum::extract::Path;
use axum::response::Response;
use candor_rights::StepView;
use candor_vault::VaultError;
use candor_words::RequestId;
use maud::{Markup, html};

use super::signed::{Signed, SignedForm, private};
use crate::console::request::file;
use crate::kit::{Clock, Place, Weight, badge, button, button_link, clock, form, heading, table};
use crate::words::console::requests as words;
use crate::words::console::right_said;
use crate::words::{account as account_words, kit};

pub(super) async fn page(signed: Signed, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let outcome = shown(&signed, request).await;
    signed.answer(outcome)
}

async fn shown(signed: &Signed, id: RequestId) -> Result<Response, VaultError> {
    let language = signed.language();
    let Some(rights) = &signed.at.rights else { return Err(none()) };
    let run = rights.run(&signed.person, id).await?;
    let request = &run.request;
    let receipt = if request.closed_at.is_some() && run.state == "answered" {
        Some(signed.vault().rights_receipt(&signed.person, id).await?)
    } else {
        None
    };
    let title = right_said(language, &request.right);
    let own = format!("/rights/requests/{id}");
    let is_begun = run.approved_at.is_some() || request.state == "running";
    let content = html! {
        (signed.done_banner())
        (heading(title, None))
        p { code { (id) } }
        @if request.closed_at.is_none() && request.paused_at.is_some() {
            p { (words::yours_paused(language)) }
        } @else if request.closed_at.is_none() {
            (clock(language, Clock { from: request.received_at, by: request.due_at, now: signed.vault().now() }))
        }
        h2 id="where" { (words::yours_where(language)) }
        @if run.steps.is_empty() && receipt.is_none() { p { (words::yours_received_only(language)) } }
        @if !run.steps.is_empty() { (steps(signed, &run.steps)) }
        @if let Some(receipt) = &receipt { (done(signed, &own, receipt.rendering())) }
        @if request.closed_at.is_none() {
            p class="buttons" { (button_link(Weight::Plain, &signed.href(&format!("{own}/progress")), words::look_again(language))) }
            @if !is_begun {
                (form(signed.token(), &signed.href(&format!("{own}/progress")), &html! {
                    (button(Weight::Quiet, words::yours_take_back(language)))
                }))
            }
        }
        p { (button_link(Weight::Quiet, &signed.href("/rights"), kit::back(language))) }
    };
    Ok(private(signed.bare_page(Place::Rights, title, &content)))
}

fn steps(signed: &Signed, steps: &[StepView]) -> Markup {
    let language = signed.language();
    let rows: Vec<Vec<Markup>> = steps
        .iter()
        .map(|step| {
            let state = match step.state {
                "not_connected" => words::yours_by_hand(language),
                state => words::step_said(language, state),
            };
            vec![signed.said(&step.title), html! { (badge("law", state)) }]
        })
        .collect();
    let columns = [kit::system(language), words::progress_now(language)];
    table(&html! { span class="unseen" { (words::yours_where(language)) } }, &columns, &rows)
}

/// What the receipt tells: each system, and whom to ask separately.
fn done(signed: &Signed, own: &str, told: &serde_json::Value) -> Markup {
    let language = signed.language();
    let list = |name: &str| told[name].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let rows: Vec<Vec<Markup>> = list("systems")
        .iter()
        .map(|system| {
            let state = match system["state"].as_str() {
                Some("not_connected") => words::yours_by_hand(language),
                _ => words::step_done(language),
            };
            vec![signed.said(&text(system, "title")), html! { (badge("contract", state)) }]
        })
        .collect();
    let columns = [kit::system(language), words::progress_now(language)];
    let recipients = list("recipients");
    html! {
        (table(&html! { span class="unseen" { (words::yours_where(language)) } }, &columns, &rows))
        @if !recipients.is_empty() {
            p { (words::yours_recipients(language)) }
            ul { @for recipient in &recipients { li { (signed.said(&text(recipient, "title"))) } } }
        }
        p { (words::yours_receipt_note(language)) }
        p class="buttons" {
            (button_link(Weight::Plain, &signed.href(&format!("{own}/receipt")), words::yours_receipt(language)))
            (button_link(Weight::Plain, &signed.href(own), account_words::request_letter(language)))
        }
    }
}

/// Takes it back, before anything was begun.
pub(super) async fn take_back(
    Path((_, request)): Path<(String, String)>,
    SignedForm(signed, _): SignedForm,
) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let outcome = signed.vault().withdraw_request(&signed.person, request).await;
    signed.answer(outcome.map(|_| signed.done(&format!("/rights#{request}"), "taken-back")))
}

/// The receipt, as a file.
pub(super) async fn receipt(signed: Signed, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let receipt = signed.vault().rights_receipt(&signed.person, request).await;
    signed.answer(receipt.map(|receipt| private(file(&format!("receipt-{request}.json"), &receipt))))
}

fn none() -> VaultError {
    VaultError::new(candor_vault::ErrorKind::Missing, "systems.none", "no system is reached from here")
}
