//! `/{tenant}/account`: what there is to see and do, and what needs a look.

use axum::response::Response;
use candor_identity::{Claim, MemberState};
use candor_vault::{SubjectView, VaultError};
use maud::{Markup, html};

use super::image;
use super::signed::Signed;
use crate::Written as _;
use crate::kit::{Place, Tone, Weight, banner, button, button_link, card_link, form};
use crate::words::account as words;

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = overview(&signed).await;
    signed.answer(outcome)
}

async fn overview(signed: &Signed) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let language = signed.language();
    let view = vault.subject(caller, subject).await?;
    let notices = vault.open_notices(caller, subject).await?;
    let preferences = vault.preferences(caller, subject).await?;
    let consents = preferences.purposes.iter().filter_map(|purpose| purpose.consent.as_ref());
    let n_consents = consents.filter(|consent| consent.in_force).count();
    let requests = vault.requests(caller, Some(subject), None, candor_vault::PAGE_MAX).await?;
    let n_open = requests.rows.iter().filter(|request| request.closed_at.is_none()).count();
    let text = |place: Place| match place {
        Place::Overview => None,
        Place::Held => Some(words::held_card(language).to_owned()),
        Place::Accesses => Some(words::accesses_card(language).to_owned()),
        Place::Consents => Some(words::consents_card(language, n_consents as u64)),
        Place::Messages => Some(words::messages_card(language).to_owned()),
        Place::Rights => Some(words::rights_card(language, n_open as u64)),
        Place::Notices => Some(words::notices_card(language).to_owned()),
        Place::Security => Some(words::security_card(language).to_owned()),
        Place::Sessions => Some(words::sessions_card(language).to_owned()),
        Place::Leave => Some(words::leave_card(language).to_owned()),
    };
    let claim = signed.at.identity.claim_of(signed.session.tenant, subject).await?;
    let picture = image::shown(signed).await?;
    let content = html! {
        (picture)
        @if let Some(claim) = &claim { (claimed(signed, claim)) }
        (state(signed, &view))
        @for notice in &notices {
            (banner(language, Tone::Warning, &html! {
                p { (signed.said(&notice.notice.title)) }
                p { a href=(signed.href("/notices")) { (words::notices_card(language)) } }
            }))
        }
        div class="grid" {
            @for place in Place::ALL {
                @if let Some(text) = text(place) {
                    (card_link(&signed.href(place.path()), place.title(language), &html! { (text) }))
                }
            }
        }
    };
    Ok(signed.page(Place::Overview, &words::overview_lead(language, signed.tenant().title), &content))
}

/// The organisation that claims or manages the account, before anything else: there may be a deadline.
fn claimed(signed: &Signed, claim: &Claim) -> Markup {
    let language = signed.language();
    let (tone, text) = match claim.state {
        MemberState::Claimed => (Tone::Warning, words::is_claimed(language, &claim.title)),
        MemberState::Managed => (Tone::Note, words::is_managed(language, &claim.title)),
    };
    let deadline = claim.deadline.filter(|_| claim.state == MemberState::Claimed);
    banner(
        language,
        tone,
        &html! {
            p { (text) }
            @if let Some(deadline) = deadline { p { strong { (words::claim_deadline(language, &language.date(deadline))) } } }
            p { a href=(signed.href("/organisation")) { (words::see_organisation(language)) } }
        },
    )
}

/// What is out of the ordinary about the account.
fn state(signed: &Signed, view: &SubjectView) -> Markup {
    let language = signed.language();
    let is_restricted = view.standing.as_ref().is_some_and(|standing| standing.restriction.is_some());
    html! {
        @if view.state == "deactivated" {
            (banner(language, Tone::Note, &html! {
                p { (words::is_deactivated(language)) }
                (form(signed.token(), &signed.href("/leave/back"), &html! {
                    (button(Weight::Plain, words::come_back(language)))
                }))
            }))
        }
        @if is_restricted {
            (banner(language, Tone::Note, &html! {
                p { (words::is_restricted(language)) }
                p { (button_link(Weight::Quiet, &signed.href("/rights#restriction"), words::see_restriction(language))) }
            }))
        }
    }
}
