//! `/{tenant}/compare/{old}/{new}`: what one version changed in another.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_publish::{Compared, PageContext, compare, comparison_page};

use super::found::is_slug;
use super::not_found::not_found;
use crate::{Policies, answer, layout::layout};

/// A tenant and two of its versions, by version or digest.
type Names = (String, String, String);

pub(crate) async fn page(
    State(policies): State<Arc<dyn Policies>>,
    names: Result<Path<Names>, PathRejection>,
    asked: HeaderMap,
) -> Response {
    // An address that does not even decode names nothing.
    let Ok(Path(names)) = names else { return not_found().await };
    match both(&*policies, &names).await {
        Some((old, new)) => compared(&asked, &names, (&old, &new)),
        None => not_found().await,
    }
}

async fn both(policies: &dyn Policies, (tenant, old, new): &Names) -> Option<(Arc<Manifest>, Arc<Manifest>)> {
    if !is_slug(tenant) {
        return None;
    }
    Some((policies.version(tenant, old).await?, policies.version(tenant, new).await?))
}

fn compared(asked: &HeaderMap, names: &Names, (old, new): (&Manifest, &Manifest)) -> Response {
    let (slug, old_address, new_address) = names;
    let context = PageContext { tenant_slug: slug, base_path: "", versions: &[] };
    let compared = Compared { name: &new.name, old: (&old.version, old_address), new: (&new.version, new_address) };
    let title = format!("{}: what changed from {} to {}", new.name, old.version, new.version);
    let content = comparison_page(&compare(old, new), &compared, &context);
    answer::html(asked, layout(&title, Some((&new.name, &format!("/{slug}"))), content))
}
