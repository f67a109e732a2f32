//! Passkeys by webauthn-rs: [`WebAuthn`] runs both ceremonies of [`candor_identity_port::Passkeys`].
//!
//! The origin is compared whole, the relying party is its host, frames of other sites are refused, the user is always
//! verified. Attestation is not asked for, and thrown away when it comes: what model somebody owns is nobody's business.

mod answer;
mod ceremonies;
mod kept;
mod site;

pub use ceremonies::WebAuthn;
