//! OpenID Connect and OAuth 2.1 for the applications of a tenant: the protocol's endpoints, and no rules.
//!
//! Every endpoint is a file. What a request may have is the business of `candor-identity`; how messages look, of
//! `candor-oidc`. Where a person has to be asked, the browser is sent to a page of the door. Start at [`sso_router`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod asked;
mod authorize;
mod device_authorization;
mod discovery;
mod introspect;
mod jwks;
mod logout;
mod open;
mod par;
mod register;
mod revoke;
mod router;
mod token;
mod userinfo;

pub use router::sso_router;
