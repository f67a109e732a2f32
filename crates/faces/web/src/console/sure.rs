//! What cannot be taken back is asked once more: an erasure with what it would do, a refusal with its reason, an answer.

use axum::http::StatusCode;
use axum::response::Response;
use candor_places::Did;
use candor_rights::RunView;
use candor_vault::VaultError;
use candor_words::RequestId;
use maud::{Markup, html};

use super::desk::Seated;
use super::request::known;
use super::request_actions::{ACT, PLANNED, REFUSE_WHY, SURE};
use crate::kit::{Desk, Tone, Weight, banner, confirm_page, pairs};
use crate::words::console as all;
use crate::words::console::requests as words;
use crate::{Language, Posted, Written as _};

/// The question, with everything that the form before it said.
pub(super) async fn page(seated: Seated, request: RequestId, posted: &Posted) -> Response {
    let below = format!("console/requests/{request}");
    match content(&seated, request, posted).await {
        Ok((title, content)) => seated.page_with(StatusCode::OK, Desk::Requests, title, &content),
        Err(error) => seated.answer(&error, &below),
    }
}

async fn content(seated: &Seated, request: RequestId, posted: &Posted) -> Result<(&'static str, Markup), VaultError> {
    let language = seated.language();
    let shown = known(seated, request).await?;
    let own = seated.at.path(&format!("console/requests/{request}"));
    let act = posted.get(ACT);
    let (title, lead, yes) = match act {
        "refuse" => {
            (words::sure_refuse_title(language), words::sure_refuse(language), words::sure_refuse_yes(language))
        }
        "complete" => {
            (words::sure_complete_title(language), words::sure_complete(language), words::sure_complete_yes(language))
        }
        _ if shown.goes_to_systems => {
            (words::sure_erasure_title(language), words::sure_erasure(language), words::sure_erasure_yes(language))
        }
        _ => {
            (words::sure_erasure_title(language), words::sure_erasure_here(language), words::sure_erasure_yes(language))
        }
    };
    let counts = shown.run.as_ref().filter(|_| act == "approve" && shown.goes_to_systems);
    let is_unforeseen = counts.is_some_and(super::request_actions::is_unforeseen);
    let mut facts = vec![
        (html! { (all::right(language)) }, html! { (all::right_said(language, &shown.request.right)) }),
        (html! { (all::id(language)) }, html! { code { (request) } }),
        (html! { (all::person(language)) }, html! { code { (shown.request.subject) } }),
    ];
    if act == "refuse" {
        facts.push((
            html! { (words::refuse_why(language)) },
            html! { (words::because_said(language, posted.get(REFUSE_WHY))) },
        ));
    }
    let content = html! {
        @for (name, value) in [(ACT, act), (REFUSE_WHY, posted.get(REFUSE_WHY)), (PLANNED, posted.get(PLANNED)), (SURE, "yes")] {
            @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
        }
        div class="sure" {
        p { (lead) }
        @if let Some(run) = counts { p { strong { (counted(language, run)) } } }
        @if is_unforeseen { (banner(language, Tone::Warning, &html! { p { (words::unforeseen_warning(language)) } })) }
        (pairs(&facts))
        }
    };
    let page = confirm_page(language, &seated.at.form_token, &own, &content, (Weight::Grave, yes), &own);
    Ok((title, page))
}

/// What carrying it out would do, in one sentence.
fn counted(language: Language, run: &RunView) -> String {
    let previews = || run.steps.iter().flat_map(|step| &step.previews).map(|preview| &preview.would);
    let is_kept = |did: Did| matches!(did, Did::Kept | Did::CannotHold);
    let rows =
        |kept: bool| previews().filter(|would| is_kept(would.did) == kept).map(|would| would.n_rows).sum::<u64>();
    let n_systems = run.steps.iter().filter(|step| !step.previews.is_empty()).count() as u64;
    words::sure_counts(
        language,
        &language.number(rows(false)),
        &language.number(rows(true)),
        &language.number(n_systems),
    )
}
