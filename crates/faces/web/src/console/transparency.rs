//! `/{tenant}/console/transparency`: a year in numbers, counted from the ledger alone; no person stands in it.

use axum::extract::RawQuery;
use axum::response::Response;
use candor_decision::Ground;
use candor_vault::{DisclosureCount, TransparencyReport, VaultError};
use maud::{Markup, html};

use super::desk::{Seated, note};
use crate::Written as _;
use crate::door::parameter;
use crate::kit::{Desk, Weight, button_link, empty, pairs, table};
use crate::language::said;
use crate::words::console::disclosures as words;

pub(super) async fn page(seated: Seated, RawQuery(query): RawQuery) -> Response {
    let this_year = year_of(&seated);
    let asked = parameter(query.as_deref(), "year").and_then(|text| text.parse().ok());
    let year: i16 = asked.filter(|year| (2000..=this_year).contains(year)).unwrap_or(this_year);
    let title = words::report_of(seated.language(), year);
    match content(&seated, year, this_year).await {
        Ok(content) => seated.page(Desk::Disclosures, &title, &content),
        Err(error) => seated.answer(&error, "console"),
    }
}

fn year_of(seated: &Seated) -> i16 {
    let now = seated.at.identity.now().to_string();
    now.split('-').next().and_then(|year| year.parse().ok()).unwrap_or(i16::MAX)
}

async fn content(seated: &Seated, year: i16, this_year: i16) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let vault = seated.at.identity.vault();
    let report = vault.transparency(seated.session.tenant, year).await?;
    let plan = vault.plan(seated.session.tenant, None).await?;
    let title = |name: &str| {
        let known = plan.manifest().recipients.iter().find(|recipient| recipient.name == name);
        html! { @match known {
            Some(known) => (said(language, &seated.at.policy_language, &known.title)),
            None => (name),
        } }
    };
    let rows: Vec<Vec<Markup>> = report
        .disclosures
        .iter()
        .map(|DisclosureCount { recipient, ground, n_disclosures }| {
            vec![
                html! { @match recipient { Some(name) => (title(name)), None => (words::itself(language)) } },
                html! { (ground.map_or("–", |ground: Ground| words::ground_said(language, ground.code()))) },
                html! { (language.number(*n_disclosures)) },
            ]
        })
        .collect();
    let columns = [words::recipient(language), words::ground(language), words::how_often(language)];
    let other = |year: i16| {
        button_link(
            Weight::Quiet,
            &seated.at.path(&format!("console/transparency?year={year}")),
            &words::year_before(language, year),
        )
    };
    Ok(html! {
        (note(language, words::report_note(language)))
        (counts(seated, &report))
        h2 id="others" { (words::others(language)) }
        @if rows.is_empty() { (empty(words::others_none(language), None)) }
        @else { (table(&html! { span class="unseen" { (words::others(language)) } }, &columns, &rows)) }
        p class="buttons" {
            (other(year.saturating_sub(1)))
            @if year < this_year { (other(year.saturating_add(1))) }
        }
    })
}

fn counts(seated: &Seated, report: &TransparencyReport) -> Markup {
    let language = seated.language();
    let row = |text: &str, n: u64| (html! { (text) }, html! { (language.number(n)) });
    pairs(&[
        row(words::n_proposed(language), report.authority_proposed),
        row(words::n_approved(language), report.authority_approved),
        row(words::n_refused(language), report.authority_refused),
        row(words::n_disclosed(language), report.authority_disclosed),
        row(words::n_to_subjects(language), report.to_subjects),
        row(words::n_entries(language), report.ledger_size),
    ])
}
