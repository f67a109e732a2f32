//! `/`: what this server is, and whose policies it runs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use crate::{Policies, TenantLink, answer, layout::layout};

pub(crate) async fn front(State(policies): State<Arc<dyn Policies>>, asked: HeaderMap) -> Response {
    let tenants = policies.tenants().await;
    answer::html(&asked, layout("Candor: privacy policies that run", None, content(&tenants)))
}

fn content(tenants: &[TenantLink]) -> Markup {
    html! {
        header class="title" {
            h1 { "Privacy policies that run" }
            p class="lead" {
                "This server holds personal data for the organisations below. Each has written its policy so that a program "
                "can follow it, and here it does: what a policy does not allow is refused, and every use is recorded."
            }
        }
        section aria-labelledby="tenants" {
            h2 id="tenants" { "Policies on this server" }
            @if tenants.is_empty() { p { "There are none yet." } }
            @else {
                ul class="tenants" {
                    @for tenant in tenants { li { a href={ "/" (tenant.slug) } { (tenant.title) } } }
                }
            }
        }
        section aria-labelledby="yours" {
            h2 id="yours" { "If it is about you" }
            p {
                "A policy page says what is collected about you and why, who else gets it, how long it is kept, and how to get "
                "a copy, have it corrected, or have it erased."
            }
        }
    }
}
