//! Bodies and schemas as tables of members.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::{bounds, items, text};

/// How deep an example follows schemas that hold each other.
const EXAMPLE_DEPTH_MAX: usize = 4;

/// What a request sends.
pub(super) fn request(document: &Value, operation: &Value) -> Markup {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    html! {
        @if !schema.is_null() {
            h4 { "Body" }
            (members(resolve(document, schema)))
        }
    }
}

/// What comes back, by status; refusals on one line, for they look alike.
pub(super) fn answers(operation: &Value) -> Markup {
    let responses = operation["responses"].as_object();
    let (granted, refused): (Vec<_>, Vec<_>) =
        responses.into_iter().flatten().partition(|(status, _)| status.starts_with('2'));
    html! {
        h4 { "Answers" }
        table {
            @for (status, response) in granted {
                tr {
                    td { code { (status) } }
                    td { (text(&response["description"])) }
                    td {
                        @for (kind, content) in response["content"].as_object().into_iter().flatten() {
                            (type_name(&content["schema"])) " " small { (kind) }
                        }
                    }
                }
            }
            tr {
                td { @for (status, _) in refused { code { (status) } " " } }
                td { "A refusal, whose code says why" }
                td { a href="#schema-Problem" { "Problem" } " " small { "application/problem+json" } }
            }
        }
    }
}

/// Every schema, so that the names above lead somewhere.
pub(super) fn schemas(document: &Value) -> Markup {
    let all = document["components"]["schemas"].as_object();
    html! {
        section id="schemas" {
            h2 { "schemas" }
            @for (name, schema) in all.into_iter().flatten() {
                article id={ "schema-" (name) } {
                    h3 { (name) }
                    @if let Some(description) = schema["description"].as_str() { p { (description) } }
                    (members(schema))
                }
            }
        }
    }
}

fn members(schema: &Value) -> Markup {
    let required = items(&schema["required"]);
    html! {
        @if let Some(values) = schema["enum"].as_array() {
            p { @for value in values { code { (text(value)) } " " } }
        }
        @if let Some(properties) = schema["properties"].as_object() {
            table {
                @for (name, member) in properties {
                    tr {
                        td { code { (name) } @if !required.contains(&Value::from(name.as_str())) { " " small { "optional" } } }
                        td { (type_name(member)) }
                        td { (text(&member["description"])) " " (bounds(member)) }
                    }
                }
            }
        }
    }
}

fn type_name(schema: &Value) -> Markup {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return html! { @for (at, choice) in choices.iter().enumerate() { @if at > 0 { " or " } (type_name(choice)) } };
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => html! { "list of " (type_name(&schema["items"])) },
        Value::String(kind) => html! { (kind) },
        Value::Array(kinds) => {
            html! { @for (at, kind) in kinds.iter().enumerate() { @if at > 0 { " or " } (text(kind)) } }
        }
        _ => html! { "any value" },
    }
}

/// An example of the body, from the examples of its members.
pub(super) fn example(document: &Value, operation: &Value) -> Option<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    (!schema.is_null()).then(|| example_of(document, schema, 0).to_string())
}

fn example_of(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let required = items(&schema["required"]);
        let wanted = properties.iter().filter(|(name, _)| required.contains(&Value::from(name.as_str())));
        let members = wanted.map(|(name, member)| (name.clone(), example_of(document, member, depth + 1)));
        return Value::Object(if depth < EXAMPLE_DEPTH_MAX { members.collect() } else { Map::new() });
    }
    match schema["type"].as_str() {
        Some("array") => json!([example_of(document, &schema["items"], depth + 1)]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("object") => json!({}),
        _ if schema["format"] == "date-time" => json!("2026-11-21T09:30:00Z"),
        _ => json!("…"),
    }
}

/// Follows a reference to its schema.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or(schema),
        None => schema,
    }
}
