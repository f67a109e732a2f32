//! `/{tenant}/device`: somebody who is signed in types the code that a device shows, sees which application asks for what,
//! and answers each purpose as at the consent page.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{DeviceAsk, DeviceStep, OidcError};
use candor_manifest::Manifest;
use candor_vault::VaultError;
use maud::{Markup, html};

use super::asked::{answers, purposes};
use crate::door::at::{At, SignedIn, parameter};
use crate::door::{OwnForm, sign_up::said as said_page, trouble};
use crate::kit::{Area, Frame, Input, InputKind, Weight, button, form, heading};
use crate::words::applications as words;

const CODE: &str = "user_code";

pub(super) async fn page(signed_in: SignedIn, RawQuery(query): RawQuery) -> Response {
    // A link fills the code in; whoever follows it looks at it, compares it, and sends it.
    let code = parameter(query.as_deref(), CODE).filter(|code| code.len() <= 16).unwrap_or_default();
    let page = code_page(&signed_in.at, &code, None);
    signed_in.at.page(StatusCode::OK, page)
}

pub(super) async fn answer(form: OwnForm) -> Response {
    let (SignedIn { at, session, .. }, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let (code, said) = (posted.get(CODE), posted.get("answer"));
    let language = at.language();
    let issuer = match at.identity.issuer(&at.tenant.slug).await {
        Ok(issuer) => issuer,
        Err(error) => return at.trouble(&error),
    };
    let unknown = |at: At| {
        let page = code_page(&at, code, Some(words::code_unknown(language)));
        at.page(StatusCode::UNPROCESSABLE_ENTITY, page)
    };
    let fail = |at: At, error: &VaultError| {
        let page = code_page(&at, code, Some(&trouble::text(language, error)));
        at.page(trouble::status(error.kind()), page)
    };
    if said.is_empty() {
        return match at.identity.device_ask(&issuer, &session, code, &at.visitor).await {
            Ok(Some(ask)) => match at.identity.vault().plan(at.tenant.id, None).await {
                Ok(plan) => {
                    let page = question(&at, plan.manifest(), &ask);
                    at.page(StatusCode::OK, page)
                }
                Err(error) => at.trouble(&error),
            },
            Ok(None) => unknown(at),
            Err(error) => fail(at, &error),
        };
    }
    let answers = (said == "yes").then(|| answers(&posted));
    match at.identity.device_answered(&issuer, &session, code, answers.as_ref(), &at.visitor).await {
        Ok(DeviceStep::LetIn) => {
            let page = said_page(&at, words::device_done(language), words::device_in(language));
            at.page(StatusCode::OK, page)
        }
        Ok(DeviceStep::KeptOut) => {
            let page = said_page(&at, words::device_kept_out(language), words::device_out(language));
            at.page(StatusCode::OK, page)
        }
        Ok(DeviceStep::Unknown) | Err(OidcError::Refused(_)) => unknown(at),
        Err(OidcError::Vault(error)) => fail(at, &error),
    }
}

fn code_page(at: &At, code: &str, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::device_title(language);
    let fields = html! {
        (Input::new(CODE, html! { (words::device_code(language)) }, InputKind::Text)
            .value(code).error(wrong).autocomplete("off").markup(language))
        div class="buttons" { (button(Weight::Main, words::go_on(language))) }
    };
    let content = html! {
        (heading(title, Some(&html! { (words::device_lead(language)) })))
        (form(&at.form_token, &at.path("device"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}

fn question(at: &At, manifest: &Manifest, ask: &DeviceAsk) -> Markup {
    let language = at.language();
    let title = words::consent_title(language, &ask.client_name);
    let fields = html! {
        input type="hidden" name=(CODE) value=(ask.user_code);
        (purposes(at, manifest, (&ask.client_name, &ask.recipient), &ask.purposes))
        div class="buttons" {
            button class=(Weight::Main.class()) name="answer" value="yes" { (words::device_yes(language)) }
            button class=(Weight::Plain.class()) name="answer" value="no" { (words::device_no(language)) }
        }
    };
    let content = html! {
        (heading(&title, Some(&html! { (words::device_ask(language, &ask.client_name)) })))
        p class="on" { (words::device_shows(language)) " " strong class="typed" { (ask.user_code) } }
        @if !ask.purposes.is_empty() { p class="quiet on" { (words::take_back(language)) } }
        (form(&at.form_token, &at.path("device"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content)
}
