//! Whose rows are likely to be whose.

use crate::catalogue::{ForeignKey, Table};

use super::{Seen, is_word};

/// Whose the rows of a table are likely to be.
pub(super) enum Owner {
    /// The subject's, by the nth of the recognised columns.
    Subject(usize),
    /// The owner's of another table's rows; further references to people besides.
    Rows { through: String, to: String, others: Vec<(String, String)> },
    /// The same, by what a column is called alone.
    ByName { through: String, to: String },
    /// It is not to be seen.
    Nobody,
}

/// Tables with an identifier stand for people; whatever refers to an owned table is owned through it.
pub(super) fn owners(tables: &[&Table], seen: &[Vec<Seen<'_>>]) -> Vec<Owner> {
    let is_referred = |table: &Table| {
        tables.iter().any(|it| it.foreign_keys.iter().any(|key| key.to == table.name && it.name != table.name))
    };
    let has_identifier = |at: usize| seen.get(at).is_some_and(|seen| seen.iter().any(|it| it.likely.identifies));
    let led = led_to_people(tables, seen);
    let mut owners: Vec<Owner> = tables
        .iter()
        .enumerate()
        .map(|(at, table)| {
            // An address in a table that refers to people is a copy, unless others refer to it as people.
            let refers = table.foreign_keys.iter().any(|key| {
                key.to != table.name && tables.iter().position(|it| it.name == key.to).is_some_and(has_identifier)
            });
            match identifier(seen.get(at).map(Vec::as_slice).unwrap_or_default()) {
                // Where each row has to belong to somebody's, what names somebody is a copy, or names somebody else.
                Some(_) if led.get(at).is_some_and(|it| *it) => Owner::Nobody,
                Some(n) if !refers || is_referred(table) => Owner::Subject(n),
                _ => Owner::Nobody,
            }
        })
        .collect();
    // Each round gives owners to what refers to owned rows.
    for _ in 0..tables.len() {
        let is_owned = |name: &str| {
            tables.iter().zip(&owners).any(|(table, owner)| table.name == name && !matches!(owner, Owner::Nobody))
        };
        let found: Vec<(usize, Owner)> = tables
            .iter()
            .enumerate()
            .filter(|(at, _)| matches!(owners.get(*at), Some(Owner::Nobody)))
            .filter_map(|(at, table)| {
                // What a policy cannot say is not proposed.
                let is_said = |key: &&ForeignKey| is_word(&key.to) && key.columns.iter().all(|column| is_word(column));
                let links =
                    table.foreign_keys.iter().filter(|key| key.to != table.name && is_owned(&key.to)).filter(is_said);
                let mut links: Vec<(String, String, bool)> = links
                    .filter_map(|key| {
                        let column = key.columns.first()?;
                        Some((column.clone(), key.to.clone(), table.column(column).is_some_and(|it| it.is_nullable)))
                    })
                    .collect();
                links.sort_by_key(|(.., is_nullable)| *is_nullable);
                let mut links = links.into_iter().map(|(through, to, _)| (through, to));
                let (through, to) = links.next()?;
                Some((at, Owner::Rows { through, to, others: links.collect() }))
            })
            .collect();
        if found.is_empty() {
            break;
        }
        for (at, owner) in found {
            if let Some(place) = owners.get_mut(at) {
                *place = owner;
            }
        }
    }
    let of_people: Vec<&Table> =
        tables.iter().zip(&owners).filter(|(_, owner)| matches!(owner, Owner::Subject(_))).map(|(it, _)| *it).collect();
    for (at, table) in tables.iter().enumerate() {
        let Some(owner) = owners.get_mut(at).filter(|owner| matches!(owner, Owner::Nobody)) else { continue };
        if let Some(n) = identifier(seen.get(at).map(Vec::as_slice).unwrap_or_default()) {
            *owner = Owner::Subject(n);
        } else if let Some((through, to)) = called_after(table, &of_people) {
            *owner = Owner::ByName { through, to };
        }
    }
    owners
}

/// Which tables' rows cannot be without a row of people, by foreign keys that must not be empty; what names each of their rows by
/// itself makes people of them all the same.
fn led_to_people(tables: &[&Table], seen: &[Vec<Seen<'_>>]) -> Vec<bool> {
    let named: Vec<Option<&str>> = seen.iter().map(|seen| Some(seen.get(identifier(seen)?)?.column)).collect();
    let is_person = |at: usize| {
        let (Some(table), Some(Some(column))) = (tables.get(at), named.get(at)) else { return false };
        table.unique.iter().chain([&table.primary_key]).any(|set| matches!(&set[..], [it] if it == column))
    };
    let must = |table: &Table, key: &ForeignKey| {
        key.to != table.name && key.columns.iter().all(|it| table.column(it).is_some_and(|it| !it.is_nullable))
    };
    let has_own = |at: usize| named.get(at).is_some_and(Option::is_some);
    let mut led = vec![false; tables.len()];
    for _ in 0..tables.len() {
        let mut is_new = false;
        for (at, table) in tables.iter().enumerate() {
            if led.get(at).is_some_and(|it| *it) || is_person(at) {
                continue;
            }
            let leads = |key: &ForeignKey| {
                let to = tables.iter().position(|it| it.name == key.to);
                to.is_some_and(|to| led.get(to).is_some_and(|it| *it) || has_own(to))
            };
            if table.foreign_keys.iter().any(|key| must(table, key) && leads(key)) {
                led.get_mut(at).into_iter().for_each(|it| *it = true);
                is_new = true;
            }
        }
        if !is_new {
            break;
        }
    }
    led
}

/// A column that is called after a table of people, such as `customer_id`.
fn called_after(table: &Table, people: &[&Table]) -> Option<(String, String)> {
    let called = |column: &str, to: &str| {
        let (column, to) = (column.to_lowercase(), to.to_lowercase());
        let of = column.strip_suffix("_id").or_else(|| column.strip_suffix("id"));
        of.is_some_and(|of| !of.is_empty() && (of == to || to.strip_suffix('s') == Some(of)))
    };
    table.columns.iter().filter(|column| is_word(&column.name)).find_map(|column| {
        let to = people
            .iter()
            .find(|to| to.name != table.name && to.primary_key.len() == 1 && called(&column.name, &to.name))?;
        Some((column.name.clone(), to.name.clone()))
    })
}

/// An address before any other identifier.
fn identifier(seen: &[Seen<'_>]) -> Option<usize> {
    let is_address = |it: &Seen<'_>| it.likely.identifies && it.likely.term == "EmailAddress";
    seen.iter().position(is_address).or_else(|| seen.iter().position(|it| it.likely.identifies))
}
