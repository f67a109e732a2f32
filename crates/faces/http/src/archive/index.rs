//! The page that opens an archive for whoever has a browser and no program for JSON or tables: what was asked and given, how each
//! table begins, what is not given and why, which systems were asked. It reads without a network and without a script.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_ledger::Digest;
use candor_vault::{ExportKind, SystemEnd};
use candor_words::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::columns::Columns;
use super::sheets::{Seen, SeenSheet};
use super::told::{Folders, Told};

mod words;

use words::{file, heading, reason, role, state};

const STYLE: &str = include_str!("index/style.css");
/// Tables that say what happened, not what is kept: shown after the others.
const ABOUT: [&str; 3] = ["choices", "recipients", "accesses"];
/// The table of systems is told in words.
const SYSTEMS: &str = "connected-systems";

/// The name of the page.
pub(super) const fn file_name(language: Language) -> &'static str {
    match language {
        Language::English => "index.html",
        Language::German => "index.de.html",
    }
}

/// A page that says what the archive holds, and leads to it.
pub(super) fn page(language: Language, columns: &Columns, told: &Told, seen: &Seen) -> String {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    let organisation = told.head.as_ref().map_or("", |head| head.organisation.as_str());
    let title = words::title(language, organisation);
    let kept = seen.sheets.iter().filter(|(name, _)| !ABOUT.contains(&name.as_str()) && *name != SYSTEMS);
    let about = ABOUT.iter().filter_map(|name| Some((*name, seen.sheets.get(*name)?)));
    let policy = format!("default-src 'none'; style-src 'sha256-{}'", STANDARD.encode(Digest::of(STYLE.as_bytes()).0));
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#kept" { (say("To your data", "Zu Ihren Daten")) }
                header {
                    nav aria-label=(say("Language", "Sprache")) {
                        @for other in Language::ALL {
                            @if other == language {
                                span aria-current="true" { (other.own_name()) }
                            } @else {
                                a href=(file_name(other)) lang=(other.tag()) hreflang=(other.tag()) { (other.own_name()) }
                            }
                        }
                    }
                    h1 { (title) }
                    (lead(language, columns, told))
                }
                main {
                    section aria-labelledby="kept" {
                        h2 #kept tabindex="-1" { (say("Your data", "Ihre Daten")) }
                        @let mut kept = kept.peekable();
                        @if kept.peek().is_none() { p { (say("Nothing is kept that is given here.", "Es ist nichts gespeichert, was hier ausgegeben wird.")) } }
                        @for (name, sheet) in kept {
                            (table(language, columns, told, name, sheet))
                        }
                    }
                    (withheld(language, told))
                    (systems(language, columns, told))
                    @if told.head.as_ref().is_none_or(|head| head.kind == ExportKind::Access) {
                        section aria-labelledby="about" {
                            h2 #about { (say("What was done with it", "Was damit geschah")) }
                            @for (name, sheet) in about { (table(language, columns, told, name, sheet)) }
                        }
                    }
                    (files(language, told))
                }
            }
        }
    };
    page.into_string()
}

fn lead(language: Language, columns: &Columns, told: &Told) -> Markup {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    html! {
        @if let Some(head) = &told.head {
            p.lead {
                @match head.kind {
                    ExportKind::Access => (say(
                        "A copy of all that is kept about you, where it came from, and who received it.",
                        "Eine Kopie von allem, was über Sie gespeichert ist, woher es kommt und wer es bekommen hat.")),
                    ExportKind::Portability => (say(
                        "What you provided yourself on consent or contract, to take along.",
                        "Was Sie selbst aufgrund von Einwilligung oder Vertrag angegeben haben, zum Mitnehmen.")),
                }
            }
            dl {
                dt { (say("Made at", "Erstellt am")) }
                dd { time datetime=(head.at) { (head.at) } }
                dt { (say("Under the policy", "Nach der Erklärung")) }
                dd { span lang=(columns.language) { (head.policy) } ", " (head.policy_version) }
                @if let Some(end) = &told.end {
                    dt { (say("Records", "Datensätze")) } dd { (end.n_records) }
                    dt { (say("Values", "Angaben")) } dd { (end.n_values) }
                    dt { (say("Entry of the ledger", "Eintrag im Protokoll")) } dd { (end.entry) }
                }
            }
        }
        p { (say(
            "This page reads without a connection. Nothing on it leaves your device.",
            "Diese Seite kommt ohne Verbindung aus. Nichts auf ihr verlässt Ihr Gerät.")) }
    }
}

/// How a table begins, under its title.
fn table(language: Language, columns: &Columns, told: &Told, name: &str, sheet: &SeenSheet) -> Markup {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    let group = columns.group(name);
    let place = name.strip_prefix("systems/").and_then(|name| name.split_once('/'));
    let id = format!("t-{}", name.replace('/', "-"));
    // A column that is empty in all of these rows says nothing.
    let shown: Vec<usize> = (0..sheet.header.len())
        .filter(|at| sheet.rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.is_empty())))
        .collect();
    html! {
        div.table {
            h3 id=(id) {
                @match (group, place) {
                    (Some(group), _) => span lang=(columns.language) { (group.title) },
                    (None, Some((system, place))) => {
                        span lang=(columns.language) { (columns.system_title(system).unwrap_or(system)) } ": " code { (place) }
                    }
                    (None, None) => (words::sheet(language, name)),
                }
            }
            @if sheet.rows.is_empty() {
                p { (say("It is in the file.", "Es steht in der Datei.")) }
            } @else {
                div.scroll role="region" tabindex="0" aria-labelledby=(id) {
                    table aria-labelledby=(id) {
                        thead { tr {
                            @for at in &shown {
                                th scope="col" { (column(language, columns, name, sheet.header.get(*at).map_or("", String::as_str))) }
                            }
                        } }
                        tbody {
                            @for row in &sheet.rows { tr {
                                @for at in &shown {
                                    td { (cell(language, sheet.header.get(*at).map_or("", String::as_str), row.get(*at).map_or("", String::as_str))) }
                                }
                            } }
                        }
                    }
                }
            }
            p.quiet {
                (words::shown(language, sheet.rows.len(), sheet.n_rows)) " "
                @let name = format!("{name}.csv");
                @if let Some(folders) = told.files.get(&name) { (link(language, &name, folders)) }
            }
        }
    }
}

/// What a column is called: a field by its title, the rest in words, a column of a connected system as it is there.
fn column(language: Language, columns: &Columns, sheet: &str, name: &str) -> Markup {
    let titled = columns.group(sheet).and_then(|group| group.fields.iter().find(|(field, _)| field == name));
    if let Some((_, title)) = titled {
        return html! { span lang=(columns.language) { (title) } };
    }
    match heading(language, name) {
        Some(heading) => html! { (heading) },
        None => html! { code { (name) } },
    }
}

fn cell(language: Language, column: &str, value: &str) -> Markup {
    match column {
        "role" => html! { (role(language, value)) },
        _ => html! { (value) },
    }
}

fn withheld(language: Language, told: &Told) -> Markup {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    if told.withheld.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="withheld" {
            h2 #withheld { (say("What is not given, and why", "Was nicht ausgegeben wird, und warum")) }
            ul {
                @for (code, why) in &told.withheld {
                    li {
                        @match reason(language, code) {
                            Some(words) => (words),
                            None => span lang="en" { (why.message) },
                        }
                        " (" (words::values(language, why.n_values)) ") "
                        span.quiet { @for name in &why.names { code { (name) } " " } }
                    }
                }
            }
        }
    }
}

fn systems(language: Language, columns: &Columns, told: &Told) -> Markup {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    if told.systems.is_empty() {
        return html! {};
    }
    let because = |end: &SystemEnd| end.because.clone().filter(|_| end.state == "failed");
    html! {
        section aria-labelledby="systems" {
            h2 #systems { (say("Which systems were asked", "Welche Systeme gefragt wurden")) }
            ul {
                @for end in &told.systems {
                    li {
                        strong lang=(columns.language) { (end.title) } ": "
                        (state(language, end.state, end.n_rows))
                        @if let Some(because) = because(end) { " " span.quiet lang="en" { "(" (because) ")" } }
                    }
                }
            }
        }
    }
}

fn files(language: Language, told: &Told) -> Markup {
    let say = |english: &'static str, german: &'static str| words::say(language, english, german);
    html! {
        section aria-labelledby="files" {
            h2 #files { (say("All files", "Alle Dateien")) }
            ul {
                @for (name, folders) in &told.files {
                    li { (link(language, name, folders)) " – " (file(language, name)) }
                }
                li { a href="README.txt" { "README.txt" } " – " (file(language, "README.txt")) }
                li { a href="SHA256SUMS" { "SHA256SUMS" } " – " (file(language, "SHA256SUMS")) }
            }
        }
    }
}

/// The way to a file, and to where it goes on.
fn link(language: Language, name: &str, folders: &Folders) -> Markup {
    let first = format!("{}{name}", folders.first);
    html! {
        a href=(first) { (first) }
        @if folders.n > 1 {
            @let last = format!("{}{name}", folders.last);
            " " (words::goes_on(language, folders.n)) " " a href=(last) { (last) } ")"
        }
    }
}

#[cfg(test)]
mod tests;
