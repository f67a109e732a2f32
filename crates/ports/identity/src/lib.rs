//! The identity port: what the front door needs from outside.
//!
//! Each trait stands in a file of its own and names one thing that Candor cannot answer by itself: what an upstream
//! provider says of a person, whether a directory accepts a password, whether an authenticator signed, where an
//! address is, what a domain publishes, which picture belongs to a digest.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod backchannel;
mod directory;
mod domain;
mod domain_name;
mod network;
mod passkey;
mod profile_image;
mod upstream;

pub use backchannel::{BackChannel, BackChannelError};
pub use directory::{Company, Directory, DirectoryError, DirectoryPerson, PASSWORD_BYTES_MAX, Reader, USER_BYTES_MAX};
pub use domain::{DomainError, Domains, NAME_BYTES_MAX, TEXT_BYTES_MAX, TEXTS_MAX};
pub use domain_name::domain_of;
pub use network::{Looked, Networks, Place};
pub use passkey::{Ceremony, Claimed, Holder, Passkey, PasskeyError, Passkeys, Site};
pub use profile_image::{IMAGE_BYTES_MAX, ImageKind, ProfileImage, ProfileImageError, ProfileImages};
pub use upstream::{
    ANSWER_BYTES_MAX, Provider, Shape, Upstream, UpstreamAnswer, UpstreamAttempt, UpstreamEmail, UpstreamError,
    UpstreamPerson,
};
