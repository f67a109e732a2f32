//! `systems discover`: a mapping proposed from a live schema, for a person to read, change and put into the manifest.
//!
//! Columns are recognised by [`recognise`]; tables whose rows carry an identifier stand for people, and what refers to them by
//! foreign keys is theirs. What cannot be decided here is asked in a comment. Nothing is applied.

mod owner;

use std::fmt::Write as _;

use candor_manifest::model::Manifest;

use crate::catalogue::{Catalogue, Table, TableKind};
use crate::check::{Samples, of};
use crate::map::SystemMap;
use crate::recognise::{Because, Likely, holds_address, recognise};

use owner::{Owner, owners};

/// A field that the manifest has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownField {
    /// `group.name`.
    pub name: String,
    /// Its term in the vocabulary.
    pub term: String,
    /// It identifies the subject.
    pub identifies: bool,
}

impl KnownField {
    /// The fields of a manifest.
    pub fn of(manifest: &Manifest) -> Vec<Self> {
        let one = |field: &candor_manifest::model::Field| Self {
            name: field.name.clone(),
            term: field.term.clone(),
            identifies: field.identifies,
        };
        manifest.fields.iter().map(one).collect()
    }
}

/// So many tables in which nothing personal is seen are named.
const UNSEEN_MAX: usize = 100;

/// A column that is likely to hold personal data, with the field that is proposed for it.
pub(crate) struct Seen<'a> {
    pub column: &'a str,
    pub likely: Likely,
    pub field: String,
}

/// A field that is proposed with a place, for the policy has none like it.
struct Missing {
    field: String,
    likely: Likely,
}

/// Proposes a system with its places as manifest text, and the fields that the manifest has not got yet.
pub fn discover(map: &SystemMap, catalogue: &Catalogue, samples: &Samples, fields: &[KnownField]) -> String {
    let tables: Vec<&Table> = catalogue.tables.iter().filter(|table| table.kind == TableKind::Table).collect();
    let mut missing: Vec<Missing> = Vec::new();
    let seen: Vec<Vec<Seen<'_>>> = tables.iter().map(|table| seen(table, samples, fields, &mut missing)).collect();
    let owners = owners(&tables, &seen);
    let mut text = String::new();
    if !missing.is_empty() {
        text.push_str(
            "# Fields that the policy has not declared yet; name the purposes that use them.\ndata found {\n",
        );
        for Missing { field, likely } in &missing {
            let identifies = if likely.identifies { ", identifies the subject" } else { "" };
            let _ = writeln!(text, "    {field}: {}{identifies}", likely.term);
        }
        text.push_str("}\n\n");
    }
    let kind = format!("{:?}", map.kind).to_lowercase();
    let _ = writeln!(text, "system {} \"{}\" is {kind} at {} {{", map.name, map.title.replace(['"', '\\'], ""), map.at);
    let mut unseen = Vec::new();
    for ((table, seen), owner) in tables.iter().zip(&seen).zip(&owners) {
        let within = within(table, samples, seen);
        place(&mut text, table, seen, owner, &within);
        if matches!(owner, Owner::Nobody) && seen.is_empty() && within.is_empty() && is_word(&table.name) {
            unseen.push(table.name.as_str());
        }
    }
    if !unseen.is_empty() {
        let more = if unseen.len() > UNSEEN_MAX { " …" } else { "" };
        unseen.truncate(UNSEEN_MAX);
        let _ = writeln!(text, "    # Nothing personal was seen in: {}{more}", unseen.join(", "));
    }
    text.push_str("}\n");
    text
}

/// Columns that are no address themselves, and have one somewhere in what they hold.
fn within<'a>(table: &'a Table, samples: &Samples, seen: &[Seen<'_>]) -> Vec<&'a str> {
    let is_seen = |name: &str| seen.iter().any(|it| it.column == name);
    let columns = table.columns.iter().filter(|it| is_word(&it.name) && !is_seen(&it.name) && !it.is_generated);
    columns.filter(|it| of(samples, table, &it.name).any(holds_address)).map(|it| it.name.as_str()).collect()
}

/// In one place each field stands once: what is alike besides gets a field of the column's name.
fn seen<'a>(table: &'a Table, samples: &Samples, fields: &[KnownField], missing: &mut Vec<Missing>) -> Vec<Seen<'a>> {
    let mut found: Vec<Seen<'a>> = Vec::new();
    // What the database works out is nobody's to put right.
    for column in table.columns.iter().filter(|column| is_word(&column.name) && !column.is_generated) {
        let Some(likely) = recognise(&column.name, of(samples, table, &column.name)) else { continue };
        let is_free = |name: &str| found.iter().all(|it| it.field != name);
        let alike = || fields.iter().filter(|field| field.term == likely.term && is_free(&field.name));
        let known = alike().find(|field| field.identifies == likely.identifies).or_else(|| alike().next());
        let field = match known {
            Some(field) => field.name.clone(),
            None => {
                let usual = is_free(&format!("found.{}", likely.field))
                    && fields.iter().all(|field| field.term != likely.term || field.identifies != likely.identifies);
                let field = if usual { likely.field.to_owned() } else { name_of(&column.name, likely.field) };
                if !missing.iter().any(|it| it.field == field) {
                    missing.push(Missing { field: field.clone(), likely });
                }
                format!("found.{field}")
            }
        };
        if is_free(&field) {
            found.push(Seen { column: &column.name, likely, field });
        }
    }
    found
}

/// A column's name as a name of the manifest language.
fn name_of(column: &str, otherwise: &str) -> String {
    let mut name = String::new();
    for letter in column.chars().take(60) {
        if letter.is_ascii_uppercase() && name.ends_with(|it: char| it.is_ascii_lowercase()) {
            name.push('_');
        }
        name.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    if name.starts_with(|it: char| it.is_ascii_lowercase()) { name } else { otherwise.to_owned() }
}

fn place(text: &mut String, table: &Table, seen: &[Seen<'_>], owner: &Owner, within: &[&str]) {
    let key = &table.primary_key;
    let is_written = is_word(&table.name) && key.iter().all(|column| is_word(column));
    let is_open = matches!(owner, Owner::Nobody);
    if (is_open && seen.is_empty() && within.is_empty()) || !is_written {
        if !is_written && !is_open {
            text.push_str("    # A table whose name a policy cannot say holds personal data.\n");
        }
        return;
    }
    // What cannot be decided here is left as a comment.
    let is_guessed = matches!(owner, Owner::ByName { .. });
    let mark = if is_open || is_guessed || key.is_empty() { "    # " } else { "    " };
    if is_open {
        let _ = writeln!(text, "    # Whose are these rows? Nothing refers from them to a person.");
    }
    if is_guessed {
        let _ = writeln!(text, "    # By the name of a column alone; no foreign key says so.");
    }
    if key.is_empty() {
        let _ = writeln!(text, "    # `{}` has no primary key: which columns name a row?", table.name);
    }
    let named = if key.is_empty() { "?".to_owned() } else { key.join(", ") };
    let _ = writeln!(text, "{mark}place {} key {named} {{", table.name);
    let owning = match owner {
        Owner::Subject(at) => seen.get(*at),
        _ => None,
    };
    match (owner, owning) {
        (_, Some(it)) => {
            let _ = writeln!(text, "{mark}    owned by subject through {} as {}", it.column, it.field);
        }
        (Owner::Rows { through, to, others }, _) => {
            let _ = writeln!(text, "{mark}    owned by {to} through {through}");
            for (through, to) in others {
                let _ = writeln!(text, "{mark}    # or: owned jointly by {to} through {through}");
                let _ = writeln!(text, "{mark}    accessed by {to} through {through}");
            }
        }
        (Owner::ByName { through, to }, _) => {
            let _ = writeln!(text, "{mark}    owned by {to} through {through}");
        }
        _ => {
            let _ = writeln!(text, "{mark}    owned by ?");
        }
    }
    for it in seen {
        if owning.is_some_and(|owning| owning.column == it.column) {
            continue;
        }
        let why = if it.likely.because == Because::Values { "by its values" } else { "by its name" };
        let _ = writeln!(text, "{mark}    # pd:{}, {why}", it.likely.term);
        // What names somebody in a row that is a person's through another may name somebody else.
        if it.likely.identifies && owning.is_none() {
            let _ = writeln!(text, "{mark}    # Whom does it name? Whose row it is:");
            let _ = writeln!(text, "{mark}    # {} at {}", it.field, it.column);
            let _ = writeln!(text, "{mark}    # or somebody of whom the row speaks:");
            let _ = writeln!(text, "{mark}    # accessed by subject through {} as {}", it.column, it.field);
            continue;
        }
        let _ = writeln!(text, "{mark}    {} at {}", it.field, it.column);
    }
    for column in within {
        let _ = writeln!(text, "{mark}    # `{column}` has addresses within: a copy, or what somebody wrote?");
    }
    let _ = writeln!(text, "{mark}    # or: de-identify, or keep \"the law that says so\"");
    let _ = writeln!(text, "{mark}    on erasure delete\n{mark}}}");
}

/// A word of the manifest language.
pub(crate) fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_graphic() && !matches!(letter, ',' | ':' | '{' | '}' | '"' | '#');
    !name.is_empty() && name.len() <= 4096 && name.chars().all(is_letter)
}
