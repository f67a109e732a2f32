//! `/{tenant}/account/sessions`: where the person is signed in, to be ended one by one or all at once.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use candor_identity::{SessionView, SignOutCause};
use candor_vault::VaultError;
use maud::{Markup, html};

use super::signed::{Signed, SignedForm, private};
use crate::door::Jar;
use crate::kit::{Place, Weight, badge, button, card, form, pairs};
use crate::language::minute;
use crate::words::account as words;

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = sessions(&signed).await;
    signed.answer(outcome)
}

async fn sessions(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let sessions = signed.at.identity.sessions(&signed.session).await?;
    let all = form(
        signed.token(),
        &signed.href("/sessions"),
        &html! {
            p { (words::sessions_end_all_text(language)) }
            div class="buttons" { (button(Weight::Plain, words::sessions_end_all(language))) }
        },
    );
    let content = html! {
        @for session in &sessions { (one(signed, session)) }
        (card("all", &html! { (words::sessions_end_all(language)) }, &all))
    };
    Ok(signed.page(Place::Sessions, words::sessions_lead(language), &content))
}

fn one(signed: &Signed, session: &SessionView) -> Markup {
    let language = signed.language();
    let device =
        if session.device.is_empty() { words::session_device_unknown(language) } else { session.device.as_str() };
    let title = html! {
        (device)
        @if session.is_this { " " (badge("interest", words::session_this(language))) }
    };
    let rows = [
        (html! { (words::session_began(language)) }, minute(language, session.began_at)),
        (html! { (words::session_seen(language)) }, minute(language, session.seen_at)),
    ];
    let content = html! {
        (pairs(&rows))
        @if !session.is_this {
            (form(signed.token(), &signed.href(&format!("/sessions/{}", session.id)), &html! {
                button class="button" aria-label=(words::session_end_of(language, device)) { (words::session_end(language)) }
            }))
        }
    };
    card(&format!("session-{}", session.id), &title, &content)
}

/// Ends one session.
pub(super) async fn end(Path((_, session)): Path<(String, String)>, SignedForm(signed, _): SignedForm) -> Response {
    let outcome = signed.at.identity.end_session(&signed.session, &session).await;
    signed.answer(outcome.map(|()| signed.done("/sessions", "ended")))
}

/// Ends every session, this one too.
pub(super) async fn end_all(SignedForm(signed, _): SignedForm) -> Response {
    let ended = signed.at.identity.end_sessions(&signed.person, signed.subject(), SignOutCause::Everywhere).await;
    signed.answer(ended.map(|_| {
        let mut response = private(Redirect::to(&signed.at.path("sign-in")).into_response());
        if let Some(cookie) = Jar::Session.forget(&signed.at.tenant.slug) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }))
}
