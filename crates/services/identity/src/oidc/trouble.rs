//! Why something was not done: in the standards' codes for clients, in ours for everybody else.

use candor_oidc::{ErrorCode, OAuthError};
use candor_vault::VaultError;

/// What stood in the way.
#[derive(Debug, Clone)]
pub enum OidcError {
    /// What the client is told.
    Refused(OAuthError),
    /// Trouble that is not the client's.
    Vault(VaultError),
}

impl From<OAuthError> for OidcError {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl From<VaultError> for OidcError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

pub(crate) const fn refused(code: ErrorCode, description: &'static str) -> OidcError {
    OidcError::Refused(OAuthError::new(code, description))
}

/// The one answer to every code, token or device code that is of no use: which of the reasons it was is not told.
pub(crate) const fn invalid_grant() -> OidcError {
    refused(ErrorCode::InvalidGrant, "the code or token is unknown, expired, used, revoked, or of another client")
}

/// The one answer to every access token that is of no use.
pub(crate) const fn invalid_token() -> OidcError {
    refused(ErrorCode::InvalidToken, "the access token is not valid, or is not any more")
}
