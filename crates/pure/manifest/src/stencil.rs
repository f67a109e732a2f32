//! Texts with places for values: `/customers/{id}`.
//!
//! A place is a column between braces; `{{` and `}}` stand for a brace. What is put into a place is encoded for where it
//! stands by whoever fills it, so that a value never says more than what it is.

/// The most parts of a stencil.
const PARTS_MAX: usize = 64;

/// A text with places for values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stencil {
    parts: Vec<Part>,
}

/// A part of a stencil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What stands as it is.
    Text(String),
    /// Where the value of a column goes.
    Value(String),
}

impl Stencil {
    /// Reads a stencil.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        let mut said = String::new();
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            said.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                said.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                said.push('}');
                rest = after;
            } else {
                let inner = from.strip_prefix('{').ok_or("a `}` stands without its `{`; write `}}` for a brace")?;
                let (name, after) = inner.split_once('}').ok_or("a `{` has no `}`; write `{{` for a brace")?;
                if name.is_empty() || name.contains('{') || name.chars().any(|c| !is_in_column(c)) {
                    return Err("between `{` and `}` stands the name of a column");
                }
                if !said.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut said)));
                }
                parts.push(Part::Value(name.to_owned()));
                rest = after;
            }
            if parts.len() >= PARTS_MAX {
                return Err("more than 64 parts stand in it");
            }
        }
        said.push_str(rest);
        if !said.is_empty() {
            parts.push(Part::Text(said));
        }
        Ok(Self { parts })
    }

    /// Its parts, in order; two texts never follow each other.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The columns whose values it takes.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value(column) => Some(column.as_str()),
            Part::Text(_) => None,
        })
    }
}

fn is_in_column(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | ',' | ':' | '#' | '\'' | '/' | '?' | '&' | '=')
}

/// Writes it as it is read.
impl std::fmt::Display for Stencil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Value(column) => write!(f, "{{{column}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in ["", "/a", "/a/{id}", "{a}{b.c}", "{{{id}}}", "x}}{{", "/q?e='{mail}'&p={emails[work].value}"] {
            assert_eq!(Stencil::parse(text).unwrap().to_string(), text);
        }
        let stencil = Stencil::parse("/a/{id}?x={mail}").unwrap();
        assert_eq!(stencil.columns().collect::<Vec<_>>(), ["id", "mail"]);
    }

    #[test]
    fn what_is_no_stencil_is_refused() {
        for text in ["{", "}", "{}", "{a", "a}", "{a b}", "{a{b}}", "{a/b}", &"{a}".repeat(65)] {
            assert!(Stencil::parse(text).is_err(), "{text}");
        }
    }
}
