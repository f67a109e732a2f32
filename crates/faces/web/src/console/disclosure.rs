//! `/{tenant}/console/disclosures/{disclosure}`: one disclosure to an authority. Whoever did not propose it approves or
//! refuses it; then somebody whose role is for the purpose hands it out, once, on the page that answers.

use axum::extract::Path;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_vault::{Answer, Ask, DisclosureState, DisclosureView, StaffReason, VaultError};
use candor_words::RequestId;
use maud::{Markup, html};

use super::desk::{Seated, note};
use super::disclosures::{authority, state};
use super::opened;
use crate::door::OwnForm;
use crate::kit::{Desk, Weight, button, card, empty, form, pairs};
use crate::language::{minute, said};
use crate::words::console::disclosures as words;

pub(super) async fn page(seated: Seated, Path((_, id)): Path<(String, String)>) -> Response {
    let Ok(id) = id.parse::<RequestId>() else { return crate::not_found().await };
    show(seated, id, None).await
}

/// Approves, refuses, or hands out.
pub(super) async fn act(Path((_, id)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(id) = id.parse::<RequestId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let below = format!("console/disclosures/{id}");
    match acted(&seated, id, posted.get("act")).await {
        Ok(None) => seated.go_done(&below, &format!("disclosure-{}", posted.get("act"))),
        Ok(Some(answer)) => show(seated, id, Some(answer)).await,
        Err(error) => seated.answer(&error, &below),
    }
}

async fn acted(seated: &Seated, id: RequestId, act: &str) -> Result<Option<Answer>, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Law).await?;
    let vault = seated.at.identity.vault();
    match act {
        "approve" => vault.approve_disclosure(&caller, id).await.map(|_| None),
        "refuse" => vault.refuse_disclosure(&caller, id).await.map(|_| None),
        "hand-out" => {
            let approved = vault.disclosure(&caller, id).await?;
            let ask = Ask {
                recipient: Some(approved.recipient),
                approval: Some(id),
                ..Ask::of(approved.subject, approved.purpose, approved.fields)
            };
            vault.read(&caller, &ask).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn show(seated: Seated, id: RequestId, answer: Option<Answer>) -> Response {
    let title = words::title(seated.language());
    match content(&seated, id, answer).await {
        Ok(content) => seated.page(Desk::Disclosures, title, &content),
        Err(error) => seated.answer(&error, "console/disclosures"),
    }
}

async fn content(seated: &Seated, id: RequestId, answer: Option<Answer>) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Law).await?;
    let vault = seated.at.identity.vault();
    let disclosure = vault.disclosure(&caller, id).await?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let is_own = disclosure.proposed_by == caller.key();
    Ok(html! {
        @if let Some(answer) = &answer { (handed_out(seated, manifest, answer)) }
        (facts(seated, manifest, &disclosure))
        @match disclosure.state {
            DisclosureState::Proposed => {
                @if is_own { (note(language, words::own(language))) }
                div class="buttons" {
                    @if !is_own { (press(seated, id, "approve", (Weight::Plain, words::approve(language)))) }
                    (press(seated, id, "refuse", (Weight::Plain, words::refuse(language))))
                }
            }
            DisclosureState::Approved => (hand_out(seated, &disclosure)),
            _ => {}
        }
    })
}

fn press(seated: &Seated, id: RequestId, act: &str, (weight, text): (Weight, &str)) -> Markup {
    form(
        &seated.at.form_token,
        &seated.at.path(&format!("console/disclosures/{id}")),
        &html! {
            input type="hidden" name="act" value=(act);
            (button(weight, text))
        },
    )
}

fn hand_out(seated: &Seated, disclosure: &DisclosureView) -> Markup {
    let language = seated.language();
    html! {
        @if seated.seat.purposes.contains(&disclosure.purpose) {
            p { (words::hand_out_note(language)) }
            div class="buttons" { (press(seated, disclosure.id, "hand-out", (Weight::Grave, words::hand_out(language)))) }
        } @else { (note(language, words::hand_out_role(language))) }
    }
}

fn facts(seated: &Seated, manifest: &Manifest, disclosure: &DisclosureView) -> Markup {
    let language = seated.language();
    let person = seated.at.path(&format!("console/people/{}", disclosure.subject));
    let purpose = manifest.purpose(&disclosure.purpose).and_then(|ix| manifest.purposes.get(ix.at()));
    let mut rows = vec![
        (
            html! { (words::authority(language)) },
            html! {
                (authority(seated, manifest, &disclosure.recipient)) " " (state(seated, disclosure))
            },
        ),
        (
            html! { (words::purpose(language)) },
            html! { @match purpose {
                Some(purpose) => (said(language, &seated.at.policy_language, &purpose.title)),
                None => (disclosure.purpose),
            } },
        ),
        (html! { (words::person(language)) }, html! { a href=(person) { code { (disclosure.subject) } } }),
        (
            html! { (words::fields_named(language)) },
            html! {
                @for (at, name) in disclosure.fields.iter().enumerate() { @if at > 0 { ", " } (opened::title(seated, manifest, name)) }
            },
        ),
        (html! { (words::ground(language)) }, html! { (disclosure.legal_reference) }),
        (
            html! { (words::proposed(language)) },
            html! {
                (minute(language, disclosure.proposed_at)) " " (words::by(language)) " " code { (disclosure.proposed_by) }
            },
        ),
    ];
    if let (Some(at), Some(by)) = (disclosure.answered_at, disclosure.answered_by) {
        rows.push((
            html! { (words::answered(language)) },
            html! {
                (minute(language, at)) " " (words::by(language)) " " code { (by) }
            },
        ));
    }
    match (disclosure.used_at, disclosure.state) {
        (Some(at), _) => rows.push((html! { (words::handed_out(language)) }, minute(language, at))),
        (None, DisclosureState::Proposed | DisclosureState::Approved) => {
            rows.push((html! { (words::lapses(language)) }, minute(language, disclosure.due_at)));
        }
        _ => {}
    }
    pairs(&rows)
}

/// What is disclosed: on this page, and on no other.
fn handed_out(seated: &Seated, manifest: &Manifest, answer: &Answer) -> Markup {
    let language = seated.language();
    let values = opened::values(seated, manifest, answer);
    card(
        "values",
        &html! { (words::values(language)) },
        &html! {
            @if values.is_empty() { (empty(words::refused_all(language), None)) } @else { (pairs(&values)) }
            p class="quiet" { (crate::words::console::seen_by_person(language, answer.entry)) }
        },
    )
}
