//! `/{tenant}/account/messages`: which messages come, which can be declined, and which cannot and why.

use axum::extract::Path;
use axum::response::Response;
use candor_vault::{ChannelPreference, OptAct, Preference, VaultError, channel_of};
use maud::{Markup, html};

use super::signed::{Signed, SignedForm};
use crate::Written as _;
use crate::kit::{Place, Weight, badge, basis_badge, button, card, empty, form};
use crate::words::{account as words, policy};

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = messages(&signed).await;
    signed.answer(outcome)
}

async fn messages(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let preferences = signed.vault().preferences(&signed.person, signed.subject()).await?;
    let sends = |preference: &&Preference| !preference.channels.is_empty();
    let can = |preference: &&Preference| preference.channels.iter().any(|channel| channel.can_opt_out);
    let all = || preferences.purposes.iter().filter(sends);
    let declinable: Vec<_> = all().filter(can).collect();
    let fixed: Vec<_> = all().filter(|preference| preference.fixed.is_some()).collect();
    let content = html! {
        h2 { (words::messages_can(language)) }
        @if declinable.is_empty() { (empty(words::messages_none(language), None)) }
        @for preference in &declinable { (one(signed, preference, &choices(signed, preference))) }
        @if !fixed.is_empty() {
            h2 { (words::messages_fixed(language)) }
            @for preference in &fixed { (one(signed, preference, &why_fixed(signed, preference))) }
        }
    };
    Ok(signed.page(Place::Messages, words::messages_lead(language), &content))
}

fn one(signed: &Signed, preference: &Preference, content: &Markup) -> Markup {
    let basis = signed.purpose(&preference.purpose).map(|purpose| basis_badge(signed.language(), &purpose.basis));
    let title = html! { (signed.said(&preference.title)) " " @if let Some(basis) = basis { (basis) } };
    card(&format!("purpose-{}", preference.purpose), &title, content)
}

fn choices(signed: &Signed, preference: &Preference) -> Markup {
    let language = signed.language();
    let waits = preference.consent.as_ref().is_some_and(|consent| !consent.in_force);
    html! {
        @if waits {
            p {
                (words::needs_consent(language)) " "
                a href=(signed.href(&format!("/consents#purpose-{}", preference.purpose))) { (words::to_consent(language)) }
            }
        }
        @for channel in &preference.channels { (choice(signed, preference, channel)) }
    }
}

fn choice(signed: &Signed, preference: &Preference, channel: &ChannelPreference) -> Markup {
    let language = signed.language();
    let name = channel_of(channel.channel).map_or(channel.channel, |channel| policy::channel(language, channel));
    let (state, class, act, text) = if channel.opted_out {
        (words::declined(language), "past", "in", words::want(language, name))
    } else {
        (words::wanted(language), "interest", "out", words::decline(language, name))
    };
    let action = signed.href(&format!("/messages/{}/{}", preference.purpose, channel.channel));
    let content = html! {
        input type="hidden" name="opt" value=(act);
        div class="choice" {
            p { (name) " " (badge(class, state)) }
            (button(Weight::Plain, &text))
        }
    };
    form(signed.token(), &action, &content)
}

fn why_fixed(signed: &Signed, preference: &Preference) -> Markup {
    let language = signed.language();
    let channels = preference.channels.iter().filter_map(|channel| channel_of(channel.channel));
    let channels: Vec<_> = channels.map(|channel| policy::channel(language, channel)).collect();
    html! {
        p { (language.list(&channels)) }
        p { (words::fixed_why(language)) " " (signed.said(preference.fixed.as_deref().unwrap_or_default())) "." }
    }
}

/// Declines a purpose's messages over a channel, or wants them again.
pub(super) async fn opt(
    Path((_, purpose, channel)): Path<(String, String, String)>,
    SignedForm(signed, posted): SignedForm,
) -> Response {
    let outcome = opted(&signed, &purpose, &channel, posted.get("opt")).await;
    signed.answer(outcome)
}

async fn opted(signed: &Signed, purpose: &str, channel: &str, act: &str) -> Result<Response, VaultError> {
    let channel = channel_of(channel).ok_or_else(unknown)?;
    let act = match act {
        "out" => OptAct::Out,
        "in" => OptAct::In,
        _ => return Err(unknown()),
    };
    signed.vault().opt(&signed.person, signed.subject(), purpose, channel, act).await?;
    Ok(signed.done(&format!("/messages#purpose-{purpose}"), "message"))
}

fn unknown() -> VaultError {
    VaultError::new(
        candor_vault::ErrorKind::BadInput,
        "form.unknown",
        "nothing was changed: the form is not one of ours",
    )
}
