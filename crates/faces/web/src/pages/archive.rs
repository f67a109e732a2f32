//! `/{tenant}/versions`: the dated archive of a tenant's policy.

use axum::http::HeaderMap;
use axum::response::Response;
use candor_publish::{PageContext, archive_page};

use super::found::Found;
use crate::{answer, layout::layout};

pub(crate) async fn page(found: Found, asked: HeaderMap) -> Response {
    let context = PageContext { tenant_slug: &found.slug, base_path: "", versions: &[] };
    let title = format!("{}: all versions", found.manifest.name);
    let content = archive_page(&found.manifest.name, &context, &found.archive().await);
    answer::html(&asked, layout(&title, Some((&found.manifest.name, &found.href())), content))
}
