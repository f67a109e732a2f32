//! `/{tenant}/console/disputes`: what is not agreed, and restricts use meanwhile: disputed requests, and objections that wait
//! for an answer.

use axum::response::Response;
use candor_manifest::Manifest;
use candor_vault::{Contested, DisputeView, PAGE_MAX, PendingObjection, StaffReason, VaultError};
use maud::{Markup, html};

use super::desk::Seated;
use crate::kit::{Desk, badge, card, empty, pairs};
use crate::language::{minute, said};
use crate::words::console as all;
use crate::words::console::disputes as words;

/// The most requests and objections that are looked through.
const LOOKED_THROUGH_MAX: usize = 20_000;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Disputes.title(seated.language());
            seated.page(Desk::Disputes, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let disputes = disputes(seated).await?;
    let objections = objections(seated).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let is_cut = disputes.len().max(objections.len()) > PAGE_MAX;
    Ok(html! {
        p class="lead" { (words::lead(language)) }
        h2 id="disputed" { (words::disputed(language)) }
        @if disputes.is_empty() { (empty(words::disputed_none(language), None)) }
        @for dispute in disputes.iter().take(PAGE_MAX) { (one(seated, plan.manifest(), dispute)) }
        h2 id="objections" { (words::objections(language)) }
        @if objections.is_empty() { (empty(words::objections_none(language), None)) }
        @for (at, objection) in objections.iter().take(PAGE_MAX).enumerate() {
            (objected(seated, plan.manifest(), at, objection))
        }
        @if is_cut { p class="quiet" { (words::cut(language)) } }
    })
}

/// Those that are not over, the oldest first.
async fn disputes(seated: &Seated) -> Result<Vec<DisputeView>, VaultError> {
    let caller = seated.caller(StaffReason::Right).await?;
    let (mut found, mut after, mut n_seen) = (Vec::new(), None, 0);
    loop {
        let page = seated.at.identity.vault().disputes(&caller, after, PAGE_MAX).await?;
        n_seen += PAGE_MAX;
        found.extend(page.rows);
        after = page.next;
        if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
            found.sort_by_key(|dispute| dispute.request.disputed_at);
            return Ok(found);
        }
    }
}

/// Those that wait, the oldest first.
async fn objections(seated: &Seated) -> Result<Vec<PendingObjection>, VaultError> {
    let caller = seated.caller(StaffReason::Right).await?;
    let (mut found, mut after, mut n_seen) = (Vec::new(), None, 0);
    loop {
        let page = seated.at.identity.vault().pending_objections(&caller, after, PAGE_MAX).await?;
        n_seen += PAGE_MAX;
        found.extend(page.rows);
        after = page.next;
        if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
            found.sort_by_key(|objection| objection.at);
            return Ok(found);
        }
    }
}

fn one(seated: &Seated, manifest: &Manifest, dispute: &DisputeView) -> Markup {
    let language = seated.language();
    let request = &dispute.request;
    let own = seated.at.path(&format!("console/disputes/{}", request.id));
    let person = seated.at.path(&format!("console/people/{}", request.subject));
    let since = request.disputed_at.map(|at| minute(language, at)).unwrap_or_default();
    let mut rows = vec![(
        html! { (all::person(language)) },
        html! { a id={ (request.id) "-person" } href=(person) { code { (request.subject) } } },
    )];
    let contested = request.contested.as_ref().map(|contested| contested_said(seated, manifest, contested));
    rows.extend(contested.map(|what| (html! { (words::contested(language)) }, what)));
    rows.push((html! { (words::since(language)) }, since));
    card(
        &request.id.to_string(),
        &html! {
            a href=(own) aria-describedby={ (request.id) "-person" } { (all::right_said(language, &request.right)) } " "
            (standing(seated, dispute))
            @if request.closed_at.is_some() { " " (badge("past", words::request_closed(language))) }
        },
        &pairs(&rows),
    )
}

/// What somebody says is not right, in the policy's words.
pub(super) fn contested_said(seated: &Seated, manifest: &Manifest, contested: &Contested) -> Markup {
    let title = |text: &str| said(seated.language(), &seated.at.policy_language, text);
    let groups = &manifest.groups;
    let group =
        groups.iter().find(|group| group.name == contested.group).map_or(&contested.group, |group| &group.title);
    let declared =
        |name: &str| manifest.fields.iter().find(|field| field.name == name).map(|field| field.title.as_str());
    let field = contested.field.as_deref().map(|name| declared(name).unwrap_or(name));
    html! {
        (title(group)) ": "
        @match field {
            Some(field) => (title(field)),
            None => (words::all_of_it(seated.language())),
        }
        @if let Some(record) = contested.record { " " code { (record) } }
    }
}

/// How far it restricts, as a badge.
pub(super) fn standing(seated: &Seated, dispute: &DisputeView) -> Markup {
    let language = seated.language();
    match &dispute.restriction {
        Some(restriction) if restriction.allowed.is_empty() => badge("law", words::whole(language)),
        Some(_) => badge("contract", words::in_part(language)),
        None => badge("consent", words::free(language)),
    }
}

fn objected(seated: &Seated, manifest: &Manifest, at: usize, objection: &PendingObjection) -> Markup {
    let language = seated.language();
    let PendingObjection { subject, purpose, .. } = objection;
    let id = format!("objection-{at}");
    let own = seated.at.path(&format!("console/objections/{subject}/{purpose}"));
    let person = seated.at.path(&format!("console/people/{subject}"));
    card(
        &id,
        &html! {
            a href=(own) aria-describedby={ (id) "-person" } { (purpose_title(seated, manifest, purpose)) }
        },
        &pairs(&[
            (html! { (all::person(language)) }, html! { a id={ (id) "-person" } href=(person) { code { (subject) } } }),
            (html! { (words::objected_at(language)) }, minute(language, objection.at)),
        ]),
    )
}

/// What a purpose is called; its name where the policy in force knows it no more.
pub(super) fn purpose_title(seated: &Seated, manifest: &Manifest, name: &str) -> Markup {
    let found = manifest.purposes.iter().find(|purpose| purpose.name == name);
    match found {
        Some(purpose) => said(seated.language(), &seated.at.policy_language, &purpose.title),
        None => html! { code { (name) } },
    }
}
