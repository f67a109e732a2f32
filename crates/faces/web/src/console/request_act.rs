//! What is posted on a request's page: each act once, with a fresh proof of who acts.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_rights::{Approval, Rights};
use candor_vault::{Caller, Decision, ErrorKind, NewRecord, ONLY_RECORD, StaffReason, Terms, VaultError};
use candor_words::{Instant, RequestId, Span, SpanUnit};
use serde_json::Value;

use super::desk::{Seated, Wrong};
use super::request::show;
use super::request_actions::{ACT, AGREEMENT, ALLOWED, EXTEND_WHY, FIELD, REFUSE_WHY, SEEN, UNTIL, VALUE, correctable};
use crate::Posted;
use crate::door::OwnForm;
use crate::words::console::requests as words;

/// What came of an act.
enum Outcome {
    Done,
    /// The form has to be filled in otherwise.
    Wrong(Wrong),
}

pub(super) async fn act(Path((_, request)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let below = format!("console/requests/{request}");
    match acted(&seated, request, &posted).await {
        Ok(Outcome::Done) => seated.go(&below),
        Ok(Outcome::Wrong(wrong)) => show(seated, StatusCode::UNPROCESSABLE_ENTITY, request, &wrong).await,
        Err(error) => seated.answer(&error, &below),
    }
}

async fn acted(seated: &Seated, request: RequestId, posted: &Posted) -> Result<Outcome, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Right).await?;
    let (identity, tenant) = (&seated.at.identity, &seated.at.tenant);
    let vault = identity.vault();
    let language = seated.language();
    match posted.get(ACT) {
        "letter" => drop(identity.ask_who_asks(&caller, tenant, request).await?),
        "documents" => match vault.prove_by_documents(&caller, request, posted.get(SEEN)).await {
            Err(error) if error.code() == "identity.seen" => {
                return Ok(Outcome::Wrong(Wrong::one(SEEN, words::seen_missing(language))));
            }
            noted => drop(noted?),
        },
        "plan" => drop(rights(seated)?.plan(&caller, request).await?),
        "approve" => return approve(seated, &caller, request, posted).await,
        "retry" => drop(rights(seated)?.retry(&caller, request, posted.get("system")).await?),
        "dispute" => drop(vault.dispute_request(&caller, request).await?),
        "complete" => drop(vault.complete_request(&caller, request).await?),
        "pause" => drop(vault.pause_request(&caller, request).await?),
        "resume" => match &seated.at.rights {
            Some(rights) => drop(rights.resume(&caller, request).await?),
            None => drop(vault.resume_request(&caller, request).await?),
        },
        "extend" if posted.get(EXTEND_WHY).is_empty() => {
            return Ok(Outcome::Wrong(Wrong::one(EXTEND_WHY, words::why_missing(language))));
        }
        "extend" => {
            let extended = vault.extend_request(&caller, request, posted.get(EXTEND_WHY)).await?;
            identity.tell_of_request(tenant, &extended).await;
        }
        "refuse" if posted.get(REFUSE_WHY).is_empty() => {
            return Ok(Outcome::Wrong(Wrong::one(REFUSE_WHY, words::why_missing(language))));
        }
        "refuse" => refuse(seated, &caller, request, posted.get(REFUSE_WHY)).await?,
        _ => {}
    }
    Ok(Outcome::Done)
}

/// Refuses it: where an organisation decides, as its decision.
async fn refuse(seated: &Seated, caller: &Caller, request: RequestId, because: &str) -> Result<(), VaultError> {
    let (identity, tenant) = (&seated.at.identity, &seated.at.tenant);
    match identity.decide_request(caller, tenant, request, Decision::Refuse { because }).await {
        Err(error) if matches!(error.code(), "request.not_routed" | "request.decided") => {
            let refused = identity.vault().refuse_request(caller, request, because).await?;
            identity.tell_of_request(tenant, &refused).await;
            Ok(())
        }
        decided => decided.map(drop),
    }
}

async fn approve(seated: &Seated, caller: &Caller, request: RequestId, posted: &Posted) -> Result<Outcome, VaultError> {
    let language = seated.language();
    let vault = seated.at.identity.vault();
    let right = vault.request(caller, request).await?.right;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let mut approval = Approval::default();
    if right == "restriction" {
        let until = match posted.get(UNTIL).trim() {
            "" => None,
            text => match day_after(text).filter(|until| *until > seated.at.identity.now()) {
                Some(until) => Some(until),
                None => return Ok(Outcome::Wrong(Wrong::one(UNTIL, words::until_bad(language)))),
            },
        };
        let agreement = Some(posted.get(AGREEMENT).trim().to_owned()).filter(|text| !text.is_empty());
        let names = plan.manifest().purposes.iter().map(|purpose| purpose.name.clone());
        let allowed_purposes = names.filter(|name| posted.get(&format!("{ALLOWED}.{name}")) == "yes").collect();
        approval.terms = Some(Terms { allowed_purposes, until, agreement, ..Terms::default() });
    }
    if right == "rectification" {
        let wanted = posted.get(FIELD);
        let known = correctable(plan.manifest()).any(|field| field.name == wanted);
        let Some((group, name)) = wanted.split_once('.').filter(|_| known) else {
            return Ok(Outcome::Wrong(Wrong::one(FIELD, words::field_missing(language))));
        };
        let values = [(name.to_owned(), Value::String(posted.get(VALUE).to_owned()))].into();
        let new = NewRecord { group: group.to_owned(), values, source: "subject".to_owned() };
        approval.correction = Some((ONLY_RECORD, new));
    }
    rights(seated)?.approve(caller, request, approval).await?;
    Ok(Outcome::Done)
}

fn rights(seated: &Seated) -> Result<&Rights, VaultError> {
    seated
        .at
        .rights
        .as_deref()
        .ok_or_else(|| VaultError::new(ErrorKind::Unprocessable, "systems.none", "no system is reached from here"))
}

/// The end of a day, `2027-03-31`: what holds until that day holds on it.
fn day_after(text: &str) -> Option<Instant> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Instant::from_date(year, month, day)?.plus(Span::new(1, SpanUnit::Day)))
}
