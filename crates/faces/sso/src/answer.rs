//! Answers as JSON, and refusals in the standards' form.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_http::Problem;
use candor_identity::OidcError;
use candor_oidc::{ErrorCode, OAuthError};
use candor_vault::{ErrorKind, VaultError};
use serde_json::Value;

/// How the caller was asked to show who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a client.
    Client,
    /// By an access token.
    Token,
}

/// Answers with JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Answers with a refusal.
pub(crate) fn refusal(error: OidcError, shown: Shown) -> Response {
    match error {
        OidcError::Refused(error) => refused(error, shown),
        OidcError::Vault(error) => trouble(error),
    }
}

/// Answers with a refusal that the standards name.
pub(crate) fn refused(error: OAuthError, shown: Shown) -> Response {
    let status = match (error.code, shown) {
        // A proof that fails where a token is shown is a failed authentication (RFC 9449 §7.1).
        (ErrorCode::InvalidDpopProof, Shown::Token) => StatusCode::UNAUTHORIZED,
        (code, _) => StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST),
    };
    let mut response = json(status, &error.to_json());
    let challenge = match shown {
        Shown::Client if status == StatusCode::UNAUTHORIZED => Some("Basic realm=\"candor\"".to_owned()),
        Shown::Token => {
            let scheme =
                if error.code == ErrorCode::InvalidDpopProof { "DPoP algs=\"EdDSA ES256 RS256\"," } else { "Bearer" };
            Some(format!("{scheme} error=\"{}\", error_description=\"{}\"", error.code.name(), error.description))
        }
        Shown::Client => None,
    };
    if let Some(challenge) = challenge.and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Answers with trouble that is not the client's.
pub(crate) fn trouble(error: VaultError) -> Response {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::TooOften => {
            let told = OAuthError::new(ErrorCode::TemporarilyUnavailable, "the server cannot answer now; try again");
            refused(told, Shown::Client)
        }
        _ => Problem::from(error).into_response(),
    }
}
