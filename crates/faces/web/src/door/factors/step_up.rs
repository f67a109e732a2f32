//! `/{tenant}/sign-in/factor`: the further proof that an attempt to sign in waits for.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use candor_identity::{Step, Token};
use candor_vault::{ErrorKind, VaultError};

use super::passkey::{ANSWER, Proof};
use super::ways::{Asking, SENT, WAY, posted_way, way_of, word};
use crate::door::at::{At, parameter};
use crate::door::cookies::Jar;
use crate::door::own_form::OwnForm;
use crate::door::sign_in::go_on;
use crate::door::trouble;
use crate::words::factors as words;

const BASE: &str = "sign-in/factor";

/// The attempt that the browser holds; without one, the answer that begins at the door again.
macro_rules! attempt_of {
    ($at:ident, $headers:ident) => {
        match Jar::Attempt.token(&$at.tenant.slug, &$headers) {
            Some(token) => token,
            None => {
                let to = $at.path("sign-in");
                return $at.go(&to);
            }
        }
    };
}

pub(super) async fn page(at: At, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let attempt = attempt_of!(at, headers);
    let way = parameter(query.as_deref(), WAY).and_then(|text| way_of(&text));
    let is_sent = parameter(query.as_deref(), SENT).is_some();
    shown(at, &attempt, way, is_sent, (StatusCode::OK, None)).await
}

pub(super) async fn send(headers: HeaderMap, own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let attempt = attempt_of!(at, headers);
    let (Some(method), _) = posted_way(&posted) else { return at.trouble(&super::over()) };
    match at.identity.send_code(&at.tenant, &attempt, method, &at.visitor).await {
        Ok(()) => {
            let to = at.path(&format!("{BASE}?{WAY}={}&{SENT}=1", word(method)));
            at.go(&to)
        }
        Err(error) => failed(at, &attempt, Some(method), &error).await,
    }
}

pub(super) async fn prove(headers: HeaderMap, own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let attempt = attempt_of!(at, headers);
    let (Some(method), code) = posted_way(&posted) else { return at.trouble(&super::over()) };
    let language = at.language();
    if code.is_empty() {
        let wrong = Some(words::code_empty(language).to_owned());
        return shown(at, &attempt, Some(method), false, (StatusCode::UNPROCESSABLE_ENTITY, wrong)).await;
    }
    match at.identity.prove(&at.tenant, &attempt, method, code, &at.visitor).await {
        Ok(Step::Refused) => {
            let wrong = Some(words::code_wrong(language).to_owned());
            shown(at, &attempt, Some(method), false, (StatusCode::UNPROCESSABLE_ENTITY, wrong)).await
        }
        Ok(step) => go_on(at, step).await,
        Err(error) => failed(at, &attempt, Some(method), &error).await,
    }
}

pub(super) async fn ask(headers: HeaderMap, own: OwnForm) -> Response {
    let OwnForm { at, .. } = own;
    let attempt = attempt_of!(at, headers);
    asked(at, &attempt, (StatusCode::OK, None)).await
}

pub(super) async fn answer(headers: HeaderMap, own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let attempt = attempt_of!(at, headers);
    let language = at.language();
    match at.identity.prove_with_passkey(&at.tenant, &attempt, posted.get(ANSWER), &at.visitor).await {
        Ok(Step::Refused) => {
            asked(at, &attempt, (StatusCode::UNPROCESSABLE_ENTITY, Some(words::passkey_wrong(language)))).await
        }
        Ok(step) => go_on(at, step).await,
        Err(error) => failed(at, &attempt, None, &error).await,
    }
}

async fn shown(
    at: At,
    attempt: &Token,
    way: Option<candor_identity::Method>,
    is_sent: bool,
    (status, wrong): (StatusCode, Option<String>),
) -> Response {
    let language = at.language();
    match at.identity.offered(at.tenant.id, attempt).await {
        Ok(offered) => {
            let lead = words::step_lead(language);
            let asking = Asking { base: BASE, lead, offered, way, is_sent, then: None };
            let page = asking.page(&at, wrong.as_deref());
            at.page(status, page)
        }
        Err(error) if error.code() == "code.over" => over(at),
        Err(error) => at.trouble(&error),
    }
}

async fn asked(at: At, attempt: &Token, (status, wrong): (StatusCode, Option<&str>)) -> Response {
    let options = match at.identity.ask_for_passkey(&at.tenant, attempt).await {
        Ok(options) => options,
        Err(error) => return failed(at, attempt, None, &error).await,
    };
    let page = Proof { base: BASE, then: None, question: None }.page(&at, &options, wrong);
    at.page(status, page)
}

/// What to mind stands on the page; an attempt that is over begins again.
async fn failed(at: At, attempt: &Token, way: Option<candor_identity::Method>, error: &VaultError) -> Response {
    match error.kind() {
        _ if error.code() == "code.over" => over(at),
        ErrorKind::TooOften | ErrorKind::Unavailable | ErrorKind::BadInput => {
            let why = trouble::text(at.language(), error);
            shown(at, attempt, way, false, (trouble::status(error.kind()), Some(why))).await
        }
        _ => at.trouble(error),
    }
}

fn over(mut at: At) -> Response {
    at.cookies.extend(Jar::Attempt.forget(&at.tenant.slug));
    at.trouble(&super::over())
}
