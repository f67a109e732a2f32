//! `/{tenant}/sign-in`.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{LocalPath, Step};
use candor_vault::ErrorKind;
use candor_words::Secret;
use maud::{Markup, html};

use super::at::{At, escaped, parameter};
use super::cookies::Jar;
use super::factors::way_in;
use super::own_form::OwnForm;
use super::trouble;
use crate::Posted;
use crate::kit::{Area, Frame, Input, InputKind, Weight, button, error_summary, form, heading};
use crate::words::door as words;

/// The field that carries where somebody goes on.
pub(super) const THEN_FIELD: &str = "then";
const IDENTIFIER: &str = "identifier";
const PASSWORD: &str = "password";

pub(super) async fn page(at: At, RawQuery(query): RawQuery) -> Response {
    let then = then_of(&at, parameter(query.as_deref(), THEN_FIELD).as_deref());
    if at.enrolling.is_some() {
        let to = then.map_or_else(|| at.path("account"), |then| then.as_str().to_owned());
        return at.go(&to);
    }
    let ways = at.identity.ways_upstream(&at.tenant).await.unwrap_or_default();
    let page = match at.identity.front_door(at.tenant.id).await {
        Ok(_) => sign_in_page(&at, then.as_ref(), "", None, &ways),
        // Who has no password here signs in elsewhere.
        Err(error) if error.code() == "door.none" && !ways.is_empty() => elsewhere_page(&at, then.as_ref(), &ways),
        Err(error) => return at.trouble(&error),
    };
    at.page(StatusCode::OK, page)
}

pub(super) async fn sign_in(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let then = then_of(&at, Some(posted.get(THEN_FIELD)));
    let identifier = posted.get(IDENTIFIER).trim();
    let ways = at.identity.ways_upstream(&at.tenant).await.unwrap_or_default();
    let refuse = |at: At, status, why: String| {
        let page = sign_in_page(&at, then.as_ref(), identifier, Some(&why), &ways);
        at.page(status, page)
    };
    let language = at.language();
    if identifier.is_empty() || posted.get(PASSWORD).is_empty() {
        return refuse(at, StatusCode::UNPROCESSABLE_ENTITY, words::both_needed(language).to_owned());
    }
    let password = Secret::new(posted.get(PASSWORD).to_owned());
    let step = at.identity.sign_in(at.tenant.id, identifier, password, then.clone(), &at.visitor).await;
    match step {
        Ok(Step::Refused) => refuse(at, StatusCode::UNPROCESSABLE_ENTITY, words::wrong(language).to_owned()),
        Ok(step) => go_on(at, step).await,
        Err(error) if error.kind() == ErrorKind::TooOften || error.kind() == ErrorKind::BadInput => {
            refuse(at, trouble::status(error.kind()), trouble::text(language, &error))
        }
        Err(error) => at.trouble(&error),
    }
}

/// What follows a step that was not refused.
pub(super) async fn go_on(mut at: At, step: Step) -> Response {
    match step {
        Step::SignedIn { opened, then } => at.sign_in(opened, then).await,
        Step::Factor { token, .. } => {
            at.cookies.extend(Jar::Attempt.set(&at.tenant.slug, &token));
            let to = at.path("sign-in/factor");
            at.go(&to)
        }
        Step::Refused => {
            let to = at.path("sign-in");
            at.go(&to)
        }
    }
}

/// Where somebody goes on, if it is a place of this tenant.
pub(super) fn then_of(at: &At, text: Option<&str>) -> Option<LocalPath> {
    LocalPath::parse(&at.tenant.slug, text?)
}

/// A path with where to go on after it.
pub(super) fn with_then(path: String, then: Option<&LocalPath>) -> String {
    match then {
        Some(then) => {
            let mark = if path.contains('?') { '&' } else { '?' };
            format!("{path}{mark}{THEN_FIELD}={}", escaped(then.as_str()))
        }
        None => path,
    }
}

fn sign_in_page(
    at: &At,
    then: Option<&LocalPath>,
    identifier: &str,
    wrong: Option<&str>,
    ways: &[(String, String)],
) -> Markup {
    let language = at.language();
    let title = words::sign_in_title(language, &at.tenant.title);
    let errors: Vec<_> = wrong.iter().map(|text| (IDENTIFIER.to_owned(), (*text).to_owned())).collect();
    let fields = html! {
        (then_input(then))
        (Input::new(IDENTIFIER, html! { (words::identifier(language)) }, InputKind::Text)
            .autocomplete("username webauthn").value(identifier).error(wrong).markup(language))
        (Input::new(PASSWORD, html! { (words::password(language)) }, InputKind::Password)
            .autocomplete("current-password").markup(language))
        div class="buttons" { (button(Weight::Main, words::sign_in(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(&title, None))
        (form(&at.form_token, &at.path("sign-in"), &fields))
        (super::upstream::ways_markup(at, ways, then))
        (way_in(at, then))
        ul class="ways" {
            li { a href=(at.path("recover")) { (words::forgotten(language)) } }
            li { (words::no_account(language)) " " a href=(with_then(at.path("sign-up"), then)) { (words::sign_up(language)) } }
        }
    };
    let title = if errors.is_empty() { title.clone() } else { crate::words::kit::title_with_error(language, &title) };
    Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content)
}

/// The page where nobody has a password: the places elsewhere alone.
fn elsewhere_page(at: &At, then: Option<&LocalPath>, ways: &[(String, String)]) -> Markup {
    let title = words::sign_in_title(at.language(), &at.tenant.title);
    let content = html! {
        (heading(&title, None))
        (super::upstream::ways_markup(at, ways, then))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content)
}

/// The hidden field that carries where somebody goes on.
pub(super) fn then_input(then: Option<&LocalPath>) -> Markup {
    html! { @if let Some(then) = then { input type="hidden" name=(THEN_FIELD) value=(then.as_str()); } }
}

/// Where a posted form goes on.
pub(super) fn posted_then(at: &At, posted: &Posted) -> Option<LocalPath> {
    then_of(at, Some(posted.get(THEN_FIELD)))
}
