//! `/{tenant}/recover`: a new password for somebody who forgot theirs.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::Token;
use candor_vault::ErrorKind;
use candor_words::Secret;
use maud::{Markup, html};

use super::at::{At, parameter};
use super::confirm::over;
use super::own_form::OwnForm;
use super::sign_up::said;
use super::trouble;
use crate::kit::{Area, Frame, Input, InputKind, Weight, button, error_summary, form, heading};
use crate::words::{door as words, sign_up as signing_up};

const ADDRESS: &str = "address";
const PASSWORD: &str = "password";

pub(super) async fn page(at: At) -> Response {
    if let Err(error) = at.identity.front_door(at.tenant.id).await {
        return at.trouble(&error);
    }
    let page = address_page(&at, "", None);
    at.page(StatusCode::OK, page)
}

pub(super) async fn recover(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let (language, typed) = (at.language(), posted.get(ADDRESS));
    match at.identity.recover(&at.tenant, typed, &at.visitor).await {
        Ok(()) => {
            // The same whether or not there is an account.
            let page = said(&at, words::written_title(language), words::recover_written(language));
            at.page(StatusCode::OK, page)
        }
        Err(error) if error.kind() == ErrorKind::BadInput => {
            let page = address_page(&at, typed, Some(&trouble::text(language, &error)));
            at.page(StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Err(error) => at.trouble(&error),
    }
}

pub(super) async fn set_page(at: At, RawQuery(query): RawQuery) -> Response {
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let waits = match &code {
        Some(code) => at.identity.is_recovery_waiting(&at.tenant, code).await,
        None => Ok(false),
    };
    match (waits, code) {
        (Err(error), _) => at.trouble(&error),
        (Ok(true), Some(code)) => {
            let page = password_page(&at, &code, None);
            at.page(StatusCode::OK, page)
        }
        _ => at.trouble(&over()),
    }
}

pub(super) async fn set(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let Some(code) = Token::parse(posted.get("code")) else { return at.trouble(&over()) };
    let new = Secret::new(posted.get(PASSWORD).to_owned());
    let language = at.language();
    match at.identity.set_password_by(&at.tenant, &code, new, &at.visitor).await {
        Ok(()) => {
            let page = said(&at, words::password_set_title(language), words::password_set(language));
            at.page(StatusCode::OK, page)
        }
        Err(error) if error.kind() == ErrorKind::BadInput => {
            let page = password_page(&at, &code, Some(&trouble::text(language, &error)));
            at.page(StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Err(error) => at.trouble(&error),
    }
}

fn address_page(at: &At, typed: &str, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::recover_title(language);
    let errors: Vec<_> = wrong.iter().map(|text| (ADDRESS.to_owned(), (*text).to_owned())).collect();
    let fields = html! {
        (Input::new(ADDRESS, html! { (words::address(language)) }, InputKind::Email)
            .autocomplete("email").value(typed).error(wrong).markup(language))
        div class="buttons" { (button(Weight::Main, words::send(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (words::recover_lead(language)) })))
        (form(&at.form_token, &at.path("recover"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}

fn password_page(at: &At, code: &Token, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::new_password_title(language);
    let errors: Vec<_> = wrong.iter().map(|text| (PASSWORD.to_owned(), (*text).to_owned())).collect();
    let hint = signing_up::password_hint(language, candor_identity::PASSWORD_CHARS_MIN);
    let fields = html! {
        input type="hidden" name="code" value=(code.expose());
        (Input::new(PASSWORD, html! { (words::new_password(language)) }, InputKind::Password)
            .hint(html! { (hint) }).autocomplete("new-password").error(wrong).markup(language))
        div class="buttons" { (button(Weight::Main, words::set_password(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (words::new_password_lead(language)) })))
        (form(&at.form_token, &at.path("recover/set"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}
