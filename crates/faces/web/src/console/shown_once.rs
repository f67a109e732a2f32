//! A secret that was made: shown on the answer to the form that asked for it, and never again.

use axum::http::StatusCode;
use axum::response::Response;
use candor_words::Secret;
use maud::{Markup, html};

use super::desk::Seated;
use crate::kit::{Desk, Tone, Weight, banner, button_link, card};
use crate::words::console as words;

/// The page of a secret, with what else is to be copied beside it, and the way on.
pub(super) fn shown_once(
    seated: Seated,
    here: Desk,
    title: &str,
    (beside, secret): (&Markup, &Secret<String>),
    then: &str,
) -> Response {
    let language = seated.language();
    let next = seated.at.path(then);
    let content = html! {
        (banner(language, Tone::Warning, &html! {
            p { strong { (words::shown_once_title(language)) } }
            p { (words::shown_once(language)) }
        }))
        (card("secret", &html! { (title) }, &html! {
            (beside)
            p class="once" { code { (secret.expose()) } }
        }))
        div class="buttons" { (button_link(Weight::Main, &next, words::shown_once_done(language))) }
    };
    seated.page_with(StatusCode::OK, here, title, &content)
}
