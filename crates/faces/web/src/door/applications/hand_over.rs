//! Back to the application, with the answer.
//!
//! A page, and no redirect: a browser that came here by a form follows redirects only where the form's own policy lets it
//! go, and the forms of the door go nowhere else. Nothing of it needs a script.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use candor_identity::place_of;
use candor_oidc::{Answer, ResponseMode};
use maud::{Markup, html};

use crate::door::at::At;
use crate::kit::{Area, Frame, Weight, button, button_link, heading};
use crate::words::applications as words;

/// Takes an answer to the application.
pub(super) fn hand_over(at: At, answer: &Answer) -> Response {
    match answer.mode {
        ResponseMode::Query => lead_on(at, &answer.location()),
        ResponseMode::FormPost => post_on(at, answer),
    }
}

/// Leads the browser on to an address that was checked.
pub(super) fn lead_on(at: At, to: &str) -> Response {
    let language = at.language();
    let link = button_link(Weight::Main, to, words::go_on(language));
    let page = page(&at, place_of(to), &html! { p class="buttons" { (link) } });
    let mut response = at.page(StatusCode::OK, page);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={to}")) {
        response.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
    }
    response
}

fn post_on(at: At, answer: &Answer) -> Response {
    let language = at.language();
    let form = html! {
        form method="post" action=(answer.redirect_uri) {
            @for (name, value) in &answer.params { input type="hidden" name=(name) value=(value); }
            div class="buttons" { (button(Weight::Main, words::go_on(language))) }
        }
    };
    let page = page(&at, place_of(&answer.redirect_uri), &form);
    let mut response = at.page(StatusCode::OK, page);
    let place = answer.redirect_uri.split('?').next().unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action {place}; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn page(at: &At, place: &str, content: &Markup) -> Markup {
    let title = words::back_title(at.language());
    let content = html! {
        (heading(title, Some(&html! { (words::back_to(at.language(), place)) })))
        (content)
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}
