//! Stencils, filled with values that never say more than what they are.

use candor_manifest::stencil::{Part, Stencil};
use serde_json::Value;

/// Where values come from: the value of a column.
pub type Values<'v> = &'v (dyn Fn(&str) -> Option<String> + Sync);

/// Why a stencil was not filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    /// It is no stencil.
    Malformed,
    /// A column has no value.
    NoValue,
    /// A value holds the quote that it would stand in, or a backslash: what a service would make of it is not known.
    Quotes,
}

/// A path and query: each value percent-encoded, what stands around them as it is.
///
/// # Errors
/// See [`Unfilled`].
pub fn target(stencil: &str, values: Values<'_>) -> Result<String, Unfilled> {
    let stencil = Stencil::parse(stencil).map_err(|_| Unfilled::Malformed)?;
    let mut out = String::new();
    let mut quote: Option<char> = None;
    for part in stencil.parts() {
        match part {
            Part::Text(text) => {
                for c in text.chars() {
                    quote = match quote {
                        None if matches!(c, '\'' | '"') => Some(c),
                        Some(open) if open == c => None,
                        open => open,
                    };
                }
                literal(text, &mut out);
            }
            Part::Value(column) => {
                let value = values(column).ok_or(Unfilled::NoValue)?;
                if quote.is_some_and(|quote| value.contains([quote, '\\'])) {
                    return Err(Unfilled::Quotes);
                }
                encoded(&value, &mut out);
            }
        }
    }
    Ok(out)
}

/// A posted form: names and values are encoded after they are told apart.
///
/// # Errors
/// See [`Unfilled`].
pub fn form(stencil: &str, values: Values<'_>) -> Result<String, Unfilled> {
    let mut out = String::new();
    for pair in stencil.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !out.is_empty() {
            out.push('&');
        }
        encoded(&text(name, values)?, &mut out);
        out.push('=');
        encoded(&text(value, values)?, &mut out);
    }
    Ok(out)
}

/// JSON: values go into its texts after it was read.
///
/// # Errors
/// See [`Unfilled`].
pub fn json(stencil: &str, values: Values<'_>) -> Result<Value, Unfilled> {
    let mut document = serde_json::from_str(stencil).map_err(|_| Unfilled::Malformed)?;
    fill_texts(&mut document, values)?;
    Ok(document)
}

fn fill_texts(value: &mut Value, values: Values<'_>) -> Result<(), Unfilled> {
    match value {
        Value::String(inner) => {
            *inner = text(inner, values)?;
            Ok(())
        }
        Value::Array(elements) => elements.iter_mut().try_for_each(|element| fill_texts(element, values)),
        Value::Object(object) => object.values_mut().try_for_each(|value| fill_texts(value, values)),
        _ => Ok(()),
    }
}

fn text(stencil: &str, values: Values<'_>) -> Result<String, Unfilled> {
    let stencil = Stencil::parse(stencil).map_err(|_| Unfilled::Malformed)?;
    let mut out = String::new();
    for part in stencil.parts() {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Value(column) => out.push_str(&values(column).ok_or(Unfilled::NoValue)?),
        }
    }
    Ok(out)
}

/// Percent-encodes a value: nothing of it is a mark of an address.
pub(crate) fn encoded(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// Writes what stands in a stencil: its marks stay, what no address may hold is encoded.
fn literal(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'\'') => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &'static str) -> impl Fn(&str) -> Option<String> {
        move |column| (column != "none").then(|| value.to_owned())
    }

    #[test]
    fn a_value_in_a_path_is_a_value() {
        let of = |stencil: &str, value: &'static str| target(stencil, &with(value));
        assert_eq!(of("/a/{id}", "../admin?x=1#y&z").as_deref(), Ok("/a/..%2Fadmin%3Fx%3D1%23y%26z"));
        assert_eq!(
            of("/a?q=mail:\"{mail}\"&n=1", "o'b@x.example").as_deref(),
            Ok("/a?q=mail:%22o%27b%40x.example%22&n=1")
        );
        assert_eq!(of("/a b/{id}%20", "ü").as_deref(), Ok("/a%20b/%C3%BC%20"));
        for value in ["x' OR email:'", "x\\"] {
            assert_eq!(target("/a?q=mail:'{mail}'", &with(value)), Err(Unfilled::Quotes), "{value}");
        }
        assert_eq!(target("/a?q=mail:'x'&id={id}", &with("'")).as_deref(), Ok("/a?q=mail:%27x%27&id=%27"));
        assert_eq!(of("/{none}", "x"), Err(Unfilled::NoValue));
    }

    #[test]
    fn a_value_in_a_form_or_in_json_is_a_value() {
        assert_eq!(form("a={id}&b[0]=x y", &with("1&c=2")).as_deref(), Ok("a=1%26c%3D2&b%5B0%5D=x%20y"));
        let filled = json(r#"{"a": ["{id}", 1], "b": "x{id}{{y}}"}"#, &with("\", \"c\": \"")).unwrap();
        assert_eq!(filled.to_string(), r#"{"a":["\", \"c\": \"",1],"b":"x\", \"c\": \"{y}"}"#);
        assert_eq!(json("{", &with("x")), Err(Unfilled::Malformed));
    }
}
