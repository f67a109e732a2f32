//! A filter that looks for resources by the value of an attribute. Source: RFC 7644, section 3.4.2.2.
//!
//! Values are written as JSON strings: no value can say more than what it is.

use std::fmt;

/// Resources in which an attribute has one of some values.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter {
    path: String,
    values: Vec<String>,
}

impl Filter {
    /// Resources in which the attribute equals the value; nothing, when the path is no attribute's.
    pub fn equals(path: &str, value: &str) -> Option<Self> {
        is_path(path).then(|| Self { path: path.to_owned(), values: vec![value.to_owned()] })
    }

    /// The attribute.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The values, one of which it has.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The same, or this value.
    #[must_use]
    pub fn or(mut self, value: &str) -> Self {
        self.values.push(value.to_owned());
        self
    }

    /// Reads what [`Display`](fmt::Display) wrote; nothing for any other filter.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut filter: Option<Self> = None;
        loop {
            let (path, after) = rest.split_once(" eq ")?;
            let mut values = serde_json::Deserializer::from_str(after).into_iter::<String>();
            let value = values.next()?.ok()?;
            rest = after.get(values.byte_offset()..)?;
            filter = match filter {
                None => Some(Self::equals(path, &value)?),
                Some(filter) if filter.path == path => Some(filter.or(&value)),
                Some(_) => return None,
            };
            match rest.strip_prefix(" or ") {
                Some(next) => rest = next,
                None => return filter.filter(|_| rest.is_empty()),
            }
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, value) in self.values.iter().enumerate() {
            let or = if at == 0 { "" } else { " or " };
            write!(f, "{or}{} eq {}", self.path, quoted(value))?;
        }
        Ok(())
    }
}

// What is looked for may be of somebody.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A value as it stands in a filter or path.
pub(crate) fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// Whether a text is the path of an attribute: names and dots, perhaps behind the URN of its schema.
fn is_path(text: &str) -> bool {
    let name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
    };
    let (urn, path) = match text.rsplit_once(':') {
        Some((urn, path)) => (Some(urn), path),
        None => (None, text),
    };
    let is_urn = |urn: &str| {
        urn.starts_with("urn:") && urn.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_'))
    };
    urn.is_none_or(is_urn) && path.split('.').count() <= 2 && path.split('.').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in ["rosa", "", "a\" or userName pr or x eq \"", "\\", "\\\"", "ü\u{0}\n", "a eq b", " or "] {
            let filter = Filter::equals("emails.value", value).unwrap();
            let text = filter.to_string();
            assert_eq!(Filter::parse(&text).as_ref(), Some(&filter), "{text}");
            let both = filter.or("second");
            assert_eq!(Filter::parse(&both.to_string()), Some(both));
        }
        assert_eq!(Filter::equals("userName", "a\"b").unwrap().to_string(), r#"userName eq "a\"b""#);
    }

    #[test]
    fn only_paths_of_attributes_are_written() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        for path in ["userName", "name.givenName", "$ref", enterprise] {
            assert!(Filter::equals(path, "x").is_some(), "{path}");
        }
        for path in ["", "a b", "a.b.c", "a eq \"x\" or b", "emails[type eq \"work\"]", "1a", "http:a", "urn:x y:a"] {
            assert!(Filter::equals(path, "x").is_none(), "{path}");
        }
        for text in ["", "a", "a eq ", "a eq 1", "a eq \"x\" or b eq \"y\"", "a eq \"x\" and a eq \"y\"", "a eq \"x\" "]
        {
            assert_eq!(Filter::parse(text), None, "{text}");
        }
    }
}
