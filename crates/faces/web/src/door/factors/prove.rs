//! `/{tenant}/account/security/prove`: somebody who is signed in shows once more that they have one of their factors.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{LocalPath, Method};
use candor_vault::{ErrorKind, VaultError};

use super::passkey::{ANSWER, Proof};
use super::ways::{Asking, SENT, WAY, posted_way, way_of, word};
use crate::door::at::{SignedIn, parameter};
use crate::door::own_form::OwnForm;
use crate::door::sign_in::{THEN_FIELD, posted_then, then_of, with_then};
use crate::door::trouble;
use crate::words::factors as words;

const BASE: &str = "account/security/prove";

pub(super) async fn page(own: SignedIn, RawQuery(query): RawQuery) -> Response {
    let then = then_of(&own.at, parameter(query.as_deref(), THEN_FIELD).as_deref());
    let way = parameter(query.as_deref(), WAY).and_then(|text| way_of(&text));
    let is_sent = parameter(query.as_deref(), SENT).is_some();
    shown(own, then.as_ref(), way, is_sent, (StatusCode::OK, None)).await
}

pub(super) async fn send(form: OwnForm) -> Response {
    let (own, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let then = posted_then(&own.at, &posted);
    let (Some(method), _) = posted_way(&posted) else { return own.at.trouble(&super::over()) };
    let SignedIn { at, session, .. } = &own;
    match at.identity.send_code_again(&at.tenant, session, method, &at.visitor).await {
        Ok(()) => {
            let path = at.path(&format!("{BASE}?{WAY}={}&{SENT}=1", word(method)));
            let to = with_then(path, then.as_ref());
            own.at.go(&to)
        }
        Err(error) => failed(own, then.as_ref(), Some(method), &error).await,
    }
}

pub(super) async fn prove(form: OwnForm) -> Response {
    let (own, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let then = posted_then(&own.at, &posted);
    let (Some(method), code) = posted_way(&posted) else { return own.at.trouble(&super::over()) };
    let SignedIn { at, session, .. } = &own;
    let wrong = (StatusCode::UNPROCESSABLE_ENTITY, Some(words::code_wrong(at.language()).to_owned()));
    match at.identity.prove_with_code(&at.tenant, session, method, code, &at.visitor).await {
        Ok(true) => go(own, then.as_ref()),
        Ok(false) => shown(own, then.as_ref(), Some(method), false, wrong).await,
        Err(error) => failed(own, then.as_ref(), Some(method), &error).await,
    }
}

pub(super) async fn ask(form: OwnForm) -> Response {
    let (own, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let then = posted_then(&own.at, &posted);
    asked(own, then.as_ref(), (StatusCode::OK, None)).await
}

pub(super) async fn answer(form: OwnForm) -> Response {
    let (own, posted) = match form.of_person() {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let then = posted_then(&own.at, &posted);
    let SignedIn { at, session, .. } = &own;
    let wrong = words::passkey_wrong(at.language());
    match at.identity.prove_with_passkey_again(&at.tenant, session, posted.get(ANSWER)).await {
        Ok(true) => go(own, then.as_ref()),
        Ok(false) => asked(own, then.as_ref(), (StatusCode::UNPROCESSABLE_ENTITY, Some(wrong))).await,
        Err(error) => failed(own, then.as_ref(), None, &error).await,
    }
}

fn go(own: SignedIn, then: Option<&LocalPath>) -> Response {
    let to = then.map_or_else(|| own.at.path("account/security"), |then| then.as_str().to_owned());
    own.at.go(&to)
}

async fn shown(
    own: SignedIn,
    then: Option<&LocalPath>,
    way: Option<Method>,
    is_sent: bool,
    (status, wrong): (StatusCode, Option<String>),
) -> Response {
    let SignedIn { at, session, .. } = own;
    match at.identity.held_factors(session.tenant, session.subject).await {
        Ok(offered) => {
            let lead = words::prove_lead(at.language());
            let page = Asking { base: BASE, lead, offered, way, is_sent, then }.page(&at, wrong.as_deref());
            at.page(status, page)
        }
        Err(error) => at.trouble(&error),
    }
}

async fn asked(own: SignedIn, then: Option<&LocalPath>, (status, wrong): (StatusCode, Option<&str>)) -> Response {
    let options = match own.at.identity.ask_for_passkey_again(&own.at.tenant, &own.session).await {
        Ok(options) => options,
        Err(error) => return failed(own, then, None, &error).await,
    };
    let at = own.at;
    let page = Proof { base: BASE, then, question: None }.page(&at, &options, wrong);
    at.page(status, page)
}

async fn failed(own: SignedIn, then: Option<&LocalPath>, way: Option<Method>, error: &VaultError) -> Response {
    match error.kind() {
        ErrorKind::TooOften | ErrorKind::Unavailable | ErrorKind::BadInput => {
            let why = trouble::text(own.at.language(), error);
            shown(own, then, way, false, (trouble::status(error.kind()), Some(why))).await
        }
        _ => own.at.trouble(error),
    }
}
