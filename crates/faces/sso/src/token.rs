//! `/{tenant}/token`: a code, a refresh token, a device's code or a client's own name, for tokens.

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{OidcError, TokenAnswer};

use crate::answer::{Shown, json, refusal};
use crate::asked::Form;

pub(crate) async fn tokens(form: Form) -> Response {
    match given(&form).await {
        Ok(answer) => json(StatusCode::OK, &answer.to_json()),
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn given(Form { at, params }: &Form) -> Result<TokenAnswer, OidcError> {
    let proof = at.proof("POST", "token")?;
    at.identity.tokens(&at.issuer, at.authorization()?, params, &proof).await
}
