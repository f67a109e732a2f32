//! What is sent so that a row becomes what it should be, and whether it has.

use candor_connect::ConnectError;
use candor_connect_rows::{Change, Edit};
use candor_places::{DocumentPath, text_of, value_like};
use serde_json::{Map, Value, json};

/// The columns that change: each with what stands there from then on, nothing where it is emptied.
pub(crate) fn changes(change: &Change, edits: &[Edit]) -> Result<Vec<(String, Option<String>)>, ConnectError> {
    let several = |column: &str| change.kept.iter().filter(|(kept, _)| kept == column).count() > 1;
    let mut pairs: Vec<(String, Option<String>)> = Vec::new();
    for edit in edits {
        let column = edit.column();
        if several(column) && !matches!(edit, Edit::Blank { .. }) {
            let why = format!("`{column}` has several values, and no call changes one of them");
            return Err(ConnectError::Refused { why });
        }
        let to = match edit {
            Edit::Blank { .. } | Edit::Unlink { .. } => None,
            Edit::Put { to, .. } => Some(to.clone()),
            Edit::Mark { to, .. } => to.clone(),
        };
        pairs.retain(|(known, _)| known != column);
        pairs.push((column.to_owned(), to));
    }
    Ok(pairs)
}

/// Refuses a change of what stands in a list: what is sent would stand in its place.
pub(crate) fn stands_in_list(row: &Value, pairs: &[(String, Option<String>)]) -> Result<(), ConnectError> {
    for (column, _) in pairs {
        let mut at = Some(row);
        for step in column.split('.') {
            at = at.and_then(|at| at.get(step));
            if at.is_some_and(Value::is_array) {
                let why = format!("`{column}` stands in a list, and no call changes one of its values");
                return Err(ConnectError::Refused { why });
            }
        }
    }
    Ok(())
}

/// The changes as a document; each value of the kind that stands in its place now.
pub(crate) fn document(pairs: &[(String, Option<String>)], now: Option<&Value>) -> Value {
    let mut document = Value::Object(Map::new());
    for (column, to) in pairs {
        let old = now.and_then(|now| DocumentPath::parse(column)?.at(now).first().copied());
        let value = match (to.as_deref(), old) {
            (None, _) => Value::Null,
            (Some("true"), None) => json!(true),
            (Some("false"), None) => json!(false),
            (Some(text), old) => value_like(old, text),
        };
        put(&mut document, column, value);
    }
    document
}

fn put(document: &mut Value, column: &str, value: Value) {
    let mut at = document;
    let mut steps = column.split('.').peekable();
    while let Some(step) = steps.next() {
        let Some(object) = at.as_object_mut() else { return };
        if steps.peek().is_none() {
            object.insert(step.to_owned(), value);
            return;
        }
        at = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
    }
}

/// Whether a row says what it should.
pub(crate) fn is_so(row: &Value, pairs: &[(String, Option<String>)]) -> bool {
    pairs.iter().all(|(column, to)| {
        let found = DocumentPath::parse(column).map(|path| path.at(row).into_iter().filter_map(text_of).collect());
        let found: Vec<String> = found.unwrap_or_default();
        match to {
            Some(to) => found.iter().any(|value| value == to),
            None => found.is_empty(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_sent_under_their_paths_and_of_their_kind() {
        let pairs = [
            ("name.first".to_owned(), Some("R".to_owned())),
            ("name.last".to_owned(), None),
            ("active".to_owned(), Some("false".to_owned())),
            ("age".to_owned(), Some("7".to_owned())),
        ];
        let now = json!({"name": {"first": "Rosa", "last": "Kern"}, "active": true, "age": 6});
        let sent = document(&pairs, Some(&now));
        assert_eq!(sent, json!({"name": {"first": "R", "last": null}, "active": false, "age": 7}));
        assert!(!is_so(&now, &pairs));
        assert_eq!(stands_in_list(&now, &pairs), Ok(()));
        let listed = json!({"name": [{"first": "Rosa"}]});
        assert!(stands_in_list(&listed, &pairs).unwrap_err().to_string().contains("stands in a list"));
        assert!(is_so(&sent, &pairs));
    }
}
