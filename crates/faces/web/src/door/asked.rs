//! `/{tenant}/asked/{request}`: what an agent asked for in somebody's name, for people who are not signed in: they sign in, or
//! have a letter sent to the address by which they are known, and answer by its link (promise d20).

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::Token;
use candor_rights::{AskedFor, AskedState, Rights};
use candor_vault::{ErrorKind, VaultError};
use candor_words::RequestId;
use maud::{Markup, html};

use super::at::{At, DoorState, escaped, parameter};
use super::confirm::over;
use super::own_form::OwnForm;
use super::sign_up::said;
use super::trouble;
use crate::account::{asked_question, asked_what};
use crate::kit::{
    Area, Frame, Input, InputKind, Tone, Weight, banner, button, button_link, card, error_summary, form, heading,
};
use crate::words::{account, asked as words, door};

/// Where the agent wants the person back.
const BACK: &str = "redirect_to";
const ADDRESS: &str = "address";

/// Where somebody who is not signed in is led from the page of the account area.
pub(crate) fn way_for_anybody(at: &At, id: &str, query: Option<&str>) -> String {
    let mark = query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    at.reader.href(&format!("/{}/asked/{id}{mark}", at.tenant.slug))
}

pub(super) async fn page(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    at: At,
) -> Response {
    let Some(rights) = &state.rights else { return crate::not_found().await };
    let back = parameter(query.as_deref(), BACK).unwrap_or_default();
    let repeated = parameter(query.as_deref(), "request_id").filter(|repeated| !repeated.is_empty());
    if repeated.is_some_and(|repeated| repeated != id) {
        return crate::not_found().await;
    }
    if at.session.is_some() {
        let to = own_page(&at, &id, &back);
        return at.go(&to);
    }
    show(rights, at, StatusCode::OK, (&id, &back), None).await
}

/// The page for whoever is signed in.
fn own_page(at: &At, id: &str, back: &str) -> String {
    let mark = if back.is_empty() { String::new() } else { format!("?{BACK}={}", escaped(back)) };
    at.path(&format!("account/asked/{id}{mark}"))
}

async fn show(
    rights: &Rights,
    at: At,
    status: StatusCode,
    (id, back): (&str, &str),
    wrong: Option<(&str, &str)>,
) -> Response {
    let asked = match rights.drp_waiting(at.tenant.id, id, back).await {
        Ok(Some(asked)) => asked,
        Ok(None) => return crate::not_found().await,
        Err(error) => return at.trouble(&error),
    };
    let by_letter = match at.identity.asks_by_letter(&at.tenant).await {
        Ok(by_letter) => by_letter,
        Err(error) => return at.trouble(&error),
    };
    let page = shown(&at, id, &asked, by_letter, wrong);
    at.page(status, page)
}

fn shown(at: &At, id: &str, asked: &AskedFor, by_letter: bool, wrong: Option<(&str, &str)>) -> Markup {
    let language = at.language();
    let title = account::asked_title(language);
    let is_open = asked.state == AskedState::Open;
    let back = asked.back.as_deref().unwrap_or_default();
    let then = escaped(&format!("/{}/account/asked/{id}", at.tenant.slug));
    let then = if back.is_empty() { then } else { format!("{then}{}", escaped(&format!("?{BACK}={}", escaped(back)))) };
    let errors: Vec<_> = wrong.iter().map(|(_, text)| (ADDRESS.to_owned(), (*text).to_owned())).collect();
    let typed = wrong.map_or("", |(typed, _)| typed);
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (account::asked_lead(language, &asked.agent)) })))
        @if is_open {
            (card("asked", &html! { (account::asked_which(language)) }, &asked_what(language, asked)))
            (card("sign-in", &html! { (words::sign_in_title(language)) }, &html! {
                p { (words::sign_in_lead(language)) }
                p class="buttons" {
                    (button_link(Weight::Main, &at.path(&format!("sign-in?then={then}")), words::sign_in(language)))
                }
            }))
            @if by_letter {
                (card("letter", &html! { (words::letter_title(language)) }, &html! {
                    p { (words::letter_lead(language)) }
                    (form(&at.form_token, &at.path(&format!("asked/{id}")), &html! {
                        @if !back.is_empty() { input type="hidden" name=(BACK) value=(back); }
                        (Input::new(ADDRESS, html! { (words::address(language)) }, InputKind::Email)
                            .autocomplete("email").value(typed).error(wrong.map(|(_, text)| text)).markup(language))
                        div class="buttons" { (button(Weight::Plain, words::write(language))) }
                    }))
                }))
            }
        } @else {
            (banner(language, Tone::Note, &html! { p { (account::asked_over(language)) } }))
        }
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}

/// Has a letter written; the answer is the same for every address.
pub(super) async fn write(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    form: OwnForm,
) -> Response {
    let Some(rights) = &state.rights else { return crate::not_found().await };
    let OwnForm { at, posted, .. } = form;
    let (language, typed, back) = (at.language(), posted.get(ADDRESS), posted.get(BACK));
    let asked = match rights.drp_waiting(at.tenant.id, &id, back).await {
        Ok(asked) => asked,
        Err(error) => return at.trouble(&error),
    };
    let (Some(asked), Ok(request)) = (asked, id.parse::<RequestId>()) else { return crate::not_found().await };
    if asked.state != AskedState::Open {
        return show(rights, at, StatusCode::OK, (&id, back), None).await;
    }
    let back_there = asked.back.as_deref().unwrap_or_default();
    let about = (request, asked.agent.as_str(), back_there);
    match at.identity.ask_by_letter(&at.tenant, about, typed, &at.visitor).await {
        Ok(()) => {
            let page = said(&at, door::written_title(language), words::written(language));
            at.page(StatusCode::OK, page)
        }
        Err(error) if error.kind() == ErrorKind::BadInput => {
            let text = trouble::text(language, &error);
            show(rights, at, StatusCode::UNPROCESSABLE_ENTITY, (&id, back), Some((typed, &text))).await
        }
        Err(error) => at.trouble(&error),
    }
}

/// What a letter's link leads to; opening it does nothing.
pub(super) async fn letter(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    at: At,
) -> Response {
    let Some(rights) = &state.rights else { return crate::not_found().await };
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let (Ok(request), Some(code)) = (id.parse::<RequestId>(), code) else { return at.trouble(&over()) };
    let page = letter_page(rights, &at, request, &code).await;
    match page {
        Ok(page) => at.page(StatusCode::OK, page),
        Err(error) => at.trouble(&error),
    }
}

async fn letter_page(rights: &Rights, at: &At, id: RequestId, code: &Token) -> Result<Markup, VaultError> {
    let letter = at.identity.asked_by_letter(&at.tenant, id, code).await?;
    let person = at.identity.vault().person(at.tenant.id, letter.subject);
    let asked = rights.drp_asked(&person, letter.subject, &id.to_string(), &letter.back).await?;
    let asked = asked.filter(|asked| asked.state == AskedState::Open).ok_or_else(over)?;
    let language = at.language();
    let title = account::asked_title(language);
    let fields = html! { input type="hidden" name="code" value=(code.expose()); };
    let question =
        asked_question(language, &asked, (&at.form_token, &at.path(&format!("asked/{id}/confirm"))), &fields);
    let content = html! {
        (heading(title, Some(&html! { (account::asked_lead(language, &asked.agent)) })))
        (question)
    };
    Ok(Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content))
}

/// The answer by a letter's link.
pub(super) async fn answer(
    State(state): State<DoorState>,
    Path((_, id)): Path<(String, String)>,
    form: OwnForm,
) -> Response {
    let Some(rights) = &state.rights else { return crate::not_found().await };
    let OwnForm { at, posted, .. } = form;
    let (Ok(request), Some(code)) = (id.parse::<RequestId>(), Token::parse(posted.get("code"))) else {
        return at.trouble(&over());
    };
    match answered(rights, &at, (request, &code), posted.get("answer")).await {
        Ok(page) => at.page(StatusCode::OK, page),
        Err(error) => at.trouble(&error),
    }
}

async fn answered(rights: &Rights, at: &At, (id, code): (RequestId, &Token), said: &str) -> Result<Markup, VaultError> {
    let letter = at.identity.asked_by_letter(&at.tenant, id, code).await?;
    let person = at.identity.vault().person(at.tenant.id, letter.subject);
    let name = id.to_string();
    let language = at.language();
    let text = match said {
        "yes" => {
            rights.drp_confirm_by_letter(&person, letter.subject, &name).await?;
            account::asked_confirmed(language)
        }
        "no" => {
            rights.drp_disown(&person, letter.subject, &name).await?;
            words::disowned(language)
        }
        _ => return Err(over()),
    };
    at.identity.letter_answered(&at.tenant, code).await?;
    let asked = rights.drp_waiting(at.tenant.id, &name, &letter.back).await?;
    let title = account::asked_title(language);
    let content = html! {
        (heading(title, None))
        (banner(language, Tone::Done, &html! { p { (text) } }))
        @if let Some((agent, back)) = asked.as_ref().and_then(|asked| Some((&asked.agent, asked.back.as_ref()?))) {
            p class="buttons" { (button_link(Weight::Main, back, &account::asked_back(language, agent))) }
        }
    };
    Ok(Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content))
}
