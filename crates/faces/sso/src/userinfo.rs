//! `/{tenant}/userinfo`: the claims that an access token opens.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_identity::OidcError;
use candor_oidc::{ErrorCode, OAuthError};
use serde_json::Value;

use crate::answer::{Shown, json, refusal};
use crate::asked::At;

pub(crate) async fn claims(at: At, method: Method) -> Response {
    match opened(&at, method.as_str()).await {
        Ok(Some(claims)) => json(StatusCode::OK, &claims),
        // A request without a token is told how to come back, and nothing of errors (RFC 6750 §3.1).
        Ok(None) => {
            let ways = "Bearer realm=\"candor\", DPoP algs=\"EdDSA ES256 RS256\"";
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, ways)]).into_response()
        }
        Err(error) => refusal(error, Shown::Token),
    }
}

/// The token is taken from the header alone: what stands in an address or a form is kept by others.
async fn opened(at: &At, method: &str) -> Result<Option<Value>, OidcError> {
    let Some(presented) = at.authorization()? else { return Ok(None) };
    let (scheme, token) = presented.split_once(' ').unwrap_or_default();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    if (!is_bearer && !scheme.eq_ignore_ascii_case("dpop")) || token.is_empty() {
        let why = "the access token is presented by no scheme that is spoken here";
        return Err(OidcError::Refused(OAuthError::new(ErrorCode::InvalidToken, why)));
    }
    let proof = at.proof(method, "userinfo")?;
    let claims = at.identity.userinfo(&at.issuer, token, is_bearer, &proof).await?;
    Ok(Some(Value::Object(claims)))
}
