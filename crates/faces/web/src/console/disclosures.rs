//! `/{tenant}/console/disclosures`: what authorities asked for, and where each disclosure stands; a new one is recorded on a
//! page of its own, for one authority and purpose of the policy.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_manifest::model::{Purpose, Recipient, RecipientRole, Share};
use candor_vault::{Ask, DisclosureState, DisclosureView, PAGE_MAX, StaffReason, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::{Filled, Seated, Wrong, note};
use crate::Posted;
use crate::door::{OwnForm, parameter};
use crate::kit::{
    BoxGroup, Choice, Desk, Input, InputKind, Weight, badge, button, button_link, card, empty, form, pairs,
};
use crate::language::{minute, said};
use crate::words::console::disclosures as words;

/// The most disclosures that are looked through for the list.
const LOOKED_THROUGH_MAX: usize = 20_000;

pub(super) async fn page(seated: Seated) -> Response {
    let title = words::title(seated.language());
    match content(&seated).await {
        Ok(content) => seated.page(Desk::Disclosures, title, &content),
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let known = known(seated).await?;
    let has_authority = shares(plan.manifest()).next().is_some();
    Ok(html! {
        (note(language, words::note(language)))
        @if !has_authority { (note(language, words::no_authority(language))) }
        p class="buttons" {
            @if has_authority {
                (button_link(Weight::Main, &seated.at.path("console/disclosures/new"), words::new(language)))
            }
            (button_link(Weight::Plain, &seated.at.path("console/transparency"), words::report(language)))
        }
        @if known.is_empty() { (empty(words::none(language), None)) }
        @for disclosure in known.iter().take(PAGE_MAX) { (one(seated, plan.manifest(), disclosure)) }
        @if known.len() > PAGE_MAX { p class="quiet" { (crate::words::console::disputes::cut(language)) } }
    })
}

/// All of them: those that wait for somebody first, the newest of each first.
async fn known(seated: &Seated) -> Result<Vec<DisclosureView>, VaultError> {
    let caller = seated.caller(StaffReason::Law).await?;
    let (mut known, mut after, mut n_seen) = (Vec::new(), None, 0);
    loop {
        let page = seated.at.identity.vault().disclosures(&caller, None, after, PAGE_MAX).await?;
        n_seen += PAGE_MAX;
        known.extend(page.rows);
        after = page.next;
        if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
            let is_over =
                |of: &DisclosureView| !matches!(of.state, DisclosureState::Proposed | DisclosureState::Approved);
            known.sort_by_key(|disclosure| (is_over(disclosure), std::cmp::Reverse(disclosure.proposed_at)));
            return Ok(known);
        }
    }
}

fn one(seated: &Seated, manifest: &Manifest, disclosure: &DisclosureView) -> Markup {
    let language = seated.language();
    let own = seated.at.path(&format!("console/disclosures/{}", disclosure.id));
    card(
        &disclosure.id.to_string(),
        &html! { a href=(own) { (authority(seated, manifest, &disclosure.recipient)) } " " (state(seated, disclosure)) },
        &pairs(&[
            (html! { (words::person(language)) }, html! { code { (disclosure.subject) } }),
            (html! { (words::ground(language)) }, html! { (disclosure.legal_reference) }),
            (html! { (words::proposed(language)) }, minute(language, disclosure.proposed_at)),
        ]),
    )
}

/// Where a disclosure stands, as a badge.
pub(super) fn state(seated: &Seated, disclosure: &DisclosureView) -> Markup {
    let name = disclosure.state.name();
    let class = match name {
        "proposed" => "law",
        "approved" => "contract",
        _ => "past",
    };
    badge(class, words::state_said(seated.language(), name))
}

/// What an authority is called.
pub(super) fn authority(seated: &Seated, manifest: &Manifest, name: &str) -> Markup {
    let known = manifest.recipients.iter().find(|recipient| recipient.name == name);
    html! { @match known {
        Some(recipient) => (said(seated.language(), &seated.at.policy_language, &recipient.title)),
        None => (name),
    } }
}

/// Everything that the policy shares with an authority.
fn shares(manifest: &Manifest) -> impl Iterator<Item = (&Purpose, &Share, &Recipient)> {
    let of = |purpose: &'_ Purpose| -> Vec<usize> { (0..purpose.shares.len()).collect() };
    manifest.purposes.iter().flat_map(move |purpose| {
        of(purpose).into_iter().filter_map(move |at| {
            let share = purpose.shares.get(at)?;
            let recipient = manifest.recipients.get(share.with.at())?;
            (recipient.role == RecipientRole::Authority).then_some((purpose, share, recipient))
        })
    })
}

/// The one that is named `purpose.recipient`.
fn share_of<'m>(manifest: &'m Manifest, name: &str) -> Option<(&'m Purpose, &'m Share, &'m Recipient)> {
    let (purpose, recipient) = name.split_once('.')?;
    shares(manifest).find(|(of, _, with)| of.name == purpose && with.name == recipient)
}

pub(super) async fn new_page(seated: Seated, RawQuery(query): RawQuery) -> Response {
    let mut filled = Filled::default();
    for name in ["for", "whom"] {
        filled.put(name, parameter(query.as_deref(), name).unwrap_or_default());
    }
    show_new(seated, StatusCode::OK, &filled, &Wrong::default()).await
}

async fn show_new(seated: Seated, status: StatusCode, filled: &Filled, wrong: &Wrong) -> Response {
    let title = words::new(seated.language());
    match new_content(&seated, filled, wrong).await {
        Ok(content) => seated.page_with(status, Desk::Disclosures, title, &content),
        Err(error) => seated.answer(&error, "console/disclosures"),
    }
}

async fn new_content(seated: &Seated, filled: &Filled, wrong: &Wrong) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let title = |text: &str| said(language, &seated.at.policy_language, text);
    let Some((purpose, share, recipient)) = share_of(manifest, filled.get("for")) else {
        return Ok(html! {
            h2 { (words::which(language)) }
            ul {
                @for (purpose, _, recipient) in shares(manifest) {
                    @let to = format!("console/disclosures/new?for={}.{}&whom={}", purpose.name, recipient.name, crate::door::escaped(filled.get("whom")));
                    li { a href=(seated.at.path(&to)) { (title(&recipient.title)) ": " (title(&purpose.title)) } }
                }
            }
        });
    };
    let fields = BoxGroup {
        name: "field",
        legend: html! { (words::fields(language)) },
        hint: Some(html! { (words::fields_hint(language)) }),
        error: wrong.of("field"),
        choices: share
            .fields
            .iter()
            .filter_map(|ix| manifest.fields.get(ix.at()))
            .map(|field| Choice { value: &field.name, label: title(&field.title) })
            .collect(),
        ticked: filled.ticked("field"),
    };
    let content = html! {
        input type="hidden" name="for" value=(filled.get("for"));
        (Input::new("whom", html! { (words::whom(language)) }, InputKind::Text).value(filled.get("whom"))
            .characters_max(64).autocomplete("off").hint(html! { (words::whom_hint(language)) }).error(wrong.of("whom")).markup(language))
        (fields.markup(language))
        (Input::new("reference", html! { (words::reference(language)) }, InputKind::Text).value(filled.get("reference"))
            .characters_max(200).hint(html! { (words::reference_hint(language)) }).error(wrong.of("reference")).markup(language))
        div class="buttons" { (button(Weight::Main, words::propose(language))) }
    };
    Ok(html! {
        (wrong.summary(language))
        (pairs(&[
            (html! { (words::authority(language)) }, title(&recipient.title)),
            (html! { (words::purpose(language)) }, title(&purpose.title)),
        ]))
        (form(&seated.at.form_token, &seated.at.path("console/disclosures"), &content))
    })
}

/// Records what an authority asks; nothing is disclosed by that.
pub(super) async fn propose(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match proposed(&seated, &posted).await {
        Ok(Ok(id)) => seated.go_done(&format!("console/disclosures/{id}"), "proposed"),
        Ok(Err(wrong)) => show_new(seated, StatusCode::UNPROCESSABLE_ENTITY, &Filled::of(&posted, &[]), &wrong).await,
        Err(error) => seated.answer(&error, "console/disclosures"),
    }
}

async fn proposed(seated: &Seated, posted: &Posted) -> Result<Result<candor_words::RequestId, Wrong>, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Law).await?;
    let vault = seated.at.identity.vault();
    let plan = vault.plan(seated.session.tenant, None).await?;
    let filled = Filled::of(posted, &[]);
    let subject = posted.get("whom").trim().parse::<SubjectId>().ok();
    let fields: Vec<String> = filled.ticked("field").into_iter().map(str::to_owned).collect();
    let reference = posted.get("reference").trim();
    let mut wrong = Wrong::default();
    wrong.unless(subject.is_some(), "whom", words::whom_bad(language));
    wrong.unless(!fields.is_empty(), "field", words::fields_missing(language));
    wrong.unless(!reference.is_empty(), "reference", words::reference_missing(language));
    let (Some(subject), Some((purpose, _, recipient)), true) =
        (subject, share_of(plan.manifest(), posted.get("for")), wrong.is_empty())
    else {
        return Ok(Err(wrong));
    };
    let ask = Ask { recipient: Some(recipient.name.clone()), ..Ask::of(subject, &purpose.name, fields) };
    match vault.propose_disclosure(&caller, &ask, reference).await {
        Err(error) if matches!(error.code(), "subject.unknown" | "subject.erased") => {
            Ok(Err(Wrong::one("whom", crate::words::console::nobody_there(language))))
        }
        proposed => Ok(Ok(proposed?.id)),
    }
}
