//! `/{tenant}/console/clients`: the applications that people sign in to, and the way to add one.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Client, IssuedClient, NewClient};
use candor_manifest::Manifest;
use candor_vault::{PAGE_MAX, StaffReason, VaultError};
use maud::{Markup, html};

use super::client_form::{fault, fields, read};
use super::desk::{Filled, Seated, Wrong};
use super::shown_once::shown_once;
use crate::door::{OwnForm, escaped, parameter};
use crate::kit::{Desk, Weight, button_link, card_link, empty, form, pairs};
use crate::language::said;
use crate::words::console::clients as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Clients.title(seated.language());
            seated.page(Desk::Clients, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let found = seated.at.identity.clients(&caller, None, PAGE_MAX).await?.rows;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let language = seated.language();
    Ok(html! {
        p class="lead" { (words::lead(language)) }
        div class="buttons" { (button_link(Weight::Main, &seated.at.path("console/clients/new"), words::add(language))) }
        @if found.is_empty() { (empty(words::none(language), None)) }
        @for client in &found { (one(seated, plan.manifest(), client)) }
    })
}

fn one(seated: &Seated, manifest: &Manifest, client: &Client) -> Markup {
    let href = seated.at.path(&format!("console/clients/{}", client.client_id));
    let purposes = purposes_said(seated, manifest, &client.purposes);
    card_link(
        &href,
        &client.metadata.client_name,
        &html! { (recipient_said(seated, manifest, &client.recipient)) " · " (purposes) },
    )
}

/// What people are told a recipient is called.
pub(super) fn recipient_said(seated: &Seated, manifest: &Manifest, name: &str) -> Markup {
    let recipient = manifest.recipients.iter().find(|recipient| recipient.name == name);
    html! { @match recipient {
        Some(recipient) => (said(seated.language(), &seated.at.policy_language, &recipient.title)),
        None => (name),
    } }
}

/// Purposes by their names, which are scopes.
pub(super) fn purposes_said(seated: &Seated, manifest: &Manifest, purposes: &[String]) -> Markup {
    let title = |name: &String| {
        let purpose = manifest.purposes.iter().find(|purpose| purpose.name == *name);
        html! { @match purpose {
            Some(purpose) => (said(seated.language(), &seated.at.policy_language, &purpose.title)),
            None => (name),
        } }
    };
    html! {
        @if purposes.is_empty() { (words::nothing(seated.language())) }
        @for (at, name) in purposes.iter().enumerate() { @if at > 0 { ", " } (title(name)) }
    }
}

/// The form for a new application, once it is said for whom it works.
pub(super) async fn new_page(seated: Seated, RawQuery(query): RawQuery) -> Response {
    let recipient = parameter(query.as_deref(), "for").unwrap_or_default();
    let mut filled = Filled::default();
    for ticked in ["grant.authorization_code", "grant.refresh_token"] {
        filled.tick(ticked);
    }
    filled.put("kind", "web");
    filled.put("algorithm", "EdDSA");
    show(seated, &recipient, &filled, &Wrong::default()).await
}

pub(super) async fn register(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let (recipient, filled) = (posted.get("recipient").to_owned(), Filled::of(&posted, &[]));
    let (metadata, purposes) = match read(seated.language(), &filled) {
        Ok(read) => read,
        Err(wrong) => return show(seated, &recipient, &filled, &wrong).await,
    };
    let new = NewClient { recipient: recipient.clone(), purposes: Some(purposes), metadata };
    match registered(&seated, new).await {
        Ok(issued) => issued_page(seated, issued),
        Err(error) => match fault(seated.language(), &error) {
            Some(wrong) => show(seated, &recipient, &filled, &wrong).await,
            None => seated.answer(&error, "console/clients/new"),
        },
    }
}

async fn registered(seated: &Seated, new: NewClient) -> Result<IssuedClient, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    seated.at.identity.register_client(&caller, new).await
}

/// The secret of a client, once; a client without one is shown as it is.
pub(super) fn issued_page(seated: Seated, issued: IssuedClient) -> Response {
    let IssuedClient { client, secret } = issued;
    let below = format!("console/clients/{}", client.client_id);
    let Some(secret) = secret else { return seated.go(&below) };
    let language = seated.language();
    let title = words::secret_of(language, &client.metadata.client_name);
    let id = pairs(&[(html! { (words::client_id(language)) }, html! { code { (client.client_id) } })]);
    shown_once(seated, Desk::Clients, &title, (&id, &secret), &below)
}

async fn show(seated: Seated, recipient: &str, filled: &Filled, wrong: &Wrong) -> Response {
    match new_content(&seated, recipient, filled, wrong).await {
        Ok((title, content)) => {
            let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            seated.page_with(status, Desk::Clients, &title, &content)
        }
        Err(error) => seated.answer(&error, &format!("console/clients/new?for={}", escaped(recipient))),
    }
}

async fn new_content(
    seated: &Seated,
    recipient: &str,
    filled: &Filled,
    wrong: &Wrong,
) -> Result<(String, Markup), VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let offered = seated.at.identity.client_recipients(&caller).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let known = manifest.recipients.iter().find(|known| known.name == recipient);
    let purposes = offered.iter().find(|(name, _)| name == recipient).map(|(_, purposes)| purposes);
    let (Some(known), Some(purposes)) = (known, purposes) else {
        return Ok((words::add(language).to_owned(), for_whom(seated, manifest, &offered)));
    };
    let content = html! {
        (wrong.summary(language))
        (form(&seated.at.form_token, &seated.at.path("console/clients"), &html! {
            input type="hidden" name="recipient" value=(recipient);
            (fields(seated, manifest, purposes, filled, wrong))
        }))
    };
    Ok((words::new_title(language, &known.title), content))
}

/// First of all: for whom it works.
fn for_whom(seated: &Seated, manifest: &Manifest, offered: &[(String, Vec<String>)]) -> Markup {
    let language = seated.language();
    let href = |name: &str| seated.at.path(&format!("console/clients/new?for={}", escaped(name)));
    html! {
        h2 { (words::for_whom(language)) }
        p { (words::for_whom_lead(language)) }
        @if offered.is_empty() { (empty(words::no_recipient(language), None)) }
        @for (name, purposes) in offered {
            @let title = manifest.recipients.iter().find(|known| known.name == *name).map_or(name, |known| &known.title);
            (card_link(&href(name), &words::add_for(language, title), &purposes_said(seated, manifest, purposes)))
        }
    }
}
