//! `/{tenant}/console/organisations`: who manages accounts here.

use axum::response::Response;
use candor_identity::NewOrganisation;
use candor_vault::{PAGE_MAX, StaffReason, VaultError};
use candor_words::OrganisationId;
use maud::{Markup, html};

use super::desk::Seated;
use crate::door::OwnForm;
use crate::kit::{Desk, Input, InputKind, Weight, button, card, empty, form, plain_list};
use crate::words::console as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Organisations.title(seated.language());
            seated.page(Desk::Organisations, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

pub(super) async fn create(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match created(&seated, posted.get("title")).await {
        Ok(id) => seated.go(&format!("console/organisations/{id}")),
        Err(error) => seated.answer(&error, "console/organisations"),
    }
}

async fn created(seated: &Seated, title: &str) -> Result<OrganisationId, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let new = NewOrganisation { title: title.to_owned(), deciders: Vec::new() };
    Ok(seated.at.identity.create_organisation(&caller, new).await?.id)
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    let language = seated.language();
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let found = seated.at.identity.organisations(&caller, None, PAGE_MAX).await?.rows;
    let links: Vec<Markup> = found
        .iter()
        .map(|organisation| {
            let href = seated.at.path(&format!("console/organisations/{}", organisation.id));
            let domains: Vec<&str> = organisation.domains.iter().map(|domain| domain.domain.as_str()).collect();
            html! { a href=(href) { (organisation.title) } " " span class="quiet" { (domains.join(", ")) } }
        })
        .collect();
    let fields = html! {
        (Input::new("title", html! { (words::organisation_title(language)) }, InputKind::Text).characters_max(200).markup(language))
        div class="buttons" { (button(Weight::Main, words::organisation_make(language))) }
    };
    Ok(html! {
        @if links.is_empty() { (empty(words::organisations_none(language), None)) } @else { (plain_list(&links)) }
        (card("new", &html! { (words::organisation_new(language)) }, &html! {
            (form(&seated.at.form_token, &seated.at.path("console/organisations"), &fields))
        }))
    })
}
