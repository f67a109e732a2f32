//! `/{tenant}/console/requests`: requests about rights that are open, with their clocks, the earliest due first.

use axum::response::Response;
use candor_vault::{PAGE_MAX, RequestView, StaffReason, VaultError};
use maud::{Markup, html};

use super::desk::Seated;
use super::request::state;
use crate::kit::{Clock, Desk, Tone, badge, banner, card, clock, empty};
use crate::words::console as words;

/// The most requests that are looked through.
const LOOKED_THROUGH_MAX: usize = 20_000;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Requests.title(seated.language());
            seated.page(Desk::Requests, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let open = open(seated).await?;
    let is_late =
        |request: &&RequestView| request.overdue || (request.escalated_at.is_some() && request.paused_at.is_none());
    let n_late = open.iter().filter(is_late).count() as u64;
    Ok(html! {
        @if n_late > 0 {
            (banner(language, Tone::Warning, &html! { p { (words::requests::due_soon(language, n_late)) } }))
        }
        @if open.is_empty() { (empty(words::requests_none(language), None)) }
        @for request in open.iter().take(PAGE_MAX) { (one(seated, request)) }
    })
}

async fn open(seated: &Seated) -> Result<Vec<RequestView>, VaultError> {
    let caller = seated.caller(StaffReason::Right).await?;
    let (mut open, mut after, mut n_seen) = (Vec::new(), None, 0);
    loop {
        let page = seated.at.identity.vault().requests(&caller, None, after, PAGE_MAX).await?;
        n_seen += PAGE_MAX;
        open.extend(page.rows.into_iter().filter(|request| request.closed_at.is_none()));
        after = page.next;
        if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
            open.sort_by_key(|request| request.due_at);
            return Ok(open);
        }
    }
}

/// One request on a list, with the way to its page.
pub(super) fn one(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let person = seated.at.path(&format!("console/people/{}", request.subject));
    let own = seated.at.path(&format!("console/requests/{}", request.id));
    let now = seated.at.identity.now();
    card(
        &request.id.to_string(),
        &html! {
            a href=(own) aria-describedby={ (request.id) "-person" } { (words::right_said(language, &request.right)) } " "
            (state(seated, request))
        },
        &html! {
            p id={ (request.id) "-person" } {
                a href=(person) { code { (request.subject) } }
                @if request.routed && request.decided_at.is_none() {
                    " " (badge("contract", words::organisation_decides(language)))
                }
            }
            @if request.paused_at.is_none() {
                (clock(language, Clock { from: request.received_at, by: request.due_at, now }))
            }
        },
    )
}
