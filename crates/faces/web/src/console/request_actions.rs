//! What whoever administers the tenant can do about a request: have it proved who asks, plan it, carry it out, let its clock
//! stand still, extend or refuse it. Only what fits where it stands is offered.

use candor_manifest::Manifest;
use candor_manifest::model::RightKind;
use candor_rights::RunView;
use candor_vault::{Proving, RequestView, VaultError, right_of};
use maud::{Markup, html};

use super::desk::{Seated, Wrong};
use super::next_step::is_open_question;
use super::request::Shown;
use crate::kit::{BoxGroup, Choice, ChoiceGroup, Input, InputKind, Weight, button, card, form, pairs};
use crate::language::{minute, said};
use crate::words::console::requests as words;

/// The names of the forms' fields.
pub(super) const ACT: &str = "act";
pub(super) const SEEN: &str = "seen";
pub(super) const ALLOWED: &str = "allowed";
pub(super) const UNTIL: &str = "until";
pub(super) const AGREEMENT: &str = "agreement";
pub(super) const FIELD: &str = "field";
pub(super) const VALUE: &str = "value";
pub(super) const EXTEND_WHY: &str = "extend-why";
pub(super) const REFUSE_WHY: &str = "refuse-why";
/// When the plan that is looked at was made: what was made anew meanwhile is not carried out unseen.
pub(super) const PLANNED: &str = "planned";
/// Says that whoever acts was asked once more.
pub(super) const SURE: &str = "sure";

/// Everything that can be done about it now.
pub(super) async fn actions(seated: &Seated, shown: &Shown, wrong: &Wrong) -> Result<Markup, VaultError> {
    if shown.request.closed_at.is_some() {
        return Ok(html! { div id="actions" {} });
    }
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let is_under_way = shown.run.as_ref().is_some_and(|run| run.approved_at.is_some());
    Ok(html! {
        div id="actions" {
            @if is_open_question(&shown.request) { (who_asks(seated, shown, wrong)) }
            @if !is_under_way && is_ready(&shown.request) { (next(seated, shown, plan.manifest(), wrong)) }
            (the_clock(seated, &shown.request, wrong))
            @if !is_under_way { (refusal(seated, &shown.request, wrong)) }
        }
    })
}

/// Nothing stands in the way of doing what it asks.
fn is_ready(request: &RequestView) -> bool {
    let is_decided = !request.routed || request.decided_at.is_some();
    !is_open_question(request) && is_decided && request.paused_at.is_none()
}

fn one(seated: &Seated, request: &RequestView, act: &str, content: &Markup) -> Markup {
    form(
        &seated.at.form_token,
        &seated.at.path(&format!("console/requests/{}", request.id)),
        &html! {
            input type="hidden" name=(ACT) value=(act);
            (content)
        },
    )
}

fn press(seated: &Seated, request: &RequestView, act: &str, (weight, text): (Weight, &str)) -> Markup {
    one(seated, request, act, &html! { (button(weight, text)) })
}

fn who_asks(seated: &Seated, shown: &Shown, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let request = &shown.request;
    let waits = match &shown.proving {
        Some(Proving::Asked { at, .. }) => Some(*at),
        _ => None,
    };
    let again = if waits.is_some() { words::write_again(language) } else { words::write_letter(language) };
    card(
        "who-asks",
        &html! { (words::identity(language)) },
        &html! {
            @if let Some(at) = waits { p { (words::letter_waits(language)) ": " (minute(language, at)) } }
            @if !request.identity_documents {
                div class="buttons" { (press(seated, request, "letter", (Weight::Main, again))) }
            }
            (one(seated, request, "documents", &html! {
                (Input::new(SEEN, html! { (words::seen(language)) }, InputKind::Text).characters_max(200)
                    .value(wrong.filled(SEEN)).hint(html! { (words::seen_hint(language)) }).error(wrong.of(SEEN)).markup(language))
                div class="buttons" { (button(Weight::Plain, words::note_documents(language))) }
            }))
        },
    )
}

fn next(seated: &Seated, shown: &Shown, manifest: &Manifest, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let request = &shown.request;
    if !shown.goes_to_systems {
        return card("next", &html! { (words::next(language)) }, &in_the_vault(seated, request, manifest, wrong));
    }
    let is_planned = shown.run.as_ref().is_some_and(|run: &RunView| run.planned_at.is_some());
    let plan = if is_planned {
        (Weight::Plain, words::make_plan_again(language))
    } else {
        (Weight::Main, words::make_plan(language))
    };
    let documents = match &shown.proving {
        Some(Proving::Documents { seen, at, .. }) => Some((seen, *at)),
        _ => None,
    };
    card(
        "next",
        &html! { (words::next(language)) },
        &html! {
            @if let Some((seen, at)) = documents {
                (pairs(&[(html! { (words::seen_note(language)) }, html! { (seen) ", " (minute(language, at)) })]))
            }
            div class="buttons" { (press(seated, request, "plan", plan)) }
            @if is_planned && shown.run.as_ref().is_some_and(is_unforeseen) {
                p class="error" { (words::unforeseen_warning(language)) }
            }
            @match right_of(&request.right) {
                _ if !is_planned => {}
                Some(RightKind::Restriction) => (restriction(seated, request, manifest, wrong)),
                Some(RightKind::Rectification) => (rectification(seated, request, manifest, wrong)),
                _ => {
                    p { (words::carry_out_note(language)) }
                    (one(seated, request, "approve", &html! {
                        @if let Some(at) = shown.run.as_ref().and_then(|run| run.planned_at) {
                            input type="hidden" name=(PLANNED) value=(at);
                        }
                        div class="buttons" { (button(Weight::Grave, words::carry_out_erasure(language))) }
                    }))
                }
            }
        },
    )
}

/// Whether some system did not say what would be done there.
pub(super) fn is_unforeseen(run: &RunView) -> bool {
    run.steps.iter().any(|step| step.state == "planned" && step.trouble.is_some())
}

/// What is done where no connected system is changed: in the vault, by the same forms.
fn in_the_vault(seated: &Seated, request: &RequestView, manifest: &Manifest, wrong: &Wrong) -> Markup {
    let language = seated.language();
    match right_of(&request.right) {
        Some(RightKind::Erasure) => html! {
            p { (words::no_systems_note(language)) }
            div class="buttons" { (press(seated, request, "approve", (Weight::Grave, words::erase_here(language)))) }
        },
        Some(RightKind::Rectification) => html! {
            p { (words::no_systems_note(language)) }
            (rectification(seated, request, manifest, wrong))
        },
        Some(RightKind::Restriction) => html! {
            p { (words::no_systems_note(language)) }
            (restriction(seated, request, manifest, wrong))
        },
        Some(RightKind::Access | RightKind::Portability) => html! {
            p { (words::hand_over_note(language)) }
            div class="buttons" { (press(seated, request, "complete", (Weight::Plain, words::complete_handed(language)))) }
        },
        _ => html! {
            p { (words::complete_note(language)) }
            div class="buttons" { (press(seated, request, "complete", (Weight::Plain, words::complete(language)))) }
        },
    }
}

fn restriction(seated: &Seated, request: &RequestView, manifest: &Manifest, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let title = |text: &str| said(language, &seated.at.policy_language, text);
    let allowed = BoxGroup {
        name: ALLOWED,
        legend: html! { (words::allowed(language)) },
        hint: Some(html! { (words::terms_hint(language)) }),
        error: None,
        choices: manifest
            .purposes
            .iter()
            .map(|purpose| Choice { value: &purpose.name, label: title(&purpose.title) })
            .collect(),
        ticked: wrong.ticked(ALLOWED),
    };
    one(
        seated,
        request,
        "approve",
        &html! {
            h3 { (words::terms(language)) }
            (allowed.markup(language))
            (Input::new(UNTIL, html! { (words::until(language)) }, InputKind::Date).optional().characters_max(10)
                .value(wrong.filled(UNTIL)).hint(html! { (words::until_hint(language)) }).error(wrong.of(UNTIL)).markup(language))
            (Input::new(AGREEMENT, html! { (words::agreement(language)) }, InputKind::Text).optional().characters_max(200)
                .value(wrong.filled(AGREEMENT)).hint(html! { (words::agreement_hint(language)) }).markup(language))
            div class="buttons" { (button(Weight::Main, words::carry_out(language))) }
        },
    )
}

/// Fields of groups of which each person has one record: what is put right there needs no record's id.
pub(super) fn correctable(manifest: &Manifest) -> impl Iterator<Item = &candor_manifest::model::Field> {
    manifest.fields.iter().filter(|field| !field.hashed && !manifest.groups[field.group.at()].many)
}

fn rectification(seated: &Seated, request: &RequestView, manifest: &Manifest, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let fields = ChoiceGroup {
        name: FIELD,
        legend: html! { (words::field(language)) },
        hint: None,
        error: wrong.of(FIELD),
        choices: correctable(manifest)
            .map(|field| Choice { value: &field.name, label: said(language, &seated.at.policy_language, &field.title) })
            .collect(),
        chosen: Some(wrong.filled(FIELD)).filter(|text| !text.is_empty()),
        is_row: false,
    };
    one(
        seated,
        request,
        "approve",
        &html! {
            (fields.markup(language))
            (Input::new(VALUE, html! { (words::value(language)) }, InputKind::Text).characters_max(4096)
                .value(wrong.filled(VALUE)).error(wrong.of(VALUE)).autocomplete("off").markup(language))
            div class="buttons" { (button(Weight::Main, words::carry_out(language))) }
        },
    )
}

fn the_clock(seated: &Seated, request: &RequestView, wrong: &Wrong) -> Markup {
    let language = seated.language();
    if request.overdue && request.paused_at.is_none() {
        // It has run out: what is left is to answer.
        return html! {};
    }
    let why = ChoiceGroup {
        name: EXTEND_WHY,
        legend: html! { (words::extend_why(language)) },
        hint: None,
        error: wrong.of(EXTEND_WHY),
        choices: vec![
            Choice { value: "A12Complexity", label: html! { (words::why_complex(language)) } },
            Choice { value: "A12HighVolume", label: html! { (words::why_many(language)) } },
        ],
        chosen: None,
        is_row: false,
    };
    card(
        "clock",
        &html! { (words::clock(language)) },
        &html! {
            @if let Some(since) = request.paused_at {
                p { (words::paused_since(language)) ": " (minute(language, since)) }
                div class="buttons" { (press(seated, request, "resume", (Weight::Plain, words::resume(language)))) }
            } @else {
                p { (words::pause_note(language)) }
                div class="buttons" { (press(seated, request, "pause", (Weight::Plain, words::pause(language)))) }
                @if request.extendable {
                    (one(seated, request, "extend", &html! {
                        (why.markup(language))
                        div class="buttons" { (button(Weight::Plain, words::extend(language))) }
                    }))
                }
            }
        },
    )
}

/// Each reason is a justification of the W3C DPV, so that machines can read it. Source: GDPR Art. 12(2), 12(5), 17(3)(e).
fn refusal(seated: &Seated, request: &RequestView, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let choice = |value: &'static str, text: &str| Choice { value, label: html! { (text) } };
    let mut choices = vec![
        choice("A12ManifestlyUnfounded", crate::words::console::why_unfounded(language)),
        choice("A12ManifestlyExcessive", crate::words::console::why_excessive(language)),
        choice("A12IdentityFailure", words::why_identity(language)),
    ];
    if request.right == "erasure" {
        choices.push(choice("A17LegalClaims", crate::words::console::why_claims(language)));
    }
    let why = ChoiceGroup {
        name: REFUSE_WHY,
        legend: html! { (words::refuse_why(language)) },
        hint: None,
        error: wrong.of(REFUSE_WHY),
        choices,
        chosen: Some(wrong.filled(REFUSE_WHY)).filter(|text| !text.is_empty()),
        is_row: false,
    };
    card(
        "refuse",
        &html! { (words::refuse(language)) },
        &one(
            seated,
            request,
            "refuse",
            &html! {
                (why.markup(language))
                div class="buttons" { (button(Weight::Grave, words::refuse_button(language))) }
            },
        ),
    )
}
