//! One text for one JSON value, so that what was signed can be written again from what was read.
//!
//! Source: RFC 8785 (JSON Canonicalization Scheme), for values whose numbers are integers; others have no text here.
//! A value that names a member twice is refused when it is read: two readers could see two things.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Writes a value in its one form; `None` when it holds a number that is no integer.
pub(crate) fn canonical(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Some(text)
}

fn write(value: &Value, into: &mut String) -> Option<()> {
    match value {
        Value::Number(number) if number.is_f64() => return None,
        Value::Array(items) => {
            into.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, into);
                write(item, into)?;
            }
            into.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_cached_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            into.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                separate(at, into);
                into.push_str(&Value::from(name.as_str()).to_string());
                into.push(':');
                write(member, into)?;
            }
            into.push('}');
        }
        plain => into.push_str(&plain.to_string()),
    }
    Some(())
}

fn separate(at: usize, into: &mut String) {
    if at > 0 {
        into.push(',');
    }
}

/// Reads a value in which no object names a member twice.
pub(crate) fn once_each<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    OnceEach.deserialize(from)
}

struct OnceEach;

impl<'de> DeserializeSeed<'de> for OnceEach {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OnceEach {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON whose numbers are integers")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(OnceEach)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let member = from.next_value_seed(OnceEach)?;
            if members.insert(name, member).is_some() {
                return Err(A::Error::custom("a member is named twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Option<Value> {
        once_each(&mut serde_json::Deserializer::from_str(text)).ok()
    }

    #[test]
    fn one_value_has_one_text() {
        let value = json!({ "b": [1, null, true], "a": { "ü": "\n\u{1f}\"é" }, "": -2 });
        assert_eq!(canonical(&value).unwrap(), "{\"\":-2,\"a\":{\"ü\":\"\\n\\u001f\\\"é\"},\"b\":[1,null,true]}");
        assert_eq!(read(&canonical(&value).unwrap()), Some(value));
        assert_eq!(canonical(&json!([1.5])), None);
    }

    #[test]
    fn a_member_named_twice_and_a_fraction_are_refused() {
        assert_eq!(read(r#"{"a":1,"a":1}"#), None);
        assert_eq!(read(r#"[{"a":{"b":1,"b":2}}]"#), None);
        assert_eq!(read("1.5"), None);
    }
}
