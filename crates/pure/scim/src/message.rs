//! Lists, patches and errors. Source: RFC 7644, sections 3.4.2, 3.5.2 and 3.12.

use serde_json::{Value, json};

use crate::filter::quoted;

/// The most resources of one page.
pub const PAGE_MAX: usize = 1_000;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The reasons that the standard names; a service's own words are repeated nowhere.
const WORDS: [&str; 11] = [
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "invalidVers",
    "mutability",
    "noTarget",
    "sensitive",
    "tooMany",
    "uniqueness",
    "expiredCursor",
];

/// A page of resources.
#[derive(Debug)]
pub struct List {
    /// How many there are on all pages.
    pub n_all: u64,
    /// Those of this page.
    pub resources: Vec<Value>,
}

/// A message is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is no list.
    #[error("the answer is no list of resources")]
    NoList,
    /// It holds more than a page may.
    #[error("the answer holds more than {PAGE_MAX} resources")]
    TooMany,
}

/// Reads a list. Some services leave out `Resources` where there are none, and some answer with a bare array.
///
/// # Errors
/// See [`MessageError`].
pub fn list(message: Value) -> Result<List, MessageError> {
    let (n_all, resources) = match message {
        Value::Array(resources) => (None, resources),
        Value::Object(mut object) => {
            let n_all = object.get("totalResults").and_then(Value::as_u64);
            let resources = match object.remove("Resources") {
                Some(Value::Array(resources)) => resources,
                Some(Value::Null) | None if n_all.is_some() => Vec::new(),
                _ => return Err(MessageError::NoList),
            };
            (n_all, resources)
        }
        _ => return Err(MessageError::NoList),
    };
    if resources.len() > PAGE_MAX {
        return Err(MessageError::TooMany);
    }
    let resources: Vec<Value> = resources.into_iter().filter(Value::is_object).collect();
    let n_here = u64::try_from(resources.len()).unwrap_or(u64::MAX);
    Ok(List { n_all: n_all.unwrap_or(n_here), resources })
}

/// One change of a resource.
#[derive(Clone, PartialEq)]
pub enum Operation {
    /// What stands at the path is replaced.
    Replace {
        /// Where.
        path: String,
        /// By what.
        value: Value,
    },
    /// Something is added at the path.
    Add {
        /// Where.
        path: String,
        /// What.
        value: Value,
    },
    /// What stands at the path goes.
    Remove {
        /// Where.
        path: String,
    },
}

impl Operation {
    /// The path of one element of an attribute of many, by the value of a part of it; then a part of that element.
    pub fn element(attribute: &str, by: &str, value: &str, part: Option<&str>) -> String {
        let part = part.map(|part| format!(".{part}")).unwrap_or_default();
        format!("{attribute}[{by} eq {}]{part}", quoted(value))
    }
}

// Values may be of somebody.
impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Replace { .. } => "Replace",
            Self::Add { .. } => "Add",
            Self::Remove { .. } => "Remove",
        })
    }
}

/// The message that asks for changes.
pub fn patch(operations: &[Operation]) -> Value {
    let operations: Vec<Value> = operations
        .iter()
        .map(|operation| match operation {
            Operation::Replace { path, value } => json!({"op": "replace", "path": path, "value": value}),
            Operation::Add { path, value } => json!({"op": "add", "path": path, "value": value}),
            Operation::Remove { path } => json!({"op": "remove", "path": path}),
        })
        .collect();
    json!({"schemas": [PATCH], "Operations": operations})
}

/// The reason of an error message, when it is one that the standard names.
pub fn error_word(body: &[u8]) -> Option<&'static str> {
    let message: Value = serde_json::from_slice(body).ok()?;
    let said = message.get("scimType")?.as_str()?;
    WORDS.into_iter().find(|word| *word == said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_leniently_and_within_bounds() {
        let some = list(json!({"totalResults": 7, "Resources": [{"id": "1"}, 5]})).unwrap();
        assert_eq!((some.n_all, some.resources.len()), (7, 1));
        assert_eq!(list(json!({"totalResults": 0})).unwrap().resources.len(), 0);
        assert_eq!(list(json!([{"id": "1"}])).unwrap().n_all, 1);
        for message in [json!(5), json!({}), json!({"Resources": 5}), json!({"detail": "no"})] {
            assert_eq!(list(message).unwrap_err(), MessageError::NoList);
        }
        let many = vec![json!({}); PAGE_MAX + 1];
        assert_eq!(list(json!({"totalResults": 1, "Resources": many})).unwrap_err(), MessageError::TooMany);
    }

    #[test]
    fn an_element_is_named_by_its_value_and_no_value_says_more() {
        let path = Operation::element("emails", "value", "a\"] or emails[x", Some("value"));
        assert_eq!(path, r#"emails[value eq "a\"] or emails[x"].value"#);
    }

    #[test]
    fn only_words_of_the_standard_are_repeated() {
        assert_eq!(error_word(br#"{"scimType": "uniqueness", "detail": "rosa"}"#), Some("uniqueness"));
        assert_eq!(error_word(br#"{"scimType": "rosa"}"#), None);
        assert_eq!(error_word(b"<html>"), None);
    }
}
