//! `/{tenant}/console/secrets`: what the tenant proves itself with elsewhere. Written and removed, never shown.

use axum::response::Response;
use candor_vault::{NewSecret, PAGE_MAX, SecretView, StaffReason, VaultError};
use candor_words::Secret;
use maud::{Markup, html};

use super::desk::{Seated, note};
use crate::Posted;
use crate::door::OwnForm;
use crate::kit::{Desk, Input, InputKind, Weight, button, card, form, pairs};
use crate::language::minute;
use crate::words::console as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Secrets.title(seated.language());
            seated.page(Desk::Secrets, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

pub(super) async fn change(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match changed(&seated, &posted).await {
        Ok(()) => seated.go("console/secrets"),
        Err(error) => seated.answer(&error, "console/secrets"),
    }
}

async fn changed(seated: &Seated, posted: &Posted) -> Result<(), VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Security).await?;
    let vault = seated.at.identity.vault();
    let text = |name: &str| posted.get(name).trim().to_owned();
    if posted.get("act") == "remove" {
        return vault.remove_secret(&caller, &text("name")).await;
    }
    let parts = [("email", text("email")), ("token", posted.get("token").to_owned())];
    let parts = parts.into_iter().filter(|(_, part)| !part.is_empty());
    let parts = parts.map(|(name, part)| (name.to_owned(), Secret::new(part))).collect();
    let new = NewSecret { name: text("name"), purpose: text("purpose"), recipient: text("recipient"), parts };
    vault.put_secret(&caller, new).await.map(drop)
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Security).await?;
    let found = seated.at.identity.vault().secrets(&caller, None, PAGE_MAX).await?.rows;
    let language = seated.language();
    let field = |name: &'static str, label: &str, kind| {
        Input::new(name, html! { (label) }, kind).characters_max(4096).autocomplete("off").markup(language)
    };
    let fields = html! {
        input type="hidden" name="act" value="put";
        (field("name", words::secret_name(language), InputKind::Text))
        (field("purpose", words::secret_purpose(language), InputKind::Text))
        (field("recipient", words::secret_recipient(language), InputKind::Text))
        (field("email", words::secret_email(language), InputKind::Text))
        (field("token", words::secret_token(language), InputKind::Password))
        div class="buttons" { (button(Weight::Main, words::secret_put(language))) }
    };
    Ok(html! {
        (note(language, words::secrets_note(language)))
        @for secret in &found { (one(seated, secret)) }
        (card("new", &html! { (words::secret_new(language)) }, &html! {
            (form(&seated.at.form_token, &seated.at.path("console/secrets"), &fields))
        }))
    })
}

fn one(seated: &Seated, secret: &SecretView) -> Markup {
    let language = seated.language();
    card(
        &secret.id.to_string(),
        &html! { (secret.name) },
        &html! {
            (pairs(&[
                (html! { (words::secret_purpose(language)) }, html! { (secret.purpose) }),
                (html! { (words::secret_recipient(language)) }, html! { (secret.recipient) }),
                (html! { (words::since(language)) }, minute(language, secret.put_at)),
            ]))
            (form(&seated.at.form_token, &seated.at.path("console/secrets"), &html! {
                input type="hidden" name="act" value="remove";
                input type="hidden" name="name" value=(secret.name);
                (button(Weight::Grave, words::remove(language)))
            }))
        },
    )
}
