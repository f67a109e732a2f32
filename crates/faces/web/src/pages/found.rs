//! The policy that an address names, or the not-found page.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_publish::{ArchivedVersion, Standing, VersionLink};
use serde::Deserialize;

use super::not_found::not_found;
use crate::{Policies, SiteNotice};

/// The most characters a tenant's name has in an address.
const SLUG_LEN_MAX: usize = 63;

/// A policy and where it stands.
pub(crate) struct Found {
    pub(crate) slug: String,
    pub(crate) manifest: Arc<Manifest>,
    /// The version or digest that was asked for; `None` for what is in force.
    asked: Option<String>,
    policies: Arc<dyn Policies>,
}

#[derive(Deserialize)]
struct Names {
    tenant: String,
    version: Option<String>,
}

impl FromRequestParts<Arc<dyn Policies>> for Found {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, policies: &Arc<dyn Policies>) -> Result<Self, Response> {
        // An address that does not even decode names no tenant.
        let Ok(Path(names)) = Path::<Names>::from_request_parts(parts, policies).await else {
            return Err(not_found().await);
        };
        if !is_slug(&names.tenant) {
            return Err(not_found().await);
        }
        let manifest = match &names.version {
            Some(version) => policies.version(&names.tenant, version).await,
            None => policies.policy(&names.tenant).await,
        };
        let Some(manifest) = manifest else { return Err(not_found().await) };
        Ok(Self { slug: names.tenant, manifest, asked: names.version, policies: Arc::clone(policies) })
    }
}

impl Found {
    /// The address of the tenant's policy page.
    pub(crate) fn href(&self) -> String {
        format!("/{}", self.slug)
    }

    /// Every version that can be read, with its address but for the one at hand.
    pub(crate) async fn versions(&self) -> Vec<VersionLink> {
        let link = |known: ArchivedVersion| {
            let here = match &self.asked {
                Some(asked) => known.address == *asked || known.digest == *asked,
                None => known.standing == Standing::InForce,
            };
            let href = (!here).then(|| format!("{}/versions/{}", self.href(), known.address));
            VersionLink { version: known.version, href }
        };
        self.policies.versions(&self.slug).await.into_iter().map(link).collect()
    }

    /// What is to be told of changes, on the page of what is in force; an older version tells its own time only.
    pub(crate) async fn notices(&self) -> Vec<SiteNotice> {
        if self.asked.is_some() {
            return Vec::new();
        }
        self.policies.notices(&self.slug).await.unwrap_or_default()
    }

    /// Every version, newest first.
    pub(crate) async fn archive(&self) -> Vec<ArchivedVersion> {
        self.policies.versions(&self.slug).await
    }
}

/// True for lower case letters, digits and hyphens, which is what tenants are called in addresses.
pub(crate) fn is_slug(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=SLUG_LEN_MAX).contains(&text.len()) && text.bytes().all(known)
}
