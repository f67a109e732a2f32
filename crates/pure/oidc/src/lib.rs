//! OpenID Connect and OAuth 2.1: what is asked, what is answered, and by which rules; nothing is kept or sent here.
//!
//! Every message from outside is read into a type that cannot be wrong: bounded, no parameter twice, PKCE with S256
//! always, redirect addresses compared character by character. Start at [`Params`], then [`AuthorizationRequest`] and
//! [`TokenRequest`]. Sources: OAuth 2.1, OpenID Connect Core, RFC 7009, 7591, 7636, 7662, 8252, 8628, 9068, 9126, 9207,
//! 9449, 9700.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod authorization;
mod claim;
mod client_proof;
mod discovery;
mod error;
mod logout;
mod metadata;
mod params;
mod pkce;
mod redirect;
mod scopes;
mod token_claims;
mod token_request;
mod user_code;

pub use answer::{Answer, ResponseMode};
pub use authorization::{AuthorizationRequest, Prompt, Target};
pub use claim::standard_claim;
pub use client_proof::{ASSERTION_TYPE, AuthMethod, ClientProof};
pub use discovery::discovery;
pub use error::{ErrorCode, OAuthError};
pub use logout::{LOGOUT_EVENT, LogoutRequest, logout_claims};
pub use metadata::{ClientKind, ClientMetadata, METADATA_BYTES_MAX, REDIRECTS_MAX};
pub use params::{PARAMS_BYTES_MAX, PARAMS_MAX, Params};
pub use pkce::Challenge;
pub use redirect::{RedirectUri, is_loopback_http};
pub use scopes::{OFFLINE_ACCESS, OPENID, SCOPES_MAX, Scopes};
pub use token_claims::{AccessClaims, IdClaims};
pub use token_request::{DEVICE_CODE_GRANT, Grant, TokenRequest};
pub use user_code::UserCode;
