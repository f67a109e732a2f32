//! The notice of a change as the pages themselves show it: above the policy, without a script.

use maud::{Markup, html};

use crate::Notice;

/// How many changes stand in the banner; the comparison has them all.
const CHANGES_MAX: usize = 3;

/// Renders a notice.
pub fn notice_banner(notice: &Notice) -> Markup {
    let weighty = notice.changes.iter().filter(|change| change.class.is_significant());
    let shown: Vec<_> = weighty.take(CHANGES_MAX).collect();
    html! {
        section class="notice" aria-label="Notice of a change" {
            h2 { (notice.title) }
            p { (notice.lead) }
            @if let Some(controller) = &notice.new_controller {
                p { "From then on, who decides about your data is: " (controller) "." }
            }
            @if !shown.is_empty() {
                ul { @for change in shown { li { (change.sentence) } } }
            }
            p { a href=(notice.comparison_url) { "What changes, side by side" } }
            details {
                summary { "What you can do" }
                ul { @for choice in &notice.choices { li { a href=(choice.url) { (choice.text) } } } }
            }
        }
    }
}
