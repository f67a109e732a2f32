//! `/{tenant}/introspect`: whether a token is worth anything now (RFC 7662).

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::OidcError;
use serde_json::Value;

use crate::answer::{Shown, json, refusal};
use crate::asked::Form;

pub(crate) async fn introspect(form: Form) -> Response {
    match told(&form).await {
        Ok(told) => json(StatusCode::OK, &told),
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn told(Form { at, params }: &Form) -> Result<Value, OidcError> {
    at.identity.introspect(&at.issuer, at.authorization()?, params).await
}
