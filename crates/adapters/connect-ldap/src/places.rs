//! Places of a map as this directory has them, and how their entries are asked for.

use candor_connect::ConnectError;
use candor_ldap_wire::escaped;
use candor_manifest::model::Condition;
use candor_places::{ColumnKind, MappedOwner, MappedPlace, SystemMap};

use crate::attributes::is_dn;
use crate::entry::{Entry, bytes_of};
use crate::name::{Name, normal};
use crate::schema::Schema;

/// Checks that the directory knows every object class and attribute of a map.
pub(crate) fn check(map: &SystemMap, schema: &Schema) -> Result<(), ConnectError> {
    for place in &map.places {
        if schema.class(&place.name).is_none() {
            return Err(ConnectError::SchemaDiffers { what: format!("there is no object class `{}`", place.name) });
        }
        let unknown = columns(place).find(|column| !is_dn(column) && schema.attribute(column).is_none());
        if let Some(column) = unknown {
            let what = format!("there is no attribute `{column}`, which `{}` is mapped to have", place.name);
            return Err(ConnectError::SchemaDiffers { what });
        }
    }
    Ok(())
}

/// Every column that a map names in a place.
pub(crate) fn columns(place: &MappedPlace) -> impl Iterator<Item = &str> {
    let owners = place.owned_by.iter().chain(&place.accessed_by).filter_map(|owner| match owner {
        MappedOwner::Subject { column, .. } => Some(column.as_str()),
        MappedOwner::Place(link) if !stands_there(link) => Some(link.through.as_str()),
        MappedOwner::Place(_) => None,
    });
    let mapped = place
        .columns
        .iter()
        .flat_map(|column| [Some(column.column.as_str()), column.only_where.as_ref().map(|only| only.column.as_str())]);
    let only = place.only_where.as_ref().map(|only| only.column.as_str());
    let marks = place.marks.iter().map(|mark| mark.column.as_str());
    place.key.iter().map(String::as_str).chain(owners).chain(mapped.flatten()).chain(only).chain(marks)
}

/// Whether the column of a link stands in the place it leads to.
pub(crate) fn stands_there(link: &candor_manifest::model::Link) -> bool {
    matches!(link.stands, candor_manifest::model::LinkStands::There)
}

/// The filter of a place's entries, with a further one.
pub(crate) fn filter(place: &MappedPlace, schema: &Schema, further: &str) -> String {
    let only = place.only_where.as_ref().map(|only| condition(only, schema)).unwrap_or_default();
    format!("(&(objectClass={}){only}{further})", escaped(&place.name))
}

fn condition(condition: &Condition, schema: &Schema) -> String {
    any(&condition.column, condition.values.iter().map(String::as_str), schema)
}

/// The filter of entries that have one of several values.
pub(crate) fn any<'a>(column: &str, values: impl Iterator<Item = &'a str>, schema: &Schema) -> String {
    let tests: Vec<String> = values.map(|value| format!("({column}={})", value_of(column, value, schema))).collect();
    format!("(|{})", tests.join(""))
}

/// A value as it stands in a filter; bytes are written in hexadecimal where they are values.
fn value_of(column: &str, value: &str, schema: &Schema) -> String {
    match (schema.kind(column), bytes_of(value)) {
        (ColumnKind::Bytes, Some(bytes)) => bytes.iter().map(|byte| format!("\\{byte:02x}")).collect(),
        _ => escaped(value),
    }
}

/// Whether an entry is of a place.
pub(crate) fn holds(place: &MappedPlace, entry: &Entry) -> bool {
    entry.has("objectClass", &place.name) && place.only_where.as_ref().is_none_or(|only| meets(only, entry))
}

/// Whether an entry meets a condition.
pub(crate) fn meets(condition: &Condition, entry: &Entry) -> bool {
    condition.values.iter().any(|value| entry.has(&condition.column, value))
}

/// Whether two values of a column are the same.
pub(crate) fn same(column: &str, one: &str, other: &str, schema: &Schema) -> bool {
    if is_dn(column) || schema.is_reference(column) {
        return key(one, schema) == key(other, schema);
    }
    normal(one) == normal(other) || telephone(one).is_some_and(|one| telephone(other) == Some(one))
}

/// One text for all ways to write a name; without the number that a unique member may carry.
pub(crate) fn key(name: &str, schema: &Schema) -> String {
    let plain = match name.rsplit_once("#'") {
        Some((plain, number)) if number.ends_with("'B") => plain,
        _ => name,
    };
    Name::parse(plain).map_or_else(|| normal(name), |name| name.key(|attribute| schema.word(attribute)))
}

/// A telephone number by its digits alone: directories compare them without spaces and hyphens.
pub(crate) fn telephone(text: &str) -> Option<String> {
    let is_of_one =
        |character: char| character.is_ascii_digit() || matches!(character, '+' | ' ' | '-' | '/' | '(' | ')' | '.');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 7 && text.chars().all(is_of_one)).then_some(digits)
}

/// A value as the directory stores it; bytes are written in hexadecimal where they are values.
pub(crate) fn stored(column: &str, value: &str, schema: &Schema) -> Vec<u8> {
    match (schema.kind(column), bytes_of(value)) {
        (ColumnKind::Bytes, Some(bytes)) => bytes,
        _ => value.as_bytes().to_vec(),
    }
}
