//! `/{tenant}/account/sign-ins`: how risky each sign-in of late was held to be, and every signal's weight in words.

use axum::response::Response;
use candor_identity::{RiskOutcome, SignInView};
use candor_vault::VaultError;
use maud::{Markup, html};

use super::signed::Signed;
use crate::kit::{Place, badge, card, empty};
use crate::language::minute;
use crate::words::account as words;

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = sign_ins(&signed).await;
    signed.answer(outcome)
}

async fn sign_ins(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let judged = signed.at.identity.sign_ins(&signed.session, language).await?;
    let content = html! {
        p { a href=(signed.href("/sessions")) { (crate::words::kit::sessions(language)) } }
        @if judged.is_empty() { (empty(words::sign_ins_none(language), None)) }
        @for (at, view) in judged.iter().enumerate() { (one(signed, at, view)) }
    };
    Ok(signed.page(Place::Sessions, words::sign_ins_lead(language), &content))
}

fn one(signed: &Signed, at: usize, view: &SignInView) -> Markup {
    let language = signed.language();
    let (class, outcome) = match (view.is_completed, view.outcome()) {
        (true, RiskOutcome::Allow) => ("contract", words::sign_in_let_in(language)),
        (true, _) => ("interest", words::sign_in_with_factor(language)),
        (false, RiskOutcome::Deny) => ("consent", words::sign_in_turned_away(language)),
        (false, _) => ("consent", words::sign_in_not_finished(language)),
    };
    // Two of one minute are told apart by those who go from heading to heading.
    let title = html! { span class="unseen" { (at + 1) ". " } (minute(language, view.at)) " " (badge(class, outcome)) };
    let told = &view.explanation;
    let content = html! {
        p { (told.summary) }
        @if !told.lines.is_empty() {
            details {
                summary { (words::sign_in_why(language)) }
                ul {
                    @for line in &told.lines {
                        li { (line.text) ul { @for detail in &line.details { li { (detail) } } } }
                    }
                    @if let Some(activity) = &told.activity { li { (activity) } }
                }
            }
        }
    };
    card(&format!("sign-in-{at}"), &title, &content)
}
