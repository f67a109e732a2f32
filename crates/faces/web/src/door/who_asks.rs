//! `/{tenant}/requests/{request}/confirm`: where a letter leads that asks whether a request is the reader's own. Opening it
//! does nothing: two buttons of one weight do.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::Token;
use candor_vault::VaultError;
use candor_words::RequestId;
use maud::html;

use super::at::{At, parameter};
use super::confirm::over;
use super::own_form::OwnForm;
use super::sign_up::said;
use crate::kit::{Area, Frame, Weight, button, form, heading, pairs};
use crate::language::minute;
use crate::words::console::requests as words;
use crate::words::console::{asked_at, right, right_said};

pub(super) async fn page(at: At, Path((_, request)): Path<(String, String)>, RawQuery(query): RawQuery) -> Response {
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let (Ok(request), Some(code)) = (request.parse::<RequestId>(), code) else { return at.trouble(&over()) };
    let asked = match at.identity.request_asked_about(&at.tenant, request, &code).await {
        Ok(asked) => asked,
        Err(error) => return at.trouble(&error),
    };
    let language = at.language();
    let title = words::confirm_title(language);
    let action = at.path(&format!("requests/{request}/confirm"));
    let one = |answer: &str, text: &str| {
        form(
            &at.form_token,
            &action,
            &html! {
                input type="hidden" name="code" value=(code.expose());
                input type="hidden" name="answer" value=(answer);
                (button(Weight::Plain, text))
            },
        )
    };
    let content = html! {
        (heading(title, Some(&html! { (words::confirm_lead(language, &at.tenant.title)) })))
        (pairs(&[
            (html! { (right(language)) }, html! { (right_said(language, &asked.right)) }),
            (html! { (asked_at(language)) }, minute(language, asked.received_at)),
        ]))
        div class="buttons" {
            (one("yes", words::confirm_yes(language)))
            (one("no", words::confirm_no(language)))
        }
    };
    let page = Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content);
    at.page(StatusCode::OK, page)
}

pub(super) async fn answer(Path((_, request)): Path<(String, String)>, form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let (Ok(request), Some(code)) = (request.parse::<RequestId>(), Token::parse(posted.get("code"))) else {
        return at.trouble(&over());
    };
    let language = at.language();
    let said_of = |at: &At, outcome: Result<_, VaultError>, title, text| outcome.map(|_| said(at, title, text));
    let page = match posted.get("answer") {
        "yes" => {
            let outcome = at.identity.confirm_request(&at.tenant, request, &code).await;
            said_of(&at, outcome, words::confirmed_title(language), words::confirmed(language))
        }
        "no" => {
            let outcome = at.identity.disown_request(&at.tenant, request, &code).await;
            said_of(&at, outcome, words::disowned_title(language), words::disowned(language))
        }
        _ => Err(over()),
    };
    match page {
        Ok(page) => at.page(StatusCode::OK, page),
        Err(error) => at.trouble(&error),
    }
}
