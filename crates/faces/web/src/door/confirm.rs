//! `/{tenant}/account/email/confirm`, and the page of every code that came by mail: a button, so that what opens links by
//! itself uses none up.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Confirmed, Token};
use candor_vault::{ErrorKind, VaultError};
use maud::{Markup, html};

use super::at::{At, parameter};
use super::own_form::OwnForm;
use super::sign_up::said;
use crate::kit::{Area, Frame, Weight, button, form, heading};
use crate::words::console;
use crate::words::door as words;

pub(super) async fn page(at: At, RawQuery(query): RawQuery) -> Response {
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let language = at.language();
    let waits = match &code {
        Some(code) => at.identity.is_email_waiting(&at.tenant, code).await,
        None => Ok(false),
    };
    match (waits, code) {
        (Err(error), _) => at.trouble(&error),
        (Ok(true), Some(code)) => {
            let title = words::new_address_title(language);
            let lead = words::new_address_lead(language, &at.tenant.title);
            let page = code_form(&at, "account/email/confirm", title, &lead, &code, words::confirm(language));
            at.page(StatusCode::OK, page)
        }
        _ => at.trouble(&over()),
    }
}

pub(super) async fn confirm(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let Some(code) = Token::parse(posted.get("code")) else { return at.trouble(&over()) };
    let language = at.language();
    match at.identity.confirm_email(&at.tenant, &code, &at.visitor).await {
        Ok(Confirmed::Changed) => {
            let page = said(&at, words::address_changed_title(language), words::address_changed(language));
            at.page(StatusCode::OK, page)
        }
        Ok(Confirmed::AwaitsApproval) => {
            let page = said(&at, console::address_waits_title(language), console::address_waits(language));
            at.page(StatusCode::OK, page)
        }
        Err(error) => at.trouble(&error),
    }
}

/// A page with one button that uses a code up.
pub(super) fn code_form(at: &At, below: &str, title: &str, lead: &str, code: &Token, yes: &str) -> Markup {
    let content = html! {
        (heading(title, Some(&html! { (lead) })))
        (form(&at.form_token, &at.path(below), &html! {
            input type="hidden" name="code" value=(code.expose());
            div class="buttons" { (button(Weight::Main, yes)) }
        }))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}

/// What is said of a code that is none.
pub(super) fn over() -> VaultError {
    VaultError::new(ErrorKind::Missing, "code.over", "the code was used already, or is too old")
}
