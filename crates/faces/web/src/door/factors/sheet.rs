//! `/{tenant}/account/security/recovery`: a sheet of recovery codes, shown once.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use crate::door::at::Enrolling;
use crate::door::own_form::OwnForm;
use crate::kit::{Tone, Weight, banner, button_link, heading};
use crate::words::factors as words;

pub(super) async fn make(form: OwnForm) -> Response {
    let (own, _) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Enrolling { at, session } = &own;
    let codes = match at.identity.new_recovery_codes(&at.tenant, session, &at.visitor).await {
        Ok(codes) => codes,
        Err(error) => return super::needs(own, &error).await,
    };
    let language = at.language();
    let title = words::recovery_title(language);
    let content = html! {
        (heading(title, None))
        (banner(language, Tone::Warning, &html! { p { (words::recovery_lead(language)) } }))
        ol class="codes" { @for code in &codes { li { code { (code.expose()) } } } }
        p { (button_link(Weight::Main, &at.path("account/security"), words::kept_them(language))) }
    };
    let page = super::security::framed(&own, title, &content);
    own.at.page(StatusCode::OK, page)
}
