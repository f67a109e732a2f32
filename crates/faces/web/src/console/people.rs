//! `/{tenant}/console`: somebody is looked for, by what they call themself, for a stated purpose.

use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_vault::{Seat, StaffReason, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::{Seated, note, reason_title};
use crate::door::OwnForm;
use crate::kit::{Choice, ChoiceGroup, Desk, Input, InputKind, Weight, button, error_summary, form};
use crate::language::said;
use crate::words::console as words;

const WHOM: &str = "whom";
pub(super) const PURPOSE: &str = "purpose";
pub(super) const REASON: &str = "reason";

pub(super) async fn page(seated: Seated) -> Response {
    show(seated, StatusCode::OK, "", None).await
}

/// Looks for somebody; whoever is found learns of it.
pub(super) async fn find(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let language = seated.language();
    let whom = posted.get(WHOM).trim().to_owned();
    if let Ok(subject) = whom.parse::<SubjectId>() {
        return seated.go(&format!("console/people/{subject}"));
    }
    let Some(reason) = StaffReason::of_name(posted.get(REASON)) else {
        return show(seated, StatusCode::UNPROCESSABLE_ENTITY, &whom, Some((REASON, words::reason_missing(language))))
            .await;
    };
    match looked_up(&seated, posted.get(PURPOSE), &whom, reason).await {
        Ok(Some(subject)) => seated.go(&format!("console/people/{subject}")),
        Ok(None) => show(seated, StatusCode::NOT_FOUND, &whom, Some((WHOM, words::nobody_found(language)))).await,
        Err(error) => seated.answer(&error, "console"),
    }
}

/// Who holds an identifier, for a purpose of the seat that may use it.
async fn looked_up(
    seated: &Seated,
    purpose: &str,
    whom: &str,
    reason: StaffReason,
) -> Result<Option<SubjectId>, VaultError> {
    let identity = &seated.at.identity;
    let plan = identity.vault().plan(seated.session.tenant, None).await?;
    let seat = Seat { purposes: purposes(seated, plan.manifest()), ..seated.seat.clone() };
    let staff = identity.vault().staff(seated.session.tenant, &seat, reason).await?;
    let manifest = plan.manifest();
    let Some(used) = manifest.purpose(purpose).and_then(|ix| manifest.purposes.get(ix.at())) else { return Ok(None) };
    for ix in used.uses.iter().filter(|ix| manifest.fields[ix.at()].identifies) {
        let found = identity.vault().find(&staff, purpose, &manifest.fields[ix.at()].name, whom).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The purposes for which the seat looks people up: those of its roles; an administrator's also for signing people in,
/// to see to their accounts.
fn purposes(seated: &Seated, manifest: &Manifest) -> Vec<String> {
    let mut purposes = seated.seat.purposes.clone();
    if seated.seat.is_administrator
        && let Some(signing_in) = manifest.purposes.iter().find(|purpose| purpose.term == "IdentityAuthentication")
        && !purposes.contains(&signing_in.name)
    {
        purposes.push(signing_in.name.clone());
    }
    let identifies = |name: &String| {
        let purpose = manifest.purpose(name).and_then(|ix| manifest.purposes.get(ix.at()));
        purpose.is_some_and(|purpose| purpose.uses.iter().any(|ix| manifest.fields[ix.at()].identifies))
    };
    purposes.retain(identifies);
    purposes
}

async fn show(seated: Seated, status: StatusCode, whom: &str, wrong: Option<(&str, &str)>) -> Response {
    let plan = match seated.at.identity.vault().plan(seated.session.tenant, None).await {
        Ok(plan) => plan,
        Err(error) => return seated.answer(&error, "console"),
    };
    let language = seated.language();
    let manifest = plan.manifest();
    let fault = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, text)| text);
    let errors: Vec<_> = wrong.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    let purposes = purposes(&seated, manifest);
    let fields = html! {
        (Input::new(WHOM, html! { (words::whom(language)) }, InputKind::Text).value(whom)
            .hint(html! { (words::whom_hint(language)) }).error(fault(WHOM)).characters_max(320).markup(language))
        (purpose_choice(&seated, manifest, &purposes))
        (reason_choice(&seated, fault(REASON)))
        div class="buttons" { (button(Weight::Main, words::look_up(language))) }
    };
    let content = html! {
        (error_summary(language, &errors))
        (note(language, words::people_note(language)))
        (form(&seated.at.form_token, &seated.at.path("console"), &fields))
    };
    let title = Desk::People.title(language);
    seated.page_with(status, Desk::People, title, &content)
}

/// Which purpose it is for.
pub(super) fn purpose_choice(seated: &Seated, manifest: &Manifest, purposes: &[String]) -> Markup {
    let language = seated.language();
    let title = |name: &str| {
        let purpose = manifest.purpose(name).and_then(|ix| manifest.purposes.get(ix.at()));
        html! { @match purpose {
            Some(purpose) => (said(language, &seated.at.policy_language, &purpose.title)),
            None => (name),
        } }
    };
    let group = ChoiceGroup {
        name: PURPOSE,
        legend: html! { (words::purpose(language)) },
        hint: None,
        error: None,
        choices: purposes.iter().map(|name| Choice { value: name, label: title(name) }).collect(),
        chosen: purposes.first().filter(|_| purposes.len() == 1).map(String::as_str),
        is_row: false,
    };
    html! { @if purposes.is_empty() { p class="quiet" { (words::no_purpose(language)) } } @else { (group.markup(language)) } }
}

/// Why.
pub(super) fn reason_choice(seated: &Seated, wrong: Option<&str>) -> Markup {
    let language = seated.language();
    let choice =
        |reason: StaffReason| Choice { value: reason.name(), label: html! { (reason_title(language, reason)) } };
    let group = ChoiceGroup {
        name: REASON,
        legend: html! { (words::reason(language)) },
        hint: None,
        error: wrong,
        choices: StaffReason::ALL.into_iter().map(choice).collect(),
        chosen: None,
        is_row: false,
    };
    group.markup(language)
}
