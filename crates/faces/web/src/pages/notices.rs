//! `/{tenant}/notices.json` and `/notices.js`: changes of a policy, for a banner on any site.
//!
//! The one part of the pages that other origins may read: it is public, the same for everybody, and says nothing about
//! anybody. The pages themselves show the same notice without a script.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::found::is_slug;
use super::not_found::not_found;
use crate::{Policies, SiteNotice, answer};

const SCRIPT: &str = include_str!("../notices.js");
/// A site asks again after this; a notice stands for weeks.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

#[derive(Serialize)]
struct Notices {
    items: Vec<SiteNotice>,
}

pub(crate) async fn json(
    State(policies): State<Arc<dyn Policies>>,
    tenant: Result<Path<String>, axum::extract::rejection::PathRejection>,
    asked: HeaderMap,
) -> Response {
    // An address that does not even decode names no tenant.
    let Some(Path(tenant)) = tenant.ok().filter(|Path(tenant)| is_slug(tenant)) else { return not_found().await };
    let Some(items) = policies.notices(&tenant).await else { return not_found().await };
    match serde_json::to_string(&Notices { items }) {
        Ok(body) => kept(answer::tagged(&asked, "application/json", body)),
        // Notices are texts and lists, which JSON always has, so that this is never met.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(crate) async fn script(asked: HeaderMap) -> Response {
    kept(answer::tagged(&asked, "text/javascript; charset=utf-8", SCRIPT.to_owned()))
}

fn kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response
}

/// Any site may load these two; a browser makes nothing else of them.
const GUARDS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

/// Adds the guards of what other sites may load.
pub(crate) async fn guard_open(mut response: Response) -> Response {
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_sets_nothing_in_markup() {
        assert!(SCRIPT.len() <= 8 << 10, "{} bytes", SCRIPT.len());
        for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.cookie", "document.write"]
        {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
    }
}
