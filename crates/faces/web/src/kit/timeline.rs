//! Timelines: what happened, in order.

use candor_words::Instant;
use maud::{Markup, html};

use crate::Language;
use crate::language::minute;

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub title: Markup,
    /// More about it.
    pub content: Option<Markup>,
}

/// Steps in the order they are given.
pub fn timeline(language: Language, steps: &[Step]) -> Markup {
    html! {
        ol class="timeline" {
            @for step in steps {
                li {
                    p class="when" { (minute(language, step.at)) }
                    p class="what" { (step.title) }
                    @if let Some(content) = &step.content { div { (content) } }
                }
            }
        }
    }
}
