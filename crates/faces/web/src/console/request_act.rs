//! What is posted on a request's page: each act once, with a fresh proof of who acts. What cannot be taken back is asked once more
//! (`sure.rs`) before it is done.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_rights::{Approval, NotThem, Rights};
use candor_vault::{Caller, Decision, ErrorKind, NewRecord, ONLY_RECORD, RequestView, StaffReason, Terms, VaultError};
use candor_words::{Instant, RecordId, RequestId, Span, SpanUnit};
use serde_json::Value;

use super::desk::{Filled, Seated, Wrong};
use super::request::show;
use super::request_actions::{
    ACT, AGREEMENT, ALLOWED, EXTEND_WHY, FIELD, PLANNED, REFUSE_WHY, SEEN, SURE, UNTIL, VALUE, correctable,
};
use super::sure;
use crate::Posted;
use crate::door::OwnForm;
use crate::words::console::requests as words;

/// The field in which it is said why what was found is somebody else.
pub(super) const NOT_THEM_WHY: &str = "not-them-why";

/// What came of an act.
enum Outcome {
    /// It was done, and the page says what.
    Done(&'static str),
    /// There is no such act.
    Nothing,
    /// It is asked once more.
    Ask,
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
        Ok(Outcome::Done(what)) => seated.go_done(&below, what),
        Ok(Outcome::Nothing) => seated.go(&below),
        Ok(Outcome::Ask) => sure::page(seated, request, &posted).await,
        Ok(Outcome::Wrong(wrong)) => {
            let wrong = wrong.with(Filled::of(&posted, &[]));
            show(seated, StatusCode::UNPROCESSABLE_ENTITY, request, &wrong).await
        }
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
    let is_sure = posted.get(SURE) == "yes";
    Ok(Outcome::Done(match posted.get(ACT) {
        "letter" => {
            identity.ask_who_asks(&caller, tenant, request).await?;
            "letter"
        }
        "documents" => match vault.prove_by_documents(&caller, request, posted.get(SEEN)).await {
            Err(error) if error.code() == "identity.seen" => {
                return Ok(Outcome::Wrong(Wrong::one(SEEN, words::seen_missing(language))));
            }
            noted => noted.map(|_| "documents")?,
        },
        "plan" => {
            rights(seated)?.plan(&caller, request).await?;
            "plan"
        }
        "approve" => return approve(seated, &caller, request, posted).await,
        "retry" => {
            rights(seated)?.retry(&caller, request, posted.get("system")).await?;
            "retry"
        }
        "not-them" => return not_them(seated, &caller, request, posted).await,
        "dispute" => {
            vault.dispute_request(&caller, request).await?;
            "dispute"
        }
        "complete" if !is_sure => return Ok(Outcome::Ask),
        "complete" => {
            vault.complete_request(&caller, request).await?;
            "complete"
        }
        "pause" => {
            vault.pause_request(&caller, request).await?;
            "pause"
        }
        "resume" => {
            match &seated.at.rights {
                Some(rights) => rights.resume(&caller, request).await?,
                None => vault.resume_request(&caller, request).await?,
            };
            "resume"
        }
        "extend" if posted.get(EXTEND_WHY).is_empty() => {
            return Ok(Outcome::Wrong(Wrong::one(EXTEND_WHY, words::why_missing(language))));
        }
        "extend" => {
            let extended = vault.extend_request(&caller, request, posted.get(EXTEND_WHY)).await?;
            identity.tell_of_request(tenant, &extended).await;
            "extend"
        }
        "refuse" if posted.get(REFUSE_WHY).is_empty() => {
            return Ok(Outcome::Wrong(Wrong::one(REFUSE_WHY, words::why_missing(language))));
        }
        "refuse" if !is_sure => return Ok(Outcome::Ask),
        "refuse" => {
            refuse(seated, &caller, request, posted.get(REFUSE_WHY)).await?;
            "refuse"
        }
        _ => return Ok(Outcome::Nothing),
    }))
}

/// Notes that what a search found is somebody else.
async fn not_them(
    seated: &Seated,
    caller: &Caller,
    request: RequestId,
    posted: &Posted,
) -> Result<Outcome, VaultError> {
    let not_them = NotThem {
        place: posted.get("place").to_owned(),
        column: Some(posted.get("column").to_owned()),
        reason: posted.get(NOT_THEM_WHY).to_owned(),
    };
    match rights(seated)?.accept_found(caller, request, posted.get("system"), &not_them).await {
        Err(error) if error.code() == "found.reason" => {
            Ok(Outcome::Wrong(Wrong::one(NOT_THEM_WHY, words::not_them_missing(seated.language()))))
        }
        noted => noted.map(|_| Outcome::Done("not-them")),
    }
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
    let open = vault.request(caller, request).await?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let mut approval = Approval::default();
    match open.right.as_str() {
        "erasure" if posted.get(SURE) != "yes" => return Ok(Outcome::Ask),
        "restriction" => match terms(seated, plan.manifest(), posted) {
            Ok(terms) => approval.terms = Some(terms),
            Err(wrong) => return Ok(Outcome::Wrong(wrong)),
        },
        "rectification" => match correction(seated, plan.manifest(), posted) {
            Ok(correction) => approval.correction = Some(correction),
            Err(wrong) => return Ok(Outcome::Wrong(wrong)),
        },
        _ => {}
    }
    if !goes_to_systems(seated, caller).await? {
        return in_the_vault(seated, caller, &open, approval).await;
    }
    if let Some(looked_at) = Some(posted.get(PLANNED)).filter(|text| !text.is_empty()) {
        let run = rights(seated)?.run(caller, request).await?;
        // What is under way already is not begun twice, and says so by its progress.
        if run.approved_at.is_none() && run.planned_at.is_none_or(|at| at.to_string() != looked_at) {
            let text = "nothing was begun: the request was planned anew meanwhile";
            return Err(VaultError::new(ErrorKind::Conflict, "plan.changed", text).help("look at the plan again"));
        }
        if run.approved_at.is_some() {
            let text = "nothing was begun: the request was approved and is under way";
            return Err(VaultError::new(ErrorKind::Conflict, "request.under_way", text));
        }
    }
    match rights(seated)?.approve(caller, request, approval).await {
        Err(error) if is_value(&error) => Ok(Outcome::Wrong(Wrong::one(VALUE, words::value_bad(language)))),
        approved => approved.map(|_| Outcome::Done("approve")),
    }
}

/// Whether an error says that a value does not fit its field.
fn is_value(error: &VaultError) -> bool {
    let code = error.code();
    code.starts_with("value.") || code.starts_with("field.") || code == "identifier.taken"
}

/// Whether a connected system of the policy is reached.
async fn goes_to_systems(seated: &Seated, caller: &Caller) -> Result<bool, VaultError> {
    match &seated.at.rights {
        Some(rights) => Ok(rights.systems(caller).await?.iter().any(|system| system.is_connected)),
        None => Ok(false),
    }
}

/// Carries it out in the vault alone, where no system is reached, and answers it.
async fn in_the_vault(
    seated: &Seated,
    caller: &Caller,
    open: &RequestView,
    approval: Approval,
) -> Result<Outcome, VaultError> {
    let vault = seated.at.identity.vault();
    if open.closed_at.is_some() {
        return Err(VaultError::new(ErrorKind::Conflict, "request.closed", "nothing was done: the request is closed"));
    }
    match (approval.terms, approval.correction) {
        (Some(terms), _) => {
            vault.restrict(caller, open.subject, terms).await?;
            vault.complete_request(caller, open.id).await?;
            Ok(Outcome::Done("complete"))
        }
        (None, Some((record, new))) => match vault.rectify(caller, open.subject, record, new, Some(open.id)).await {
            Err(error) if is_value(&error) => {
                Ok(Outcome::Wrong(Wrong::one(VALUE, words::value_bad(seated.language()))))
            }
            rectified => rectified.map(|_| Outcome::Done("complete")),
        },
        (None, None) => {
            vault.erase(caller, open.subject, Some(open.id)).await?;
            Ok(Outcome::Done("erased"))
        }
    }
}

/// What was agreed about a restriction, as the form says it.
fn terms(seated: &Seated, manifest: &Manifest, posted: &Posted) -> Result<Terms, Wrong> {
    let until = match posted.get(UNTIL).trim() {
        "" => None,
        text => match day_after(text).filter(|until| *until > seated.at.identity.now()) {
            Some(until) => Some(until),
            None => return Err(Wrong::one(UNTIL, words::until_bad(seated.language()))),
        },
    };
    let agreement = Some(posted.get(AGREEMENT).trim().to_owned()).filter(|text| !text.is_empty());
    let names = manifest.purposes.iter().map(|purpose| purpose.name.clone());
    let allowed_purposes = names.filter(|name| posted.get(&format!("{ALLOWED}.{name}")) == "yes").collect();
    Ok(Terms { allowed_purposes, until, agreement, ..Terms::default() })
}

/// What is put right, as the form says it.
fn correction(seated: &Seated, manifest: &Manifest, posted: &Posted) -> Result<(RecordId, NewRecord), Wrong> {
    let language = seated.language();
    let (wanted, value) = (posted.get(FIELD), posted.get(VALUE).trim());
    let known = correctable(manifest).any(|field| field.name == wanted);
    let named = wanted.split_once('.').filter(|_| known);
    let mut wrong = Wrong::default();
    wrong.unless(named.is_some(), FIELD, words::field_missing(language));
    wrong.unless(!value.is_empty(), VALUE, words::value_missing(language));
    match named.filter(|_| wrong.is_empty()) {
        Some((group, name)) => {
            let values = [(name.to_owned(), Value::String(value.to_owned()))].into();
            Ok((ONLY_RECORD, NewRecord { group: group.to_owned(), values, source: "subject".to_owned() }))
        }
        None => Err(wrong),
    }
}

fn rights(seated: &Seated) -> Result<&Rights, VaultError> {
    seated
        .at
        .rights
        .as_deref()
        .ok_or_else(|| VaultError::new(ErrorKind::Unprocessable, "systems.none", "no system is reached from here"))
}

/// A day, `2027-03-31`.
pub(super) fn day_of(text: &str) -> Option<Instant> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Instant::from_date(year, month, day)
}

/// The end of a day: what holds until that day holds on it.
fn day_after(text: &str) -> Option<Instant> {
    Some(day_of(text)?.plus(Span::new(1, SpanUnit::Day)))
}
