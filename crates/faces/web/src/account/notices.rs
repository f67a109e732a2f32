//! `/{tenant}/account/notices`: changes of the policy, with the comparison and the choice to leave, the export first.

use axum::extract::Path;
use axum::response::Response;
use candor_vault::{OpenNotice, VaultError};
use maud::{Markup, html};

use super::signed::{Signed, SignedForm};
use crate::Written as _;
use crate::kit::{Place, Weight, button, card, empty, form};
use crate::words::account as words;

/// How many changes one card tells; the comparison has them all.
const CHANGES_MAX: usize = 12;

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = notices(&signed).await;
    signed.answer(outcome)
}

async fn notices(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let open = signed.vault().open_notices(&signed.person, signed.subject()).await?;
    let earlier = html! { a href=(signed.policy_href("/versions")) { (words::earlier(language)) } };
    let content = html! {
        @if open.is_empty() { (empty(words::notices_none(language), Some(&earlier))) }
        @for notice in &open { (one(signed, notice)) }
        @if !open.is_empty() { p { (earlier) } }
    };
    Ok(signed.page(Place::Notices, words::notices_lead(language), &content))
}

fn one(signed: &Signed, open: &OpenNotice) -> Markup {
    let language = signed.language();
    let notice = &open.notice;
    let when = language.date(open.effective_at);
    let when = if open.in_force { words::took_effect(language, &when) } else { words::takes_effect(language, &when) };
    let shown = notice.changes.len().min(CHANGES_MAX);
    let n_more = notice.n_more + notice.changes.len() - shown;
    let content = html! {
        p { strong { (when) } }
        p { (signed.said(&notice.lead)) }
        @if let Some(controller) = &notice.new_controller { p { (signed.said(controller)) } }
        ul { @for change in notice.changes.iter().take(shown) { li { (signed.said(&change.sentence)) } } }
        @if n_more > 0 { p { (words::more_changes(language, n_more)) } }
        p {
            a href=(here(signed, &notice.comparison_url)) { (words::side_by_side(language)) } " · "
            a href=(here(signed, &notice.policy_url)) { (words::new_whole(language)) }
        }
        (form(signed.token(), &signed.href(&format!("/notices/{}", open.id)), &html! {
            (button(Weight::Plain, words::seen(language)))
        }))
        (leaving(signed))
    };
    card(&format!("notice-{}", open.id), &signed.said(&notice.title), &content)
}

/// The address of a page of this tenant as a link on this server; letters carry it whole.
fn here<'a>(signed: &Signed, url: &'a str) -> &'a str {
    let slug = format!("/{}/", signed.at.tenant.slug);
    url.find(&slug).and_then(|at| url.get(at..)).unwrap_or(url)
}

/// Who does not agree can leave, in this order.
fn leaving(signed: &Signed) -> Markup {
    let language = signed.language();
    html! {
        h3 { (words::you_can(language)) }
        ol {
            li { (words::first_export(language)) " " a href=(signed.href("/leave#export")) { (words::export_title(language)) } }
            li {
                (words::then_rest(language)) " "
                a href=(signed.href("/leave#rest")) { (words::rest_title(language)) } " · "
                a href=(signed.href("/leave#erase")) { (words::erase_title(language)) }
            }
        }
    }
}

/// Notes that the person has seen a notice.
pub(super) async fn seen(Path((_, notice)): Path<(String, String)>, SignedForm(signed, _): SignedForm) -> Response {
    let outcome = signed.vault().acknowledge(&signed.person, signed.subject(), &notice).await;
    signed.answer(outcome.map(|_| signed.done("/notices", "seen")))
}
