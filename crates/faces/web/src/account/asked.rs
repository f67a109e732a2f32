//! `/{tenant}/account/asked/{request}`: an agent asked for something in the person's name; they say whether it is theirs.
//!
//! The address is the `user_verification_url` of the Data Rights Protocol (section 3.02.1). Whoever opens it signs in first,
//! and proves who they are once more before they say yes: from then on data leaves, or is gone. Whoever is not signed in is led to
//! `door/asked.rs`, where a letter does instead. Back to the agent leads a link, to hosts that were declared for it and no others.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use candor_dsr::drp::Exercise;
use candor_rights::{AskedFor, AskedState, Rights};
use candor_vault::VaultError;
use maud::{Markup, html};

use super::signed::{Signed, SignedForm, private, with_status};
use crate::Written as _;
use crate::door::{Jar, escaped, way_for_anybody};
use crate::kit::{Area, FormToken, Frame, Place, Tone, Weight, banner, button, button_link, card, form, heading};
use crate::words::account as words;
use crate::{At, DoorState, Language};

/// Where the agent wants the person back.
const BACK: &str = "redirect_to";

pub(super) async fn page(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    at: At,
    signed: Result<Signed, Response>,
) -> Response {
    let signed = match signed {
        Ok(signed) => signed,
        // Whoever is not signed in may have no account to sign in to.
        Err(_) if at.enrolling.is_none() => {
            let to = way_for_anybody(&at, &id, query.as_deref());
            return private(at.go(&to));
        }
        Err(answer) => return answer,
    };
    let Some(rights) = &state.rights else { return crate::not_found().await };
    // The agent says it twice, so that an address of one request is not shown for another.
    let repeated = signed.asked("request_id");
    if !repeated.is_empty() && repeated != id {
        return crate::not_found().await;
    }
    let back = signed.asked(BACK).to_owned();
    match rights.drp_asked(&signed.person, signed.subject(), &id, &back).await {
        Ok(Some(asked)) => shown(&signed, &id, &asked),
        Ok(None) => crate::not_found().await,
        Err(error) => signed.answer(Err(error)),
    }
}

pub(super) async fn answer(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    SignedForm(signed, posted): SignedForm,
) -> Response {
    let Some(rights) = &state.rights else { return crate::not_found().await };
    let outcome = answered(rights, &signed, &id, posted.get("answer"), posted.get(BACK)).await;
    signed.answer(outcome)
}

async fn answered(rights: &Rights, signed: &Signed, id: &str, said: &str, back: &str) -> Result<Response, VaultError> {
    match said {
        "yes" if !signed.is_fresh() => return Ok(prove_first(signed, id, back)),
        "yes" => rights.drp_confirm(&signed.person, signed.subject(), id).await?,
        "no" => rights.drp_disown(&signed.person, signed.subject(), id).await?,
        _ => return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, go(signed, id, back))),
    }
    // Whoever is gone by now has no account that a page could stand in.
    Ok(if signed.vault().subject(&signed.person, signed.subject()).await.is_err() {
        farewell(signed)
    } else {
        go(signed, id, back)
    })
}

fn address(signed: &Signed, id: &str, back: &str) -> String {
    let page = signed.href(&format!("/asked/{id}"));
    if back.is_empty() { page } else { format!("{page}?{BACK}={}", escaped(back)) }
}

fn go(signed: &Signed, id: &str, back: &str) -> Response {
    private(Redirect::to(&address(signed, id, back)).into_response())
}

/// Sends whoever proved themself long ago to do so once more, and back to the question.
fn prove_first(signed: &Signed, id: &str, back: &str) -> Response {
    let then = escaped(&address(signed, id, back));
    let to = signed.at.reader.href(&format!("/{}/account/prove?then={then}", signed.at.tenant.slug));
    private(Redirect::to(&to).into_response())
}

fn shown(signed: &Signed, id: &str, asked: &AskedFor) -> Response {
    let language = signed.language();
    let title = words::asked_title(language);
    let content = html! {
        (heading(title, Some(&html! { (words::asked_lead(language, &asked.agent)) })))
        @match asked.state {
            AskedState::Open => (question(signed, id, asked)),
            AskedState::Confirmed => (told(language, Tone::Done, words::asked_confirmed(language))),
            AskedState::Over => (told(language, Tone::Note, words::asked_over(language))),
            AskedState::Others => (told(language, Tone::Warning, words::asked_others(language))),
        }
        @if asked.state != AskedState::Open {
            div class="buttons" {
                @if let Some(back) = &asked.back {
                    (button_link(Weight::Main, back, &words::asked_back(language, &asked.agent)))
                }
                (button_link(Weight::Plain, &signed.href("/rights"), words::asked_to_rights(language)))
            }
        }
    };
    signed.bare_page(Place::Rights, title, &content)
}

/// The last page: outside of the account area, for there is no account any more.
fn farewell(signed: &Signed) -> Response {
    let language = signed.language();
    let title = words::asked_title(language);
    let content = html! { (heading(title, None)) (told(language, Tone::Done, words::asked_gone(language))) };
    let page = Frame { reader: &signed.at.reader, tenant: signed.tenant(), title, area: Area::Door }.page(&content);
    let mut response = private(Html(page.into_string()).into_response());
    if let Some(cookie) = Jar::Session.forget(&signed.at.tenant.slug) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn told(language: Language, tone: Tone, text: &str) -> Markup {
    banner(language, tone, &html! { p { (text) } })
}

fn question(signed: &Signed, id: &str, asked: &AskedFor) -> Markup {
    let action = signed.href(&format!("/asked/{id}"));
    let back = html! { @if let Some(back) = &asked.back { input type="hidden" name=(BACK) value=(back); } };
    asked_question(signed.language(), asked, (signed.token(), &action), &back)
}

/// What is asked for, and the two answers: forms to an address, each with these hidden fields.
pub(crate) fn asked_question(
    language: Language,
    asked: &AskedFor,
    (token, action): (&FormToken, &str),
    fields: &Markup,
) -> Markup {
    let say = |answer: &str, weight, text: &str| {
        form(
            token,
            action,
            &html! {
                (fields)
                input type="hidden" name="answer" value=(answer);
                (button(weight, text))
            },
        )
    };
    let weight = if asked.exercise == Exercise::Deletion { Weight::Grave } else { Weight::Main };
    let content = html! {
        (asked_what(language, asked))
        div class="buttons" {
            (say("yes", weight, words::asked_yes(language)))
            (say("no", Weight::Plain, words::asked_no(language)))
        }
    };
    card("asked", &html! { (words::asked_which(language)) }, &content)
}

/// Who asks for what, and until when it can be answered.
pub(crate) fn asked_what(language: Language, asked: &AskedFor) -> Markup {
    let what = match asked.exercise {
        Exercise::Deletion => words::asked_deletion(language),
        Exercise::SaleOptOut | Exercise::SaleOptIn => words::asked_opt_out(language),
        Exercise::Access | Exercise::AccessCategories | Exercise::AccessSpecific => words::asked_access(language),
    };
    html! {
        p { strong { (asked.agent) } @if let Some(url) = &asked.web_url { " (" (url) ")" } }
        p { (what) }
        p class="quiet" { (words::asked_when(language, &language.date(asked.received_at), &language.date(asked.prove_by))) }
    }
}
