//! `/{tenant}/consent`: the person decides what an application gets. Each consent by itself, with the policy's exact text;
//! what needs none is shown.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{ConsentStep, OidcError, ToAsk, Token};
use candor_manifest::Manifest;
use candor_vault::{ErrorKind, VaultError};
use maud::{Markup, html};

use super::asked::{answers, purposes};
use super::hand_over::hand_over;
use crate::door::OwnForm;
use crate::door::at::{At, escaped, parameter};
use crate::kit::{Area, Frame, Weight, form, heading};
use crate::words::applications as words;

pub(super) async fn page(at: At, RawQuery(query): RawQuery) -> Response {
    let token = parameter(query.as_deref(), "request").and_then(|text| Token::parse(&text));
    let Some(token) = token else { return over(at) };
    let step = match at.identity.issuer(&at.tenant.slug).await {
        Ok(issuer) => at.identity.consent_step(&issuer, &token, at.session.as_ref()).await,
        Err(error) => return at.trouble(&error),
    };
    show(at, step, &token).await
}

pub(super) async fn answer(posted: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = posted;
    let Some(token) = Token::parse(posted.get("request")) else { return over(at) };
    let issuer = match at.identity.issuer(&at.tenant.slug).await {
        Ok(issuer) => issuer,
        Err(error) => return at.trouble(&error),
    };
    let step = match &at.session {
        // Signed out meanwhile: sign in, and be asked again.
        None => at.identity.consent_step(&issuer, &token, None).await,
        Some(session) => {
            let is_cancelled = posted.get("answer") != "go_on";
            at.identity.consent_answered(&issuer, &token, session, is_cancelled, &answers(&posted)).await
        }
    };
    show(at, step, &token).await
}

async fn show(at: At, step: Result<ConsentStep, OidcError>, token: &Token) -> Response {
    match step {
        Ok(ConsentStep::Over) => over(at),
        Ok(ConsentStep::SignIn(then)) => {
            let to = at.path("sign-in");
            let mark = if to.contains('?') { '&' } else { '?' };
            at.go(&format!("{to}{mark}then={}", escaped(then.as_str())))
        }
        Ok(ConsentStep::Prove(then)) => {
            let to = at.path("account/prove");
            let mark = if to.contains('?') { '&' } else { '?' };
            at.go(&format!("{to}{mark}then={}", escaped(then.as_str())))
        }
        Ok(ConsentStep::Answer(answer)) => hand_over(at, &answer),
        Ok(ConsentStep::Ask(ask)) => match at.identity.vault().plan(at.tenant.id, None).await {
            Ok(plan) => {
                let page = question(&at, plan.manifest(), &ask, token);
                at.page(StatusCode::OK, page)
            }
            Err(error) => at.trouble(&error),
        },
        Err(OidcError::Vault(error)) => at.trouble(&error),
        Err(OidcError::Refused(_)) => over(at),
    }
}

fn question(at: &At, manifest: &Manifest, ask: &ToAsk, token: &Token) -> Markup {
    let language = at.language();
    let title = words::consent_title(language, &ask.client_name);
    let lead = words::consent_lead(language, &ask.client_name, &at.tenant.title);
    let fields = html! {
        input type="hidden" name="request" value=(token.expose());
        (purposes(at, manifest, (&ask.client_name, &ask.recipient), &ask.purposes))
        p class="quiet on" { (words::goes_to(language, &ask.goes_to)) }
        div class="buttons" {
            button class=(Weight::Main.class()) name="answer" value="go_on" { (words::go_on(language)) }
            button class=(Weight::Plain.class()) name="answer" value="cancel" { (words::cancel(language)) }
        }
    };
    let content = html! {
        (heading(&title, Some(&html! { (lead) })))
        (form(&at.form_token, &at.path("consent"), &fields))
    };
    Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content)
}

fn over(at: At) -> Response {
    at.trouble(&VaultError::new(ErrorKind::Missing, "request.over", "the request was answered already, or is too old"))
}
