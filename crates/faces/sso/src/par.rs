//! `/{tenant}/par`: a client pushes a request, so that the browser carries its address only (RFC 9126).

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::OidcError;
use serde_json::{Value, json};

use crate::answer::{Shown, json as answer, refusal};
use crate::asked::Form;

pub(crate) async fn push(form: Form) -> Response {
    match pushed(&form).await {
        Ok(body) => answer(StatusCode::CREATED, &body),
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn pushed(Form { at, params }: &Form) -> Result<Value, OidcError> {
    let client = at.identity.client_of_proof(&at.issuer, at.authorization()?, params).await?;
    let shown = at.identity.key_shown(&at.issuer, &at.proof("POST", "par")?, None).await?;
    let (request_uri, expires_in) = at.identity.push(&at.issuer, &client, params, shown).await?;
    Ok(json!({ "request_uri": request_uri, "expires_in": expires_in }))
}
