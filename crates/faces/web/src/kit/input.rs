//! One field of a form: label, hint, error, all tied to it.

use maud::{Markup, html};

use crate::Language;
use crate::words::kit as words;

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum InputKind {
    Text,
    Email,
    Telephone,
    Password,
    Date,
    Number,
    /// Digits that a device or a message shows.
    Code,
    /// Several lines.
    Lines,
}

/// A field that takes text.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    name: &'a str,
    id: &'a str,
    label: Markup,
    kind: InputKind,
    value: &'a str,
    hint: Option<Markup>,
    error: Option<&'a str>,
    is_optional: bool,
    autocomplete: Option<&'a str>,
    characters_max: Option<u32>,
}

impl<'a> Input<'a> {
    /// A required field. Its name is its id too.
    pub fn new(name: &'a str, label: Markup, kind: InputKind) -> Self {
        Self {
            name,
            id: name,
            label,
            kind,
            value: "",
            hint: None,
            error: None,
            is_optional: false,
            autocomplete: None,
            characters_max: None,
        }
    }

    /// What stands in it. A password is never filled in again.
    pub fn value(self, value: &'a str) -> Self {
        if self.kind == InputKind::Password { self } else { Self { value, ..self } }
    }

    /// An id of its own, where a page has several fields of the name.
    pub fn id(self, id: &'a str) -> Self {
        Self { id, ..self }
    }

    /// What helps to fill it in.
    pub fn hint(self, hint: Markup) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What is wrong with what stands in it.
    pub fn error(self, error: Option<&'a str>) -> Self {
        Self { error, ..self }
    }

    /// Marks it as one that may stay empty.
    pub fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// What a browser may fill in (the tokens of the HTML standard).
    pub fn autocomplete(self, token: &'a str) -> Self {
        Self { autocomplete: Some(token), ..self }
    }

    /// The most characters that can be typed.
    pub fn characters_max(self, most: u32) -> Self {
        Self { characters_max: Some(most), ..self }
    }

    /// Renders the field.
    pub fn markup(&self, language: Language) -> Markup {
        let (name, id, kind) = (self.name, self.id, self.kind);
        let described =
            [self.hint.is_some().then(|| format!("{id}-hint")), self.error.is_some().then(|| format!("{id}-error"))];
        let described: Vec<_> = described.into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let invalid = self.error.map(|_| "true");
        html! {
            div class={ "field" @if self.error.is_some() { " wrong" } } {
                label for=(id) {
                    (self.label)
                    @if self.is_optional { " " span class="quiet" { (words::optional(language)) } }
                }
                @if let Some(hint) = &self.hint { p class="hint" id={ (id) "-hint" } { (hint) } }
                @if let Some(error) = self.error {
                    p class="error" id={ (id) "-error" } {
                        span class="unseen" { (words::error_before(language)) " " }
                        (error)
                    }
                }
                @if kind == InputKind::Lines {
                    textarea id=(id) name=(name) rows="4" autocomplete=[self.autocomplete] maxlength=[self.characters_max]
                        aria-describedby=[described] aria-invalid=[invalid] required[!self.is_optional] { (self.value) }
                } @else {
                    input id=(id) name=(name) type=(kind.html_type()) class=[kind.class()] value=(self.value)
                        inputmode=[kind.mode()] autocomplete=[self.autocomplete] maxlength=[self.characters_max]
                        spellcheck=[kind.spelt()] autocapitalize=[kind.spelt().map(|_| "none")]
                        aria-describedby=[described] aria-invalid=[invalid] required[!self.is_optional];
                }
            }
        }
    }
}

impl InputKind {
    const fn html_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Telephone => "tel",
            Self::Password => "password",
            // A date is typed: the pickers of browsers are slow for years long past, and some lack one.
            Self::Text | Self::Date | Self::Number | Self::Code | Self::Lines => "text",
        }
    }

    const fn mode(self) -> Option<&'static str> {
        match self {
            Self::Number => Some("decimal"),
            Self::Code => Some("numeric"),
            _ => None,
        }
    }

    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Date | Self::Number | Self::Code => Some("short"),
            _ => None,
        }
    }

    /// What is no prose is not corrected.
    const fn spelt(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Lines => None,
            _ => Some("false"),
        }
    }
}
