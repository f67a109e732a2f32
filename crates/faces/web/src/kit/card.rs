//! Cards: a matter of its own on a page that has several.

use maud::{Markup, html};

/// A matter with its title and whatever is to say or do about it. `id` is its anchor.
pub fn card(id: &str, title: &Markup, content: &Markup) -> Markup {
    html! {
        section class="card" id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            (content)
        }
    }
}

/// A card that leads to a page: title, and what is found there.
pub fn card_link(href: &str, title: &str, text: &Markup) -> Markup {
    html! {
        div class="card leads" {
            h2 { a href=(href) { (title) } }
            p { (text) }
        }
    }
}
