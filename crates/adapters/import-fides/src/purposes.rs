//! Privacy declarations as purposes.

use std::collections::BTreeSet;

use crate::groups::{Group, PersonalField};
use crate::names::{Taken, name_of, one_line, quoted};
use crate::shapes::{Declaration, Resources, System};
use crate::taxonomy::{Taxonomy, Term};
use crate::writing::Writing;

/// A declaration as a purpose.
#[derive(Debug)]
pub(crate) struct Purpose<'r> {
    name: String,
    title: String,
    term: Option<Term>,
    declaration: &'r Declaration,
    pub(crate) fields: BTreeSet<String>,
    is_special: bool,
    /// How long it keeps, as a span of the language.
    pub(crate) span: Option<String>,
}

/// The declarations, and the categories that no dataset holds.
pub(crate) fn collect<'r>(
    resources: &'r Resources,
    groups: &[Group],
    taxonomy: &Taxonomy,
    writing: &mut Writing,
) -> (Vec<Purpose<'r>>, Vec<String>) {
    let mut taken = Taken::default();
    let mut unplaced: Vec<String> = Vec::new();
    let mut purposes = Vec::new();
    for system in &resources.system {
        if system.privacy_declarations.is_empty() {
            writing.note(format!("system `{}` declares no use of data", one_line(&system.fides_key)));
        }
        for declaration in &system.privacy_declarations {
            let title = declaration.name.as_deref().filter(|name| !name.trim().is_empty());
            let title = title.unwrap_or(&declaration.data_use);
            let mut purpose = Purpose {
                name: taken.free(&name_of(title)),
                title: one_line(title),
                term: taxonomy.data_use(&declaration.data_use),
                declaration,
                fields: BTreeSet::new(),
                is_special: false,
                span: declaration.retention_period.as_deref().and_then(span),
            };
            for category in &declaration.data_categories {
                let found = purpose.take(system, groups, category, taxonomy);
                if !found && taxonomy.category(category).is_some() && !unplaced.contains(category) {
                    unplaced.push(category.clone());
                }
            }
            purposes.push(purpose);
        }
    }
    (purposes, unplaced)
}

impl Purpose<'_> {
    /// Takes the fields of a category from the datasets that the declaration names, else the system, else from all.
    fn take(&mut self, system: &System, groups: &[Group], category: &str, taxonomy: &Taxonomy) -> bool {
        let named = self.declaration.dataset_references.as_ref().or(system.dataset_references.as_ref());
        let named = named.filter(|named| !named.is_empty());
        let reached = groups.iter().filter(|group| named.is_none_or(|named| named.contains(&group.dataset)));
        let mut found = false;
        for field in reached.flat_map(Group::fields).filter(|field| is_of(field, category, taxonomy)) {
            self.fields.insert(field.name.clone());
            self.is_special |= field.is_special();
            found = true;
        }
        found
    }

    /// Takes what no dataset holds from the group made for it.
    pub(crate) fn take_declared(&mut self, declared: &Group) {
        for field in declared.fields() {
            if self.declaration.data_categories.iter().any(|category| field.categories.contains(category)) {
                self.fields.insert(field.name.clone());
                self.is_special |= field.is_special();
            }
        }
    }
}

fn is_of(field: &PersonalField, category: &str, taxonomy: &Taxonomy) -> bool {
    field.categories.iter().any(|own| taxonomy.is_within(own, category))
}

/// Writes the purposes.
pub(crate) fn write(purposes: &[Purpose<'_>], groups: &[Group], writing: &mut Writing) {
    for purpose in purposes {
        writing.line("");
        let term = purpose.term.map_or("Purpose", |term| term.name);
        let data_use = one_line(&purpose.declaration.data_use);
        match purpose.term {
            None => writing
                .ask("", format!("the source's use `{data_use}` is not in the table; which class of purpose is it?")),
            Some(term) if term.is_broader => {
                writing.ask(
                    "",
                    format!("`{}` is broader than the source's `{data_use}`; is there a closer term?", term.name),
                );
            }
            Some(_) => {}
        }
        writing.line(format!("purpose {} {} is {term} {{", purpose.name, quoted(&purpose.title)));
        write_basis(purpose, writing);
        write_special(purpose, writing);
        write_uses(purpose, groups, writing);
        write_shares(purpose, writing);
        write_channel(purpose, writing);
        write_keep(purpose, writing);
        writing.line("}");
    }
}

fn write_basis(purpose: &Purpose<'_>, writing: &mut Writing) {
    let explicit = purpose.is_special && is_explicit(purpose);
    match purpose.declaration.legal_basis_for_processing.as_deref() {
        Some("Consent") if explicit => writing.line("    because consent, explicit"),
        Some("Consent") => writing.line("    because consent"),
        Some("Contract") => writing.line("    because contract"),
        Some("Vital interests") => writing.line("    because vital interest"),
        Some("Legitimate interests") => {
            writing.ask("    ", "the source names no interest; the declaration's name stands for it");
            writing.line(format!("    because legitimate interest {}", quoted(&purpose.title)));
        }
        Some("Legal obligations") => {
            writing.ask("    ", "the source names no law: because legal obligation \"LAW\"");
        }
        Some("Public interest") => writing.ask("    ", "the source names no law: because public task \"LAW\""),
        Some(_) => writing.ask("    ", "the source's legal basis is none of GDPR Art. 6(1); which one is it?"),
        None => writing.ask("    ", "the source names no legal basis: because …"),
    }
}

fn is_explicit(purpose: &Purpose<'_>) -> bool {
    purpose.declaration.special_category_legal_basis.as_deref() == Some("Explicit consent")
}

/// Source: GDPR Art. 9(2), as fideslang words its points.
fn write_special(purpose: &Purpose<'_>, writing: &mut Writing) {
    if !purpose.is_special {
        return;
    }
    const POINTS: [(&str, &str); 10] = [
        ("Explicit consent", "explicit consent"),
        ("Employment", "employment"),
        ("Vital interests", "vital interest"),
        ("Not-for-profit", "not for profit"),
        ("Made public", "made public"),
        ("Legal claims", "legal claims"),
        ("Reasons of substantial public interest", "substantial public interest"),
        ("Health or social care", "health care"),
        ("Public health", "public health"),
        ("Archiving", "research"),
    ];
    let stated = purpose.declaration.special_category_legal_basis.as_deref();
    let point = stated.and_then(|stated| POINTS.iter().find(|(start, _)| stated.starts_with(start)));
    match point {
        Some((_, point)) => writing.line(format!("    special category because {point}")),
        None => writing.ask("    ", "the source names no condition of Art. 9(2): special category because …"),
    }
}

/// Whole groups by their name, other fields one by one.
fn write_uses(purpose: &Purpose<'_>, groups: &[Group], writing: &mut Writing) {
    let mut things = Vec::new();
    for group in groups {
        let used: Vec<&str> =
            group.fields().map(|field| field.name.as_str()).filter(|name| purpose.fields.contains(*name)).collect();
        if !used.is_empty() && used.len() == group.fields().count() {
            things.push(group.name.as_str());
        } else {
            things.extend(used);
        }
    }
    if things.is_empty() {
        writing.ask("    ", "the source names no category of a person's data: uses …");
    } else {
        writing.line(format!("    uses {}", things.join(", ")));
    }
}

fn write_shares(purpose: &Purpose<'_>, writing: &mut Writing) {
    let declaration = purpose.declaration;
    if !declaration.data_shared_with_third_parties && declaration.third_parties.is_none() {
        return;
    }
    let with =
        declaration.third_parties.as_deref().map_or_else(|| "third parties it does not name".to_owned(), one_line);
    let what = declaration.shared_categories.as_ref().filter(|shared| !shared.is_empty());
    let what = what.map_or_else(|| "what it does not say".to_owned(), |shared| one_line(&shared.join(", ")));
    writing.ask("    ", format!(
        "the source shares {what} with {with}: declare each as `recipient NAME \"TITLE\" in COUNTRY, ROLE`, then share … with NAME"
    ));
}

fn write_channel(purpose: &Purpose<'_>, writing: &mut Writing) {
    let channel = match purpose.declaration.data_use.as_str() {
        data_use if !data_use.starts_with("marketing.communications") => return,
        data_use if data_use.ends_with(".email") => "email",
        data_use if data_use.ends_with(".sms") => "sms",
        _ => return writing.ask("    ", "the source does not say over which channel: by …, opt-out offered"),
    };
    // Marketing can always be objected to (GDPR Art. 21(2)), whatever the source says.
    writing.line(format!("    by {channel}, opt-out offered"));
}

fn write_keep(purpose: &Purpose<'_>, writing: &mut Writing) {
    let Some(stated) = purpose.declaration.retention_period.as_deref() else { return };
    match &purpose.span {
        Some(span) => {
            writing.ask(
                "    ",
                format!(
                    "the source keeps for {}, and does not say since when; `created`, then `erase` are assumed",
                    quoted(stated)
                ),
            );
            writing.line(format!("    keep until {span} after created, then erase"));
        }
        None => writing.ask("    ", format!("the source keeps for {}: keep until … then erase", quoted(stated))),
    }
}

/// The longest length of time in a text: `3-5 years`, `90 days`.
pub(crate) fn span(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let (at, unit) = words.iter().enumerate().find_map(|(at, word)| {
        let unit = ["day", "week", "month", "year"].into_iter().find(|unit| word.trim_end_matches('s') == *unit)?;
        Some((at, unit))
    })?;
    let count: u32 = words[..at].iter().rev().map_while(|word| word.parse().ok()).max()?;
    match count {
        0 | 1001.. => None,
        1 => Some(format!("1 {unit}")),
        count => Some(format!("{count} {unit}s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_found_in_words_and_nothing_is_guessed() {
        for (text, expected) in [
            ("90 days", Some("90 days")),
            ("3-5 years", Some("5 years")),
            ("1 Year after purchase", Some("1 year")),
            ("as long as needed", None),
            ("No retention or erasure policy", None),
            ("years", None),
            ("0 days", None),
            ("99999999999 days", None),
        ] {
            assert_eq!(span(text).as_deref(), expected, "{text}");
        }
    }
}
