//! `/{tenant}/account/security`: what somebody signs in with.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{FactorView, LocalPath, Method, Methods};
use candor_vault::{ErrorKind, VaultError};
use candor_words::{Instant, Secret};
use maud::{Markup, html};

use super::ways::{WAY, name, word};
use super::{done, needs};
use crate::Language;
use crate::door::at::{Enrolling, parameter};
use crate::door::own_form::OwnForm;
use crate::door::trouble;
use crate::kit::{
    Area, Frame, Input, InputKind, Place, Tone, Weight, banner, button, card, error_summary, form, heading,
};
use crate::words::{door as door_words, factors as words, sign_up as signing_up};

const ID: &str = "id";
const LABEL: &str = "label";
const OLD: &str = "old";
const NEW: &str = "new";

pub(super) async fn page(own: Enrolling, RawQuery(query): RawQuery) -> Response {
    let language = own.at.language();
    let done = match parameter(query.as_deref(), "done").as_deref() {
        Some("added") => Some(words::added(language)),
        Some("removed") => Some(words::removed(language)),
        Some("renamed") => Some(words::renamed(language)),
        Some("password") => Some(words::password_changed(language)),
        _ => None,
    };
    shown(own, done, (StatusCode::OK, None)).await
}

pub(super) async fn rename(form: OwnForm) -> Response {
    let (own, posted) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match own.at.identity.rename_factor(&own.session, posted.get(ID), posted.get(LABEL)).await {
        Ok(()) => done(own.at, "renamed"),
        Err(error) => needs(own, &error).await,
    }
}

pub(super) async fn remove(form: OwnForm) -> Response {
    let (own, posted) = match form.of_enrolling() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Enrolling { at, session } = &own;
    match at.identity.remove_factor(&at.tenant, session, posted.get(ID), &at.visitor).await {
        Ok(()) => done(own.at, "removed"),
        Err(error) => needs(own, &error).await,
    }
}

pub(super) async fn password(form: OwnForm) -> Response {
    let (own, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let at = own.at;
    let (old, new) = (Secret::new(posted.get(OLD).to_owned()), Secret::new(posted.get(NEW).to_owned()));
    match at.identity.change_password(&at.tenant, &own.session, old, new, &at.visitor).await {
        Ok(opened) => {
            let then =
                LocalPath::parse(&at.tenant.slug, &format!("/{}/account/security?done=password", at.tenant.slug));
            at.sign_in(opened, then).await
        }
        Err(error) if matches!(error.kind(), ErrorKind::BadInput | ErrorKind::TooOften) => {
            let own = Enrolling { at, session: own.session };
            shown(own, None, (trouble::status(error.kind()), Some(&error))).await
        }
        Err(error) => at.trouble(&error),
    }
}

/// Puts content into the frame of the account area; who owes a factor sees no other place.
pub(super) fn framed(own: &Enrolling, title: &str, content: &Markup) -> Markup {
    let area = match own.session.owes_factor {
        true => Area::Door,
        false => Area::Account { here: Place::Security, token: &own.at.form_token },
    };
    Frame { reader: &own.at.reader, tenant: own.at.shown(), title, area }.page(content)
}

async fn shown(own: Enrolling, done: Option<&str>, (status, wrong): (StatusCode, Option<&VaultError>)) -> Response {
    let identity = &own.at.identity;
    let (factors, addable) = match (identity.factors(&own.session).await, identity.addable(&own.session).await) {
        (Ok(factors), Ok(addable)) => (factors, addable),
        (Err(error), _) | (_, Err(error)) => return own.at.trouble(&error),
    };
    let page = security_page(&own, &factors, addable, done, wrong);
    own.at.page(status, page)
}

fn security_page(
    own: &Enrolling,
    factors: &[FactorView],
    addable: Methods,
    done: Option<&str>,
    wrong: Option<&VaultError>,
) -> Markup {
    let (at, language) = (&own.at, own.at.language());
    let title = Place::Security.title(language);
    let why = wrong.map(|error| trouble::text(language, error));
    let is_new = wrong.is_some_and(|error| matches!(error.code(), "password.length" | "password.guessable"));
    let field = if is_new { NEW } else { OLD };
    let errors: Vec<_> = why.iter().map(|text| (field.to_owned(), text.clone())).collect();
    let content = html! {
        (error_summary(language, &errors))
        (heading(title, Some(&html! { (words::security_lead(language)) })))
        @if let Some(done) = done { (banner(language, Tone::Done, &html! { p { (done) } })) }
        @if own.session.owes_factor { (banner(language, Tone::Note, &html! { p { (words::owed(language)) } })) }
        (card("factors", &html! { (words::yours(language)) }, &listed(own, factors)))
        (card("add", &html! { (words::add(language)) }, &offers(own, addable)))
        @if !own.session.owes_factor {
            (card("password", &html! { (words::change_password(language)) }, &form(
                &at.form_token,
                &at.path("account/security/password"),
                &html! {
                    (Input::new(OLD, html! { (words::present_password(language)) }, InputKind::Password)
                        .autocomplete("current-password").error(why.as_deref().filter(|_| !is_new)).markup(language))
                    (Input::new(NEW, html! { (door_words::new_password(language)) }, InputKind::Password)
                        .hint(html! { (signing_up::password_hint(language, candor_identity::PASSWORD_CHARS_MIN)) })
                        .autocomplete("new-password").error(why.as_deref().filter(|_| is_new)).markup(language))
                    div class="buttons" { (button(Weight::Plain, words::change_password(language))) }
                },
            )))
        }
    };
    framed(own, title, &content)
}

fn listed(own: &Enrolling, factors: &[FactorView]) -> Markup {
    let (at, language) = (&own.at, own.at.language());
    html! {
        @if factors.is_empty() { p { (words::none(language)) } }
        @if !factors.is_empty() {
            ul class="plain" {
                @for (n, factor) in factors.iter().enumerate() {
                    li { (one(at, language, n, factor)) }
                }
            }
        }
    }
}

fn one(at: &crate::door::at::At, language: Language, n: usize, factor: &FactorView) -> Markup {
    let kind = name(language, factor.method);
    let called = if factor.label.is_empty() { kind.to_owned() } else { format!("{kind}, {}", factor.label) };
    let used =
        factor.used_at.map_or_else(|| words::never_used(language).to_owned(), |at| words::used_on(language, &day(at)));
    let id = html! { input type="hidden" name=(ID) value=(factor.id); };
    let name_field = format!("{LABEL}-{n}");
    html! {
        h3 { (called) }
        p class="quiet" {
            (words::added_on(language, &day(factor.added_at))) " · "
            @match factor.n_left {
                Some(n_left) => (words::codes_left(language, n_left as u64)),
                None => (used),
            }
            @if factor.is_synced { " · " (words::synced(language)) }
        }
        @if matches!(factor.method, Method::Totp | Method::Passkey) {
            details {
                summary { (words::name_it(language)) }
                (form(&at.form_token, &at.path("account/security/rename"), &html! {
                    (id)
                    div class="field" {
                        label for=(name_field) { (words::name_it(language)) }
                        input id=(name_field) name=(LABEL) type="text" maxlength="60" value=(factor.label) autocomplete="off";
                    }
                    div class="buttons" { button class="button" aria-label=(words::rename_named(language, &called)) { (words::rename(language)) } }
                }))
            }
        }
        (form(&at.form_token, &at.path("account/security/remove"), &html! {
            (id)
            div class="buttons" { button class="button grave" aria-label=(words::remove_named(language, &called)) { (words::remove(language)) } }
        }))
    }
}

fn offers(own: &Enrolling, addable: Methods) -> Markup {
    let (at, language) = (&own.at, own.at.language());
    let offer = |method, action: &str, text: &str, label: &str| {
        html! {
            @if addable.has(method) {
                div class="offer" {
                    p { (text) }
                    (form(&at.form_token, &at.path(&format!("account/security/{action}")), &html! {
                        input type="hidden" name=(WAY) value=(word(method));
                        div class="buttons" { (button(Weight::Plain, label)) }
                    }))
                }
            }
        }
    };
    html! {
        (offer(Method::Passkey, "passkey", words::add_passkey_text(language), words::add_passkey(language)))
        (offer(Method::Totp, "app", words::add_totp_text(language), words::add_totp(language)))
        (offer(Method::MailCode, "codes", words::add_mail_text(language), words::add_mail(language)))
        (offer(Method::SmsCode, "codes", words::add_sms_text(language), words::add_sms(language)))
        (offer(Method::RecoveryCode, "recovery", words::recovery_text(language), words::recovery_make(language)))
    }
}

/// The day of an instant, as every reader can take it.
fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}
