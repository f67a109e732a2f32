//! `/{tenant}/account/email`: another address for an account. The new one confirms itself, the present one is told.

use axum::http::StatusCode;
use axum::response::Response;
use candor_vault::ErrorKind;
use maud::{Markup, html};

use super::at::{At, SignedIn, escaped};
use super::own_form::OwnForm;
use super::sign_up::said;
use super::trouble;
use crate::kit::{Area, Frame, Input, InputKind, Place, Weight, button, error_summary, form, heading};
use crate::words::console as words;
use crate::words::door;

const ADDRESS: &str = "address";

pub(super) async fn page(signed_in: SignedIn) -> Response {
    let page = email_page(&signed_in.at, "", None);
    signed_in.at.page(StatusCode::OK, page)
}

pub(super) async fn change(posted: OwnForm) -> Response {
    let (SignedIn { at, session, .. }, posted) = match posted.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let (language, new) = (at.language(), posted.get(ADDRESS));
    let changed = match at.identity.needs_fresh_factor(&session).await {
        Ok(()) => at.identity.change_email(&at.tenant, &session, new, &at.visitor).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => {
            let page = said(&at, door::written_title(language), words::email_written(language));
            at.page(StatusCode::OK, page)
        }
        Err(error) if matches!(error.code(), "session.stale" | "factor.needed") => {
            let then = escaped(&format!("/{}/account/email", at.tenant.slug));
            let to = at.path(&format!("account/prove?then={then}"));
            at.go(&to)
        }
        Err(error) if matches!(error.kind(), ErrorKind::BadInput | ErrorKind::TooOften) => {
            let page = email_page(&at, new, Some(&trouble::text(language, &error)));
            at.page(trouble::status(error.kind()), page)
        }
        Err(error) => at.trouble(&error),
    }
}

fn email_page(at: &At, address: &str, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::email_title(language);
    let errors: Vec<_> = wrong.iter().map(|text| (ADDRESS.to_owned(), (*text).to_owned())).collect();
    let fields = html! {
        (Input::new(ADDRESS, html! { (words::email_new(language)) }, InputKind::Email)
            .autocomplete("email").value(address).error(wrong).characters_max(254).markup(language))
        div class="buttons" { (button(Weight::Main, door::send(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (words::email_lead(language)) })))
        (form(&at.form_token, &at.path("account/email"), &fields))
    };
    let area = Area::Account { here: Place::Security, token: &at.form_token };
    Frame { reader: &at.reader, tenant: at.shown(), title, area }.page(&content)
}
