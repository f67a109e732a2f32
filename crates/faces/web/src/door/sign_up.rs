//! `/{tenant}/sign-up`, and the page that a letter leads to.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{FrontDoor, LocalPath, SignUp, SignUpOutcome, Token};
use candor_manifest::Manifest;
use maud::{Markup, html};

use super::at::{At, parameter};
use super::confirm::code_form;
use super::own_form::OwnForm;
use super::sign_in::{THEN_FIELD, go_on, posted_then, then_of};
use super::trouble;
use crate::Posted;
use crate::kit::{Area, Frame, heading};
use crate::sign_up::{FieldFault, FieldFaultKind, SignUpForm, SignUpPage, SignUpRefusal, read_sign_up, too_young_page};
use crate::words::door as words;

pub(super) async fn page(at: At, RawQuery(query): RawQuery) -> Response {
    let then = then_of(&at, parameter(query.as_deref(), THEN_FIELD).as_deref());
    shown(at, StatusCode::OK, &Posted::none(), then.as_ref(), &[]).await
}

pub(super) async fn sign_up(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let then = posted_then(&at, &posted);
    let plan = match at.identity.vault().plan(at.tenant.id, None).await {
        Ok(plan) => plan,
        Err(error) => return at.trouble(&error),
    };
    let manifest = plan.manifest();
    let door = match FrontDoor::of(manifest) {
        Ok(door) => door,
        Err(error) => return at.trouble(&error),
    };
    let asked = SignUpForm::of(manifest, &door);
    match read_sign_up(&asked, &posted, &at.tenant.policy_digest, at.identity.now()) {
        Err(SignUpRefusal::TooYoung(at_least)) => too_young(at, at_least),
        Err(SignUpRefusal::PolicyChanged) => shown(at, StatusCode::CONFLICT, &posted, then.as_ref(), &[]).await,
        Err(SignUpRefusal::Faults(faults)) => {
            shown(at, StatusCode::UNPROCESSABLE_ENTITY, &posted, then.as_ref(), &faults).await
        }
        Ok(read) => {
            let sign_up = taken(manifest, &asked, read, then.clone());
            match at.identity.sign_up(&at.tenant, sign_up, &at.visitor).await {
                Ok(SignUpOutcome::Written) => written(at),
                Ok(SignUpOutcome::Done(step)) => go_on(at, step).await,
                Ok(SignUpOutcome::TooYoung { at_least }) => too_young(at, at_least),
                Err(error) => match fault(door, &asked, &error) {
                    Some(fault) => shown(at, trouble::status(error.kind()), &posted, then.as_ref(), &[fault]).await,
                    None => at.trouble(&error),
                },
            }
        }
    }
}

/// The page that a letter leads to. Opening it uses nothing up: what opens links by itself makes no account.
pub(super) async fn confirm_page(at: At, RawQuery(query): RawQuery) -> Response {
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let language = at.language();
    let waits = match &code {
        Some(code) => at.identity.is_sign_up_waiting(&at.tenant, code).await,
        None => Ok(false),
    };
    match (waits, code) {
        (Err(error), _) => at.trouble(&error),
        (Ok(true), Some(code)) => {
            let lead = words::confirm_lead(language, &at.tenant.title);
            let page = code_form(
                &at,
                "sign-up/confirm",
                words::confirm_title(language),
                &lead,
                &code,
                words::confirm(language),
            );
            at.page(StatusCode::OK, page)
        }
        _ => at.trouble(&super::confirm::over()),
    }
}

pub(super) async fn confirm(form: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = form;
    let Some(code) = Token::parse(posted.get("code")) else { return at.trouble(&super::confirm::over()) };
    match at.identity.confirm_sign_up(&at.tenant, &code, &at.visitor).await {
        Ok(step) => go_on(at, step).await,
        Err(error) => at.trouble(&error),
    }
}

async fn shown(
    at: At,
    status: StatusCode,
    posted: &Posted,
    then: Option<&LocalPath>,
    faults: &[FieldFault],
) -> Response {
    let plan = match at.identity.vault().plan(at.tenant.id, None).await {
        Ok(plan) => plan,
        Err(error) => return at.trouble(&error),
    };
    let door = match FrontDoor::of(plan.manifest()) {
        Ok(door) => door,
        Err(error) => return at.trouble(&error),
    };
    let asked = SignUpForm::of(plan.manifest(), &door);
    let page = SignUpPage {
        form: &asked,
        reader: &at.reader,
        tenant: at.shown(),
        token: &at.form_token,
        policy_digest: &at.tenant.policy_digest,
        then: then.map(LocalPath::as_str),
        posted,
        faults,
    };
    let page = page.page();
    at.page(status, page)
}

/// What was read, in the words of the service.
fn taken(manifest: &Manifest, asked: &SignUpForm<'_>, read: crate::sign_up::SignUp, then: Option<LocalPath>) -> SignUp {
    let name = |ix: candor_manifest::model::FieldIx| asked.field(ix).map(|field| field.name.clone());
    let purpose =
        |ix: candor_manifest::model::PurposeIx| manifest.purposes.get(ix.at()).map(|found| found.name.clone());
    let values = read.values.into_iter().filter_map(|(ix, value)| Some((name(ix)?, value)));
    let consents = read.consents.into_iter().filter_map(|(ix, yes)| Some((purpose(ix)?, yes)));
    SignUp {
        values: values.collect::<BTreeMap<_, _>>(),
        password: read.password.map(|(_, password)| password),
        consents: consents.collect(),
        is_old_enough: read.is_of_age.then_some(true),
        then,
    }
}

/// What the service found wrong with one field.
fn fault(door: FrontDoor, asked: &SignUpForm<'_>, error: &candor_vault::VaultError) -> Option<FieldFault> {
    let named = error.details().iter().find(|(name, _)| *name == "field").map(|(_, field)| field.clone());
    let (field, kind) = match error.code() {
        "password.length" => (door.password, FieldFaultKind::TooShort(candor_identity::PASSWORD_CHARS_MIN)),
        "password.guessable" => (door.password, FieldFaultKind::Guessable),
        "address.malformed" => (door.email?, FieldFaultKind::NoAddress),
        "signup.incomplete" => (named?, FieldFaultKind::Missing),
        _ => return None,
    };
    let label = asked.fields().find(|(_, asked)| asked.name == field).map(|(_, asked)| asked.title.clone())?;
    Some(FieldFault { field, label, kind })
}

fn written(at: At) -> Response {
    let language = at.language();
    let page = said(&at, words::written_title(language), words::written(language));
    at.page(StatusCode::OK, page)
}

fn too_young(at: At, at_least: u8) -> Response {
    let page = too_young_page(&at.reader, at.shown(), at_least);
    at.page(StatusCode::OK, page)
}

/// A page that says one thing.
pub(super) fn said(at: &At, title: &str, text: &str) -> Markup {
    let content = heading(title, Some(&html! { (text) }));
    Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content)
}
