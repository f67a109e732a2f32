//! What on a page is meant: as a person would say it, by its role and its name.

use serde_json::{Value, json};

/// Something on a page. Names are whole, as assistive technology reads them.
#[derive(Debug, Clone, Copy)]
pub enum At<'a> {
    /// A field by its label.
    Label(&'a str),
    /// A button.
    Button(&'a str),
    /// A link.
    Link(&'a str),
    /// A heading of any level.
    Heading(&'a str),
    /// Any element by its role and its name.
    Role(&'a str, &'a str),
    /// Whatever shows a text that holds this one.
    Text(&'a str),
    /// By a selector: for what has no name of its own.
    Css(&'a str),
}

impl At<'_> {
    pub(super) fn told(self) -> Value {
        let (by, name) = match self {
            Self::Label(name) => ("label", name),
            Self::Button(name) => ("button", name),
            Self::Link(name) => ("link", name),
            Self::Heading(name) => ("heading", name),
            Self::Role(role, name) => (role, name),
            Self::Text(text) => ("text", text),
            Self::Css(selector) => ("css", selector),
        };
        json!({ "by": by, "name": name })
    }
}
