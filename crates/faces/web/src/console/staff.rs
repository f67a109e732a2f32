//! `/{tenant}/console/staff`: who works here, in which roles.

use axum::response::Response;
use candor_identity::StaffRoles;
use candor_vault::{ErrorKind, PAGE_MAX, StaffReason, VaultError};
use candor_words::SubjectId;
use maud::{Markup, html};

use super::desk::Seated;
use crate::Posted;
use crate::door::OwnForm;
use crate::kit::{CheckBox, Desk, Input, InputKind, Weight, button, card, empty, form, table};
use crate::language::{minute, said};
use crate::words::console as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Staff.title(seated.language());
            seated.page(Desk::Staff, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

/// Gives somebody their roles, in the place of those before; none of them takes the person off the staff.
pub(super) async fn set(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match changed(&seated, &posted).await {
        Ok(()) => seated.go("console/staff"),
        Err(error) => seated.answer(&error, "console/staff"),
    }
}

async fn changed(seated: &Seated, posted: &Posted) -> Result<(), VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let subject: SubjectId = posted
        .get("subject")
        .trim()
        .parse()
        .map_err(|_| VaultError::new(ErrorKind::Missing, "subject.unknown", "there is no such subject"))?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let chosen = plan.manifest().roles.iter().filter(|role| posted.get(&format!("role.{}", role.name)) == "yes");
    let roles = chosen.map(|role| role.name.clone()).collect();
    let new = StaffRoles { roles, administrator: posted.get("administrator") == "yes" };
    if subject == seated.session.subject && !new.administrator {
        // Whoever took the last seat away from themself could not give it back.
        return Err(VaultError::new(
            ErrorKind::Conflict,
            "staff.own_seat",
            "nothing was changed: nobody takes the administrator's seat from themself",
        ));
    }
    seated.at.identity.set_staff(&caller, subject, new).await.map(drop)
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let caller = seated.caller(StaffReason::Maintenance).await?;
    let found = seated.at.identity.staff(&caller, None, PAGE_MAX).await?.rows;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let title = |name: &String| {
        let role = manifest.roles.iter().find(|role| role.name == *name);
        role.map_or_else(|| name.clone(), |role| role.title.clone())
    };
    let row = |staff: &candor_identity::StaffView| {
        let mut roles: Vec<String> = staff.roles.iter().map(title).collect();
        if staff.administrator {
            roles.insert(0, words::administrator(language).to_owned());
        }
        vec![html! { code { (staff.subject) } }, html! { (roles.join(", ")) }, minute(language, staff.since)]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    let columns = [words::id(language), words::roles(language), words::since(language)];
    let fields = html! {
        (Input::new("subject", html! { (words::staff_whom(language)) }, InputKind::Text).characters_max(40)
            .hint(html! { (words::staff_whom_hint(language)) }).markup(language))
        fieldset class="field" {
            legend { (words::roles(language)) }
            (box_of("administrator", &html! { (words::administrator(language)) }))
            @for role in &manifest.roles {
                (box_of(&format!("role.{}", role.name), &said(language, &seated.at.policy_language, &role.title)))
            }
        }
        div class="buttons" { (button(Weight::Main, words::staff_set(language))) }
    };
    Ok(html! {
        @if rows.is_empty() { (empty(words::staff_none(language), None)) }
        @else { (table(&html! { span class="unseen" { (words::staff(language)) } }, &columns, &rows)) }
        (card("give", &html! { (words::staff_give(language)) }, &html! {
            p { (words::staff_lead(language)) }
            (form(&seated.at.form_token, &seated.at.path("console/staff"), &fields))
        }))
    })
}

fn box_of(name: &str, label: &Markup) -> Markup {
    CheckBox { name, label: label.clone(), is_ticked: false, error: None }.markup(crate::Language::default())
}
