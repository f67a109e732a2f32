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
use crate::recognise::{Because, Likely, recognise};

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

/// A column that is likely to hold personal data, with the field that is proposed for it.
pub(crate) struct Seen<'a> {
    pub column: &'a str,
    pub likely: Likely,
    pub field: String,
}

/// Proposes a system with its places as manifest text, and the fields that the manifest has not got yet.
pub fn discover(map: &SystemMap, catalogue: &Catalogue, samples: &Samples, fields: &[KnownField]) -> String {
    let tables: Vec<&Table> = catalogue.tables.iter().filter(|table| table.kind == TableKind::Table).collect();
    let mut missing: Vec<Likely> = Vec::new();
    let seen: Vec<Vec<Seen<'_>>> = tables.iter().map(|table| seen(table, samples, fields, &mut missing)).collect();
    let owners = owners(&tables, &seen);
    let mut text = String::new();
    if !missing.is_empty() {
        text.push_str(
            "# Fields that the policy has not declared yet; name the purposes that use them.\ndata found {\n",
        );
        for likely in &missing {
            let identifies = if likely.identifies { ", identifies the subject" } else { "" };
            let _ = writeln!(text, "    {}: {}{identifies}", likely.field, likely.term);
        }
        text.push_str("}\n\n");
    }
    let kind = format!("{:?}", map.kind).to_lowercase();
    let _ = writeln!(text, "system {} \"{}\" is {kind} at {} {{", map.name, map.title.replace(['"', '\\'], ""), map.at);
    for ((table, seen), owner) in tables.iter().zip(&seen).zip(&owners) {
        place(&mut text, table, seen, owner);
    }
    text.push_str("}\n");
    text
}

fn seen<'a>(table: &'a Table, samples: &Samples, fields: &[KnownField], missing: &mut Vec<Likely>) -> Vec<Seen<'a>> {
    let mut found = Vec::new();
    for column in table.columns.iter().filter(|column| is_word(&column.name)) {
        let Some(likely) = recognise(&column.name, of(samples, table, &column.name)) else { continue };
        let known = fields.iter().find(|field| field.term == likely.term && field.identifies == likely.identifies);
        let field = match known.or_else(|| fields.iter().find(|field| field.term == likely.term)) {
            Some(field) => field.name.clone(),
            None => {
                if !missing.iter().any(|it| it.field == likely.field) {
                    missing.push(likely);
                }
                format!("found.{}", likely.field)
            }
        };
        found.push(Seen { column: &column.name, likely, field });
    }
    found
}

fn place(text: &mut String, table: &Table, seen: &[Seen<'_>], owner: &Owner) {
    let key = &table.primary_key;
    let is_written = is_word(&table.name) && key.iter().all(|column| is_word(column));
    let is_open = matches!(owner, Owner::Nobody);
    if (is_open && seen.is_empty()) || !is_written {
        if !is_written && !is_open {
            text.push_str("    # A table whose name a policy cannot say holds personal data.\n");
        }
        return;
    }
    // What cannot be decided here is left as a comment.
    let mark = if is_open || key.is_empty() { "    # " } else { "    " };
    if is_open {
        let _ = writeln!(text, "    # Whose are these rows? Nothing refers from them to a person.");
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
        let _ = writeln!(text, "{mark}    {} at {}", it.field, it.column);
    }
    let _ = writeln!(text, "{mark}    # or: de-identify, or keep \"the law that says so\"");
    let _ = writeln!(text, "{mark}    on erasure delete\n{mark}}}");
}

/// A word of the manifest language.
pub(crate) fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_graphic() && !matches!(letter, ',' | ':' | '{' | '}' | '"' | '#');
    !name.is_empty() && name.len() <= 4096 && name.chars().all(is_letter)
}
