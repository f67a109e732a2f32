//! What went wrong, as a page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use candor_http::status_of;
use candor_vault::{ErrorKind, VaultError};
use maud::{Markup, html};

use super::at::At;
use crate::kit::{Area, Frame, Tone, Weight, banner, button_link, heading};
use crate::words::{door as words, factors as factor_words};
use crate::{Language, Reader};

/// The page of an error, with its status.
pub(super) fn page(at: &At, error: &VaultError) -> (StatusCode, Markup) {
    let language = at.language();
    let status = status(error.kind());
    let title = words::trouble_title(language);
    let content = html! {
        (heading(title, None))
        (banner(language, Tone::Warning, &html! { p { (text(language, error)) } }))
        p { (button_link(Weight::Plain, &at.path("sign-in"), words::to_sign_in(language))) }
    };
    (status, Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content))
}

/// The answer to a form that this server did not show to this browser.
pub(super) fn foreign_form(at: &At) -> Markup {
    let language = at.language();
    let title = words::trouble_title(language);
    let content = html! {
        (heading(title, None))
        (banner(language, Tone::Warning, &html! { p { (words::foreign_form(language)) } }))
        p { (button_link(Weight::Plain, &at.path("sign-in"), words::to_sign_in(language))) }
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}

/// The same before it is known where the request stands.
pub(super) fn bare(reader: &Reader, error: &VaultError) -> Response {
    (status(error.kind()), text(reader.language, error)).into_response()
}

/// The sentence for an error, in the reader's language.
pub(crate) fn text(language: Language, error: &VaultError) -> String {
    if let Some(text) = super::upstream::text(language, error) {
        return text.to_owned();
    }
    match error.code() {
        "door.too_often" | "verify.too_often" => words::too_often(language).to_owned(),
        "door.none" => words::no_door(language).to_owned(),
        "mail.none" => words::no_mail(language).to_owned(),
        "code.over" => words::code_over(language).to_owned(),
        "identifier.taken" => words::taken(language).to_owned(),
        "address.malformed" => words::address_malformed(language).to_owned(),
        "password.length" => words::password_length(language, candor_identity::PASSWORD_CHARS_MIN),
        "password.guessable" => words::password_guessable(language).to_owned(),
        "password.wrong" => words::password_wrong(language).to_owned(),
        "session.stale" => words::stale(language).to_owned(),
        "signup.incomplete" => words::incomplete(language).to_owned(),
        "request.over" => crate::words::applications::request_over(language).to_owned(),
        "hash.busy" | "store.unavailable" | "store.not_writable" => words::busy(language).to_owned(),
        "factor.too_often" => factor_words::fault_often(language).to_owned(),
        "factor.unreachable" => factor_words::fault_unreachable(language).to_owned(),
        "factor.required" => factor_words::fault_required(language).to_owned(),
        "risk.no_factor" => factor_words::fault_unproved(language).to_owned(),
        "factor.too_many" => factor_words::fault_many(language).to_owned(),
        "factor.known" | "passkey.known" => factor_words::fault_known(language).to_owned(),
        "factor.over" | "factor.unknown" | "factor.not_offered" => factor_words::fault_over(language).to_owned(),
        "code.wrong" | "code.ended" | "code.spent" => factor_words::code_wrong(language).to_owned(),
        "passkey.site" => factor_words::fault_site(language).to_owned(),
        "passkey.unverified" => factor_words::fault_unverified(language).to_owned(),
        "passkey.answer" | "passkey.mismatch" | "passkey.signature" | "passkey.copied" => {
            factor_words::passkey_wrong(language).to_owned()
        }
        code => match crate::words::console::said_of(language, code) {
            Some(text) => text.to_owned(),
            None => words::trouble(language, code),
        },
    }
}

/// The status of a kind of error. A form that was filled in wrongly was understood all the same.
pub(crate) const fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::BadInput => StatusCode::UNPROCESSABLE_ENTITY,
        kind => status_of(kind),
    }
}
