//! What stands on many pages: the heading, the words for nothing, the way through long lists, the last question.

use maud::{Markup, html};

use super::{FormToken, Weight, button, button_link, form};
use crate::Language;
use crate::words::kit as words;

/// The heading of a page, with what it is about in a sentence.
pub fn heading(title: &str, lead: Option<&Markup>) -> Markup {
    html! {
        header class="title" {
            h1 { (title) }
            @if let Some(lead) = lead { p class="lead" { (lead) } }
        }
    }
}

/// What is said where there is nothing to show, and what to do about it, if anything.
pub fn empty(text: &str, what_next: Option<&Markup>) -> Markup {
    html! {
        div class="empty" {
            p { (text) }
            @if let Some(next) = what_next { p { (next) } }
        }
    }
}

/// The way through a list of several pages.
pub fn paging(language: Language, newest: Option<&str>, older: Option<&str>) -> Markup {
    html! {
        @if newest.is_some() || older.is_some() {
            nav class="paging" aria-label=(words::older(language)) {
                @if let Some(href) = newest { (button_link(Weight::Plain, href, words::newest(language))) }
                @if let Some(href) = older { (button_link(Weight::Plain, href, words::older(language))) }
            }
        }
    }
}

/// Asks once more before something happens that cannot be taken back: the form with its content, and a way out of the
/// same size.
pub fn confirm_page(
    language: Language,
    token: &FormToken,
    action: &str,
    content: &Markup,
    (weight, yes): (Weight, &str),
    back: &str,
) -> Markup {
    form(
        token,
        action,
        &html! {
            (content)
            div class="buttons" {
                (button(weight, yes))
                (button_link(Weight::Plain, back, words::cancel(language)))
            }
        },
    )
}
