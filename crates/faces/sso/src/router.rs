//! Which address leads to which endpoint.

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};
use candor_identity::Identity;

use crate::{
    authorize, device_authorization, discovery, introspect, jwks, logout, open, par, register, revoke, token, userinfo,
};

/// Builds the routes below each tenant.
pub fn sso_router(identity: Arc<Identity>) -> Router {
    Router::new()
        .route("/{tenant}/.well-known/openid-configuration", get(discovery::document))
        // Source: RFC 8414 §3.1: before the path of the issuer.
        .route("/.well-known/oauth-authorization-server/{tenant}", get(discovery::document))
        .route("/{tenant}/jwks.json", get(jwks::keys))
        .route("/{tenant}/par", post(par::push).options(open::preflight))
        .route("/{tenant}/token", post(token::tokens).options(open::preflight))
        .route("/{tenant}/userinfo", get(userinfo::claims).post(userinfo::claims).options(open::preflight))
        .route("/{tenant}/revoke", post(revoke::revoke).options(open::preflight))
        .route("/{tenant}/device_authorization", post(device_authorization::begin).options(open::preflight))
        // An application may run in a browser. None of these looks at a cookie.
        .layer(middleware::map_response(open::to_every_origin))
        .route("/{tenant}/introspect", post(introspect::introspect))
        .route("/{tenant}/register", post(register::register))
        .route("/{tenant}/authorize", get(authorize::by_query).post(authorize::by_form))
        .route("/{tenant}/logout", get(logout::by_query).post(logout::by_form))
        .layer(middleware::map_response(open::guard))
        .with_state(identity)
}
