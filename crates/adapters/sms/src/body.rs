//! What is said to a gateway: a template in which `{to}`, `{text}` and `{id}` stand for the message's parts.
//!
//! The template is read once, as JSON or as a form; parts are put into its values and then written by the form's own
//! rules, so that no text of a message can become syntax.

use serde_json::Value;

/// The longest template, in bytes.
const TEMPLATE_BYTES_MAX: usize = 4096;
const TO: &str = "{to}";
const TEXT: &str = "{text}";
const ID: &str = "{id}";

/// Why a template is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Longer than the bound.
    #[error("the template of text messages was not read: it is longer than {TEMPLATE_BYTES_MAX} bytes")]
    Long,
    /// Not of its form.
    #[error(
        "the template of text messages was not read: it must be a JSON object, or a form such as `to={{to}}&text={{text}}`"
    )]
    Form,
    /// A part does not stand in a value.
    #[error("the template of text messages was not read: `{part}` must stand in one of its values, and in no name")]
    Part {
        /// Which.
        part: &'static str,
    },
}

/// A template, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Body(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Json(Value),
    Form(Vec<(String, String)>),
}

/// The parts of a message that a template may name.
pub(crate) struct Parts<'a> {
    pub(crate) to: &'a str,
    pub(crate) text: &'a str,
    pub(crate) id: &'a str,
}

impl Body {
    /// Reads a JSON object with parts in its strings: `{"to": "{to}", "body": "{text}"}`.
    ///
    /// # Errors
    /// See [`BodyError`].
    pub fn json(template: &str) -> Result<Self, BodyError> {
        if template.len() > TEMPLATE_BYTES_MAX {
            return Err(BodyError::Long);
        }
        let value: Value = serde_json::from_str(template).map_err(|_| BodyError::Form)?;
        if !value.is_object() {
            return Err(BodyError::Form);
        }
        let (mut names, mut values) = (Vec::new(), Vec::new());
        gather(&value, &mut names, &mut values);
        check(&names, &values)?;
        Ok(Self(Kind::Json(value)))
    }

    /// Reads a form with parts in its values, neither side encoded: `From=Vendor&To={to}&Body={text}`.
    ///
    /// # Errors
    /// See [`BodyError`].
    pub fn form(template: &str) -> Result<Self, BodyError> {
        if template.len() > TEMPLATE_BYTES_MAX {
            return Err(BodyError::Long);
        }
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let pairs: Vec<_> = template.split('&').map(pair).collect::<Option<_>>().ok_or(BodyError::Form)?;
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<&str> = pairs.iter().map(|(_, value)| value.as_str()).collect();
        check(&names, &values)?;
        Ok(Self(Kind::Form(pairs)))
    }

    /// The media type of what [`Body::write`] writes.
    pub(crate) const fn media_type(&self) -> &'static str {
        match self.0 {
            Kind::Json(_) => "application/json",
            Kind::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    /// Writes the request's body for one message.
    pub(crate) fn write(&self, parts: &Parts<'_>) -> String {
        match &self.0 {
            Kind::Json(template) => filled(template, parts).to_string(),
            Kind::Form(template) => {
                let pair =
                    |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(&put(value, parts)));
                template.iter().map(pair).collect::<Vec<_>>().join("&")
            }
        }
    }
}

fn gather<'a>(value: &'a Value, names: &mut Vec<&'a str>, values: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => values.push(text),
        Value::Array(items) => items.iter().for_each(|item| gather(item, names, values)),
        Value::Object(members) => {
            for (name, value) in members {
                names.push(name);
                gather(value, names, values);
            }
        }
        _ => {}
    }
}

fn check(names: &[&str], values: &[&str]) -> Result<(), BodyError> {
    for part in [TO, TEXT, ID] {
        let is_needed = part != ID;
        let is_there = values.iter().any(|value| value.contains(part));
        if names.iter().any(|name| name.contains(part)) || (is_needed && !is_there) {
            return Err(BodyError::Part { part });
        }
    }
    Ok(())
}

fn filled(template: &Value, parts: &Parts<'_>) -> Value {
    match template {
        Value::String(text) => Value::String(put(text, parts)),
        Value::Array(items) => items.iter().map(|item| filled(item, parts)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, parts)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Puts the parts in, each once read: what a message says is not looked at for parts again.
fn put(template: &str, parts: &Parts<'_>) -> String {
    let mut filled = String::with_capacity(template.len() + parts.text.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [(TO, parts.to), (TEXT, parts.text), (ID, parts.id)];
        let (name, value) = known.into_iter().find(|(name, _)| rest.starts_with(name)).unwrap_or(("{", "{"));
        filled.push_str(value);
        rest = &rest[name.len()..];
    }
    filled.push_str(rest);
    filled
}

/// Percent-encodes all but unreserved characters (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(body: &Body, text: &str) -> String {
        body.write(&Parts { to: "+49301234567", text, id: "code.1" })
    }

    #[test]
    fn parts_become_values_of_json() {
        let body = Body::json(r#"{"messages":[{"to":["{to}"],"text":"{text}","ref":"{id}"}],"n":1}"#).unwrap();
        let hostile = "a\"}],\"to\":\"+1900\n\\ {to} {id} ü";
        let read: Value = serde_json::from_str(&write(&body, hostile)).unwrap();
        let expected = serde_json::json!({
            "messages": [{ "to": ["+49301234567"], "text": hostile, "ref": "code.1" }], "n": 1
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn parts_become_values_of_a_form() {
        let body = Body::form("From=My Vendor&To={to}&Body=[{text}]").unwrap();
        assert_eq!(
            write(&body, "a&To=+1900 {to}%"),
            "From=My%20Vendor&To=%2B49301234567&Body=%5Ba%26To%3D%2B1900%20%7Bto%7D%25%5D"
        );
    }

    #[test]
    fn a_template_that_would_say_nothing_or_is_none_is_refused() {
        for (body, error) in [
            (Body::json(r#"{"to":"{to}"}"#), BodyError::Part { part: TEXT }),
            (Body::json(r#"{"text":"{text}"}"#), BodyError::Part { part: TO }),
            (Body::json(r#"{"{to}":"{to}{text}"}"#), BodyError::Part { part: TO }),
            (Body::json(r#"{"a":"{to}{text}","{id}":1}"#), BodyError::Part { part: ID }),
            (Body::json("{to} {text}"), BodyError::Form),
            (Body::json(r#"["{to}{text}"]"#), BodyError::Form),
            (Body::json(&" ".repeat(5000)), BodyError::Long),
            (Body::form("To={to}"), BodyError::Part { part: TEXT }),
            (Body::form("{text}&{to}"), BodyError::Form),
        ] {
            assert_eq!(body, Err(error));
        }
    }
}
