//! Banners: what happened, what to mind.

use maud::{Markup, html};

use crate::Language;
use crate::words::kit as words;

/// What kind of thing a banner says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something to mind.
    Warning,
}

/// A banner; the tone stands in words for those who do not see its colour.
pub fn banner(language: Language, tone: Tone, content: &Markup) -> Markup {
    let (class, word, role) = match tone {
        Tone::Done => ("banner done", words::tone_done(language), Some("status")),
        Tone::Note => ("banner", words::tone_note(language), None),
        Tone::Warning => ("banner stop", words::tone_warning(language), None),
    };
    html! {
        div class=(class) role=[role] {
            p class="tone" { (word) }
            (content)
        }
    }
}
