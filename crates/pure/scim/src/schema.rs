//! What a service says of its resources. Source: RFC 7643, sections 6 and 7.

use serde_json::Value;

/// The most of anything that is read of a description.
const PARTS_MAX: usize = 1_000;

/// A kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name, such as `User`.
    pub name: String,
    /// Where it is, without the slash: `Users`.
    pub endpoint: String,
    /// The id of its schema.
    pub schema: String,
    /// The ids of the schemas that extend it.
    pub extensions: Vec<String>,
}

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Its id.
    pub id: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The kind of its values: `string`, `boolean`, `complex`, …
    pub kind: String,
    /// It has several values.
    pub is_many: bool,
    /// It must have one.
    pub is_required: bool,
    /// Only the service writes it.
    pub is_read_only: bool,
    /// No two resources have the same value.
    pub is_unique: bool,
    /// What its values are made of.
    pub parts: Vec<Attribute>,
}

/// Reads the kinds of resources out of the resources of a list.
pub fn resource_types(resources: &[Value]) -> Vec<ResourceType> {
    let read = |value: &Value| {
        let extensions = value.get("schemaExtensions").and_then(Value::as_array).into_iter().flatten();
        Some(ResourceType {
            name: text(value, "name")?,
            endpoint: text(value, "endpoint")?.trim_matches('/').to_owned(),
            schema: text(value, "schema")?,
            extensions: extensions.filter_map(|extension| text(extension, "schema")).take(PARTS_MAX).collect(),
        })
    };
    resources.iter().take(PARTS_MAX).filter_map(read).filter(|kind| is_endpoint(&kind.endpoint)).collect()
}

/// Reads schemas out of the resources of a list.
pub fn schemas(resources: &[Value]) -> Vec<Schema> {
    let read = |value: &Value| Some(Schema { id: text(value, "id")?, attributes: attributes(value, "attributes", 0) });
    resources.iter().take(PARTS_MAX).filter_map(read).collect()
}

fn attributes(of: &Value, name: &str, depth: usize) -> Vec<Attribute> {
    let list = of.get(name).and_then(Value::as_array).into_iter().flatten().take(PARTS_MAX);
    list.filter_map(|value| {
        let flag = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
        Some(Attribute {
            name: text(value, "name")?,
            kind: text(value, "type").unwrap_or_else(|| "string".to_owned()),
            is_many: flag("multiValued"),
            is_required: flag("required"),
            is_read_only: text(value, "mutability").as_deref() == Some("readOnly"),
            is_unique: text(value, "uniqueness").is_some_and(|word| word == "server" || word == "global"),
            // The standard knows two levels.
            parts: if depth == 0 { attributes(value, "subAttributes", 1) } else { Vec::new() },
        })
    })
    .collect()
}

fn text(of: &Value, name: &str) -> Option<String> {
    of.get(name)?.as_str().filter(|text| text.len() <= 1_024).map(str::to_owned)
}

fn is_endpoint(text: &str) -> bool {
    let step =
        |step: &str| !step.is_empty() && step.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    text.split('/').all(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn descriptions_are_read() {
        let types = resource_types(&[
            json!({"name": "User", "endpoint": "/Users", "schema": "u", "schemaExtensions": [{"schema": "e"}]}),
            json!({"name": "Bad", "endpoint": "/../admin", "schema": "u"}),
            json!({"name": "NoEndpoint"}),
        ]);
        assert_eq!(types.len(), 1);
        assert_eq!((types[0].endpoint.as_str(), types[0].extensions.len()), ("Users", 1));
        let described = json!({"id": "u", "attributes": [
            {"name": "emails", "type": "complex", "multiValued": true, "subAttributes": [{"name": "value"}]},
            {"name": "active", "type": "boolean"},
        ]});
        let schemas = schemas(&[described]);
        assert_eq!(schemas[0].attributes[0].parts[0].kind, "string");
        assert!(schemas[0].attributes[0].is_many && !schemas[0].attributes[1].is_many);
    }
}
