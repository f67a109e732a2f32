//! Distinguished names (RFC 4514), as far as telling whether two are the same and which entry is above asks for.

use crate::entry::bytes_of;

const NAME_BYTES_MAX: usize = 8_192;

/// A distinguished name in parts, the entry's own first.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    parts: Vec<Vec<Part>>,
}

/// One attribute and value of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// The attribute.
    pub attribute: String,
    /// Its value, without escapes.
    pub value: String,
}

// Who an entry is named after, is never printed.
impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Name").field("n_parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("attribute", &self.attribute).finish_non_exhaustive()
    }
}

impl Name {
    /// Reads a name, up to 8 192 bytes; nothing, when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > NAME_BYTES_MAX {
            return None;
        }
        if text.trim().is_empty() {
            return Some(Self { parts: Vec::new() });
        }
        let parts = split(text, &[',', ';'])
            .into_iter()
            .map(|one| split(one, &['+']).into_iter().map(Part::parse).collect::<Option<Vec<_>>>());
        Some(Self { parts: parts.collect::<Option<Vec<_>>>()? })
    }

    /// The attributes and values that tell the entry from its siblings.
    pub fn own(&self) -> &[Part] {
        self.parts.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// The attributes and values of all entries above.
    pub fn above(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().skip(1).flatten()
    }

    /// The same text for all ways to write the name. `of` gives the one word for an attribute that has several.
    pub fn key(&self, of: impl Fn(&str) -> String) -> String {
        let mut key = String::new();
        for parts in &self.parts {
            let mut parts: Vec<String> =
                parts.iter().map(|part| format!("{}={}", of(&part.attribute), escaped(&normal(&part.value)))).collect();
            parts.sort();
            key.push_str(&parts.join("+"));
            key.push(',');
        }
        key
    }
}

impl Part {
    fn parse(text: &str) -> Option<Self> {
        let (attribute, value) = text.split_once('=')?;
        let attribute = attribute.trim();
        let is_named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b';' | b'_');
        if attribute.is_empty() || !attribute.bytes().all(is_named) {
            return None;
        }
        Some(Self { attribute: attribute.to_owned(), value: unescaped(value)? })
    }
}

/// The name's own first part as written, and the name of the entry above.
pub fn split_first(name: &str) -> (&str, &str) {
    let own = split(name, &[',', ';']).first().copied().unwrap_or(name);
    let above = name.get(own.len()..).unwrap_or_default();
    (own.trim(), above.strip_prefix([',', ';']).unwrap_or(above).trim())
}

/// Writes a value into a name so that it stands for itself.
pub fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        let is_edge = (at == 0 && matches!(character, ' ' | '#')) || (at == last && character == ' ');
        match character {
            '"' | '+' | ',' | ';' | '<' | '=' | '>' | '\\' => escaped.extend(['\\', character]),
            _ if is_edge => escaped.extend(['\\', character]),
            control if control.is_ascii_control() => escaped.push_str(&format!("\\{:02X}", u32::from(control))),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A value as directories compare it: without regard to case and to repeated spaces.
pub fn normal(value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Splits at what is not escaped.
fn split<'a>(text: &'a str, at: &[char]) -> Vec<&'a str> {
    let (mut pieces, mut from, mut is_escaped) = (Vec::new(), 0, false);
    for (position, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            mark if at.contains(&mark) => {
                pieces.push(text.get(from..position).unwrap_or_default());
                from = position + mark.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(text.get(from..).unwrap_or_default());
    pieces
}

fn unescaped(value: &str) -> Option<String> {
    // A space at the end belongs to the value when it is escaped.
    let value = value.trim_start();
    let trimmed = value.trim_end();
    let n_marks = trimmed.bytes().rev().take_while(|byte| *byte == b'\\').count();
    let value = if n_marks % 2 == 1 { value.get(..trimmed.len() + 1).unwrap_or(trimmed) } else { trimmed };
    let (mut bytes, mut rest) = (Vec::with_capacity(value.len()), value);
    while let Some(first) = rest.chars().next() {
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        if first != '\\' {
            bytes.extend(first.to_string().as_bytes());
            continue;
        }
        if let Some(byte) = rest.get(..2).and_then(bytes_of) {
            bytes.extend(byte);
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        let marked = rest.chars().next()?;
        bytes.extend(marked.to_string().as_bytes());
        rest = rest.get(marked.len_utf8()..).unwrap_or_default();
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> String {
        Name::parse(text).unwrap().key(str::to_lowercase)
    }

    #[test]
    fn names_that_are_written_differently_are_the_same() {
        for (one, other) in [
            ("uid=ada,ou=people,dc=example", "UID = Ada , OU=People,dc=EXAMPLE"),
            (r"cn=Lovelace\, Ada,dc=example", r"CN=lovelace\2C  ada,dc=example"),
            ("cn=a+sn=b,dc=x", "sn=b+cn=a,dc=x"),
            (r"cn=Zo\C3\AB,dc=x", "cn=Zoë,dc=x"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_ne!(key(r"cn=a\,dc=x"), key("cn=a,dc=x"));
        assert_ne!(key("cn=a,dc=x"), key("uid=a,dc=x"));
    }

    #[test]
    fn a_name_has_a_part_of_its_own_and_one_above() {
        assert_eq!(split_first(r"cn=Lovelace\, Ada,ou=p,dc=x"), (r"cn=Lovelace\, Ada", "ou=p,dc=x"));
        assert_eq!(split_first("dc=x"), ("dc=x", ""));
        assert_eq!(Name::parse(r"cn=a\20 ,dc=x").unwrap().own()[0].value, "a ");
        assert_eq!(Name::parse("").unwrap().own(), []);
        for none in ["ada", "=x,dc=y", "c n=a", "cn=a,,dc=x"] {
            assert_eq!(Name::parse(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_value_written_into_a_name_is_read_back(value in "[^\\x00]{0,40}") {
            let read = Name::parse(&format!("cn={},dc=x", escaped(&value))).unwrap();
            prop_assert_eq!(normal(&read.own()[0].value), normal(&value));
        }
    }
}
