//! Forms, and the summary of what is wrong with one.

use maud::{Markup, html};
use subtle::ConstantTimeEq;

use crate::Language;
use crate::words::kit as words;

/// The name of the field that carries the token.
pub const TOKEN_FIELD: &str = "form_token";
/// The most errors that a summary lists; the fields show the others.
pub const ERRORS_MAX: usize = 40;

/// What shows that a form came from this server's own page, in the session it is posted in.
#[derive(Clone)]
pub struct FormToken(String);

impl FormToken {
    /// Takes the token's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// True when a form carried this token; in constant time.
    pub fn is(&self, carried: &str) -> bool {
        !self.0.is_empty() && bool::from(self.0.as_bytes().ct_eq(carried.as_bytes()))
    }
}

impl std::fmt::Debug for FormToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormToken(…)")
    }
}

/// A form that posts to an address of this server, with its token. What the browser would check by itself is left to
/// the server, so that errors come in the page's language and in one summary.
pub fn form(token: &FormToken, action: &str, content: &Markup) -> Markup {
    html! {
        form method="post" action=(action) novalidate {
            input type="hidden" name=(TOKEN_FIELD) value=(token.0);
            (content)
        }
    }
}

/// What is wrong with a form, each with a link to its field: `(field, what to do)`. Empty when nothing is.
pub fn error_summary(language: Language, errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="banner stop" role="alert" aria-labelledby="errors" tabindex="-1" autofocus {
                h2 id="errors" { (words::there_is_a_problem(language)) }
                ul {
                    @for (field, text) in errors.iter().take(ERRORS_MAX) { li { a href={ "#" (field) } { (text) } } }
                }
            }
        }
    }
}
