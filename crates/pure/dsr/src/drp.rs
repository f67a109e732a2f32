//! Data Rights Protocol 1.0: an agent that people authorised asks a business for them.
//!
//! Messages are signed, not encrypted: base64 of an Ed25519 signature and the JSON that it is over ([`Envelope`]). Agents
//! and businesses know each other from a directory that the protocol's steward publishes ([`Agent`], [`Business`]); each
//! pair agrees on a bearer token first. What a message says of itself is checked in the order of section 3.07.

mod directory;
mod envelope;
mod request;
mod status;

pub use directory::{
    Agent, Business, BusinessEntry, DIRECTORY_BYTES_MAX, DirectoryError, agents, businesses, is_directory_id,
    verify_key,
};
pub use envelope::{ENVELOPE_BYTES_MAX, Envelope, EnvelopeError, ErrorAnswer, LIFE_MAX_MS, Opened, Signer};
pub use request::{Claims, Exercise, KeySetup, NewRequest, Revocation};
pub use status::{Denial, Reason, Status, StatusObject};

/// The version that is spoken.
pub const VERSION: &str = "1.0";
