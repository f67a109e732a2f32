//! Datasets as systems, collections as places, references as ownership.

use std::collections::BTreeMap;

use crate::groups::{Column, Group};
use crate::names::{Taken, is_word, name_of, one_line};
use crate::translate::Options;
use crate::writing::Writing;

/// Who owns the rows of a place.
enum Owner<'g> {
    Subject { column: &'g str, field: &'g str },
    Place { collection: String, column: &'g str },
}

/// An edge that the source states: the rows here follow those of another collection, through a column.
struct Edge {
    to: String,
    column: String,
}

/// Writes every dataset as a system; as a comment when nobody said of what kind it is.
pub(crate) fn write(groups: &[Group], options: &Options, writing: &mut Writing) {
    let mut by_dataset: BTreeMap<&str, Vec<&Group>> = BTreeMap::new();
    for group in groups.iter().filter(|group| !group.collection.is_empty()) {
        by_dataset.entry(&group.dataset).or_default().push(group);
    }
    let mut taken = Taken::default();
    for (dataset, collections) in by_dataset {
        let edges = edges(dataset, &collections);
        let mut places = Writing::default();
        for group in needed(&collections, &edges) {
            write_place(group, &edges, &mut places);
        }
        let name = taken.free(&name_of(dataset));
        let env = format!("{}_URL", name.to_ascii_uppercase());
        writing.line("");
        let kind = options.kind.map(|kind| kind.name());
        if kind.is_none() {
            writing.ask("", format!("of what kind is the database of `{name}`? The lines below wait for it"));
        }
        let comment = if kind.is_none() { "# " } else { "" };
        writing.line(format!("{comment}system {name} is {} at env {env} {{", kind.unwrap_or("KIND")));
        let first = writing.questions.len();
        for line in places.text().lines() {
            let line = renumbered(line, first);
            writing.line(if line.trim_start().starts_with('#') { line } else { format!("{comment}{line}") });
        }
        writing.questions.extend(places.questions);
        writing.line(format!("{comment}}}"));
    }
}

/// A question's number among all of them.
fn renumbered(line: &str, first: usize) -> String {
    let Some((indent, rest)) = line.split_once("# question ") else { return line.to_owned() };
    let Some((number, text)) = rest.split_once(':') else { return line.to_owned() };
    match number.parse::<usize>() {
        Ok(number) => format!("{indent}# question {}:{text}", first + number),
        Err(_) => line.to_owned(),
    }
}

/// Which collections follow which, by the collection that follows.
fn edges(dataset: &str, collections: &[&Group]) -> BTreeMap<String, Vec<Edge>> {
    let mut edges: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
    for group in collections {
        for column in &group.columns {
            for reference in &column.references {
                let Some((other, other_column)) = reference.field.split_once('.') else { continue };
                if reference.dataset != dataset {
                    continue;
                }
                match reference.direction.as_deref() {
                    // The rows there lead to the rows here.
                    Some("from") => edges
                        .entry(group.collection.clone())
                        .or_default()
                        .push(Edge { to: other.to_owned(), column: column.path.clone() }),
                    // The rows here, by their key, lead to the rows there.
                    Some("to") if column.is_key => edges
                        .entry(other.to_owned())
                        .or_default()
                        .push(Edge { to: group.collection.clone(), column: other_column.to_owned() }),
                    _ => {}
                }
            }
        }
    }
    edges
}

/// The collections with something about people, and those that own them.
fn needed<'g>(collections: &[&'g Group], edges: &BTreeMap<String, Vec<Edge>>) -> Vec<&'g Group> {
    let mut names: Vec<&str> = Vec::new();
    let mut waiting: Vec<&str> = collections
        .iter()
        .filter(|group| group.fields().next().is_some())
        .map(|group| group.collection.as_str())
        .collect();
    while let Some(name) = waiting.pop() {
        if names.contains(&name) {
            continue;
        }
        names.push(name);
        let is_subjects = collections
            .iter()
            .any(|group| group.collection == name && group.columns.iter().any(|column| column.identity));
        if !is_subjects {
            waiting.extend(edges.get(name).into_iter().flatten().take(1).map(|edge| edge.to.as_str()));
        }
    }
    collections.iter().copied().filter(|group| names.contains(&group.collection.as_str())).collect()
}

fn write_place(group: &Group, edges: &BTreeMap<String, Vec<Edge>>, writing: &mut Writing) {
    let name = &group.collection;
    let key = group.columns.iter().find(|column| column.is_key).map(|column| column.path.as_str());
    let follows = edges.get(name).map(Vec::as_slice).unwrap_or_default();
    let owner = owner(group, follows);
    let (Some(key), Some(owner), true) = (key.filter(|key| is_word(key)), &owner, is_word(name)) else {
        let missing = if key.is_none() { "names no primary key" } else { "does not say whose rows they are" };
        writing.ask(
            "    ",
            format!("the source {missing} of `{}`: place {} key … {{ owned by … }}", one_line(name), one_line(name)),
        );
        return;
    };
    writing.line(format!("    place {name} key {key} {{"));
    match owner {
        Owner::Subject { column, field } => {
            writing.line(format!("        owned by subject through {column} as {field}"))
        }
        Owner::Place { collection, column } => writing.line(format!("        owned by {collection} through {column}")),
    }
    let others = follows.iter().skip(usize::from(matches!(owner, Owner::Place { .. })));
    for edge in others.filter(|edge| is_word(&edge.to) && is_word(&edge.column)) {
        writing.line(format!("        accessed by {} through {}", edge.to, edge.column));
    }
    for Column { path, field, .. } in &group.columns {
        match field {
            Some(field) if is_word(path) => writing.line(format!("        {} at {path}", field.name)),
            Some(field) => {
                writing
                    .ask("        ", format!("column `{}` of `{}` cannot be named here", one_line(path), field.name));
            }
            None => {}
        }
    }
    if !group.columns.iter().any(|column| column.is_deleted) {
        writing.ask("        ", "the source does not say what erasure does to the rows; `delete` is assumed");
    }
    writing.line("        on erasure delete");
    writing.line("    }");
}

fn owner<'g>(group: &'g Group, follows: &'g [Edge]) -> Option<Owner<'g>> {
    let identity = group.columns.iter().find(|column| column.identity && is_word(&column.path));
    if let Some((column, field)) = identity.and_then(|column| Some((column, column.field.as_ref()?))) {
        return Some(Owner::Subject { column: &column.path, field: &field.name });
    }
    let edge = follows.first().filter(|edge| is_word(&edge.to) && is_word(&edge.column))?;
    Some(Owner::Place { collection: edge.to.clone(), column: &edge.column })
}
