//! `/{tenant}/console/organisations/{organisation}`: domains, members, and what waits for a decision. Open to whoever
//! administers the tenant, and to those who decide for the organisation.

use axum::extract::Path;
use axum::response::Response;
use candor_identity::{DomainView, MemberState, OrganisationView};
use candor_vault::{Decision, ErrorKind, PAGE_MAX, RequestView, Seat, StaffReason, VaultError};
use candor_words::{OrganisationId, RequestId};
use maud::{Markup, html};

use super::desk::Seated;
use crate::Posted;
use crate::door::{OwnForm, SignedIn};
use crate::kit::{
    Choice, ChoiceGroup, Clock, Desk, Input, InputKind, Weight, badge, button, card, clock, empty, form, pairs, table,
};
use crate::language::minute;
use crate::words::console as words;

pub(super) async fn page(signed_in: SignedIn, Path((_, id)): Path<(String, String)>) -> Response {
    let Ok(id) = id.parse::<OrganisationId>() else { return crate::not_found().await };
    let seated = match seated(signed_in, id).await {
        Ok(seated) => seated,
        Err(answer) => return answer,
    };
    match content(&seated, id).await {
        Ok((title, content)) => seated.page(Desk::Organisations, &title, &content),
        Err(error) => seated.answer(&error, "console/organisations"),
    }
}

pub(super) async fn act(Path((_, id)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(id) = id.parse::<OrganisationId>() else { return crate::not_found().await };
    let (signed_in, posted) = match posted.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let seated = match seated(signed_in, id).await {
        Ok(seated) => seated,
        Err(answer) => return answer,
    };
    let below = format!("console/organisations/{id}");
    match acted(&seated, id, &posted).await {
        Ok(()) => seated.go(&below),
        Err(error) => seated.answer(&error, &below),
    }
}

/// Whoever administers the tenant, or decides for this organisation.
async fn seated(SignedIn { at, session, .. }: SignedIn, id: OrganisationId) -> Result<Seated, Response> {
    let own = at.identity.seat(session.tenant, session.subject).await;
    if let Ok(seat) = own
        && seat.is_administrator
    {
        return Seated::on(at, session, seat).await;
    }
    match at.identity.decides_for(session.tenant, id, session.subject).await {
        Ok(true) => {
            let seat = Seat { subject: session.subject, is_administrator: false, purposes: Vec::new() };
            Seated::on(at, session, seat).await
        }
        Ok(false) => {
            Err(at.trouble(&VaultError::new(ErrorKind::Denied, "staff.none", "this page is for people who work here")))
        }
        Err(error) => Err(at.trouble(&error)),
    }
}

/// The seat for what this page does: it reaches the vault as an administrator, bounded by this page to one organisation.
fn acting(seated: &Seated) -> Seat {
    Seat { is_administrator: true, purposes: Vec::new(), ..seated.seat.clone() }
}

async fn acted(seated: &Seated, id: OrganisationId, posted: &Posted) -> Result<(), VaultError> {
    seated.needs_fresh().await?;
    let (identity, tenant) = (&seated.at.identity, &seated.at.tenant);
    let caller = identity.vault().staff(tenant.id, &acting(seated), StaffReason::Right).await?;
    let domain = posted.get("domain");
    let matter = || posted.get("matter").parse::<RequestId>().map_err(|_| unknown());
    match posted.get("act") {
        "approve-address" => identity.decide_address(&caller, tenant, Some(id), (matter()?, true)).await,
        "refuse-address" => identity.decide_address(&caller, tenant, Some(id), (matter()?, false)).await,
        act @ ("approve-request" | "refuse-request") => {
            let matter = matter()?;
            // INVARIANT: only of members of this organisation.
            let waiting = identity.requests_waiting(&caller, Some(id)).await?;
            if !waiting.iter().any(|request| request.id == matter) {
                return Err(unknown());
            }
            let because = posted.get(&format!("because.{matter}"));
            let decision = if act == "approve-request" { Decision::Approve } else { Decision::Refuse { because } };
            identity.decide_request(&caller, tenant, matter, decision).await.map(drop)
        }
        // What follows changes the organisation itself.
        "name" => {
            seated.needs_administrator()?;
            identity.name_domain(&caller, id, domain).await.map(drop)
        }
        "prove" => {
            seated.needs_administrator()?;
            identity.prove_domain(&caller, id, domain).await.map(drop)
        }
        "take" => {
            seated.needs_administrator()?;
            identity.take_domain(&caller, id, domain).await
        }
        _ => Ok(()),
    }
}

fn unknown() -> VaultError {
    VaultError::new(ErrorKind::Missing, "request.unknown", "there is no such request")
}

async fn content(seated: &Seated, id: OrganisationId) -> Result<(String, Markup), VaultError> {
    let (identity, tenant) = (&seated.at.identity, seated.session.tenant);
    let caller = identity.vault().staff(tenant, &acting(seated), StaffReason::Right).await?;
    let organisation = identity.organisation(&caller, id).await?;
    let members = identity.members(&caller, id, None, PAGE_MAX).await?;
    let addresses = identity.addresses_waiting(&caller, Some(id), None, PAGE_MAX).await?.rows;
    let requests = identity.requests_waiting(&caller, Some(id)).await?;
    let language = seated.language();
    let state = |state| match state {
        MemberState::Claimed => words::member_claimed(language),
        MemberState::Managed => words::managed(language),
    };
    let member_rows: Vec<_> = members
        .rows
        .iter()
        .map(|member| {
            vec![
                html! { code { (member.subject) } },
                html! { (state(member.state)) },
                html! { @match member.told_at.and(member.deadline) { Some(at) => (minute(language, at)), None => (words::not_told(language)) } },
            ]
        })
        .collect();
    let columns = [words::id(language), words::state(language), words::deadline(language)];
    let content = html! {
        (domains_card(seated, &organisation))
        (card("decide", &html! { (words::to_decide(language)) }, &html! {
            @if addresses.is_empty() && requests.is_empty() { (empty(words::nothing_to_decide(language), None)) }
            @for address in &addresses {
                (pairs(&[
                    (html! { (words::new_address_of(language)) }, html! { code { (address.subject) } }),
                    (html! { (words::address_where(language)) }, html! {
                        @if address.on_domain { (words::address_on(language)) } @else { (words::address_off(language)) }
                    }),
                    (html! { (words::asked_at(language)) }, minute(language, address.asked_at)),
                ]))
                (decision(seated, id, address.id, None))
            }
            @for request in &requests { (request_part(seated, id, request)) }
        }))
        (card("members", &html! { (words::members(language)) }, &html! {
            p class="quiet" { (words::members_note(language)) }
            @if member_rows.is_empty() { (empty(words::members_none(language), None)) }
            @else { (table(&html! { span class="unseen" { (words::members(language)) } }, &columns, &member_rows)) }
        }))
    };
    Ok((organisation.title, content))
}

fn request_part(seated: &Seated, id: OrganisationId, request: &RequestView) -> Markup {
    let language = seated.language();
    let now = seated.at.identity.now();
    html! {
        (pairs(&[
            (html! { (words::request_of(language)) }, html! { code { (request.subject) } }),
            (html! { (words::right(language)) }, html! { (words::right_said(language, &request.right)) }),
        ]))
        (clock(language, Clock { from: request.received_at, by: request.due_at, now }))
        @if request.decided_at.is_none() { (decision(seated, id, request.id, Some(&request.right))) }
        @else { p { (words::approved(language)) } }
    }
}

/// Both answers, of one weight; a request about a right is refused for a reason that the law gives for that right.
fn decision(seated: &Seated, id: OrganisationId, matter: RequestId, right: Option<&str>) -> Markup {
    let language = seated.language();
    let about = if right.is_some() { "request" } else { "address" };
    let action = seated.at.path(&format!("console/organisations/{id}"));
    let one = |act: &str, before: Markup, text: &str| {
        form(
            &seated.at.form_token,
            &action,
            &html! {
                input type="hidden" name="act" value={ (act) "-" (about) };
                input type="hidden" name="matter" value=(matter);
                (before)
                div class="buttons" { (button(Weight::Plain, text)) }
            },
        )
    };
    let because = format!("because.{matter}");
    let choice = |value: &'static str, text: &str| Choice { value, label: html! { (text) } };
    // Source: GDPR Art. 12(5) for every right, Art. 17(3)(e) for erasure alone.
    let mut choices = vec![
        choice("A12ManifestlyUnfounded", words::why_unfounded(language)),
        choice("A12ManifestlyExcessive", words::why_excessive(language)),
    ];
    if right == Some("erasure") {
        choices.push(choice("A17LegalClaims", words::why_claims(language)));
    }
    let reasons = ChoiceGroup {
        name: &because,
        legend: html! { (words::refuse_why(language)) },
        hint: None,
        error: None,
        choices,
        chosen: None,
        is_row: false,
    };
    html! {
        (one("approve", html! {}, words::approve(language)))
        (one("refuse", html! { @if right.is_some() { (reasons.markup(language)) } }, words::refuse(language)))
    }
}

fn domains_card(seated: &Seated, organisation: &OrganisationView) -> Markup {
    let language = seated.language();
    let action = seated.at.path(&format!("console/organisations/{}", organisation.id));
    let one = |act: &str, domain: &DomainView, weight: Weight, text: &str| {
        form(
            &seated.at.form_token,
            &action,
            &html! {
                input type="hidden" name="act" value=(act);
                input type="hidden" name="domain" value=(domain.domain);
                (button(weight, text))
            },
        )
    };
    let may_change = seated.seat.is_administrator;
    card(
        "domains",
        &html! { (words::domains(language)) },
        &html! {
            @if organisation.domains.is_empty() { (empty(words::domains_none(language), None)) }
            @for domain in &organisation.domains {
                h3 { (domain.domain) " " @match (domain.proved_at, domain.missing_since) {
                    (None, _) => (badge("law", words::domain_waits(language))),
                    (Some(_), None) => (badge("contract", words::domain_proved(language))),
                    (Some(_), Some(_)) => (badge("consent", words::domain_missing(language))),
                } }
                @if domain.proved_at.is_none() || domain.missing_since.is_some() {
                    p { (words::publish(language)) }
                    (pairs(&[
                        (html! { (words::record_name(language)) }, html! { code { (domain.challenge_name) } }),
                        (html! { "TXT" }, html! { code { (domain.challenge_text) } }),
                    ]))
                }
                @if may_change {
                    div class="buttons" {
                        (one("prove", domain, Weight::Plain, words::prove(language)))
                        (one("take", domain, Weight::Grave, words::take(language)))
                    }
                }
            }
            @if may_change {
                (form(&seated.at.form_token, &action, &html! {
                    input type="hidden" name="act" value="name";
                    (Input::new("domain", html! { (words::domain(language)) }, InputKind::Text).characters_max(253)
                        .hint(html! { (words::domain_hint(language)) }).markup(language))
                    div class="buttons" { (button(Weight::Main, words::domain_name(language))) }
                }))
            }
        },
    )
}
