//! `/{tenant}/revoke`: a client gives a token back (RFC 7009).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use candor_identity::OidcError;

use crate::answer::{Shown, refusal};
use crate::asked::Form;

pub(crate) async fn revoke(form: Form) -> Response {
    match revoked(&form).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn revoked(Form { at, params }: &Form) -> Result<(), OidcError> {
    at.identity.revoke(&at.issuer, at.authorization()?, params).await
}
