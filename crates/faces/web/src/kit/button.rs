//! Buttons, and links that look like them.

use maud::{Markup, html};

/// How much a button weighs on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// What the page is for; one a page at most.
    Main,
    /// Everything else. Choices between which nobody is to be pushed are all of this weight.
    Plain,
    /// Hardly there: what is on every page.
    Quiet,
    /// What cannot be taken back.
    Grave,
}

impl Weight {
    /// The class of a button of this weight.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Main => "button main",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Grave => "button grave",
        }
    }
}

/// The button that sends a form.
pub fn button(weight: Weight, text: &str) -> Markup {
    html! { button class=(weight.class()) { (text) } }
}

/// A link to another page that leads on from this one.
pub fn button_link(weight: Weight, href: &str, text: &str) -> Markup {
    html! { a class=(weight.class()) href=(href) { (text) } }
}
