//! The page for what did not work: what stood in the way, in words, and a way back.

use axum::response::Response;
use candor_http::status_of;
use candor_vault::{ErrorKind, VaultError};
use maud::html;

use super::decides;
use super::signed::{Signed, with_status};
use crate::Language;
use crate::kit::{Place, Tone, Weight, banner, button_link, heading};
use crate::words::account as words;
use crate::words::dispute;

/// The page for an error.
pub(super) fn trouble(signed: &Signed, error: &VaultError) -> Response {
    let language = signed.language();
    log(error);
    let title = words::trouble_title(language);
    let content = html! {
        (heading(title, None))
        (banner(language, Tone::Warning, &html! {
            p { (text(language, error)) }
            p { (words::trouble_nothing(language)) }
        }))
        p class="quiet" { (words::trouble_code(language, error.code())) }
        @if matches!(error.code(), "organisation.decides" | "identity.documents_first") { (decides::to_requests(signed)) }
        @else { div class="buttons" { (button_link(Weight::Plain, &signed.href(""), words::trouble_back(language))) } }
    };
    with_status(status_of(error.kind()), signed.bare_page(Place::Overview, title, &content))
}

/// Only our own trouble is worth a line of the log.
fn log(error: &VaultError) {
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
        tracing::error!(code = error.code(), "a page of the account area could not be answered");
    }
}

fn text(language: Language, error: &VaultError) -> &'static str {
    match (error.code(), error.kind()) {
        ("identifier.taken", _) => words::trouble_taken(language),
        ("hold.in_force", _) => words::trouble_held(language),
        ("organisation.decides" | "organisation.approves", _) => words::trouble_organisation(language),
        ("identity.documents_first", _) => words::trouble_documents(language),
        ("dispute.too_many", _) => dispute::too_many(language),
        ("request.too_many", _) => dispute::too_many_requests(language),
        ("field.required", _) => words::trouble_required(language),
        (_, ErrorKind::Missing | ErrorKind::Gone) => words::trouble_missing(language),
        (_, ErrorKind::Conflict) => words::trouble_changed(language),
        (_, ErrorKind::Denied | ErrorKind::Unauthenticated | ErrorKind::Unprocessable) => {
            words::trouble_policy(language)
        }
        (_, ErrorKind::Unavailable | ErrorKind::TooOften) => words::trouble_later(language),
        (_, ErrorKind::Internal) => words::trouble_ours(language),
        (_, ErrorKind::BadInput | ErrorKind::TooLarge) => words::trouble_input(language),
    }
}
