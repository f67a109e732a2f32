//! `/{tenant}/account/organisation`: the person whose account an organisation claims or manages sees which, since when and
//! until when they may leave, and how.

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Claim, MemberState};
use candor_vault::VaultError;
use maud::{Markup, html};

use crate::Language;
use crate::door::{At, SignedIn};
use crate::kit::{Area, Clock, Frame, Place, Tone, Weight, banner, button_link, card, clock, empty, heading, pairs};
use crate::language::minute;
use crate::words::console as words;

pub(super) async fn page(SignedIn { at, session, .. }: SignedIn) -> Response {
    match content(&at, &session).await {
        Ok(content) => {
            let language = at.language();
            let title = words::member_title(language);
            let area = Area::Account { here: Place::Overview, token: &at.form_token };
            let frame = Frame { reader: &at.reader, tenant: at.shown(), title, area };
            let page = frame.page(&html! { (heading(title, None)) (content) });
            at.page(StatusCode::OK, page)
        }
        Err(error) => at.trouble(&error),
    }
}

async fn content(at: &At, session: &candor_identity::Session) -> Result<Markup, VaultError> {
    let language = at.language();
    let claim = at.identity.claim_of(session.tenant, session.subject).await?;
    let waiting = at.identity.waiting_address_of(&at.tenant, session.subject).await?;
    let looks = at.identity.looks(session.tenant, session.subject).await?;
    Ok(html! {
        @match &claim {
            None => (empty(words::member_none(language), None)),
            Some(claim) => (claim_part(at, language, claim)),
        }
        @if let Some(since) = waiting {
            (banner(language, Tone::Note, &html! { p { (words::address_waits_since(language)) " " (minute(language, since)) } }))
        }
        @if !looks.is_empty() {
            (card("looks", &html! { (words::looks(language)) }, &html! {
                @for look in looks.iter().take(50) {
                    p {
                        (minute(language, look.at)) ": " (super::desk::reason_title(language, look.reason))
                        " (" (look.purpose) ", " (look.ticket) ")"
                    }
                }
            }))
        }
    })
}

fn claim_part(at: &At, language: Language, claim: &Claim) -> Markup {
    let is_managed = claim.state == MemberState::Managed;
    html! {
        (pairs(&[
            (html! { (words::member_organisation(language)) }, html! { (claim.title) }),
            (html! { (words::domain(language)) }, html! { (claim.domain) }),
            (html! { (words::since(language)) }, minute(language, claim.since)),
        ]))
        @if is_managed {
            (banner(language, Tone::Note, &html! {
                p { (words::member_managed(language)) }
                @if claim.decides_requests { p { (words::member_requests(language)) } }
            }))
        } @else {
            (banner(language, Tone::Warning, &html! { p { (words::member_leave(language)) } }))
            @if let Some(deadline) = claim.deadline {
                (clock(language, Clock { from: claim.since, by: deadline, now: at.identity.now() }))
            }
            div class="buttons" {
                (button_link(Weight::Plain, &at.path("account/email"), words::leave_address(language)))
                (button_link(Weight::Plain, &at.path("account/leave"), words::leave_export(language)))
            }
        }
    }
}
