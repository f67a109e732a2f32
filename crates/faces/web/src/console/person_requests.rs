//! A person's requests, on their page at the console; whoever works there opens one for somebody who wrote, called or stands
//! before them. Who administers the tenant goes on with it; a role opens it and no more.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_manifest::model::RightKind;
use candor_vault::{Caller, NewRequest, PAGE_MAX, Seat, StaffReason, VaultError, right_name, right_of};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::Seated;
use super::next_step::NextStep;
use super::request_act::day_of;
use super::requests::one;
use super::{person, request};
use crate::Posted;
use crate::door::OwnForm;
use crate::kit::{Choice, ChoiceGroup, Input, InputKind, Weight, button, card, form, plain_list};
use crate::language::day;
use crate::words::console;
use crate::words::console::{requests as words, right_said};

const RIGHT: &str = "right";
const COUNTRY: &str = "country";
const RECEIVED: &str = "received";

/// The requests that are open, and the form for a new one.
pub(super) async fn card_of(
    seated: &Seated,
    subject: SubjectId,
    manifest: &Manifest,
    wrong: Option<(&str, &str)>,
) -> Result<Markup, VaultError> {
    let language = seated.language();
    let caller = opening(seated).await?;
    let page = seated.at.identity.vault().requests(&caller, Some(subject), None, PAGE_MAX).await?;
    let mut requests = page.rows;
    requests.sort_by_key(|request| (request.closed_at.is_some(), std::cmp::Reverse(request.received_at)));
    let said = |request: &candor_vault::RequestView| {
        html! { (right_said(language, &request.right)) " " (request::state(seated, request)) " " code { (request.id) } }
    };
    // Enough to tell whoever calls how far it is.
    let line = |request: &candor_vault::RequestView| {
        html! {
            (said(request)) br;
            span class="quiet" {
                (console::asked_at(language)) ": " (day(language, request.received_at)) " · "
                @match request.closed_at {
                    Some(at) => { (words::closed_at(language)) ": " (day(language, at)) },
                    None => { (words::due_column(language)) ": " (day(language, request.due_at)) " · "
                        (words::next_is(language)) ": " (NextStep::of(request, None).said(language)) },
                }
            }
        }
    };
    let lines: Vec<Markup> = requests.iter().map(line).collect();
    let (open, closed): (Vec<_>, Vec<_>) = requests.iter().partition(|request| request.closed_at.is_none());
    Ok(html! {
        h2 id="requests" { (words::of_person(language)) }
        @if lines.is_empty() { p class="quiet" { (words::of_person_none(language)) } }
        @if seated.seat.is_administrator {
            @for request in open { (one(seated, request)) }
            @if !closed.is_empty() {
                ul { @for request in closed {
                    li { a href=(seated.at.path(&format!("console/requests/{}", request.id))) { (said(request)) } }
                } }
            }
        } @else { (plain_list(&lines)) }
        (open_card(seated, subject, manifest, wrong))
    })
}

fn open_card(seated: &Seated, subject: SubjectId, manifest: &Manifest, wrong: Option<(&str, &str)>) -> Markup {
    let language = seated.language();
    let fault = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, text)| text);
    let rights = ChoiceGroup {
        name: RIGHT,
        legend: html! { (words::which_right(language)) },
        hint: None,
        error: fault(RIGHT),
        choices: RightKind::ALL
            .into_iter()
            .filter(|kind| manifest.rights.iter().any(|given| given.kind == *kind))
            .map(right_name)
            .map(|name| Choice { value: name, label: html! { (right_said(language, name)) } })
            .collect(),
        chosen: None,
        is_row: false,
    };
    let content = html! {
        (rights.markup(language))
        (Input::new(COUNTRY, html! { (words::lives_in(language)) }, InputKind::Text).optional().characters_max(2)
            .autocomplete("off").hint(html! { (words::lives_in_hint(language)) }).error(fault(COUNTRY)).markup(language))
        (Input::new(RECEIVED, html! { (words::received(language)) }, InputKind::Date).optional().characters_max(10)
            .autocomplete("off").hint(html! { (words::received_hint(language)) }).error(fault(RECEIVED)).markup(language))
        div class="buttons" { (button(Weight::Plain, words::open_for(language))) }
    };
    card(
        "open-request",
        &html! { (words::open_for(language)) },
        &html! {
            p { (words::open_for_lead(language)) }
            (form(&seated.at.form_token, &seated.at.path(&format!("console/people/{subject}/requests")), &content))
        },
    )
}

/// Opens a request for the person.
pub(super) async fn open(Path((_, subject)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(subject) = subject.parse::<SubjectId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let language = seated.language();
    let wrong = match opened(&seated, subject, &posted).await {
        Ok(request) if seated.seat.is_administrator => {
            return seated.go_done(&format!("console/requests/{request}"), "opened");
        }
        Ok(_) => return seated.go_done(&format!("console/people/{subject}"), "opened"),
        Err(error) => match error.code() {
            "request.right_missing" => (RIGHT, words::which_right_missing(language)),
            "country.unknown" => (COUNTRY, words::country_bad(language)),
            "request.received_later" => (RECEIVED, words::received_bad(language)),
            _ => return seated.answer(&error, &format!("console/people/{subject}")),
        },
    };
    person::show(seated, StatusCode::UNPROCESSABLE_ENTITY, subject, None, Some(wrong)).await
}

async fn opened(seated: &Seated, subject: SubjectId, posted: &Posted) -> Result<candor_words::RequestId, VaultError> {
    seated.needs_fresh().await?;
    let right = right_of(posted.get(RIGHT)).ok_or_else(|| {
        VaultError::new(candor_vault::ErrorKind::BadInput, "request.right_missing", "it is not said which right")
    })?;
    let country = Some(posted.get(COUNTRY).trim().to_uppercase()).filter(|code| !code.is_empty());
    let received_at = match posted.get(RECEIVED).trim() {
        "" => None,
        text => Some(day_of(text).ok_or_else(|| {
            VaultError::new(candor_vault::ErrorKind::BadInput, "request.received_later", "the day of receipt is none")
        })?),
    };
    let caller = opening(seated).await?;
    let new = NewRequest { right, country, received_at };
    Ok(seated.at.identity.vault().open_request(&caller, subject, new).await?.id)
}

/// The seat for what this file does: every seat opens requests, and sees which there are; nothing else of an
/// administrator's is done with it.
async fn opening(seated: &Seated) -> Result<Caller, VaultError> {
    let seat = Seat { is_administrator: true, purposes: Vec::new(), ..seated.seat.clone() };
    seated.at.identity.vault().staff(seated.session.tenant, &seat, StaffReason::Right).await
}
