//! `/{tenant}/console/requests/{request}`: one request, with its clock, who asks, how far it is in each connected system, and
//! everything that whoever administers the tenant can do about it.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_rights::{Rights, RunView};
use candor_vault::{IdentityProof, Proving, RequestView, StaffReason, VaultError};
use candor_words::RequestId;
use maud::{Markup, html};

use super::desk::{Seated, Wrong};
use super::next_step::NextStep;
use super::request_actions::actions;
use super::{dispute, progress};
use crate::Language;
use crate::kit::{Clock, Desk, Tone, Weight, badge, banner, button_link, clock, pairs};
use crate::language::minute;
use crate::words::console as all;
use crate::words::console::requests as words;

/// What is to be known of a request to show it.
pub(super) struct Shown {
    pub request: RequestView,
    /// How far it is in connected systems; none where nobody reaches any.
    pub run: Option<RunView>,
    /// What is kept of how identity is proved.
    pub proving: Option<Proving>,
    /// Whether its right is carried out by changing connected systems, and some are reached.
    pub goes_to_systems: bool,
}

pub(super) async fn page(seated: Seated, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse() else { return crate::not_found().await };
    show(seated, StatusCode::OK, request, &Wrong::default()).await
}

pub(super) async fn show(seated: Seated, status: StatusCode, request: RequestId, wrong: &Wrong) -> Response {
    match content(&seated, request, wrong).await {
        Ok((title, content)) => seated.page_with(status, Desk::Requests, &title, &content),
        Err(error) => seated.answer(&error, "console/requests"),
    }
}

/// What is known of a request.
pub(super) async fn known(seated: &Seated, request: RequestId) -> Result<Shown, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Right).await?;
    let vault = seated.at.identity.vault();
    let run = match &seated.at.rights {
        Some(rights) => Some(rights.run(&caller, request).await?),
        None => None,
    };
    let open = match &run {
        Some(run) => run.request.clone(),
        None => vault.request(&caller, request).await?,
    };
    let proving = if open.closed_at.is_none() { vault.proving(&caller, request).await? } else { None };
    let changes = Rights::carries_out(&open.right);
    let goes_to_systems = match &seated.at.rights {
        Some(rights) if changes => rights.systems(&caller).await?.iter().any(|system| system.is_connected),
        _ => false,
    };
    Ok(Shown { request: open, run, proving, goes_to_systems })
}

async fn content(seated: &Seated, request: RequestId, wrong: &Wrong) -> Result<(String, Markup), VaultError> {
    let shown = known(seated, request).await?;
    let language = seated.language();
    let title = progress::name(language, &shown.request.right).to_owned();
    let is_proved = shown.run.as_ref().is_some_and(|run| run.state == "answered" && run.steps.is_empty());
    let receipt = if is_proved {
        let caller = seated.caller(StaffReason::Right).await?;
        Some(seated.at.identity.vault().rights_receipt(&caller, request).await?)
    } else {
        None
    };
    let has_progress = shown.run.as_ref().filter(|run| !run.steps.is_empty());
    let content = html! {
        (wrong.summary(language))
        (head(seated, &shown))
        (what_next(language, &shown))
        @if let Some(receipt) = &receipt { (progress::proved(seated, receipt.rendering())) }
        @else if let Some(run) = has_progress { (progress::progress(seated, run, wrong)) }
        @else if shown.goes_to_systems && shown.request.closed_at.is_none() { (progress::none(language)) }
        (actions(seated, &shown, wrong).await?)
        (dispute::noted_on_request(seated, &shown.request))
    };
    Ok((title, content))
}

fn next_of(shown: &Shown) -> NextStep {
    NextStep::of(&shown.request, shown.run.as_ref().map(|run| run.state))
}

/// What is next, with the way to where it is done.
fn what_next(language: Language, shown: &Shown) -> Markup {
    let next = next_of(shown);
    let to = match next {
        NextStep::Over => return html! {},
        NextStep::Prove | NextStep::ProveByDocuments => "#who-asks",
        NextStep::PersonSays => "#clock",
        NextStep::OrganisationDecides => "#actions",
        NextStep::UnderWay | NextStep::SeeToIt => "#progress-title",
        NextStep::Plan | NextStep::Decide | NextStep::HandOver | NextStep::Answer => "#next",
    };
    html! {
        p class="following" {
            (words::next_is(language)) ": " strong { (next.said(language)) } ". " a href=(to) { (words::go_there(language)) }
        }
    }
}

fn head(seated: &Seated, shown: &Shown) -> Markup {
    let language = seated.language();
    let request = &shown.request;
    let person = seated.at.path(&format!("console/people/{}", request.subject));
    let below = format!("console/requests/{}", request.id);
    let now = seated.at.identity.now();
    let is_open = request.closed_at.is_none();
    let has_letter = !is_open || request.extended_at.is_some();
    let has_receipt = !is_open && shown.run.as_ref().is_some_and(|run| run.state == "answered");
    html! {
        @if is_open && request.overdue {
            (banner(language, Tone::Warning, &html! { p { (words::is_overdue(language)) } }))
        } @else if is_open && request.escalated_at.is_some() {
            (banner(language, Tone::Warning, &html! { p { (words::warned(language)) } }))
        }
        (dispute::said_on_request(seated, request))
        @if is_open && request.routed && request.decided_at.is_none() {
            (banner(language, Tone::Note, &html! { p { (words::undecided(language)) } }))
        }
        @let closed = request.closed_at.map(|at| (html! { (words::closed_at(language)) }, minute(language, at)));
        @let facts = [
            (html! { (all::id(language)) }, html! { code { (request.id) } " " (state_with(seated, request, next_of(shown))) }),
            (html! { (all::person(language)) }, html! { a href=(person) { code { (request.subject) } } }),
            (html! { (words::law(language)) }, html! {
                (words::law_said(language, &request.law))
                @if let Some(country) = &request.country { " · " (country_said(language, country)) }
            }),
            (html! { (all::asked_at(language)) }, minute(language, request.received_at)),
            (html! { (words::identity(language)) }, identity(seated, request)),
        ];
        (pairs(&facts.into_iter().chain(closed).collect::<Vec<_>>()))
        @if is_open && request.paused_at.is_none() {
            (clock(language, Clock { from: request.received_at, by: request.due_at, now }))
        }
        @if request.approved == Some(true) { p { (words::decided_yes(language)) } }
        @if let Some(because) = &request.extended_because { p { (words::extended_because(language)) ": " (words::because_said(language, because)) } }
        @if let Some(because) = &request.refused_because { p { (words::refused_because(language)) ": " (words::because_said(language, because)) } }
        @if has_letter || has_receipt {
            p class="buttons" {
                @if has_letter { (button_link(Weight::Plain, &seated.at.path(&format!("{below}/letter")), words::letter(language))) }
                @if has_receipt { (button_link(Weight::Plain, &seated.at.path(&format!("{below}/receipt")), words::receipt(language))) }
            }
        }
    }
}

/// The same where it is known what comes next: what waits for somebody is not merely under way.
pub(super) fn state_with(seated: &Seated, request: &RequestView, next: NextStep) -> Markup {
    match next {
        NextStep::SeeToIt => badge("consent", words::run_waiting(seated.language())),
        _ => state(seated, request),
    }
}

/// A request's state as a badge.
pub(super) fn state(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    match request {
        request if request.closed_at.is_some() => badge("past", words::run_said(language, &request.state)),
        request if request.overdue => badge("consent", words::overdue(language)),
        request if request.paused_at.is_some() => badge("law", words::run_paused(language)),
        request if request.escalated_at.is_some() => badge("consent", words::escalated(language)),
        request if matches!(request.state.as_str(), "planned" | "running") => {
            badge("law", words::run_said(language, &request.state))
        }
        _ => badge("law", words::open_state(language)),
    }
}

fn identity(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let how = |proof| match proof {
        IdentityProof::Vouched => words::proved_vouched(language),
        IdentityProof::SignedIn => words::proved_signed_in(language),
        IdentityProof::Mail => words::proved_mail(language),
        IdentityProof::Organisation => words::proved_organisation(language),
        IdentityProof::Documents => words::proved_documents(language),
    };
    html! {
        @match (request.identity_proved_at, request.identity_proved_by) {
            (Some(at), by) => { (how(by.unwrap_or(IdentityProof::Vouched))) ", " (minute(language, at)) }
            (None, _) if request.identity_documents => (words::identity_documents(language)),
            (None, _) if request.identity_first => (words::identity_unproved(language)),
            _ => (words::identity_not_needed(language)),
        }
    }
}

/// A country by its code.
fn country_said(language: Language, code: &str) -> String {
    let known = candor_manifest::law::countries::country(code);
    known.map_or_else(|| code.to_owned(), |known| crate::country(language, known))
}

/// The letter that closes the request, or says that it takes longer.
pub(super) async fn letter(seated: Seated, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let below = format!("console/requests/{request}");
    match letter_of(&seated, request).await {
        Ok(letter) => {
            let language = seated.language();
            let content = html! {
                div class="card letter" lang=(letter.language) {
                    @for paragraph in letter.text.split("\n\n") { p { (paragraph) } }
                }
                p { (button_link(Weight::Quiet, &seated.at.path(&below), crate::words::kit::back(language))) }
            };
            let title = words::letter(language);
            seated.page(Desk::Requests, title, &content)
        }
        Err(error) => seated.answer(&error, &below),
    }
}

async fn letter_of(seated: &Seated, request: RequestId) -> Result<candor_vault::Letter, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Right).await?;
    seated.at.identity.vault().letter_in(&caller, request, seated.language()).await
}

/// The receipt, as a file.
pub(super) async fn receipt(seated: Seated, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let receipt = async {
        seated.needs_administrator()?;
        let caller = seated.caller(StaffReason::Right).await?;
        seated.at.identity.vault().rights_receipt(&caller, request).await
    };
    match receipt.await {
        Ok(receipt) => file(&format!("receipt-{request}.json"), &receipt),
        Err(error) => seated.answer(&error, &format!("console/requests/{request}")),
    }
}

/// JSON to be kept.
pub(crate) fn file(name: &str, told: &impl serde::Serialize) -> Response {
    let body = serde_json::to_vec_pretty(told).unwrap_or_default();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body).into_response()
}
