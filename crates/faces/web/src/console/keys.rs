//! `/{tenant}/console/keys`: API keys, without their secrets, and their end.

use axum::response::Response;
use candor_vault::{KeyView, PAGE_MAX, Scope, StaffReason, VaultError};
use candor_words::{ApiKeyId, Instant};
use maud::{Markup, html};

use super::desk::Seated;
use crate::Language;
use crate::door::OwnForm;
use crate::kit::{Desk, Weight, badge, button_link, card, empty, form, pairs};
use crate::language::minute;
use crate::words::console as words;
use crate::words::console::keys as own;

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
    let mut found = seated.at.identity.vault().keys(&caller, None, PAGE_MAX).await?.rows;
    let (language, now) = (seated.language(), seated.at.identity.now());
    found.sort_by_key(|key| (!is_live(key, now), std::cmp::Reverse(key.created_at)));
    Ok(html! {
        p class="lead" { (own::lead(language)) }
        div class="buttons" { (button_link(Weight::Main, &seated.at.path("console/keys/new"), own::issue(language))) }
        @if found.is_empty() { (empty(own::none(language), None)) }
        @for key in &found { (one(seated, key, now)) }
    })
}

fn is_live(key: &KeyView, now: Instant) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|end| now < end)
}

fn one(seated: &Seated, key: &KeyView, now: Instant) -> Markup {
    let language = seated.language();
    let state = match (key.revoked_at, is_live(key, now)) {
        (Some(_), _) => Some(own::revoked(language)),
        (None, false) => Some(own::expired(language)),
        (None, true) => None,
    };
    let mut rows = vec![
        (html! { (words::id(language)) }, html! { code { (key.id) } }),
        (
            html! { (own::may(language)) },
            html! {
                ul class="plain" { @for scope in &key.scopes { li { (scope_said(language, *scope)) } } }
            },
        ),
        (html! { (own::for_purposes(language)) }, purposes(language, key)),
        (html! { (words::since(language)) }, minute(language, key.created_at)),
        (
            html! { (own::until(language)) },
            html! {
                @match key.expires_at { Some(end) => (minute(language, end)), None => (own::until_revoked(language)) }
            },
        ),
    ];
    if let Some(recipient) = &key.recipient {
        rows.insert(3, (html! { (own::for_recipient(language)) }, html! { code { (recipient) } }));
    }
    card(
        &key.id.to_string(),
        &html! { (key.label) @if let Some(state) = state { " " (badge("past", state)) } },
        &html! {
            (pairs(&rows))
            @if state.is_none() {
                (form(&seated.at.form_token, &seated.at.path("console/keys"), &html! {
                    input type="hidden" name="key" value=(key.id);
                    button class="button grave" aria-label=(own::revoke_named(language, &key.label)) { (own::revoke(language)) }
                }))
            }
        },
    )
}

fn purposes(language: Language, key: &KeyView) -> Markup {
    html! {
        @match &key.purposes {
            None => (own::every_purpose(language)),
            Some(purposes) if purposes.is_empty() => "–",
            Some(purposes) => ul class="plain" { @for purpose in purposes { li { code { (purpose) } } } },
        }
    }
}

/// What a scope lets a key do.
pub(super) const fn scope_said(language: Language, scope: Scope) -> &'static str {
    match scope {
        Scope::Read => own::scope_read(language),
        Scope::Write => own::scope_write(language),
        Scope::Consent => own::scope_consent(language),
        Scope::Rights => own::scope_rights(language),
        Scope::Hold => own::scope_hold(language),
        Scope::Approve => own::scope_approve(language),
        Scope::Audit => own::scope_audit(language),
        Scope::Admin => own::scope_admin(language),
    }
}
