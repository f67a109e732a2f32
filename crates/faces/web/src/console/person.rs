//! `/{tenant}/console/people/{subject}`: one person. Without a purpose no field of theirs is shown; with one, exactly what
//! the purpose may use, and they see that.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_vault::{AccessView, Answer, StaffReason, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::Seated;
use super::opened;
use super::people::{PURPOSE, REASON, purpose_choice, reason_choice};
use crate::door::OwnForm;
use crate::kit::{
    Desk, Input, InputKind, Tone, Weight, badge, banner, button, card, empty, error_summary, form, pairs, table,
};
use crate::language::minute;
use crate::words::console as words;

pub(super) const TICKET: &str = "ticket";
const ACT: &str = "act";
/// How many entries of the audit are looked through, and shown.
const AUDIT_LOOKED: usize = 500;
const AUDIT_SHOWN: usize = 50;

pub(super) async fn page(seated: Seated, Path((_, subject)): Path<(String, String)>) -> Response {
    let Ok(subject) = subject.parse() else { return crate::not_found().await };
    show(seated, StatusCode::OK, subject, None, None).await
}

/// Opens fields for a purpose of the role.
pub(super) async fn read(Path((_, subject)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(subject) = subject.parse::<SubjectId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let language = seated.language();
    let Some(reason) = StaffReason::of_name(posted.get(REASON)) else {
        let wrong = Some((REASON, words::reason_missing(language)));
        return show(seated, StatusCode::UNPROCESSABLE_ENTITY, subject, None, wrong).await;
    };
    let (purpose, ticket) = (posted.get(PURPOSE), posted.get(TICKET));
    match looked(&seated, subject, purpose, (reason, ticket)).await {
        Ok(answer) => show(seated, StatusCode::OK, subject, Some(answer), None).await,
        Err(error) if error.code() == "staff.ticket" => {
            let wrong = Some((TICKET, words::ticket_missing(language)));
            show(seated, StatusCode::UNPROCESSABLE_ENTITY, subject, None, wrong).await
        }
        Err(error) => seated.answer(&error, &format!("console/people/{subject}")),
    }
}

/// Locks, unlocks, takes factors away.
pub(super) async fn act(Path((_, subject)): Path<(String, String)>, posted: OwnForm) -> Response {
    let Ok(subject) = subject.parse::<SubjectId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let below = format!("console/people/{subject}");
    match acted(&seated, subject, posted.get(ACT)).await {
        Ok(()) if posted.get(ACT) == "minor" => seated.go_done("console", "minor"),
        Ok(()) => seated.go_done(&below, posted.get(ACT)),
        Err(error) => seated.answer(&error, &below),
    }
}

async fn acted(seated: &Seated, subject: SubjectId, act: &str) -> Result<(), VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Security).await?;
    let identity = &seated.at.identity;
    match act {
        "lock" => identity.lock(&caller, subject).await.map(drop),
        "unlock" => identity.unlock(&caller, subject).await.map(drop),
        "minor" => identity.vault().erase_minor(&caller, subject).await.map(drop),
        "factors" => identity.reset_factors(&caller, subject).await.map(drop),
        _ => Ok(()),
    }
}

async fn looked(
    seated: &Seated,
    subject: SubjectId,
    purpose: &str,
    why: (StaffReason, &str),
) -> Result<Answer, VaultError> {
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let used = manifest.purpose(purpose).and_then(|ix| manifest.purposes.get(ix.at()));
    let mut groups: Vec<String> = used
        .iter()
        .flat_map(|purpose| &purpose.uses)
        .map(|ix| manifest.groups[manifest.fields[ix.at()].group.at()].name.clone())
        .collect();
    groups.sort();
    groups.dedup();
    seated.at.identity.look(seated.session.tenant, &seated.seat, subject, (purpose, groups), why).await
}

pub(super) async fn show(
    seated: Seated,
    status: StatusCode,
    subject: SubjectId,
    answer: Option<Answer>,
    wrong: Option<(&str, &str)>,
) -> Response {
    match content(&seated, subject, answer, wrong).await {
        Ok(content) => {
            let title = words::person(seated.language());
            seated.page_with(status, Desk::People, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(
    seated: &Seated,
    subject: SubjectId,
    answer: Option<Answer>,
    wrong: Option<(&str, &str)>,
) -> Result<Markup, VaultError> {
    let language = seated.language();
    let vault = seated.at.identity.vault();
    let caller = seated.caller(StaffReason::Security).await?;
    let seen = vault.subject(&caller, subject).await?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let errors: Vec<_> = wrong.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    let managed = seen.standing.as_ref().is_some_and(|standing| standing.managed);
    let requests = super::person_requests::card_of(seated, subject, plan.manifest(), wrong).await?;
    let account = if seated.seat.is_administrator { Some(account_card(seated, subject).await?) } else { None };
    let audit = if seated.seat.is_administrator { Some(audit_card(seated, subject).await?) } else { None };
    Ok(html! {
        (error_summary(language, &errors))
        (pairs(&[
            (html! { (words::id(language)) }, html! { code { (subject) } }),
            (html! { (words::state(language)) }, html! {
                (words::person_state_said(language, seen.state)) @if managed { " " (badge("contract", words::managed(language))) }
            }),
            (html! { (words::since(language)) }, minute(language, seen.created_at)),
        ]))
        @if let Some(answer) = &answer { (answer_card(seated, plan.manifest(), answer)) }
        (open_card(seated, plan.manifest(), subject, wrong))
        @if seated.risk.is_some() {
            @let judged = seated.at.path(&format!("console/risk?whose={subject}"));
            p { a href=(judged) { (words::risk::of_person(language)) } }
        }
        (requests)
        @if let Some(account) = account { (account) }
        @if let Some(audit) = audit { (audit) }
    })
}

fn open_card(seated: &Seated, manifest: &Manifest, subject: SubjectId, wrong: Option<(&str, &str)>) -> Markup {
    let language = seated.language();
    let fault = |name: &str| wrong.filter(|(field, _)| *field == name).map(|(_, text)| text);
    let fields = html! {
        (purpose_choice(seated, manifest, &seated.seat.purposes))
        @if !seated.seat.purposes.is_empty() {
            (reason_choice(seated, fault(REASON)))
            (Input::new(TICKET, html! { (words::ticket(language)) }, InputKind::Text).characters_max(200)
                .hint(html! { (words::ticket_hint(language)) }).error(fault(TICKET)).markup(language))
            div class="buttons" { (button(Weight::Main, words::open(language))) }
        }
    };
    let action = seated.at.path(&format!("console/people/{subject}"));
    card(
        "open",
        &html! { (words::open_title(language)) },
        &html! {
            p { (words::open_lead(language)) }
            (form(&seated.at.form_token, &action, &fields))
        },
    )
}

fn answer_card(seated: &Seated, manifest: &Manifest, answer: &Answer) -> Markup {
    let language = seated.language();
    let values = opened::values(seated, manifest, answer);
    card(
        "values",
        &html! { (words::values(language)) },
        &html! {
            @if values.is_empty() { (empty(words::no_values(language), None)) } @else { (pairs(&values)) }
            @if !answer.refused.is_empty() {
                p class="quiet" { (words::refused_fields(language, answer.refused.len() as u64)) }
            }
            p class="quiet" { (words::seen_by_person(language, answer.entry)) }
        },
    )
}

async fn account_card(seated: &Seated, subject: SubjectId) -> Result<Markup, VaultError> {
    let language = seated.language();
    let caller = seated.caller(StaffReason::Security).await?;
    let lock = seated.at.identity.lock_of(&caller, subject).await?;
    let n_factors = seated.at.identity.factors_of(&caller, subject).await?.len() as u64;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let is_age_ruled = plan.manifest().age.is_some();
    let action = seated.at.path(&format!("console/people/{subject}/act"));
    let one = |act: &str, weight: Weight, text: &str| {
        form(
            &seated.at.form_token,
            &action,
            &html! {
                input type="hidden" name=(ACT) value=(act);
                (button(weight, text))
            },
        )
    };
    Ok(card(
        "account",
        &html! { (words::account(language)) },
        &html! {
            @if let Some(since) = lock.since {
                (banner(language, Tone::Warning, &html! { p { (words::locked_since(language)) " " (minute(language, since)) } }))
            }
            p { (words::n_factors(language, n_factors)) }
            div class="buttons" {
                @if lock.locked { (one("unlock", Weight::Plain, words::unlock(language))) }
                @else { (one("lock", Weight::Grave, words::lock(language))) }
                @if n_factors > 0 { (one("factors", Weight::Grave, words::reset_factors(language))) }
            }
            @if is_age_ruled {
                h3 { (words::minor(language)) }
                p { (words::minor_lead(language)) }
                (one("minor", Weight::Grave, words::minor_erase(language)))
            }
        },
    ))
}

/// The sign-in audit: for administrators alone.
async fn audit_card(seated: &Seated, subject: SubjectId) -> Result<Markup, VaultError> {
    let language = seated.language();
    let caller = seated.caller(StaffReason::Security).await?;
    let page = seated.at.identity.vault().accesses(&caller, subject, None, AUDIT_LOOKED).await?;
    let is_audit = |entry: &&AccessView| {
        matches!(entry.kind, "sign_in" | "signed_out" | "factor_changed" | "credential_changed" | "staff_changed")
    };
    let row = |entry: &AccessView| {
        let said = entry.reason.and_then(|code| words::reason_said(language, code));
        vec![
            minute(language, entry.at),
            html! { (words::audit_kind(language, entry.kind)) @if let Some(said) = said { ": " (said) } },
            html! { (entry.actor_label.as_deref().unwrap_or("–")) },
        ]
    };
    let rows: Vec<_> = page.rows.iter().filter(is_audit).take(AUDIT_SHOWN).map(row).collect();
    let columns = [words::when(language), words::what(language), words::who(language)];
    Ok(card(
        "audit",
        &html! { (words::audit(language)) },
        &html! {
            @if rows.is_empty() { (empty(words::audit_none(language), None)) }
            @else { (table(&html! { span class="unseen" { (words::audit(language)) } }, &columns, &rows)) }
        },
    ))
}
