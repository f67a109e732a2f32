//! How far a request is in connected systems: each system's step, what would be done or was, the statements, what is left.
//!
//! While it is under way a small script shows what changed; without it a link does. Statements hold no value of anybody.

use axum::http::HeaderMap;
use axum::response::Response;
use candor_places::{Did, PlaceReport, Preview, Trace};
use candor_rights::{RunView, StepView};
use maud::{Markup, html};
use serde_json::Value;

use super::desk::{Seated, Wrong};
use super::request_act::NOT_THEM_WHY;
use crate::answer;
use crate::kit::{Input, InputKind, Weight, badge, button, button_link, form, table};
use crate::language::minute;
use crate::words::console::requests as words;
use crate::{Language, Written as _, words::console};

const SCRIPT: &str = include_str!("../progress.js");
/// The most statements of one place that are shown.
const STATEMENTS_SHOWN: usize = 100;
/// The most places whose statements are shown.
const STATEMENT_PLACES_SHOWN: usize = 200;
/// So many places are shown as they are; of more, those without rows of the person are folded away.
const FEW: usize = 30;
/// The most names of places in a list.
const NAMES_SHOWN: usize = 200;

/// `/progress.js`.
pub(super) async fn script(asked: HeaderMap) -> Response {
    answer::tagged(&asked, "text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// The part of the page that changes by itself; `wrong` is what is wrong with a decision about what was found.
pub(super) fn progress(seated: &Seated, run: &RunView, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let below = format!("console/requests/{}", run.request.id);
    let is_live = run.state == "running";
    html! {
        section class="card" aria-labelledby="progress-title" {
            h2 id="progress-title" { (words::progress(language)) }
            div id="progress" aria-live="polite" data-live[is_live] {
                p { (words::progress_now(language)) ": " strong { (words::run_said(language, run.state)) } }
                @if let Some(code) = &run.held_up { (held_up(seated, run, code)) }
                @for step in &run.steps { (one(seated, run, step, wrong)) }
                (recipients(seated, run))
            }
            @if is_live {
                p { (button_link(Weight::Quiet, &seated.at.path(&below), words::look_again(language))) }
                script src="/progress.js" defer {}
            }
        }
    }
}

/// Every step is done and something in the vault stands in the way: what, and the way on once it is gone.
fn held_up(seated: &Seated, run: &RunView, code: &str) -> Markup {
    let language = seated.language();
    let first = run.steps.iter().find(|step| step.state != "not_connected").map_or("", |step| step.system.as_str());
    html! {
        p { (words::held_up(language)) ": " (words::held_said(language, code)) " " code { (code) } }
        (again(seated, run, first, words::retry_answer(language)))
    }
}

/// A button that has something tried again.
fn again(seated: &Seated, run: &RunView, system: &str, text: &str) -> Markup {
    form(
        &seated.at.form_token,
        &own(seated, run),
        &html! {
            input type="hidden" name="act" value="retry";
            input type="hidden" name="system" value=(system);
            div class="buttons" { (button(Weight::Plain, text)) }
        },
    )
}

fn own(seated: &Seated, run: &RunView) -> String {
    seated.at.path(&format!("console/requests/{}", run.request.id))
}

fn one(seated: &Seated, run: &RunView, step: &StepView, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let is_unforeseen = step.state == "planned" && step.trouble.is_some();
    let tone = match step.state {
        "done" => "contract",
        "stuck" | "found_again" | "failed" => "consent",
        "planned" if is_unforeseen => "consent",
        "not_connected" => "past",
        _ => "law",
    };
    let state = if is_unforeseen { words::step_unforeseen(language) } else { words::step_said(language, step.state) };
    let may_retry = matches!(step.state, "stuck" | "found_again" | "failed" | "asked");
    html! { div class="step" {
        h3 { (said(seated, &step.title)) " " (badge(tone, state)) }
        p class="quiet" { code { (step.system) } " · " (step.kind)
            @if let Some(at) = step.searched_at { " · " (words::searched_at(language)) ": " (minute(language, at)) } }
        @if let Some(trouble) = &step.trouble {
            @if is_unforeseen { p { strong { (words::unforeseen(language)) } } }
            p { (words::trouble_said(language, &trouble.code)) }
            @if let Some(at) = step.again_at { p class="quiet" { (words::again_at(language)) ": " (minute(language, at)) } }
            details {
                summary { (words::in_its_words(language)) }
                p { span lang="en" { (trouble.text) } " " code { (trouble.code) } }
            }
        }
        @if step.state == "not_connected" {
            p { (words::see_to_it(language)) }
            (names(language, &step.mapped))
        } @else if step.places.is_empty() {
            (foreseen(language, step))
        } @else {
            (places(language, words::what_done(language), &step.places.iter().collect::<Vec<_>>(), &step.title))
        }
        @for trace in &step.left {
            p { (words::still_in(language)) " " code { (trace.place) "." (trace.column) } ": "
                (words::n_rows(language, trace.n_rows)) }
            @if step.state == "found_again" { (not_them(seated, run, step, trace, wrong)) }
        }
        @if !step.accepted.is_empty() {
            p { (words::not_them(language)) ":" }
            ul { @for one in &step.accepted {
                li { code { (one.place) "." (one.column) } ": " (words::n_rows(language, one.n_rows)) ", " (one.reason) }
            } }
        }
        @if !step.kept.is_empty() {
            p { (words::still_kept(language)) ":" }
            ul { @for trace in step.kept.iter().take(NAMES_SHOWN) {
                li { code { (trace.place) "." (trace.column) } ": " (words::n_rows(language, trace.n_rows)) }
            } }
        }
        @if may_retry { (again(seated, run, &step.system, &words::retry(language, &step.title))) }
    } }
}

/// The decision that what was found is somebody else, with its reason.
fn not_them(seated: &Seated, run: &RunView, step: &StepView, trace: &Trace, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let place = format!("{}.{}", trace.place, trace.column);
    let is_meant = wrong.filled("place") == trace.place
        && wrong.filled("column") == trace.column
        && wrong.filled("system") == step.system;
    let error = wrong.of(NOT_THEM_WHY).filter(|_| is_meant);
    let filled = if is_meant { wrong.filled(NOT_THEM_WHY) } else { "" };
    html! {
        details open[error.is_some()] {
            summary { (words::not_them(language)) ": " code { (place) } }
            (form(&seated.at.form_token, &own(seated, run), &html! {
                input type="hidden" name="act" value="not-them";
                input type="hidden" name="system" value=(step.system);
                input type="hidden" name="place" value=(trace.place);
                input type="hidden" name="column" value=(trace.column);
                (Input::new(NOT_THEM_WHY, html! { (words::not_them_why(language)) }, InputKind::Text).characters_max(200)
                    .id(&format!("{NOT_THEM_WHY}-{}-{place}", step.system)).value(filled).autocomplete("off")
                    .hint(html! { (words::not_them_hint(language, &place)) }).error(error).markup(language))
                div class="buttons" { (button(Weight::Plain, words::not_them_button(language))) }
            }))
        }
    }
}

/// Who else is told of it, and who has to be asked.
fn recipients(seated: &Seated, run: &RunView) -> Markup {
    let language = seated.language();
    html! {
        @if !run.recipients.is_empty() {
            div class="step" {
                h3 { (words::recipients(language)) }
                ul { @for telling in &run.recipients {
                    @let state = match telling.state {
                        "told" => words::recipient_told(language),
                        "given_up" => words::recipient_given_up(language),
                        _ => words::recipient_waiting(language),
                    };
                    li {
                        (said(seated, &telling.title)) ": " (state)
                        @if let Some(at) = telling.told_at { " (" (minute(language, at)) ")" }
                    }
                } }
            }
        }
    }
}

fn foreseen(language: Language, step: &StepView) -> Markup {
    if step.previews.is_empty() {
        return html! { @if step.trouble.is_none() { p class="quiet" { (words::no_places(language)) } } };
    }
    let written: Vec<&Preview> = step.previews.iter().filter(|preview| !preview.statements.is_empty()).collect();
    let would: Vec<&PlaceReport> = step.previews.iter().map(|preview| &preview.would).collect();
    html! {
        (places(language, words::what_would(language), &would, &step.title))
        @if written.len() > FEW { details {
            summary { (words::all_statements(language, &language.number(written.len() as u64))) }
            @for preview in written.iter().take(STATEMENT_PLACES_SHOWN) { (statements(language, preview)) }
            @if let Some(more) = written.len().checked_sub(STATEMENT_PLACES_SHOWN).filter(|more| *more > 0) {
                p class="quiet" { (words::places_not_shown(language, &language.number(more as u64))) }
            }
        } } @else { @for preview in written { (statements(language, preview)) } }
        @if step.is_cut { p class="quiet" { (words::statements_cut(language)) } }
    }
}

fn statements(language: Language, preview: &Preview) -> Markup {
    html! {
        details {
            summary { code { (preview.would.place) } ": " (words::statements(language, preview.statements.len() as u64)) }
            ol class="plain" {
                @for statement in preview.statements.iter().take(STATEMENTS_SHOWN) { li { code class="statement" { (statement) } } }
            }
        }
    }
}

/// Place by place: those with rows of the person first; where there are many, the rest is folded away.
fn places(language: Language, column: &str, of: &[&PlaceReport], title: &str) -> Markup {
    let row = |report: &&PlaceReport| -> Vec<Markup> {
        vec![
            html! { code { (report.place) } },
            html! { (did(language, report.did)) },
            html! { (language.number(report.n_rows)) },
            html! { (report.because.as_deref().unwrap_or("–")) },
        ]
    };
    let columns = [words::place(language), column, words::rows(language), words::because(language)];
    let caption = html! { span class="unseen" { (title) } };
    if of.len() <= FEW {
        return table(&caption, &columns, &of.iter().map(row).collect::<Vec<_>>());
    }
    let (with, without): (Vec<&PlaceReport>, Vec<&PlaceReport>) = of.iter().partition(|report| report.n_rows > 0);
    let n = |n: usize| language.number(n as u64);
    let shown = |of: &[&PlaceReport]| {
        html! { @if !of.is_empty() { (table(&caption, &columns, &of.iter().map(row).collect::<Vec<_>>())) } }
    };
    html! {
        p { strong { (words::places_of(language, &n(of.len()), &n(with.len()))) } }
        (shown(with.get(..with.len().min(FEW)).unwrap_or_default()))
        @if with.len() > FEW { details {
            summary { (words::places_with(language, &n(with.len()))) }
            (shown(with.get(FEW..).unwrap_or_default()))
        } }
        @if !without.is_empty() { details {
            summary { (words::places_without(language, &n(without.len()))) }
            p { @for (at, report) in without.iter().enumerate() { @if at > 0 { ", " } code { (report.place) } } }
        } }
    }
}

/// Names of places, the first of them at once.
fn names(language: Language, of: &[String]) -> Markup {
    html! {
        ul { @for place in of.iter().take(NAMES_SHOWN) { li { code { (place) } } } }
        @if let Some(more) = of.len().checked_sub(NAMES_SHOWN).filter(|more| *more > 0) {
            p class="quiet" { (words::places_not_shown(language, &language.number(more as u64))) }
        }
    }
}

fn said(seated: &Seated, text: &str) -> Markup {
    crate::language::said(seated.language(), &seated.at.policy_language, text)
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
    let reported = |system: &Value| -> Vec<PlaceReport> {
        list(system, "places").into_iter().filter_map(|place| serde_json::from_value(place).ok()).collect()
    };
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
                        @let done = reported(&system);
                        @if done.is_empty() { p class="quiet" { (words::no_places(language)) } }
                        @else { (places(language, words::what_done(language), &done.iter().collect::<Vec<_>>(), &text(&system, "title"))) }
                        @if let Some(at) = system["search"]["at"].as_str().and_then(|at| at.parse().ok()) {
                            p class="quiet" { (words::searched_at(language)) ": " (minute(language, at)) }
                        }
                    } @else {
                        @let mapped: Vec<String> = list(&system, "places").iter().filter_map(|place| place.as_str().map(str::to_owned)).collect();
                        p { (words::saw_to_it(language)) }
                        (names(language, &mapped))
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
