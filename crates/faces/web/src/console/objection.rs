//! `/{tenant}/console/objections/{subject}/{purpose}`: one objection that waits for an answer. It stands, or compelling grounds
//! outweigh it; the purpose stops meanwhile.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_vault::{ErrorKind, ObjectionOutcome, Resolution, StaffReason, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::{Seated, Wrong};
use super::disputes::purpose_title;
use crate::Posted;
use crate::door::OwnForm;
use crate::kit::{Choice, ChoiceGroup, Desk, Input, InputKind, Weight, basis_badge, button, card, form, pairs};
use crate::language::{minute, said};
use crate::words::console as all;
use crate::words::console::disputes as words;
use crate::words::policy;

const OUTCOME: &str = "outcome";
const GROUND: &str = "ground";

/// Tenant, subject, purpose.
type Names = Path<(String, String, String)>;

pub(super) async fn page(seated: Seated, Path((_, subject, purpose)): Names) -> Response {
    let Ok(subject) = subject.parse() else { return crate::not_found().await };
    show(seated, StatusCode::OK, (subject, &purpose), &Wrong::default(), &Posted::none()).await
}

/// Answers it.
pub(super) async fn act(Path((_, subject, purpose)): Names, posted: OwnForm) -> Response {
    let Ok(subject) = subject.parse::<SubjectId>() else { return crate::not_found().await };
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match answered(&seated, (subject, &purpose), &posted).await {
        Ok(None) => seated.go_done("console/disputes", "objection"),
        Ok(Some(wrong)) => show(seated, StatusCode::UNPROCESSABLE_ENTITY, (subject, &purpose), &wrong, &posted).await,
        Err(error) => seated.answer(&error, "console/disputes"),
    }
}

async fn answered(
    seated: &Seated,
    (subject, purpose): (SubjectId, &str),
    posted: &Posted,
) -> Result<Option<Wrong>, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Right).await?;
    let resolution = match posted.get(OUTCOME) {
        "upheld" => Resolution::Upheld,
        "overridden" => Resolution::Overridden { ground: posted.get(GROUND).trim().to_owned() },
        _ => return Ok(Some(Wrong::one(OUTCOME, words::answer_missing(language)))),
    };
    match seated.at.identity.vault().resolve_objection(&caller, subject, purpose, resolution).await {
        Err(error) if error.code() == "objection.ground" => {
            Ok(Some(Wrong::one(GROUND, words::ground_missing(language))))
        }
        resolved => resolved.map(|_| None),
    }
}

async fn show(
    seated: Seated,
    status: StatusCode,
    named: (SubjectId, &str),
    wrong: &Wrong,
    posted: &Posted,
) -> Response {
    match content(&seated, named, wrong, posted).await {
        Ok(content) => {
            let title = words::objection(seated.language());
            seated.page_with(status, Desk::Disputes, title, &content)
        }
        Err(error) => seated.answer(&error, "console/disputes"),
    }
}

async fn content(
    seated: &Seated,
    (subject, purpose): (SubjectId, &str),
    wrong: &Wrong,
    posted: &Posted,
) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Right).await?;
    let vault = seated.at.identity.vault();
    let standing = vault.subject(&caller, subject).await?.standing.unwrap_or_default();
    let made = standing.objections.get(purpose).filter(|made| made.outcome == ObjectionOutcome::Pending);
    let made = made.ok_or_else(|| {
        VaultError::new(ErrorKind::Missing, "objection.not_pending", "no objection to the purpose waits for an answer")
    })?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let person = seated.at.path(&format!("console/people/{subject}"));
    let mut rows = vec![
        (html! { (words::objection_to(language)) }, purpose_title(seated, manifest, purpose)),
        (html! { (all::person(language)) }, html! { a href=(person) { code { (subject) } } }),
        (html! { (words::objected_at(language)) }, minute(language, made.at)),
    ];
    if let Some(declared) = manifest.purposes.iter().find(|known| known.name == purpose) {
        let titles = declared.uses.iter().filter_map(|field| manifest.fields.get(field.at()));
        let because = policy::because(language, &declared.basis);
        rows.push((
            html! { (words::stops(language)) },
            html! { ul class="plain" { @for field in titles {
                li { (said(language, &seated.at.policy_language, &field.title)) }
            } } },
        ));
        rows.push((
            html! { (basis_badge(language, &declared.basis)) },
            html! { (said(language, &seated.at.policy_language, &because)) },
        ));
    }
    Ok(html! {
        (wrong.summary(language))
        (pairs(&rows))
        (answer(seated, (subject, purpose), wrong, posted))
    })
}

fn answer(seated: &Seated, (subject, purpose): (SubjectId, &str), wrong: &Wrong, posted: &Posted) -> Markup {
    let language = seated.language();
    let outcome = ChoiceGroup {
        name: OUTCOME,
        legend: html! { (words::does_it_stand(language)) },
        hint: None,
        error: wrong.of(OUTCOME),
        choices: vec![
            Choice { value: "upheld", label: html! { (words::stands(language)) } },
            Choice { value: "overridden", label: html! { (words::outweighed(language)) } },
        ],
        chosen: Some(posted.get(OUTCOME)).filter(|chosen| !chosen.is_empty()),
        is_row: false,
    };
    let content = html! {
        (outcome.markup(language))
        (Input::new(GROUND, html! { (words::ground(language)) }, InputKind::Text).optional().characters_max(200)
            .value(posted.get(GROUND)).hint(html! { (words::ground_hint(language)) }).error(wrong.of(GROUND))
            .markup(language))
        div class="buttons" { (button(Weight::Main, words::answer_button(language))) }
    };
    card(
        "answer",
        &html! { (words::answer(language)) },
        &html! {
            p { (words::answer_lead(language)) }
            (form(&seated.at.form_token, &seated.at.path(&format!("console/objections/{subject}/{purpose}")), &content))
        },
    )
}
