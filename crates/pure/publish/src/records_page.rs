//! The records of processing as a page: one part per clause of Art. 30(1).

use maud::{Markup, html};

use crate::records::{Activity, Disclosure, Item, Records};
use crate::{PageContext, wording};

/// Renders the records for auditors and authorities; the content of `<main>`, as the policy page is.
pub fn records_page(records: &Records, context: &PageContext<'_>) -> Markup {
    html! {
        header class="title" {
            p class="eyebrow" { "GDPR Art. 30(1)" }
            h1 { "Records of processing" }
            p class="facts" { span { (records.policy) } span { "Version " (records.version) } }
            nav class="forms" aria-label="Other forms of this record" {
                ul {
                    li { a href=(context.href("")) { "Privacy policy" } }
                    li { a href=(context.href("records.json")) { "As JSON" } }
                    li { a href=(context.href("records.csv")) { "As CSV" } }
                }
            }
        }
        (controller(records))
        section aria-labelledby="activities" {
            h2 id="activities" { "Activities" }
            @for activity in &records.activities { (part(activity)) }
        }
        section aria-labelledby="measures" {
            h2 id="measures" { "Technical and organisational measures" }
            p { "Art. 30(1)(g). They hold for every activity." }
            ul { @for measure in records.measures { li { (measure.text) } } }
        }
    }
}

fn controller(records: &Records) -> Markup {
    html! {
        section aria-labelledby="controller" {
            h2 id="controller" { "Controller" }
            p { "Art. 30(1)(a)" }
            address {
                p { strong { (records.controller) } }
                ul class="plain" { @for contact in &records.contacts { li { (wording::contact(contact)) } } }
            }
        }
    }
}

fn part(activity: &Activity) -> Markup {
    html! {
        section class="purpose" id={ "activity-" (activity.purpose) } aria-labelledby={ "activity-" (activity.purpose) "-title" } {
            div class="heading" {
                h3 id={ "activity-" (activity.purpose) "-title" } { (activity.title) }
                span class="mark" { (activity.basis) " · " (activity.article) }
            }
            dl {
                dt { "People" }
                dd { (activity.subjects.join("; ")) }
                dt { "Recipients" }
                dd {
                    @if activity.disclosures.is_empty() { "None" }
                    @else { ul class="plain" { @for disclosure in &activity.disclosures { li { (receives(disclosure)) } } } }
                }
                @if !activity.ends.is_empty() {
                    dt { "Kept for this" }
                    dd { @for end in &activity.ends { (wording::capitalised(end)) } }
                }
            }
            table class="cards" {
                caption { "Data for: " (activity.title) }
                thead {
                    tr {
                        th scope="col" { "Item" }
                        th scope="col" { "Category" }
                        th scope="col" { "Time limit" }
                    }
                }
                tbody { @for item in &activity.items { (row(&activity.purpose, item)) } }
            }
        }
    }
}

fn receives(disclosure: &Disclosure) -> Markup {
    html! {
        (disclosure.title) " (" (disclosure.country) "): " (wording::list(&disclosure.fields))
        @if disclosure.is_transfer {
            ". Transfer under: " (disclosure.safeguard.unwrap_or_else(|| wording::role(disclosure.role)))
        }
    }
}

fn row(purpose: &str, item: &Item) -> Markup {
    html! {
        tr id={ (purpose) ":" (item.field) } {
            th scope="row" {
                (wording::capitalised(&item.title))
                " " code { (item.field) }
                @if item.special { " " span class="mark strong" { "special category" } }
            }
            td data-label="Category" { (item.term) }
            td data-label="Time limit" {
                @if item.time_limits.is_empty() { "Not stored by the controller" }
                @for limit in &item.time_limits { p { (wording::capitalised(&limit.until)) ", then " (limit.then) } }
            }
        }
    }
}
