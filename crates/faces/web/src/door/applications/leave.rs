//! `/{tenant}/leave`: an application asks that the person be signed out. Without an ID token of this session they are asked,
//! by the name of the application that the request names.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{LogoutStep, Token};
use candor_vault::VaultError;
use maud::{Markup, html};

use super::hand_over::lead_on;
use crate::door::OwnForm;
use crate::door::at::{At, parameter};
use crate::door::cookies::Jar;
use crate::door::sign_up::said;
use crate::kit::{Area, Frame, Weight, button, button_link, form, heading};
use crate::words::applications as words;

pub(super) async fn page(at: At, RawQuery(query): RawQuery) -> Response {
    let token = parameter(query.as_deref(), "request").and_then(|text| Token::parse(&text));
    let token = token.unwrap_or_else(|| at.identity.draw_token());
    step(at, &token, false).await
}

pub(super) async fn answer(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let token = Token::parse(posted.get("request")).unwrap_or_else(|| at.identity.draw_token());
    step(at, &token, true).await
}

async fn step(mut at: At, token: &Token, has_agreed: bool) -> Response {
    let step: Result<LogoutStep, VaultError> = async {
        let issuer = at.identity.issuer(&at.tenant.slug).await?;
        at.identity.logout_step(&issuer, token, at.session.as_ref(), has_agreed).await
    }
    .await;
    match step {
        Ok(LogoutStep::Ask(application)) => {
            let page = question(&at, application.as_deref(), token);
            at.page(StatusCode::OK, page)
        }
        Ok(LogoutStep::Done(then)) => {
            at.cookies.extend(Jar::Session.forget(&at.tenant.slug));
            match then {
                Some(to) => lead_on(at, &to),
                None => {
                    let language = at.language();
                    let page = said(&at, words::left_title(language), words::left(language));
                    at.page(StatusCode::OK, page)
                }
            }
        }
        Err(error) => at.trouble(&error),
    }
}

fn question(at: &At, application: Option<&str>, token: &Token) -> Markup {
    let language = at.language();
    let application = application.unwrap_or(words::some_application(language));
    let title = words::leave_title(language);
    let fields = html! {
        input type="hidden" name="request" value=(token.expose());
        div class="buttons" {
            (button(Weight::Main, words::leave(language)))
            (button_link(Weight::Plain, &at.path("account"), words::stay(language)))
        }
    };
    let content = html! {
        (heading(title, Some(&html! { (words::leave_lead(language, application, &at.tenant.title)) })))
        (form(&at.form_token, &at.path("leave"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}
