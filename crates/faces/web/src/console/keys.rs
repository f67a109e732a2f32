//! `/{tenant}/console/keys`: API keys, without their secrets; revoked here, issued over the API, where the secret is shown.

use axum::response::Response;
use candor_vault::{KeyView, PAGE_MAX, StaffReason, VaultError};
use candor_words::ApiKeyId;
use maud::{Markup, html};

use super::desk::{Seated, note};
use crate::door::OwnForm;
use crate::kit::{Desk, Weight, badge, button, card, form, pairs};
use crate::language::minute;
use crate::words::console as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Keys.title(seated.language());
            seated.page(Desk::Keys, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

pub(super) async fn revoke(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Ok(key) = posted.get("key").parse::<ApiKeyId>() else { return seated.go("console/keys") };
    match revoked(&seated, key).await {
        Ok(()) => seated.go("console/keys"),
        Err(error) => seated.answer(&error, "console/keys"),
    }
}

async fn revoked(seated: &Seated, key: ApiKeyId) -> Result<(), VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Security).await?;
    seated.at.identity.vault().revoke_key(&caller, key).await
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Security).await?;
    let found = seated.at.identity.vault().keys(&caller, None, PAGE_MAX).await?.rows;
    let language = seated.language();
    Ok(html! {
        (note(language, words::keys_note(language)))
        @for key in &found { (one(seated, key)) }
    })
}

fn one(seated: &Seated, key: &KeyView) -> Markup {
    let language = seated.language();
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    card(
        &key.id.to_string(),
        &html! { (key.label) },
        &html! {
            (pairs(&[
                (html! { (words::id(language)) }, html! { code { (key.id) } }),
                (html! { (words::scopes(language)) }, html! { (scopes.join(", ")) }),
                (html! { (words::since(language)) }, minute(language, key.created_at)),
            ]))
            @if key.revoked_at.is_some() { p { (badge("law", words::revoked(language))) } }
            @else {
                (form(&seated.at.form_token, &seated.at.path("console/keys"), &html! {
                    input type="hidden" name="key" value=(key.id);
                    (button(Weight::Grave, words::revoke(language)))
                }))
            }
        },
    )
}
