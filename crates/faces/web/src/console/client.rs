//! `/{tenant}/console/clients/{client}`: one application: what it is and may, its secret made anew, its end.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Client, IssuedClient, NewClient};
use candor_manifest::Manifest;
use candor_oidc::AuthMethod;
use candor_vault::{StaffReason, VaultError};
use candor_words::ClientId;
use maud::{Markup, html};

use super::client_form::{fault, fields_kept, filled, proof_said, read};
use super::clients::{issued_page, purposes_said, recipient_said};
use super::desk::{Filled, Seated, Wrong};
use crate::door::OwnForm;
use crate::kit::{Desk, Tone, Weight, banner, button, button_link, card, confirm_page, form, pairs};
use crate::language::minute;
use crate::words::console as console_words;
use crate::words::console::clients as words;

type Names = Path<(String, String)>;

fn below(id: ClientId) -> String {
    format!("console/clients/{id}")
}

pub(super) async fn page(seated: Seated, Path((_, id)): Names) -> Response {
    let Ok(id) = id.parse() else { return crate::not_found().await };
    show(seated, id, None, &Wrong::default()).await
}

/// Changes what it says of itself, and what it may ask for.
pub(super) async fn change(Path((_, id)): Names, posted: OwnForm) -> Response {
    let Ok(id) = id.parse::<ClientId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let filled = Filled::of(&posted, &[]);
    let language = seated.language();
    let (metadata, purposes) = match read(language, &filled) {
        Ok(read) => read,
        Err(wrong) => return show(seated, id, Some(filled), &wrong).await,
    };
    let changed = async {
        let caller = acting(&seated).await?;
        let recipient = seated.at.identity.client_of(&caller, id).await?.recipient;
        let new = NewClient { recipient, purposes: Some(purposes), metadata };
        seated.at.identity.change_client(&caller, id, new).await
    };
    match changed.await {
        Ok(_) => seated.go(&below(id)),
        Err(error) => match fault(language, &error) {
            Some(wrong) => show(seated, id, Some(filled), &wrong).await,
            None => seated.answer(&error, &below(id)),
        },
    }
}

/// Makes its secret anew, and shows it once.
pub(super) async fn renew(Path((_, id)): Names, posted: OwnForm) -> Response {
    let Ok(id) = id.parse::<ClientId>() else { return crate::not_found().await };
    let (seated, _) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match renewed(&seated, id).await {
        Ok(issued) => issued_page(seated, issued),
        Err(error) => seated.answer(&error, &below(id)),
    }
}

async fn renewed(seated: &Seated, id: ClientId) -> Result<IssuedClient, VaultError> {
    let caller = acting(seated).await?;
    seated.at.identity.renew_client_secret(&caller, id).await
}

/// Asks once more.
pub(super) async fn remove_page(seated: Seated, Path((_, id)): Names) -> Response {
    let Ok(id) = id.parse::<ClientId>() else { return crate::not_found().await };
    let found = async {
        seated.needs_administrator()?;
        let caller = seated.caller(StaffReason::Maintenance).await?;
        seated.at.identity.client_of(&caller, id).await
    };
    let client = match found.await {
        Ok(client) => client,
        Err(error) => return seated.answer(&error, "console/clients"),
    };
    let language = seated.language();
    let title = words::remove_title(language, &client.metadata.client_name);
    let content = confirm_page(
        language,
        &seated.at.form_token,
        &seated.at.path(&format!("{}/remove", below(id))),
        &banner(language, Tone::Warning, &html! { p { (words::remove_lead(language)) } }),
        (Weight::Grave, words::remove(language)),
        &seated.at.path(&below(id)),
    );
    seated.page(Desk::Clients, &title, &content)
}

pub(super) async fn remove(Path((_, id)): Names, posted: OwnForm) -> Response {
    let Ok(id) = id.parse::<ClientId>() else { return crate::not_found().await };
    let (seated, _) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let removed = async {
        let caller = acting(&seated).await?;
        seated.at.identity.remove_client(&caller, id).await
    };
    match removed.await {
        Ok(()) => seated.go("console/clients"),
        Err(error) => seated.answer(&error, &format!("{}/remove", below(id))),
    }
}

/// An administrator who proved themself just now.
async fn acting(seated: &Seated) -> Result<candor_vault::Caller, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    seated.caller(StaffReason::Maintenance).await
}

async fn show(seated: Seated, id: ClientId, posted: Option<Filled>, wrong: &Wrong) -> Response {
    match content(&seated, id, posted, wrong).await {
        Ok((title, content)) => {
            let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            seated.page_with(status, Desk::Clients, &title, &content)
        }
        Err(error) => seated.answer(&error, "console/clients"),
    }
}

async fn content(
    seated: &Seated,
    id: ClientId,
    posted: Option<Filled>,
    wrong: &Wrong,
) -> Result<(String, Markup), VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let client = seated.at.identity.client_of(&caller, id).await?;
    let offered = seated.at.identity.client_recipients(&caller).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let purposes = offered.into_iter().find(|(name, _)| *name == client.recipient);
    let purposes = purposes.map(|(_, purposes)| purposes).unwrap_or_default();
    let filled = posted.unwrap_or_else(|| filled(&client));
    let content = html! {
        (wrong.summary(language))
        (facts(seated, plan.manifest(), &client).await)
        h2 id="change" { (console_words::change(language)) }
        p class="quiet" { (words::fixed(language)) }
        (form(&seated.at.form_token, &seated.at.path(&below(id)), &fields_kept(seated, plan.manifest(), &purposes, &filled, wrong)))
        @if has_secret(&client) { (secret_card(seated, id)) }
        div class="buttons" {
            (button_link(Weight::Grave, &seated.at.path(&format!("{}/remove", below(id))), words::remove(language)))
        }
    };
    Ok((client.metadata.client_name, content))
}

async fn facts(seated: &Seated, manifest: &Manifest, client: &Client) -> Markup {
    let language = seated.language();
    let issuer = seated.at.identity.issuer(&seated.at.tenant.slug).await.map(|issuer| issuer.url).ok();
    let mut rows = vec![
        (html! { (words::client_id(language)) }, html! { code { (client.client_id) } }),
        (html! { (words::recipient(language)) }, recipient_said(seated, manifest, &client.recipient)),
        (html! { (words::may_ask_for(language)) }, purposes_said(seated, manifest, &client.purposes)),
        (html! { (words::proves_itself(language)) }, html! { (proof_said(language, client)) }),
        (html! { (words::registered(language)) }, minute(language, client.registered_at)),
    ];
    if let Some(issuer) = issuer {
        rows.insert(1, (html! { (words::issuer(language)) }, html! { code { (issuer) } }));
    }
    pairs(&rows)
}

fn secret_card(seated: &Seated, id: ClientId) -> Markup {
    let language = seated.language();
    card(
        "secret",
        &html! { (words::secret(language)) },
        &html! {
            p { (words::secret_lead(language)) }
            (form(&seated.at.form_token, &seated.at.path(&format!("{}/secret", below(id))), &html! {
                (button(Weight::Grave, words::renew(language)))
            }))
        },
    )
}

const fn has_secret(client: &Client) -> bool {
    matches!(client.metadata.token_endpoint_auth_method, AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost)
}
