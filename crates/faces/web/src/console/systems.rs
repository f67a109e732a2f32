//! `/{tenant}/console/systems`: where personal data lives outside the vault by the policy in force: what is reached from here, what is
//! not, and, asked for, how one compares with its live schema. Names of tables and columns stand here, and no value of anybody.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use candor_rights::{SystemCheck, SystemFinding, SystemView};
use candor_vault::{ErrorKind, StaffReason, VaultError};
use maud::{Markup, html};

use super::desk::{Seated, note};
use crate::door::parameter;
use crate::kit::{Desk, Tone, Weight, badge, banner, button_link, empty, pairs, table};
use crate::language::said;
use crate::words::console::systems as words;
use crate::{Language, Written as _};

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Systems.title(seated.language());
            seated.page(Desk::Systems, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn systems(seated: &Seated) -> Result<Vec<SystemView>, VaultError> {
    seated.needs_administrator()?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    match &seated.at.rights {
        Some(rights) => rights.systems(&caller).await,
        None => Ok(Vec::new()),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    let language = seated.language();
    let systems = systems(seated).await?;
    let rows: Vec<Vec<Markup>> = systems
        .iter()
        .map(|system| {
            let own = seated.at.path(&format!("console/systems/{}", system.name));
            vec![
                html! { a href=(own) { (said(language, &seated.at.policy_language, &system.title)) } },
                html! { (kind_said(language, system.kind)) },
                reached(language, system),
                html! { (language.number(system.places.len() as u64)) },
            ]
        })
        .collect();
    let columns = [words::system(language), words::kind(language), words::state(language), words::places(language)];
    let n_away = systems.iter().filter(|system| !system.is_connected).count() as u64;
    Ok(html! {
        (note(language, words::lead(language)))
        @if n_away > 0 { (banner(language, Tone::Warning, &html! { p { (words::by_hand(language, n_away)) } })) }
        @if rows.is_empty() { (empty(words::none(language), None)) }
        @else { (table(&html! { span class="unseen" { (words::title(language)) } }, &columns, &rows)) }
    })
}

fn reached(language: Language, system: &SystemView) -> Markup {
    if system.is_connected {
        badge("contract", words::reached(language))
    } else {
        badge("past", words::not_reached(language))
    }
}

/// One system, with its places; compared with its live schema when the address asks for it.
pub(super) async fn one(
    seated: Seated,
    Path((_, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let is_compared = parameter(query.as_deref(), "compare").is_some();
    match one_content(&seated, &name, is_compared).await {
        Ok(Some((title, content))) => seated.page(Desk::Systems, &title, &content),
        Ok(None) => crate::not_found().await,
        Err(error) => seated.answer(&error, "console/systems"),
    }
}

async fn one_content(seated: &Seated, name: &str, is_compared: bool) -> Result<Option<(String, Markup)>, VaultError> {
    let language = seated.language();
    let Some(system) = systems(seated).await?.into_iter().find(|system| system.name == name) else { return Ok(None) };
    let own = format!("console/systems/{name}");
    let compared = match (&seated.at.rights, is_compared && system.is_connected) {
        (Some(rights), true) => {
            let caller = seated.caller(StaffReason::Maintenance).await?;
            Some(rights.check_system(&caller, name).await)
        }
        _ => None,
    };
    let address = match (&system.env, &system.secret) {
        (Some(env), _) => html! { (words::variable(language)) " " code { (env) } },
        (None, Some(secret)) => html! { (words::secret(language)) " " code { (secret) } },
        (None, None) => html! { "–" },
    };
    let content = html! {
        (pairs(&[
            (html! { (words::name(language)) }, html! { code { (system.name) } }),
            (html! { (words::kind(language)) }, html! { (kind_said(language, system.kind)) }),
            (html! { (words::state(language)) }, reached(language, &system)),
            (html! { (words::address(language)) }, address),
        ]))
        @if !system.is_connected { (note(language, words::not_reached_note(language))) }
        @match &compared {
            None => @if system.is_connected {
                p class="buttons" {
                    (button_link(Weight::Main, &seated.at.path(&format!("{own}?compare=yes")), words::compare(language)))
                }
            },
            Some(compared) => (comparison(language, compared)?),
        }
        h2 id="places" { (words::places(language)) }
        @if system.places.len() > 60 { details {
            summary { (words::all_places(language, &language.number(system.places.len() as u64))) }
            (places(&system))
        } } @else { (places(&system)) }
        p class="buttons" { (button_link(Weight::Plain, &seated.at.path("console/systems"), words::back(language))) }
    };
    Ok(Some((system.title, content)))
}

fn places(system: &SystemView) -> Markup {
    html! { ul { @for place in &system.places { li { code { (place) } } } } }
}

/// How a system compares with its mapping; what does not answer says so on its own page.
fn comparison(language: Language, compared: &Result<SystemCheck, VaultError>) -> Result<Markup, VaultError> {
    let check = match compared {
        Ok(check) => check,
        Err(error) if matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Unprocessable) => {
            let text = crate::words::console::requests::trouble_said(language, error.code());
            return Ok(banner(
                language,
                Tone::Warning,
                &html! { p { (text) } p { span lang="en" { (error.message()) } " " code { (error.code()) } } },
            ));
        }
        Err(error) => return Err(error.clone()),
    };
    if check.findings.is_empty() {
        return Ok(banner(language, Tone::Done, &html! { p { (words::as_mapped(language)) } }));
    }
    let row = |found: &SystemFinding| -> Vec<Markup> {
        let (tone, weight) = match found.weight {
            "error" => ("consent", words::is_error(language)),
            _ => ("law", words::is_warning(language)),
        };
        vec![
            html! { code { @if found.place.is_empty() { "–" } (found.place) @if let Some(column) = &found.column { "." (column) } } },
            html! { (badge(tone, weight)) },
            html! { span lang="en" { (found.text) } " " code { (found.code) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = check.findings.iter().map(row).collect();
    let columns = [words::place(language), words::weight(language), words::what(language)];
    Ok(html! {
        h2 id="found" { (words::found(language)) }
        (table(&html! { span class="unseen" { (words::found(language)) } }, &columns, &rows))
        @if check.is_cut { p class="quiet" { (words::cut(language)) } }
    })
}

/// What a kind of system is called.
fn kind_said(language: Language, kind: &str) -> &'static str {
    match kind {
        "postgres" => "PostgreSQL",
        "mariadb" => "MariaDB / MySQL",
        "sqlite" => "SQLite",
        "ldap" => "LDAP",
        "scim" => "SCIM",
        "opendsr" => "OpenDSR",
        "http" => words::kind_http(language),
        _ => words::kind_files(language),
    }
}
