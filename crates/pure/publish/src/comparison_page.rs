//! What two versions differ in, as a page: the changes under their classes, strongest first.

use maud::{Markup, html};

use crate::{Class, Comparison, PageContext, wording};

/// The two versions that a page compares: how each is called, and its name in addresses.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The policy's title.
    pub name: &'a str,
    /// The older version, and its name in addresses.
    pub old: (&'a str, &'a str),
    /// The newer version, and its name in addresses.
    pub new: (&'a str, &'a str),
}

/// Renders a comparison for the people whose data it is about.
pub fn comparison_page(comparison: &Comparison, compared: &Compared<'_>, context: &PageContext<'_>) -> Markup {
    let href = |address: &str| context.href(&format!("versions/{address}"));
    html! {
        header class="title" {
            p class="eyebrow" { (compared.name) }
            h1 { "What changed" }
            p class="lead" {
                "From version " a href=(href(compared.old.1)) { (compared.old.0) }
                " to version " a href=(href(compared.new.1)) { (compared.new.0) } ". "
                (verdict(comparison))
            }
            nav class="forms" aria-label="Other pages" { ul { li { a href=(context.href("versions")) { "All versions" } } } }
        }
        @for class in Class::ALL {
            @if comparison.of(class).next().is_some() { (section(comparison, class)) }
        }
    }
}

fn verdict(comparison: &Comparison) -> String {
    let n = comparison.changes.len();
    if n == 0 {
        return "Nothing changed.".to_owned();
    }
    let significant = comparison.changes.iter().filter(|change| change.class.is_significant()).count();
    let changes = wording::capitalised(&wording::count(n, "change", "changes"));
    match significant {
        0 => format!("{changes}; none of them does more with your data."),
        1 => format!("{changes}; 1 of them is significant."),
        _ => format!("{changes}; {significant} of them are significant."),
    }
}

fn section(comparison: &Comparison, class: Class) -> Markup {
    let (id, badge) = mark(class);
    html! {
        section class="changes" aria-labelledby=(id) {
            h2 id=(id) { (class.title()) }
            ul {
                @for change in comparison.of(class) {
                    li {
                        (sentence(&change.sentence)) " "
                        span class=(badge) { (change.code) }
                    }
                }
            }
        }
    }
}

/// The anchor of a class, and the colour of its codes; the heading carries the meaning.
const fn mark(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Transfer => ("transfer", "badge law"),
        Class::Consent => ("consent", "badge consent"),
        Class::Notice => ("notice", "badge contract"),
        Class::Neutral => ("neutral", "badge past"),
        Class::Narrows => ("narrows", "badge interest"),
    }
}

/// A sentence with its names, which stand in backticks, set as code. A text of the policy may hold a backtick too: it
/// is then set as code as well, and still escaped.
fn sentence(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } }
            @else if at == 0 { (wording::capitalised(part)) }
            @else { (part) }
        }
        "."
    }
}
