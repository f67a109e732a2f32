//! `/{tenant}/console/requests`: requests about rights that are open, with their clocks, the earliest due first.

use axum::response::Response;
use candor_vault::{PAGE_MAX, RequestView, StaffReason, VaultError};
use maud::{Markup, html};

use super::desk::Seated;
use crate::kit::{Clock, Desk, badge, card, clock, empty};
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
    Ok(html! {
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

fn one(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let person = seated.at.path(&format!("console/people/{}", request.subject));
    let now = seated.at.identity.now();
    card(
        &request.id.to_string(),
        &html! { (words::right_said(language, &request.right)) },
        &html! {
            p {
                a href=(person) { code { (request.subject) } }
                @if request.routed { " " (badge("contract", words::organisation_decides(language))) }
            }
            (clock(language, Clock { from: request.received_at, by: request.due_at, now }))
        },
    )
}
