//! Applications sign people in here: OpenID Connect and OAuth 2.1 over the policy.
//!
//! A client is a recipient of the manifest, a scope is a purpose, and a claim is a field that the purpose may share with
//! that recipient: it leaves through [`candor_vault::Vault::read`] or not at all. Whatever a token allows is asked again at
//! each use, so that a withdrawn consent or a removed client ends its tokens at once. Messages are `candor-oidc`'s. Start at
//! `authorize.rs`, then `tokens.rs`, then `standing.rs`. ADR 0022.

mod access_token;
mod assertions;
mod authorize;
mod back_channel;
mod client;
mod client_auth;
mod clients;
mod codes;
mod confirmed;
mod consent;
mod device;
mod dpop;
mod fallen;
mod grant;
mod introspect;
mod invitation;
mod issuer;
mod keys;
mod logout;
mod offered;
mod parked;
mod revoke;
mod standing;
mod sub;
mod tokens;
mod trouble;
mod userinfo;

pub use authorize::Begun;
pub use client::{Client, IssuedClient, NewClient};
pub use consent::{ConsentStep, PurposeAsk, ToAsk, place_of};
pub use device::{DeviceAsk, DeviceStarted, DeviceStep};
pub use dpop::ProofShown;
pub use invitation::NewInvitation;
pub use issuer::Issuer;
pub use logout::LogoutStep;
pub use tokens::TokenAnswer;
pub use trouble::OidcError;

pub(crate) use back_channel::BackChannels;
pub(crate) use clients::Clients;
pub(crate) use keys::Rings;
