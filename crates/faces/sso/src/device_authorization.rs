//! `/{tenant}/device_authorization`: a device without a browser begins (RFC 8628 §3.1).

use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::OidcError;
use serde_json::{Value, json};

use crate::answer::{Shown, json as answer, refusal};
use crate::asked::Form;

pub(crate) async fn begin(form: Form) -> Response {
    match begun(&form).await {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn begun(Form { at, params }: &Form) -> Result<Value, OidcError> {
    let client = at.identity.client_of_proof(&at.issuer, at.authorization()?, params).await?;
    let shown = at.identity.key_shown(&at.issuer, &at.proof("POST", "device_authorization")?, None).await?;
    let started = at.identity.begin_device(&at.issuer, &client, params, shown).await?;
    let page = at.issuer.at("device");
    Ok(json!({
        "device_code": started.device_code.expose(),
        "user_code": started.user_code.shown(),
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={}", started.user_code.shown()),
        "expires_in": started.expires_in,
        "interval": started.interval,
    }))
}
