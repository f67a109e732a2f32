//! `/{tenant}/account/rights`: requests with their clocks, objections purpose by purpose, restriction.

use axum::extract::Path;
use axum::response::Response;
use candor_manifest::model::{Right, RightKind};
use candor_rights::Rights;
use candor_vault::{
    DisputeWords, ErrorKind, IdentityProof, NewRequest, ObjectionOutcome, PAGE_MAX, Preference, RecipientView,
    RequestView, RestrictionForm, Terms, VaultError, right_name, right_of,
};
use candor_words::RequestId;
use maud::{Markup, html};

use super::dispute;
use super::signed::{Signed, SignedForm};
use crate::Written as _;
use crate::kit::{
    Choice, ChoiceGroup, Clock, Place, Step, Weight, badge, button, button_link, card, clock, empty, form, heading,
    timeline,
};
use crate::words::console::requests as progress_words;
use crate::words::{account as words, dispute as dispute_words, kit, policy};

/// What can be asked for here; the others are exercised at once on pages of their own.
const ASKED_HERE: [RightKind; 6] = [
    RightKind::Access,
    RightKind::Portability,
    RightKind::Rectification,
    RightKind::Erasure,
    RightKind::AutomatedDecision,
    RightKind::SaleOptOut,
];
/// How lifting a restriction was told: the person does it themself.
const LIFTED_BY_SELF: &str = "lifted by the person in the privacy centre";

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = rights(&signed).await;
    signed.answer(outcome)
}

async fn rights(signed: &Signed) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let language = signed.language();
    let mut requests = vault.requests(caller, Some(subject), None, PAGE_MAX).await?.rows;
    requests.sort_by_key(|request| (request.closed_at.is_some(), std::cmp::Reverse(request.received_at)));
    let preferences = vault.preferences(caller, subject).await?;
    let view = vault.subject(caller, subject).await?;
    let recipients = vault.recipients(caller, subject).await?;
    let restriction = view.standing.as_ref().and_then(|standing| standing.restriction.as_ref());
    let mut cards = Vec::new();
    for request in &requests {
        let written = match &request.contested {
            Some(_) if request.disputed_at.is_some() => vault.dispute_words(caller, request.id).await?,
            _ => DisputeWords::default(),
        };
        cards.push(one(signed, request, &dispute::of_request(signed, request, (&written, restriction))));
    }
    let content = html! {
        h2 id="requests" { (words::requests(language)) }
        @if cards.is_empty() { (empty(words::requests_none(language), None)) }
        @for card in &cards { (card) }
        (ask_form(signed))
        (dispute::offered(signed))
        (objections(signed, &preferences.purposes))
        (restricted_card(signed, restriction))
        (told(signed, &recipients))
        (complaints(signed))
    };
    Ok(signed.page(Place::Rights, words::rights_lead(language), &content))
}

fn one(signed: &Signed, request: &RequestView, disputed: &Markup) -> Markup {
    let language = signed.language();
    let title = right_of(&request.right).map_or("", |right| policy::right(language, right));
    let step = |at: Option<candor_words::Instant>, text: &'static str| {
        at.map(|at| Step { at, title: html! { (text) }, content: None })
    };
    let end = match request {
        request if request.state == "withdrawn" => words::request_withdrawn,
        request if request.refused_because.is_some() => words::request_refused,
        _ => words::request_answered,
    };
    let steps = [
        step(Some(request.received_at), words::request_received(language)),
        step(request.identity_proved_at, words::request_identity(language)),
        step(request.extended_at, words::request_extended(language)),
        step(request.closed_at, end(language)),
    ];
    let steps: Vec<Step> = steps.into_iter().flatten().collect();
    let has_letter = request.closed_at.is_some() || request.extended_at.is_some();
    let content = html! {
        @if request.closed_at.is_none() && request.routed && request.approved.is_none() {
            p { (words::request_waits(language)) }
        }
        @if request.closed_at.is_none() && request.identity_documents && !has_documents(request) {
            p { (words::request_documents(language)) }
        }
        @if request.closed_at.is_none() && request.paused_at.is_some() {
            p { (progress_words::yours_paused(language)) }
        } @else if request.closed_at.is_none() {
            (clock(language, Clock { from: request.received_at, by: request.due_at, now: signed.vault().now() }))
        }
        (timeline(language, &steps))
        (disputed)
        @if signed.at.rights.is_some() && Rights::carries_out(&request.right) {
            p { a href=(signed.href(&format!("/rights/requests/{}/progress", request.id))) { (progress_words::yours_more(language)) } }
        }
        @if has_letter {
            p { (button_link(Weight::Plain, &signed.href(&format!("/rights/requests/{}", request.id)), words::request_letter(language))) }
        }
    };
    let state = if request.closed_at.is_none() {
        badge("law", words::request_open(language))
    } else {
        badge("past", end(language))
    };
    let contested = request.disputed_at.map(|_| badge("consent", dispute_words::contested(language)));
    // Two may be about the same: a card of its own would be a landmark, and those must not be called alike.
    html! {
        article class="card" id=(request.id) aria-labelledby={ (request.id) "-title" } {
            h2 id={ (request.id) "-title" } {
                (title) @if let Some(of) = &request.contested { ": " (dispute::what(signed, of)) }
                " " (state) @if let Some(contested) = contested { " " (contested) }
            }
            (content)
        }
    }
}

/// Whether documents showed who asks.
fn has_documents(request: &RequestView) -> bool {
    matches!(request.identity_proved_by, Some(IdentityProof::Documents | IdentityProof::Organisation))
}

fn ask_form(signed: &Signed) -> Markup {
    let language = signed.language();
    let given = |right: &RightKind| signed.manifest().rights.iter().find(|known| known.kind == *right);
    let offered: Vec<(&str, Markup)> =
        ASKED_HERE.iter().filter_map(|right| Some((right_name(*right), choice(signed, given(right)?)))).collect();
    if offered.is_empty() {
        return html! {};
    }
    let group = ChoiceGroup {
        name: "right",
        legend: html! { (words::ask_for_which(language)) },
        hint: None,
        error: None,
        choices: offered.into_iter().map(|(value, label)| Choice { value, label }).collect(),
        chosen: None,
        is_row: false,
    };
    let content = form(
        signed.token(),
        &signed.href("/rights"),
        &html! {
            (group.markup(language))
            div class="buttons" { (button(Weight::Plain, words::ask_submit(language))) }
        },
    );
    card("ask", &html! { (words::ask_for(language)) }, &content)
}

fn choice(signed: &Signed, right: &Right) -> Markup {
    let language = signed.language();
    html! {
        (policy::right(language, right.kind)) " "
        span class="quiet" { (words::within(language, &language.span_dative(right.within))) }
    }
}

fn objections(signed: &Signed, purposes: &[Preference]) -> Markup {
    let language = signed.language();
    // What waits for a consent is stopped by taking that back.
    let can: Vec<_> = purposes.iter().filter(|purpose| purpose.can_object && purpose.consent.is_none()).collect();
    let content = html! {
        @if can.is_empty() { p class="quiet" { (words::object_none(language)) } }
        @else {
            p { (words::object_lead(language)) }
            @for purpose in &can { (objection(signed, purpose)) }
        }
    };
    card("objections", &html! { (words::object_title(language)) }, &content)
}

fn objection(signed: &Signed, preference: &Preference) -> Markup {
    let language = signed.language();
    let interest = signed.purpose(&preference.purpose).map(|purpose| policy::because(language, &purpose.basis));
    let outcome = |outcome| match outcome {
        ObjectionOutcome::Pending => words::objection_pending(language),
        ObjectionOutcome::Upheld => words::objection_upheld(language),
        ObjectionOutcome::Overridden => words::objection_overridden(language),
    };
    let action = signed.href(&format!("/rights/objections/{}", preference.purpose));
    html! {
        div class="choice" id={ "purpose-" (preference.purpose) } {
            div {
                p { strong { (signed.said(&preference.title)) } }
                @if let Some(interest) = interest { p class="quiet" { (signed.said(&interest)) } }
                @if let Some(made) = &preference.objection {
                    p { (words::objected(language, &language.date(made.at))) ": " (outcome(made.outcome)) }
                }
            }
            @if preference.objection.is_none() {
                (form(signed.token(), &action, &html! {
                    button class="button" aria-label=(format!("{}: {}", words::object(language), preference.title)) {
                        (words::object(language))
                    }
                }))
            }
        }
    }
}

fn restricted_card(signed: &Signed, restriction: Option<&RestrictionForm>) -> Markup {
    let language = signed.language();
    let is_of_dispute = restriction.is_some_and(RestrictionForm::is_of_dispute);
    let (act, text) = match restriction {
        Some(_) if is_of_dispute => ("lift", dispute_words::lift_all_the_same(language)),
        Some(_) => ("lift", words::unrestrict(language)),
        None => ("restrict", words::restrict(language)),
    };
    let content = html! {
        @match restriction {
            Some(restriction) => {
                p { (words::restricted_since(language, &language.date(restriction.since))) }
                @if is_of_dispute { p { (dispute_words::restricted_for(language)) } }
                (dispute::changes(signed, Some(restriction)))
            },
            None => p { (words::restrict_lead(language)) },
        }
        (form(signed.token(), &signed.href("/rights/restriction"), &html! {
            input type="hidden" name="act" value=(act);
            (button(Weight::Plain, text))
        }))
    };
    card("restriction", &html! { (words::restrict_title(language)) }, &content)
}

/// Who was told of what was put right, erased or restricted, and who has to be asked (GDPR Art. 19).
fn told(signed: &Signed, recipients: &[RecipientView]) -> Markup {
    let language = signed.language();
    if recipients.is_empty() {
        return html! {};
    }
    let ways = &signed.manifest().recipients;
    let is_told = |name: &str| ways.iter().any(|known| known.name == name && known.told_at.is_some());
    let content = html! {
        p { (words::told_lead(language)) }
        ul class="plain" {
            @for one in recipients {
                li {
                    strong { (signed.said(&one.title)) }
                    @if let Some(last) = one.told.first() {
                        " " (words::told_on(language, &language.date(last.at)))
                    } @else if is_told(&one.name) {
                        " " span class="quiet" { (words::told_not_yet(language)) }
                    } @else {
                        " " span class="quiet" { (words::told_by_you(language)) }
                        @if let Some(policy) = one.policy_url.as_ref().filter(|url| url.starts_with("https://")) { " " a href=(policy) rel="noreferrer" { (policy) } }
                    }
                }
            }
        }
    };
    card("told", &html! { (words::told_title(language)) }, &content)
}

fn complaints(signed: &Signed) -> Markup {
    let language = signed.language();
    let authorities = &signed.manifest().authorities;
    if authorities.is_empty() {
        return html! {};
    }
    let list = html! {
        ul class="plain" {
            @for authority in authorities {
                li {
                    @match authority.url.as_deref().filter(|url| url.starts_with("https://")) {
                        Some(url) => a href=(url) rel="noopener noreferrer" { (signed.said(&authority.name)) },
                        None => (signed.said(&authority.name)),
                    }
                    " (" (crate::country(language, authority.country)) ")"
                }
            }
        }
    };
    card("complaints", &html! { (words::complain(language)) }, &list)
}

/// Opens a request, whose clock then runs.
pub(super) async fn ask(SignedForm(signed, posted): SignedForm) -> Response {
    let outcome = asked(&signed, posted.get("right")).await;
    signed.answer(outcome)
}

async fn asked(signed: &Signed, right: &str) -> Result<Response, VaultError> {
    let Some(right) = right_of(right).filter(|right| ASKED_HERE.contains(right)) else {
        return Ok(signed.done("/rights#ask", ""));
    };
    let (vault, caller) = (signed.vault(), &signed.person);
    let request =
        vault.open_request(caller, signed.subject(), NewRequest { right, country: None, received_at: None }).await?;
    // Who signed in has proved who they are, unless the policy wants documents.
    if request.identity_first && !request.identity_documents {
        vault.prove_identity(caller, request.id).await?;
    }
    Ok(signed.done(&format!("/rights#{}", request.id), "request"))
}

/// Objects to one purpose.
pub(super) async fn object(Path((_, purpose)): Path<(String, String)>, SignedForm(signed, _): SignedForm) -> Response {
    let outcome = signed.vault().object(&signed.person, signed.subject(), &purpose).await;
    signed.answer(outcome.map(|_| signed.done(&format!("/rights#purpose-{purpose}"), "objection")))
}

/// Restricts all use, or lifts the restriction.
pub(super) async fn restrict(SignedForm(signed, posted): SignedForm) -> Response {
    let outcome = restricted(&signed, posted.get("act")).await;
    signed.answer(outcome)
}

async fn restricted(signed: &Signed, act: &str) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    match act {
        "restrict" => {
            vault.restrict(caller, subject, Terms::default()).await?;
            Ok(signed.done("/rights#restriction", "restricted"))
        }
        "lift" => {
            vault.lift_restriction(caller, subject, LIFTED_BY_SELF).await?;
            Ok(signed.done("/rights#restriction", "lifted"))
        }
        _ => Err(VaultError::new(
            ErrorKind::BadInput,
            "form.unknown",
            "nothing was changed: the form is not one of ours",
        )),
    }
}

/// The letter about a request that was answered, refused or extended.
pub(super) async fn letter(signed: Signed, Path((_, request)): Path<(String, String)>) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let language = signed.language();
    let letter = signed.vault().letter_in(&signed.person, request, language).await;
    signed.answer(letter.map(|letter| {
        let title = words::letter_title(language);
        let content = html! {
            (heading(title, None))
            div class="card letter" lang=(letter.language) {
                @for paragraph in letter.text.split("\n\n") { p { (paragraph) } }
            }
            p { (button_link(Weight::Quiet, &signed.href("/rights"), kit::back(language))) }
        };
        signed.bare_page(Place::Rights, title, &content)
    }))
}
