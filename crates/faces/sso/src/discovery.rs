//! `/{tenant}/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server/{tenant}`: what the server says of
//! itself.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::answer::{json, trouble};
use crate::asked::At;

pub(crate) async fn document(at: At) -> Response {
    let plan = match at.identity.vault().plan(at.issuer.tenant, None).await {
        Ok(plan) => plan,
        Err(error) => return trouble(error),
    };
    let shared = plan.manifest().purposes.iter().filter(|purpose| !purpose.shares.is_empty());
    let purposes: BTreeSet<&str> = shared.map(|purpose| purpose.name.as_str()).collect();
    let purposes: Vec<&str> = purposes.into_iter().collect();
    let body = json(StatusCode::OK, &candor_oidc::discovery(&at.issuer.url, &purposes));
    ([(header::CACHE_CONTROL, "public, max-age=300")], body).into_response()
}
