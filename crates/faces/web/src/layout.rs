//! The frame of every page: language, title, skip link, landmarks, foot.

use maud::{DOCTYPE, Markup, html};

use crate::pages::style;

/// A small shield, inline so that no second request is made for it.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
    fill='%230b6157' d='M8 0 14 2v6c0 4-3 7-6 8-3-1-6-4-6-8V2z'/%3E%3C/svg%3E";

/// What these pages are about.
const DESCRIPTION: &str =
    "What is done with personal data here, and why: rendered from the policy that decides every read.";

/// Puts content into the frame. `trail` names the tenant whose page it is, with its address.
pub(crate) fn layout(title: &str, trail: Option<(&str, &str)>, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, DESCRIPTION))
            body {
                a class="skip" href="#content" { "Skip to the content" }
                header class="top" {
                    nav aria-label="You are here" {
                        ol {
                            li { a href="/" { "Candor" } }
                            @if let Some((name, href)) = trail { li { a href=(href) { (name) } } }
                        }
                    }
                }
                main id="content" tabindex="-1" { (content) }
                footer {
                    p {
                        "This page is rendered from the policy that decides every read on this server. It sets no "
                        "cookies and runs no scripts."
                    }
                }
            }
        }
    }
}

/// The head of every page: what it is called, and what it is about in a sentence.
pub(crate) fn head(title: &str, description: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="description" content=(description);
            title { (title) }
            link rel="icon" href=(ICON);
            link rel="stylesheet" href=(style::href());
        }
    }
}
