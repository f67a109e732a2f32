//! `/{tenant}` and its older versions: the policy for people, and as JSON and JSON-LD for machines.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use candor_publish::{PageContext, dpv_jsonld, notice_banner, policy_page};
use maud::html;

use super::found::Found;
use crate::{answer, layout::layout};

pub(crate) async fn page(found: Found, asked: HeaderMap) -> Response {
    let versions = found.versions().await;
    let context = PageContext { tenant_slug: &found.slug, base_path: "", versions: &versions };
    let title = format!("{}: privacy policy", found.manifest.name);
    let notices = found.notices().await;
    let content = html! {
        @for notice in &notices { (notice_banner(&notice.notice)) }
        (policy_page(&found.manifest, &context))
    };
    answer::html(&asked, layout(&title, Some((&found.manifest.name, &found.href())), content))
}

pub(crate) async fn json(found: Found, asked: HeaderMap) -> Response {
    match serde_json::to_string(&*found.manifest) {
        Ok(body) => answer::tagged(&asked, "application/json", body),
        // A manifest holds no map with keys that JSON lacks, so that this is never met.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(crate) async fn jsonld(found: Found, asked: HeaderMap) -> Response {
    answer::tagged(&asked, "application/ld+json", dpv_jsonld(&found.manifest).to_string())
}
