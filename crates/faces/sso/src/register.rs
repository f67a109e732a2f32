//! `/{tenant}/register`: somebody who was invited registers a client (RFC 7591).

use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use candor_identity::{Identity, OidcError};
use candor_oidc::{ClientMetadata, ErrorCode, METADATA_BYTES_MAX, OAuthError};
use serde_json::Value;
use std::sync::Arc;

use crate::answer::{Shown, json, refusal};
use crate::asked::At;

pub(crate) async fn register(State(identity): State<Arc<Identity>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let at = match At::from_request_parts(&mut parts, &identity).await {
        Ok(at) => at,
        Err(answer) => return answer,
    };
    let bytes = to_bytes(body, METADATA_BYTES_MAX).await.unwrap_or_default();
    match registered(&at, &bytes).await {
        Ok(body) => json(StatusCode::CREATED, &body),
        Err(error @ OidcError::Refused(OAuthError { code: ErrorCode::InvalidToken, .. })) => {
            refusal(error, Shown::Token)
        }
        Err(error) => refusal(error, Shown::Client),
    }
}

async fn registered(at: &At, body: &[u8]) -> Result<Value, OidcError> {
    let refused = |code, why| OidcError::Refused(OAuthError::new(code, why));
    let is_json = at.header(&header::CONTENT_TYPE)?.is_some_and(|kind| kind.starts_with("application/json"));
    let presented = at.authorization()?.and_then(|header| header.split_once(' '));
    let (_, token) = presented
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .ok_or(refused(ErrorCode::InvalidToken, "an initial access token is needed: ask the organisation for one"))?;
    let malformed = refused(ErrorCode::InvalidClientMetadata, "the body is no JSON object of at most 32768 bytes");
    let Some(members) = serde_json::from_slice::<Value>(body).ok().filter(|_| is_json) else { return Err(malformed) };
    let Some(members) = members.as_object() else { return Err(malformed) };
    let issued = at.identity.register_invited(&at.issuer, token, ClientMetadata::read(members)?).await?;
    let mut told = issued.client.metadata.to_json();
    told["client_id"] = issued.client.client_id.to_string().into();
    told["client_id_issued_at"] = issued.client.registered_at.as_millis().div_euclid(1_000).into();
    told["scope"] = issued.client.purposes.join(" ").into();
    if let Some(secret) = issued.secret {
        told["client_secret"] = secret.expose().as_str().into();
        told["client_secret_expires_at"] = 0.into();
    }
    Ok(told)
}
