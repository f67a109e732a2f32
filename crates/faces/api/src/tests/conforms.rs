//! Compares every answer that a test sees with its description in the OpenAPI document.

use serde_json::Value;

use super::world::Answered;

/// Panics when an answer is not as described.
pub fn check(document: &Value, method: &str, path: &str, answered: &Answered) {
    let path = path.split('?').next().unwrap();
    let Some(operation) = operation(document, method, path) else { return };
    let responses = &operation["responses"];
    let described = &responses[answered.status.to_string()];
    assert!(!described.is_null(), "{method} {path}: {} is not described: {}", answered.status, answered.body);
    let kind = answered.headers.get("content-type").map(|kind| kind.to_str().unwrap()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap();
    if answered.bytes.is_empty() {
        assert!(described["content"].is_null(), "{method} {path} {}: an empty answer", answered.status);
        return;
    }
    let schema = &described["content"][kind]["schema"];
    assert!(!schema.is_null(), "{method} {path} {}: `{kind}` is not described: {}", answered.status, answered.body);
    if kind.ends_with("json") {
        compare(document, schema, &answered.body, &format!("{method} {path}"), kind == "application/problem+json");
    }
}

/// The operation of a path; literal segments win over `{placeholders}`.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let method = method.to_lowercase();
    let paths = document["paths"].as_object().unwrap();
    let mut fitting: Vec<_> = paths.iter().filter(|(template, _)| fits(template, path)).collect();
    fitting.sort_by_key(|(template, _)| template.matches('{').count());
    fitting.iter().find_map(|(_, item)| item.get(&method))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            // The one address whose last part may hold slashes.
            (Some("{path}"), Some(_)) => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

fn compare(document: &Value, schema: &Value, value: &Value, at: &str, is_open: bool) {
    let schema = resolve(document, schema);
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let choice = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null());
        return compare(document, choice.unwrap_or_else(|| panic!("{at}: {value} fits no choice")), value, at, is_open);
    }
    if let Some(kinds) = schema.get("type") {
        let allowed: Vec<&str> = match kinds {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        assert!(
            allowed.contains(&type_of(value)) || allowed.contains(&"number") && value.is_number(),
            "{at}: {value} is no {allowed:?}"
        );
    }
    if let Some(choices) = schema["enum"].as_array() {
        assert!(choices.contains(value), "{at}: {value} is none of {choices:?}");
    }
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| compare(document, &schema["items"], item, &format!("{at}[]"), is_open))
        }
        Value::Object(members) => compare_members(document, schema, members, at, is_open),
        _ => {}
    }
}

fn compare_members(
    document: &Value,
    schema: &Value,
    members: &serde_json::Map<String, Value>,
    at: &str,
    is_open: bool,
) {
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(members.contains_key(name.as_str().unwrap()), "{at}: {name} is missing");
    }
    for (name, member) in members {
        let described = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
        match described {
            Some(described) => compare(document, described, member, &format!("{at}.{name}"), is_open),
            None => assert!(is_open || schema.get("properties").is_none(), "{at}: `{name}` is not described"),
        }
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => schema,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
