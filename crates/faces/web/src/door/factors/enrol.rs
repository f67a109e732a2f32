//! Adding a factor: an app, codes that are sent, a passkey.

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Enrolment, Method, Token, TotpEnrolment};
use candor_vault::{ErrorKind, VaultError};
use maud::{Markup, PreEscaped, html};

use super::passkey::{self, ANSWER, QUESTION};
use super::ways::{CODE, WAY, way_of};
use super::{done, needs, over, security};
use crate::Posted;
use crate::door::at::Enrolling;
use crate::door::own_form::OwnForm;
use crate::door::trouble;
use crate::kit::{
    Area, Input, InputKind, Place, Tone, Weight, banner, button, button_link, error_summary, form, heading,
};
use crate::words::factors as words;

const LABEL: &str = "label";

pub(super) async fn app(form: OwnForm) -> Response {
    let (own, _) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Enrolling { at, session } = &own;
    match at.identity.begin_totp(&at.tenant, session, words::totp_picture(at.language())).await {
        Ok(enrolment) => {
            let page = app_page(&own, &enrolment, None);
            own.at.page(StatusCode::OK, page)
        }
        Err(error) => needs(own, &error).await,
    }
}

pub(super) async fn codes(form: OwnForm) -> Response {
    let (own, posted) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Enrolling { at, session } = &own;
    let method = way_of(posted.get(WAY)).filter(|way| matches!(way, Method::MailCode | Method::SmsCode));
    let Some(method) = method else { return own.at.trouble(&over()) };
    match at.identity.begin_codes(&at.tenant, session, method, &at.visitor).await {
        Ok(enrolment) => {
            let page = code_page(&own, &enrolment, None);
            own.at.page(StatusCode::OK, page)
        }
        Err(error) => needs(own, &error).await,
    }
}

/// The first code of an app, or of a way of sending codes.
pub(super) async fn confirm(form: OwnForm) -> Response {
    let (own, posted) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Some(token) = Token::parse(posted.get(QUESTION)) else { return own.at.trouble(&over()) };
    let Enrolling { at, session } = &own;
    let (code, label) = (posted.get(CODE).trim(), posted.get(LABEL));
    let error = match at.identity.confirm_factor(&at.tenant, session, &token, code, label, &at.visitor).await {
        Ok(()) => return done(own.at, "added"),
        Err(error) => error,
    };
    if error.kind() != ErrorKind::BadInput {
        return own.at.trouble(&if error.code() == "code.over" { over() } else { error });
    }
    again(own, &token, &posted, &error).await
}

/// The same page once more after a wrong code.
async fn again(own: Enrolling, token: &Enrolment, _: &Posted, error: &VaultError) -> Response {
    let Enrolling { at, session } = &own;
    let wrong = words::code_wrong(at.language());
    let shown = at.identity.totp_again(&at.tenant, session, token, words::totp_picture(at.language())).await;
    let page = match shown {
        Ok(enrolment) => app_page(&own, &enrolment, Some(wrong)),
        Err(_) => code_page(&own, token, Some(wrong)),
    };
    own.at.page(trouble::status(error.kind()), page)
}

pub(super) async fn passkey(form: OwnForm) -> Response {
    let (own, _) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    passkey_asked(own, (StatusCode::OK, None)).await
}

pub(super) async fn passkey_answer(form: OwnForm) -> Response {
    let (own, posted) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Some(token) = Token::parse(posted.get(QUESTION)) else { return own.at.trouble(&over()) };
    let Enrolling { at, session } = &own;
    let (answer, label) = (posted.get(ANSWER), posted.get(LABEL));
    match at.identity.confirm_passkey(&at.tenant, session, &token, answer, label, &at.visitor).await {
        Ok(()) => done(own.at, "added"),
        Err(error) if matches!(error.kind(), ErrorKind::BadInput | ErrorKind::Conflict) => {
            let why = trouble::text(own.at.language(), &error);
            passkey_asked(own, (trouble::status(error.kind()), Some(&why))).await
        }
        Err(error) => needs(own, &error).await,
    }
}

async fn passkey_asked(own: Enrolling, (status, wrong): (StatusCode, Option<&str>)) -> Response {
    let language = own.at.language();
    let question = match own.at.identity.begin_passkey(&own.at.tenant, &own.session).await {
        Ok(question) => question,
        Err(error) => return needs(own, &error).await,
    };
    let at = &own.at;
    let asking = passkey::Asking {
        title: words::new_passkey_title(language),
        lead: words::new_passkey_lead(language),
        act: "create",
        options: &question.options,
        action: at.path("account/security/passkey/answer"),
        fields: html! {
            input type="hidden" name=(QUESTION) value=(question.token.expose());
            (label_input(&own))
        },
        button: words::make_passkey(language),
        back: at.path("account/security"),
        wrong,
    };
    let area = if own.session.owes_factor {
        Area::Door
    } else {
        Area::Account { here: Place::Security, token: &at.form_token }
    };
    let page = asking.page(at, area);
    own.at.page(status, page)
}

fn app_page(own: &Enrolling, enrolment: &TotpEnrolment, wrong: Option<&str>) -> Markup {
    let language = own.at.language();
    let title = words::totp_title(language);
    let lead = html! { (words::totp_scan(language)) };
    let content = html! {
        (summary(own, wrong))
        (heading(title, Some(&lead)))
        @if let Some(picture) = &enrolment.picture { div class="qr" { (PreEscaped(picture.expose())) } }
        p { (words::totp_key(language)) ": " code { (enrolment.secret.expose()) } }
        p { (button_link(Weight::Plain, enrolment.address.expose(), words::totp_open(language))) }
        (confirming(own, &enrolment.token, words::code_of_app(language), wrong, true))
    };
    security::framed(own, title, &content)
}

fn code_page(own: &Enrolling, token: &Enrolment, wrong: Option<&str>) -> Markup {
    let language = own.at.language();
    let title = words::codes_title(language);
    let content = html! {
        (summary(own, wrong))
        (heading(title, None))
        @if wrong.is_none() { (banner(language, Tone::Done, &html! { p { (words::sent(language)) } })) }
        (confirming(own, token, words::code_sent(language), wrong, false))
    };
    security::framed(own, title, &content)
}

fn summary(own: &Enrolling, wrong: Option<&str>) -> Markup {
    let errors: Vec<_> = wrong.iter().map(|text| (CODE.to_owned(), (*text).to_owned())).collect();
    error_summary(own.at.language(), &errors)
}

fn confirming(own: &Enrolling, token: &Enrolment, label: &str, wrong: Option<&str>, is_named: bool) -> Markup {
    let (at, language) = (&own.at, own.at.language());
    form(
        &at.form_token,
        &at.path("account/security/confirm"),
        &html! {
            input type="hidden" name=(QUESTION) value=(token.expose());
            (Input::new(CODE, html! { (label) }, InputKind::Code).hint(html! { (words::six_digits(language)) })
                .error(wrong).autocomplete("one-time-code").markup(language))
            @if is_named { (label_input(own)) }
            div class="buttons" {
                (button(Weight::Main, words::add_it(language)))
                (button_link(Weight::Plain, &at.path("account/security"), crate::words::kit::cancel(language)))
            }
        },
    )
}

fn label_input(own: &Enrolling) -> Markup {
    let language = own.at.language();
    Input::new(LABEL, html! { (words::name_it(language)) }, InputKind::Text)
        .hint(html! { (words::name_hint(language)) })
        .optional()
        .characters_max(60)
        .autocomplete("off")
        .markup(language)
}
