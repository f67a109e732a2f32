//! JSON objects from outside: no member twice, no deeper than a bound.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// How deep a header, a key or claims may be nested.
pub const DEPTH_MAX: usize = 12;

/// Reads an object; `None` when it is anything else, has a member twice at its first level, or is too deep.
pub(crate) fn read_object(bytes: &[u8]) -> Option<Map<String, Value>> {
    if is_too_deep(bytes) {
        return None;
    }
    serde_json::from_slice::<Unique>(bytes).ok().map(|unique| unique.0)
}

/// Counts brackets outside of strings, before anything is built.
fn is_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return true;
        }
    }
    false
}

/// An object whose members each stand once: two readers can never see two different values.
struct Unique(Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Unique;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member stands twice"));
                    }
                }
                Ok(Unique(members))
            }
        }
        from.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_refused() {
        assert!(read_object(br#"{"alg":"EdDSA"}"#).is_some());
        assert!(read_object(br#"{"alg":"EdDSA","alg":"none"}"#).is_none());
        assert!(read_object(br#"{"a\u006cg":"EdDSA","alg":"none"}"#).is_none());
    }

    #[test]
    fn nesting_is_bounded_and_brackets_in_texts_do_not_count() {
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(read_object(nested(DEPTH_MAX - 1).as_bytes()).is_some());
        assert!(read_object(nested(DEPTH_MAX).as_bytes()).is_none());
        assert!(read_object(format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(50)).as_bytes()).is_some());
    }
}
