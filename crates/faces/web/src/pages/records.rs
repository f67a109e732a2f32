//! `/{tenant}/records`: the records of processing (GDPR Art. 30), as a page, JSON and CSV.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_publish::{PageContext, records_of_processing, records_page};

use super::found::Found;
use crate::{answer, layout::layout};

pub(crate) async fn page(found: Found, asked: HeaderMap) -> Response {
    let context = PageContext { tenant_slug: &found.slug, base_path: "", versions: &[] };
    let title = format!("{}: records of processing", found.manifest.name);
    let content = records_page(&records_of_processing(&found.manifest), &context);
    answer::html(&asked, layout(&title, Some((&found.manifest.name, &found.href())), content))
}

pub(crate) async fn json(found: Found, asked: HeaderMap) -> Response {
    match serde_json::to_string(&records_of_processing(&found.manifest)) {
        Ok(body) => answer::tagged(&asked, "application/json", body),
        // The records are texts and lists, which JSON always has, so that this is never met.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(crate) async fn csv(found: Found, asked: HeaderMap) -> Response {
    let body = records_of_processing(&found.manifest).to_csv();
    let mut response = answer::tagged(&asked, "text/csv; charset=utf-8", body);
    let name = format!("attachment; filename=\"records-{}.csv\"", found.slug);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
