//! `/{tenant}/account/prove`: somebody who is signed in proves once more who they are, before what cannot be taken back.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::LocalPath;
use candor_vault::ErrorKind;
use candor_words::Secret;
use maud::{Markup, html};

use super::at::{At, SignedIn, parameter};
use super::own_form::OwnForm;
use super::sign_in::{THEN_FIELD, posted_then, then_input, then_of};
use super::trouble;
use crate::kit::{Area, Frame, Input, InputKind, Weight, button, error_summary, form, heading};
use crate::words::door as words;

const PASSWORD: &str = "password";

pub(super) async fn page(signed_in: SignedIn, RawQuery(query): RawQuery) -> Response {
    let at = signed_in.at;
    let then = then_of(&at, parameter(query.as_deref(), THEN_FIELD).as_deref());
    let page = prove_page(&at, then.as_ref(), None);
    at.page(StatusCode::OK, page)
}

pub(super) async fn prove(form: OwnForm) -> Response {
    let (SignedIn { at, session, .. }, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let then = posted_then(&at, &posted);
    let language = at.language();
    let password = Secret::new(posted.get(PASSWORD).to_owned());
    let refuse = |at: At, status, why: &str| {
        let page = prove_page(&at, then.as_ref(), Some(why));
        at.page(status, page)
    };
    match at.identity.prove_with_password(&session, password).await {
        Ok(true) => {
            let to = then.as_ref().map_or_else(|| at.path("account"), |then| then.as_str().to_owned());
            at.go(&to)
        }
        Ok(false) => refuse(at, StatusCode::UNPROCESSABLE_ENTITY, words::password_wrong(language)),
        Err(error) if error.kind() == ErrorKind::TooOften => {
            refuse(at, StatusCode::TOO_MANY_REQUESTS, &trouble::text(language, &error))
        }
        Err(error) => at.trouble(&error),
    }
}

fn prove_page(at: &At, then: Option<&LocalPath>, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::prove_title(language);
    let errors: Vec<_> = wrong.iter().map(|text| (PASSWORD.to_owned(), (*text).to_owned())).collect();
    let fields = html! {
        (then_input(then))
        (Input::new(PASSWORD, html! { (words::password(language)) }, InputKind::Password)
            .autocomplete("current-password").error(wrong).markup(language))
        div class="buttons" { (button(Weight::Main, words::go_on(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (words::prove_lead(language)) })))
        (form(&at.form_token, &at.path("account/prove"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}
