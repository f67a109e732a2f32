//! Whose rows are likely to be whose.

use crate::catalogue::{ForeignKey, Table};

use super::{Seen, is_word};

/// Whose the rows of a table are likely to be.
pub(super) enum Owner {
    /// The subject's, by the nth of the recognised columns.
    Subject(usize),
    /// The owner's of another table's rows; further references to people besides.
    Rows { through: String, to: String, others: Vec<(String, String)> },
    /// It is not to be seen.
    Nobody,
}

/// Tables with an identifier stand for people; whatever refers to an owned table by one column is owned through it.
pub(super) fn owners(tables: &[&Table], seen: &[Vec<Seen<'_>>]) -> Vec<Owner> {
    let is_referred = |table: &Table| {
        tables.iter().any(|it| it.foreign_keys.iter().any(|key| key.to == table.name && it.name != table.name))
    };
    let has_identifier = |at: usize| seen.get(at).is_some_and(|seen| seen.iter().any(|it| it.likely.identifies));
    let mut owners: Vec<Owner> = tables
        .iter()
        .enumerate()
        .map(|(at, table)| {
            // An address in a table that refers to people is a copy, unless others refer to it as people.
            let refers = table.foreign_keys.iter().any(|key| {
                key.to != table.name && tables.iter().position(|it| it.name == key.to).is_some_and(has_identifier)
            });
            match identifier(seen.get(at).map(Vec::as_slice).unwrap_or_default()) {
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
    for (at, owner) in owners.iter_mut().enumerate().filter(|(_, owner)| matches!(owner, Owner::Nobody)) {
        if let Some(n) = identifier(seen.get(at).map(Vec::as_slice).unwrap_or_default()) {
            *owner = Owner::Subject(n);
        }
    }
    owners
}

/// An address before any other identifier.
fn identifier(seen: &[Seen<'_>]) -> Option<usize> {
    let is_address = |it: &Seen<'_>| it.likely.identifies && it.likely.term == "EmailAddress";
    seen.iter().position(is_address).or_else(|| seen.iter().position(|it| it.likely.identifies))
}
