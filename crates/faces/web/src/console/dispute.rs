//! `/{tenant}/console/disputes/{request}`: one dispute: which fields are used for what no more, since when, and how it ends: it
//! is settled after the person was told, or the administrator overrides it, as a whole or for some purposes, for a stated reason.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_manifest::model::Purpose;
use candor_vault::{
    DisputeEnd, DisputeView, DisputeWords, ErrorKind, RequestView, RestrictionForm, StaffReason, VaultError,
};
use candor_words::RequestId;
use maud::{Markup, html};

use super::desk::{Seated, Wrong, note};
use super::disputes::{contested_said, standing};
use crate::door::OwnForm;
use crate::kit::{
    BoxGroup, Choice, ChoiceGroup, Desk, Input, InputKind, Tone, Weight, badge, banner, button, button_link, card,
    form, pairs, table,
};
use crate::language::{minute, said};
use crate::words::console as all;
use crate::words::console::disputes as words;
use crate::{Language, Posted};

const ACT: &str = "act";
const OUTCOME: &str = "outcome";
const INFORMED: &str = "informed";
const BECAUSE: &str = "because";
const PURPOSES: &str = "purpose";

pub(super) async fn page(seated: Seated, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse() else { return crate::not_found().await };
    show(seated, StatusCode::OK, request, &Wrong::default(), &Posted::none()).await
}

/// Settles it or overrides it.
pub(super) async fn act(Path((_, request)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match acted(&seated, request, &posted).await {
        Ok(Next::Over) => seated.go_done(&format!("console/requests/{request}"), "settled"),
        Ok(Next::GoesOn) => seated.go_done(&format!("console/disputes/{request}"), "allowed"),
        Ok(Next::Wrong(wrong)) => show(seated, StatusCode::UNPROCESSABLE_ENTITY, request, &wrong, &posted).await,
        Err(error) => seated.answer(&error, &format!("console/disputes/{request}")),
    }
}

/// What came of an act.
enum Next {
    Over,
    GoesOn,
    /// The form has to be filled in otherwise.
    Wrong(Wrong),
}

async fn acted(seated: &Seated, request: RequestId, posted: &Posted) -> Result<Next, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Right).await?;
    let vault = seated.at.identity.vault();
    let mut wrong = Wrong::default();
    match posted.get(ACT) {
        "settle" => {
            let end = match posted.get(OUTCOME) {
                "upheld" => Some(DisputeEnd::Upheld),
                "rejected" => Some(DisputeEnd::Rejected),
                _ => None,
            };
            let informed = posted.get(INFORMED).trim();
            wrong.unless(end.is_some(), OUTCOME, words::outcome_missing(language));
            wrong.unless(!informed.is_empty(), INFORMED, words::informed_missing(language));
            let (Some(end), true) = (end, wrong.is_empty()) else { return Ok(Next::Wrong(wrong)) };
            match vault.settle_dispute(&caller, request, end, informed).await {
                Err(error) if error.code() == "restriction.not_informed" => {
                    Ok(Next::Wrong(Wrong::one(INFORMED, words::informed_missing(language))))
                }
                settled => told(seated, settled?).await,
            }
        }
        "override" => {
            let plan = vault.plan(seated.session.tenant, None).await?;
            let names = plan.manifest().purposes.iter().map(|purpose| purpose.name.clone());
            let purposes: Vec<String> =
                names.filter(|name| posted.get(&format!("{PURPOSES}.{name}")) == "yes").collect();
            match vault.override_dispute(&caller, request, (posted.get(BECAUSE).trim(), &purposes)).await {
                Err(error) if error.code() == "dispute.because" => {
                    Ok(Next::Wrong(Wrong::one(BECAUSE, words::because_missing(language))))
                }
                overridden => told(seated, overridden?).await,
            }
        }
        _ => Ok(Next::GoesOn),
    }
}

/// Has the person told what was decided.
async fn told(seated: &Seated, request: RequestView) -> Result<Next, VaultError> {
    seated.at.identity.tell_of_dispute(&seated.at.tenant, &request).await;
    Ok(if request.disputed_at.is_some() { Next::GoesOn } else { Next::Over })
}

async fn show(seated: Seated, status: StatusCode, request: RequestId, wrong: &Wrong, posted: &Posted) -> Response {
    match content(&seated, request, wrong, posted).await {
        Ok(content) => {
            let title = words::one(seated.language());
            seated.page_with(status, Desk::Disputes, title, &content)
        }
        Err(error) => seated.answer(&error, "console/disputes"),
    }
}

async fn content(seated: &Seated, id: RequestId, wrong: &Wrong, posted: &Posted) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Right).await?;
    let vault = seated.at.identity.vault();
    let dispute = vault.dispute(&caller, id).await?;
    let dispute = dispute
        .ok_or_else(|| VaultError::new(ErrorKind::Missing, "request.not_disputed", "the request is not disputed"))?;
    let written = vault.dispute_words(&caller, id).await?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    Ok(html! {
        (wrong.summary(language))
        (facts(seated, manifest, &dispute, &written))
        @match &dispute.restriction {
            None => {
                (banner(language, Tone::Warning, &html! { p { (words::lifted_note(language)) } }))
                @if dispute.request.closed_at.is_none() {
                    div class="buttons" { (note_it(seated, &dispute.request, words::note_again(language))) }
                }
            },
            Some(_) if !dispute.restricts => (note(language, words::other_note(language))),
            Some(_) => {}
        }
        @if let Some(restriction) = &dispute.restriction { (restricted(seated, manifest, restriction)) }
        @if dispute.request.closed_at.is_none() { (carry_out(seated, &dispute.request)) }
        (settle(seated, id, wrong, posted))
        (overrule(seated, manifest, &dispute, wrong, posted))
    })
}

fn facts(seated: &Seated, manifest: &Manifest, dispute: &DisputeView, written: &DisputeWords) -> Markup {
    let language = seated.language();
    let request = &dispute.request;
    let person = seated.at.path(&format!("console/people/{}", request.subject));
    let own = seated.at.path(&format!("console/requests/{}", request.id));
    let mut rows = vec![
        (
            html! { (words::what(language)) },
            html! { (words::about(language, all::right_said(language, &request.right))) " " (standing(seated, dispute)) },
        ),
        (
            html! { (words::request(language)) },
            html! {
                a href=(own) { code { (request.id) } }
                @if request.closed_at.is_some() { " " (badge("past", words::request_closed(language))) }
            },
        ),
        (html! { (all::person(language)) }, html! { a href=(person) { code { (request.subject) } } }),
    ];
    let contested = request.contested.as_ref().map(|contested| contested_said(seated, manifest, contested));
    rows.extend(contested.map(|what| (html! { (words::contested(language)) }, what)));
    let quoted = |text: &String| html! { span class="value written" { (text) } };
    rows.extend(written.reason.as_ref().map(|text| (html! { (words::their_reason(language)) }, quoted(text))));
    rows.extend(written.proposed.as_ref().map(|text| (html! { (words::they_propose(language)) }, quoted(text))));
    rows.extend(request.disputed_at.map(|at| (html! { (words::since(language)) }, minute(language, at))));
    if let Some(restriction) = &dispute.restriction {
        let until =
            restriction.until.map(|at| html! { ", " (words::restricted_until(language)) " " (minute(language, at)) });
        rows.push((
            html! { (words::restricted_since(language)) },
            html! { (minute(language, restriction.since)) @if let Some(until) = until { (until) } },
        ));
    }
    pairs(&rows)
}

/// True when the restriction keeps a purpose from using anything.
fn stops(purpose: &Purpose, restriction: &RestrictionForm) -> bool {
    purpose.yields_to_restriction() && !restriction.allowed.contains(&purpose.name)
}

/// Field by field: for what it is not used meanwhile, and for what it is.
fn restricted(seated: &Seated, manifest: &Manifest, restriction: &RestrictionForm) -> Markup {
    let language = seated.language();
    let title = |text: &str| said(language, &seated.at.policy_language, text);
    let (stopped, going): (Vec<&Purpose>, Vec<&Purpose>) =
        manifest.purposes.iter().partition(|purpose| stops(purpose, restriction));
    let uses = |purpose: &Purpose, at: usize| {
        let shares = purpose.shares.iter().flat_map(|share| &share.fields);
        purpose.uses.iter().chain(shares).any(|field| field.at() == at)
    };
    let of = |purposes: &[&Purpose], at: usize| {
        let used: Vec<&&Purpose> = purposes.iter().filter(|purpose| uses(purpose, at)).collect();
        html! {
            @if used.is_empty() { span class="quiet" { (words::nothing(language)) } }
            @else { ul class="plain" { @for purpose in used { li { (title(&purpose.title)) } } } }
        }
    };
    let is_stopped = |at: &usize| stopped.iter().any(|purpose| uses(purpose, *at));
    let rows: Vec<Vec<Markup>> = (0..manifest.fields.len())
        .filter(is_stopped)
        .filter_map(|at| {
            let field = manifest.fields.get(at)?;
            Some(vec![title(&field.title), of(&stopped, at), of(&going, at)])
        })
        .collect();
    let columns = [words::field(language), words::not_used(language), words::used(language)];
    card(
        "restricted",
        &html! { (words::restricted(language)) },
        &html! {
            p { (words::restricted_lead(language)) }
            (table(&html! { span class="unseen" { (words::restricted(language)) } }, &columns, &rows))
        },
    )
}

fn carry_out(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let own = seated.at.path(&format!("console/requests/{}", request.id));
    card(
        "carry-out",
        &html! { (words::carry_out(language)) },
        &html! {
            p { (words::carry_out_lead(language)) }
            p class="buttons" { (button_link(Weight::Plain, &own, words::to_request(language))) }
        },
    )
}

fn one(seated: &Seated, id: RequestId, act: &str, content: &Markup) -> Markup {
    form(
        &seated.at.form_token,
        &seated.at.path(&format!("console/disputes/{id}")),
        &html! {
            input type="hidden" name=(ACT) value=(act);
            (content)
        },
    )
}

fn settle(seated: &Seated, id: RequestId, wrong: &Wrong, posted: &Posted) -> Markup {
    let language = seated.language();
    let outcome = ChoiceGroup {
        name: OUTCOME,
        legend: html! { (words::outcome(language)) },
        hint: None,
        error: wrong.of(OUTCOME),
        choices: vec![
            Choice { value: "upheld", label: html! { (words::upheld(language)) } },
            Choice { value: "rejected", label: html! { (words::rejected(language)) } },
        ],
        chosen: Some(posted.get(OUTCOME)).filter(|chosen| !chosen.is_empty()),
        is_row: false,
    };
    let content = html! {
        (outcome.markup(language))
        (Input::new(INFORMED, html! { (words::informed(language)) }, InputKind::Text).characters_max(200)
            .value(posted.get(INFORMED)).hint(html! { (words::informed_hint(language)) }).error(wrong.of(INFORMED))
            .markup(language))
        div class="buttons" { (button(Weight::Main, words::settle_button(language))) }
    };
    card(
        "settle",
        &html! { (words::settle(language)) },
        &html! {
            p { (words::settle_lead(language)) }
            (one(seated, id, "settle", &content))
        },
    )
}

fn overrule(seated: &Seated, manifest: &Manifest, dispute: &DisputeView, wrong: &Wrong, posted: &Posted) -> Markup {
    let language = seated.language();
    let restriction = dispute.restriction.as_ref().filter(|_| dispute.restricts);
    let stopped: Vec<Choice<'_>> = manifest
        .purposes
        .iter()
        .filter(|purpose| restriction.is_some_and(|restriction| stops(purpose, restriction)))
        .map(|purpose| Choice {
            value: &purpose.name,
            label: said(language, &seated.at.policy_language, &purpose.title),
        })
        .collect();
    let has_any = !stopped.is_empty();
    let ticked: Vec<&str> = stopped
        .iter()
        .map(|choice| choice.value)
        .filter(|name| posted.get(&format!("{PURPOSES}.{name}")) == "yes")
        .collect();
    let purposes = BoxGroup {
        name: PURPOSES,
        legend: html! { (words::purposes(language)) },
        hint: Some(html! { (words::purposes_hint(language)) }),
        error: None,
        choices: stopped,
        ticked,
    };
    let content = html! {
        @if has_any { (purposes.markup(language)) }
        (Input::new(BECAUSE, html! { (words::because(language)) }, InputKind::Text).characters_max(200)
            .value(posted.get(BECAUSE)).hint(html! { (words::because_hint(language)) }).error(wrong.of(BECAUSE))
            .markup(language))
        div class="buttons" { (button(Weight::Grave, words::overrule_button(language))) }
    };
    card(
        "override",
        &html! { (words::overrule(language)) },
        &html! {
            p { (words::overrule_lead(language)) }
            (one(seated, dispute.request.id, "override", &content))
        },
    )
}

/// What a request's page says of a dispute about it.
pub(super) fn said_on_request(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let own = seated.at.path(&format!("console/disputes/{}", request.id));
    html! {
        @if request.disputed_at.is_some() {
            (banner(language, Tone::Warning, &html! {
                p { (words::is_disputed(language)) " " a href=(own) { (words::to_dispute(language)) } }
            }))
        } @else if let Some(end) = request.dispute_end {
            p { (ended(language, end)) @if let Some(at) = request.dispute_ended_at { " (" (minute(language, at)) ")" } }
        }
    }
}

/// How a dispute about an open request is noted on its page.
pub(super) fn noted_on_request(seated: &Seated, request: &RequestView) -> Markup {
    if request.closed_at.is_some() || request.disputed_at.is_some() {
        return html! {};
    }
    let language = seated.language();
    card(
        "dispute",
        &html! { (words::on_request(language)) },
        &html! {
            p { (words::on_request_lead(language)) }
            div class="buttons" { (note_it(seated, request, words::note(language))) }
        },
    )
}

fn note_it(seated: &Seated, request: &RequestView, text: &str) -> Markup {
    form(
        &seated.at.form_token,
        &seated.at.path(&format!("console/requests/{}", request.id)),
        &html! {
            input type="hidden" name=(ACT) value="dispute";
            (button(Weight::Plain, text))
        },
    )
}

const fn ended(language: Language, end: DisputeEnd) -> &'static str {
    match end {
        DisputeEnd::Upheld => words::ended_upheld(language),
        DisputeEnd::Rejected => words::ended_rejected(language),
        DisputeEnd::Overridden => words::ended_overridden(language),
        DisputeEnd::Withdrawn => words::ended_withdrawn(language),
    }
}
