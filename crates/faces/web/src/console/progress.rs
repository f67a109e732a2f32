//! How far a request is in connected systems: each system's step, what would be done or was, the statements, what is left.
//!
//! While it is under way a small script shows what changed; without it a link does. Statements hold no value of anybody.

use axum::http::HeaderMap;
use axum::response::Response;
use candor_places::{Did, PlaceReport, Preview};
use candor_rights::{RunView, StepView};
use maud::{Markup, html};
use serde_json::Value;

use super::desk::Seated;
use crate::answer;
use crate::kit::{Weight, badge, button, button_link, form, table};
use crate::language::minute;
use crate::words::console::requests as words;
use crate::{Language, words::console};

const SCRIPT: &str = include_str!("../progress.js");
/// The most statements of one place that are shown.
const STATEMENTS_SHOWN: usize = 100;

/// `/progress.js`.
pub(super) async fn script(asked: HeaderMap) -> Response {
    answer::tagged(&asked, "text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// The part of the page that changes by itself.
pub(super) fn progress(seated: &Seated, run: &RunView) -> Markup {
    let language = seated.language();
    let below = format!("console/requests/{}", run.request.id);
    let is_live = run.state == "running";
    html! {
        section class="card" aria-labelledby="progress-title" {
            h2 id="progress-title" { (words::progress(language)) }
            div id="progress" aria-live="polite" data-live[is_live] {
                p { (words::progress_now(language)) ": " strong { (words::run_said(language, run.state)) } }
                @if let Some(code) = &run.held_up {
                    p { (words::held_up(language)) ": " code { (code) } }
                }
                @for step in &run.steps { (one(seated, run, step)) }
            }
            @if is_live {
                p { (button_link(Weight::Quiet, &seated.at.path(&below), words::look_again(language))) }
                script src="/progress.js" defer {}
            }
        }
    }
}

fn one(seated: &Seated, run: &RunView, step: &StepView) -> Markup {
    let language = seated.language();
    let tone = match step.state {
        "done" => "contract",
        "stuck" | "found_again" | "failed" => "consent",
        "not_connected" => "past",
        _ => "law",
    };
    let may_retry = matches!(step.state, "stuck" | "found_again" | "failed");
    html! { div class="step" {
        h3 { (crate::language::said(language, &seated.at.policy_language, &step.title)) " "
            (badge(tone, words::step_said(language, step.state))) }
        p class="quiet" { code { (step.system) } " · " (step.kind)
            @if let Some(at) = step.searched_at { " · " (words::searched_at(language)) " " (minute(language, at)) } }
        @if let Some(trouble) = &step.trouble {
            p { (trouble.text) " " code { (trouble.code) } }
            @if let Some(at) = step.again_at { p class="quiet" { (words::again_at(language)) ": " (minute(language, at)) } }
        }
        @if step.state == "not_connected" {
            p { (words::see_to_it(language)) }
            ul { @for place in &step.mapped { li { code { (place) } } } }
        } @else if step.places.is_empty() {
            (foreseen(language, step))
        } @else {
            (places(language, words::what_done(language), step.places.iter(), &step.title))
        }
        @for trace in &step.left {
            p { (words::still_in(language)) " " code { (trace.place) "." (trace.column) } ": " (trace.n_rows) " " (words::rows(language)) }
        }
        @if may_retry {
            (form(&seated.at.form_token, &seated.at.path(&format!("console/requests/{}", run.request.id)), &html! {
                input type="hidden" name="act" value="retry";
                input type="hidden" name="system" value=(step.system);
                div class="buttons" { (button(Weight::Plain, &words::retry(language, &step.title))) }
            }))
        }
    } }
}

fn foreseen(language: Language, step: &StepView) -> Markup {
    if step.previews.is_empty() {
        return html! { @if step.trouble.is_none() { p class="quiet" { (words::no_places(language)) } } };
    }
    let written: Vec<&Preview> = step.previews.iter().filter(|preview| !preview.statements.is_empty()).collect();
    html! {
        (places(language, words::what_would(language), step.previews.iter().map(|preview| &preview.would), &step.title))
        @for preview in written {
            details {
                summary { code { (preview.would.place) } ": " (words::statements(language, preview.statements.len() as u64)) }
                ol class="plain" {
                    @for statement in preview.statements.iter().take(STATEMENTS_SHOWN) { li { code class="statement" { (statement) } } }
                }
            }
        }
        @if step.is_cut { p class="quiet" { (words::statements_cut(language)) } }
    }
}

fn places<'a>(language: Language, column: &str, of: impl Iterator<Item = &'a PlaceReport>, title: &str) -> Markup {
    let rows: Vec<Vec<Markup>> = of
        .map(|report| {
            vec![
                html! { code { (report.place) } },
                html! { (did(language, report.did)) },
                html! { (report.n_rows) },
                html! { (report.because.as_deref().unwrap_or("–")) },
            ]
        })
        .collect();
    let columns = [words::place(language), column, words::rows(language), words::because(language)];
    table(&html! { span class="unseen" { (title) } }, &columns, &rows)
}

fn did(language: Language, did: Did) -> &'static str {
    match did {
        Did::Deleted => words::did_deleted(language),
        Did::DeIdentified => words::did_de_identified(language),
        Did::Kept => words::did_kept(language),
        Did::Corrected => words::did_corrected(language),
        Did::Restricted => words::did_restricted(language),
        Did::Lifted => words::did_lifted(language),
        Did::Stopped => words::did_stopped(language),
        Did::Allowed => words::did_allowed(language),
        Did::CannotHold => words::did_cannot(language),
    }
}

/// What was done in the end, as the receipt tells it.
pub(super) fn proved(seated: &Seated, told: &Value) -> Markup {
    let language = seated.language();
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let place = |done: &Value| -> Vec<Markup> {
        let did_what = serde_json::from_value(done["did"].clone()).map_or("–", |done| did(language, done));
        vec![
            html! { code { (text(done, "place")) } },
            html! { (did_what) },
            html! { (done["n_rows"].as_u64().unwrap_or_default()) },
            html! { (done["because"].as_str().unwrap_or("–")) },
        ]
    };
    let columns = [words::place(language), words::what_done(language), words::rows(language), words::because(language)];
    html! {
        section class="card" aria-labelledby="progress-title" {
            h2 id="progress-title" { (words::progress(language)) }
            div id="progress" {
                p { (words::progress_now(language)) ": " strong { (words::run_said(language, "answered")) } }
                @for system in list(told, "systems") {
                    @let is_reached = system["state"] != "not_connected";
                    @let (tone, state) = if is_reached { ("contract", "done") } else { ("past", "not_connected") };
                    div class="step" {
                    h3 { (crate::language::said(language, &seated.at.policy_language, &text(&system, "title"))) " "
                        (badge(tone, words::step_said(language, state))) }
                    @if is_reached {
                        @let rows: Vec<Vec<Markup>> = list(&system, "places").iter().map(place).collect();
                        @if rows.is_empty() { p class="quiet" { (words::no_places(language)) } }
                        @else { (table(&html! { span class="unseen" { (text(&system, "title")) } }, &columns, &rows)) }
                        @if let Some(at) = system["search"]["at"].as_str().and_then(|at| at.parse().ok()) {
                            p class="quiet" { (words::searched_at(language)) ": " (minute(language, at)) }
                        }
                    } @else {
                        p { (words::see_to_it(language)) }
                        ul { @for place in list(&system, "places") { li { code { (place.as_str().unwrap_or_default()) } } } }
                    }
                    }
                }
            }
        }
    }
}

/// A request whose systems nobody reaches.
pub(super) fn none(language: Language) -> Markup {
    html! { p class="quiet" { (words::never_went(language)) } }
}

/// What a request is called.
pub(super) fn name(language: Language, right: &str) -> &'static str {
    console::right_said(language, right)
}
